"""Let credit pay what is owed, and give up what will not be paid."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Posting
from frontdesk.ledger.operations.postings import post
from frontdesk.ledger.rules import Line, Move, pay, settle
from frontdesk.ledger.rules.chart import CREDIT, PATIENT, WRITE_OFF
from frontdesk.ledger.signals import account_changed
from frontdesk.people.models import Patient


@operation("ledger.take_payment")
def apply_credit(patient: Patient, *, at: datetime, by: Actor) -> Posting | None:
    """Settle the patient's account: overpaid charges give to credit, credit pays the oldest.

    Returns nothing where nothing moves. Credit put down for a visit waits for its bill.
    """
    patient = Patient.objects.lock(patient.pk)
    owing = queries.owing(patient, on=at.date())
    moves = settle(owing.buckets, owing.credit, owing.held)
    if not moves:
        return None
    posting = post(
        "credit",
        key=f"credit:{new_key()}",
        lines=[_applied(move, patient.pk) for move in moves],
        on=at.date(),
        memo="Credit applied",
        at=at,
        by=by,
    )
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return posting


@operation("ledger.adjust", always_ask=True)
def write_off(
    patient: Patient,
    amount: Decimal,
    *,
    because: str,
    at: datetime,
    by: Actor,
    visit_id: UUID | None = None,
) -> Posting:
    """Give up part of what the patient owes (for one visit, or the oldest), with the reason."""
    patient = Patient.objects.lock(patient.pk)
    buckets = [
        bucket
        for bucket in queries.owing(patient, on=at.date()).buckets
        if visit_id is None or bucket.visit_id == visit_id
    ]
    moves, left = pay(buckets, amount)
    if left > ZERO or not moves:
        raise Refused(f"${amount} is more than is owed here.")
    lines = [
        Line(
            PATIENT,
            WRITE_OFF,
            move.amount,
            "writeoff",
            patient_id=patient.pk,
            visit_id=move.visit_id,
            charge_id=move.charge_id,
            label=because,
        )
        for move in moves
    ]
    posting = post(
        "adjustment",
        key=f"writeoff:{new_key()}",
        lines=lines,
        on=at.date(),
        memo=because,
        at=at,
        by=by,
    )
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return posting


def _applied(move: Move, patient_id: UUID) -> Line:
    source, target = (PATIENT, CREDIT) if move.amount > 0 else (CREDIT, PATIENT)
    return Line(
        source,
        target,
        abs(move.amount),
        "credit",
        patient_id=patient_id,
        visit_id=move.visit_id,
        charge_id=move.charge_id,
    )
