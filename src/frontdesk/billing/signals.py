"""What this room announces, inside the operation's own transaction."""

from django.dispatch import Signal

file_brought = Signal()  # exchange: a file that came by hand is to be read
batch_queued = Signal()  # exchange, not_before: a file of claims waits to be sent
remittance_received = Signal()  # remittance: to be posted claim by claim
status_asked = Signal()  # question: where a claim stands, to be asked of the payer
statement_made = Signal()  # statement: to be printed, filed and sent
run_started = Signal()  # run: families are to be billed one by one
letter_wanted = Signal()  # placement: its last letter is to be printed and filed
receipt_wanted = Signal()  # payment: a bill was paid by link
replay_asked = Signal()  # replay: a rule is to be tried on the claims there were
claims_waiting = Signal()  # practice_id, payer: claims held or ready are to be judged again
