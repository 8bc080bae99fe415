"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

batch_queued = Signal()  # exchange, not_before: a file of claims waits to be sent
remittance_received = Signal()  # remittance: to be posted claim by claim
statement_made = Signal()  # statement: to be printed, filed and sent
replay_asked = Signal()  # replay: a rule is to be tried on the claims there were
