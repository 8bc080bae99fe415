"""The web shell: base templates, components, live updates, responses. Knows no domain app."""
