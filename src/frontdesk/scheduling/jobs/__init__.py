"""What the clock asks of the schedule, and what follows a booking."""
