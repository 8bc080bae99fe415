"""Screens about patients: found, registered, corrected, compared, brought in."""
