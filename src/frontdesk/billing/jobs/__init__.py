"""What runs later or every few minutes: send files, empty the mailbox, post remittances."""

from frontdesk.billing.jobs.claims import judge_soon, judge_waiting, replay_rule, replay_soon
from frontdesk.billing.jobs.files import (
    read_brought,
    read_mailbox,
    read_mailboxes,
    read_soon,
    send_file,
    send_ready,
    send_soon,
)
from frontdesk.billing.jobs.lines import fetch_all, line_of, line_to_ask
from frontdesk.billing.jobs.papers import (
    letter_soon,
    mail_receipt,
    make_run,
    print_letter,
    print_soon,
    print_statement,
    receipt_soon,
    run_soon,
)
from frontdesk.billing.jobs.remittances import post_remittance, post_soon
from frontdesk.billing.jobs.standing import ask_soon, ask_where_it_stands
from frontdesk.billing.jobs.watching import (
    keep_bills,
    keep_bills_everywhere,
    watch,
    watch_everywhere,
)
from frontdesk.billing.signals import (
    batch_queued,
    claims_waiting,
    file_brought,
    letter_wanted,
    receipt_wanted,
    remittance_received,
    replay_asked,
    run_started,
    statement_made,
    status_asked,
)

__all__ = [
    "ask_where_it_stands",
    "fetch_all",
    "judge_waiting",
    "keep_bills",
    "keep_bills_everywhere",
    "line_of",
    "line_to_ask",
    "listen",
    "mail_receipt",
    "make_run",
    "post_remittance",
    "print_letter",
    "print_statement",
    "read_brought",
    "read_mailbox",
    "read_mailboxes",
    "replay_rule",
    "send_file",
    "send_ready",
    "watch",
    "watch_everywhere",
]


def listen() -> None:
    """Hear of files to send, remittances to post and statements to print."""
    statement_made.connect(print_soon, dispatch_uid="billing.print")
    run_started.connect(run_soon, dispatch_uid="billing.run")
    letter_wanted.connect(letter_soon, dispatch_uid="billing.letter")
    receipt_wanted.connect(receipt_soon, dispatch_uid="billing.receipt")
    claims_waiting.connect(judge_soon, dispatch_uid="billing.judge")
    status_asked.connect(ask_soon, dispatch_uid="billing.ask_status")
    file_brought.connect(read_soon, dispatch_uid="billing.read_brought")
    batch_queued.connect(send_soon, dispatch_uid="billing.send")
    remittance_received.connect(post_soon, dispatch_uid="billing.post")
    replay_asked.connect(replay_soon, dispatch_uid="billing.replay")
