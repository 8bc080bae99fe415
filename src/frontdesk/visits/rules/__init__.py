"""Decisions on plain values: where a patient is, what a measurement may be, what a bill lacks."""
