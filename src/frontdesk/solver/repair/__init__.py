"""When the day breaks: who is seen when, by whom and where, at the least cost to the patients."""
