"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

consent_answered = Signal()  # consent, zone, by
picture_read = Signal()  # reading, by
reading_asked = Signal()  # reading
