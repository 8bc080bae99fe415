"""Billing on screen."""

from frontdesk.billing.views.claims import (
    ask,
    authorize,
    bill_patient,
    choose_plan,
    claim,
    claims,
    judge,
    mine,
    replace,
    send,
    send_one,
    write_off,
)
from frontdesk.billing.views.files import file, files, send_file
from frontdesk.billing.views.remittances import (
    accept,
    remittance,
    remittance_claim,
    remittances,
    set_aside,
)
from frontdesk.billing.views.statements import (
    mailed,
    make_statement,
    make_statements,
    statement,
    statements,
)

__all__ = [
    "accept",
    "ask",
    "authorize",
    "bill_patient",
    "choose_plan",
    "claim",
    "claims",
    "file",
    "files",
    "judge",
    "mailed",
    "make_statement",
    "make_statements",
    "mine",
    "remittance",
    "remittance_claim",
    "remittances",
    "replace",
    "send",
    "send_file",
    "send_one",
    "set_aside",
    "statement",
    "statements",
    "write_off",
]
