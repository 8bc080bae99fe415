"""A whole journey through the office, as those who work there make it."""
