"""What this room announces."""

from django.dispatch import Signal

password_link_wanted = Signal()  # user_id, purpose: "invite" or "reset"
sign_in_paused = Signal()  # user_id, minutes
