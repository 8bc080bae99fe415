"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

card_asked = Signal()  # payment: it waits for the gateway
card_taken = Signal()  # payment, at, by: the gateway charged the card
card_refunded = Signal()  # payment: it goes back through the gateway
account_changed = Signal()  # patient, at, by: money came in or was settled
