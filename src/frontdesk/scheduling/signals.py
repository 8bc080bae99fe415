"""What scheduling announces. Rooms above it may react; scheduling does not know who does."""

from django.dispatch import Signal

appointment_booked = Signal()  # appointment, by
appointment_moved = Signal()  # appointment, by
appointment_cancelled = Signal()  # appointment, by
