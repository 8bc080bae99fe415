"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

visit_arrived = Signal()  # visit, by
superbill_signed = Signal()  # superbill, by
superbill_reopened = Signal()  # superbill, by
visit_closed = Signal()  # visit, by
