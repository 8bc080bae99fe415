"""Tags of the patients' pages."""
