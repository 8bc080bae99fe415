"""Decisions on plain values: names and how they sound, what is looked for, who is the same."""
