"""Decisions that need only their arguments: no database, no clock."""
