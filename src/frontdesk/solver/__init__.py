"""Optimisation, pure: openings in many calendars at once."""
