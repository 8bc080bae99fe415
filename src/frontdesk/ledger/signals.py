"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

card_asked = Signal()  # payment: it waits for the gateway
card_taken = Signal()  # payment, at, by: the gateway charged the card
card_refunded = Signal()  # payment: it goes back through the gateway
instalment_noticed = Signal()  # instalment, at, by: tell the patient; true where that is done
instalment_declined = Signal()  # instalment, at, by: it was not paid
plan_charged = Signal()  # payment, at, by: an instalment was charged to the card on file
card_ends = Signal()  # card, at, by: tell the patient; true where that is done
card_ended = Signal()  # card: the gateway is to forget it
refund_asked = Signal()  # refund: it goes back through the gateway
refund_paid = Signal()  # refund, at, by: the money is on its way to whom it belongs
payment_returned = Signal()  # returned, at, by: the bank took a payment back
account_changed = Signal()  # patient, at, by: money came in or was settled
account_settles = Signal()  # patient, at, by: credit is about to pay what is owed
