"""What the house itself announces."""

from django.dispatch import Signal

entry_kept = Signal()  # practice_id, number, changes: an operation has been committed, here
