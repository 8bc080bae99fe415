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
from frontdesk.ledger.rules.chart import CREDIT, PATIENT, REFUNDS, WRITE_OFF
from frontdesk.ledger.rules.money_policy import WAIVER, is_waiver
from frontdesk.ledger.signals import account_changed, account_settles
from frontdesk.people.models import Patient
from frontdesk.practice.queries import office_day


@operation("ledger.take_payment")
def apply_credit(patient: Patient, *, at: datetime, by: Actor) -> Posting | None:
    """Settle the patient's account: overpaid charges give to credit, credit pays the oldest.

    Returns nothing where nothing moves. Credit put down for a visit waits for its bill.
    """
    patient = Patient.objects.lock(patient.pk)
    account_settles.send(Patient, patient=patient, at=at, by=by)
    on = office_day(at)
    owing = queries.owing(patient, on=on)
    moves = settle(owing.buckets, owing.credit, owing.held)
    if not moves:
        return None
    posting = post(
        "credit",
        key=f"credit:{new_key()}",
        lines=[_applied(move, patient.pk) for move in moves],
        on=on,
        memo="Credit applied",
        at=at,
        by=by,
    )
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return posting


@operation("ledger.take_payment")
def apply_credit_to(
    patient: Patient, amount: Decimal, *, at: datetime, by: Actor, visit_id: UUID | None = None
) -> Posting:
    """Let so much credit pay what is owed for one visit (or the oldest), by choice.

    Unlike `apply_credit` it also uses what was paid ahead for a visit to come.
    """
    patient = Patient.objects.lock(patient.pk)
    on = office_day(at)
    owing = queries.owing(patient, on=on)
    if amount <= ZERO or amount > owing.credit - queries.crediting.proposed(patient):
        raise Refused(f"The account has ${owing.credit} of credit.")
    buckets = [one for one in owing.buckets if visit_id is None or one.visit_id == visit_id]
    moves, left = pay(buckets, amount)
    if left > ZERO or not moves:
        raise Refused(f"${amount} is more than is owed here.")
    posting = post(
        "credit",
        key=f"credit:{new_key()}",
        lines=[_applied(move, patient.pk) for move in moves],
        on=on,
        memo="Credit applied by choice",
        at=at,
        by=by,
    )
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return posting


@operation("ledger.take_payment")
def move_prepayment(
    patient: Patient,
    amount: Decimal,
    *,
    from_visit: UUID | None,
    to_visit: UUID | None,
    at: datetime,
    by: Actor,
    to: Patient | None = None,
    because: str = "",
    key: str = "",
) -> None:
    """Let what was paid ahead wait for another visit, be free of any, or be a relative's.

    Free credit (`from_visit` None) pays at once what is owed where it arrives. The same `key`
    moves it once.
    """
    to = to or patient
    name = f"prepayment:{key or new_key()}"
    held = {one.pk: one for one in Patient.objects.lock_many({patient.pk, to.pk})}
    if Posting.objects.filter(key=name).exists():
        return
    if (from_visit, patient.pk) == (to_visit, to.pk):
        raise Refused("It is there already. Choose where it goes.")
    _refuse_moving(held[patient.pk], held[to.pk], amount, from_visit, because)
    lines = [
        Line(CREDIT, REFUNDS, amount, "credit", patient_id=to.pk, visit_id=to_visit),
        Line(REFUNDS, CREDIT, amount, "credit", patient_id=patient.pk, visit_id=from_visit),
    ]
    memo = "Prepayment moved" + (f": {because.strip()}" if because.strip() else "")
    post("credit", key=name, lines=lines, on=office_day(at), memo=memo[:200], at=at, by=by)
    for one in held.values():
        account_changed.send(Patient, patient=one, at=at, by=by)
    apply_credit(held[to.pk], at=at, by=by)


def _refuse_moving(
    patient: Patient, to: Patient, amount: Decimal, from_visit: UUID | None, because: str
) -> None:
    held = queries.crediting.by_visit(patient).get(from_visit, ZERO)
    if from_visit is None:
        held = min(held, queries.crediting.free_credit(patient))
    if not ZERO < amount <= held:
        where = "for that visit" if from_visit else "and is free"
        raise Refused(f"${held} was paid ahead {where}.")
    if to.pk == patient.pk:
        return
    if patient.guarantor_id is None or to.guarantor_id != patient.guarantor_id:
        raise Refused("Credit goes to somebody of the same family only. Refund it instead.")
    if not because.strip():
        raise Refused("Say who asked for it: it is another person's account.")


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
    """Give up part of what the patient owes (for one visit, or the oldest), with the reason.

    A copay or deductible waived as a favor is refused: 42 U.S.C. 1320a-7a(i)(6).
    """
    if is_waiver(because):
        raise Refused(WAIVER)
    patient = Patient.objects.lock(patient.pk)
    on = office_day(at)
    buckets = [
        bucket
        for bucket in queries.owing(patient, on=on).buckets
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
        on=on,
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
