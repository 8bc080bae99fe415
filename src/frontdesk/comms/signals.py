"""What comms announces."""

from django.dispatch import Signal

message_queued = Signal()  # message, not_before: it waits to be sent, from that instant on
