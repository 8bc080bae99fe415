"""Promises of time: visit types, templates, openings, holds and bookings."""
