"""Take money from a patient, and give it back. One press of the button pays once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core import clock
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Drawer, Payment, Refund
from frontdesk.ledger.operations.drawers import open_drawer_of
from frontdesk.ledger.operations.plan_parts import count_towards_plan, uncount_from_plan
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.operations.settling import apply_credit
from frontdesk.ledger.rules import CASH_OF, Bucket, Line, Move, pay
from frontdesk.ledger.rules.chart import BANK, CHECKS, CREDIT, PATIENT
from frontdesk.ledger.signals import account_changed, card_refunded
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.queries import member_of

FIRST_RECEIPT = 1001
APPROVE = "ledger.approve_refund"
_GOING_OUT = (Refund.Status.APPROVED, Refund.Status.PAYING, Refund.Status.PAID)


@operation("ledger.take_payment")
def take_payment(
    patient: Patient,
    *,
    amount: Decimal,
    method: str,
    kind: str,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    reference: str = "",
    approval: str = "",
    visit_id: UUID | None = None,
) -> Payment:
    """Take a payment at the desk and post it: the payment returned carries its receipt number.

    A copay pays its own visit and otherwise waits as credit for that visit's bill; any other
    payment pays what is owed, oldest first, and the rest is credit. The same `key` returns the
    payment it made before. A card here is one the practice's own terminal took: `reference` is
    its last four digits and `approval` the terminal's code.
    """
    Patient.objects.lock(patient.pk)
    if earlier := Payment.objects.filter(key=key).first():
        return earlier.pressed_again(patient, amount)
    payment = Payment(
        patient=patient,
        amount=amount,
        method=method,
        kind=kind,
        reference=reference.strip(),
        approval=approval.strip(),
        taken_at=at,
        taken_by=by.name,
        member=member_of(by),
        site=site,
        visit_id=visit_id,
        key=key,
    )
    payment.expect_proof()
    return post_payment(payment, at=at, by=by)


@operation("ledger.refund", always_ask=True)
def reverse_payment(payment: Payment, *, because: str, at: datetime, by: Actor) -> Payment:
    """Give a payment back or void it: what it paid is owed again.

    After the day it was taken, a card gets money back only from somebody who approves refunds.
    """
    taken_on = clock.local(payment.site, payment.taken_at).date()
    if payment.gateway_id and taken_on < clock.local(payment.site, at).date():
        by.require(APPROVE)
    payment = undo_payment(payment, because=because, at=at, by=by)
    if payment.gateway_id:
        card_refunded.send(Payment, payment=payment)
    return payment


@operation("ledger.refund", always_ask=True)
def undo_payment(payment: Payment, *, because: str, at: datetime, by: Actor) -> Payment:
    """Take a payment out of the books, with what it did to a plan; no card hears of it."""
    held = hold_patients(payment)
    payment = Payment.objects.lock(payment.pk)
    if not because.strip():
        raise Refused("Say why the payment is taken back.")
    if Refund.objects.filter(payment=payment, status__in=_GOING_OUT).exists():
        raise Refused("A part of it was refunded to the card: refund the rest instead.")
    if queries.disputes.is_owed_again(payment):
        raise Refused("The bank has taken it back already: the patient owes what is disputed.")
    payment.status = Payment.lifecycle.move(payment.status, Payment.Status.REVERSED)
    payment.reversed_because = because.strip()
    payment.back_drawer = _drawer_to_give_from(payment, by)
    payment.save()
    if payment.posting is not None:
        reverse(
            payment.posting,
            because=because,
            at=at,
            on=clock.local(payment.site, at).date(),
            instead={CHECKS: BANK} if payment.deposit_id else None,
            by=by,
        )
    uncount_from_plan(payment, at=at, by=by)
    for patient in held:
        apply_credit(patient, at=at, by=by)
        account_changed.send(Patient, patient=patient, at=at, by=by)
    return payment


def hold_patients(payment: Payment) -> list[Patient]:
    """Lock everybody whose account the payment is on, and return them."""
    return Patient.objects.lock_many({payment.patient_id, *(pk for pk, _ in payment.split)})


@operation("ledger.take_payment")
def post_payment(payment: Payment, *, at: datetime, by: Actor) -> Payment:
    """Number the receipt, spread the money over what is owed, and save the payment."""
    held = {patient.pk: patient for patient in hold_patients(payment)}
    lines = [line for pk, amount in payment.split for line in _lines(payment, held[pk], amount, at)]
    if not payment.is_online:
        payment.drawer = open_drawer_of(payment.member)
    payment.number = Counter.take("receipt", start=FIRST_RECEIPT)
    payment.status = Payment.Status.POSTED
    payment.posting = post(
        "payment",
        key=f"payment:{payment.pk}",
        lines=lines,
        on=clock.local(payment.site, payment.taken_at).date(),
        memo=f"Receipt {payment.number}",
        at=at,
        by=by,
    )
    payment.save()
    if payment.kind == Payment.Kind.PLAN:
        count_towards_plan(payment, at=at, by=by)
    for patient in held.values():
        account_changed.send(Patient, patient=patient, at=at, by=by)
    return payment


def _lines(payment: Payment, patient: Patient, amount: Decimal, at: datetime) -> list[Line]:
    """Return what a payment, or one person's part of it, pays; and what stays as credit."""
    on = clock.local(payment.site, at).date()
    moves, left = _spread(payment, queries.owing(patient, on=on).buckets, amount)
    lines = [_line(payment, PATIENT, move, patient) for move in moves]
    if left > ZERO:
        lines.append(_line(payment, CREDIT, Move(payment.visit_id, None, left), patient))
    return lines


def _spread(
    payment: Payment, buckets: Sequence[Bucket], amount: Decimal
) -> tuple[list[Move], Decimal]:
    """Return what a payment pays and what stays as credit: for its own visit, for others, both."""
    own = [bucket for bucket in buckets if bucket.visit_id == payment.visit_id]
    if payment.kind == Payment.Kind.COPAY and payment.visit_id is not None:
        return pay(own, amount)
    if payment.for_visit is None:
        return pay(buckets, amount)
    others = [bucket for bucket in buckets if bucket.visit_id != payment.visit_id]
    moves, over = pay(others, amount - payment.for_visit)
    of_visit, left = pay(own, payment.for_visit + over)
    return [*moves, *of_visit], left


def _drawer_to_give_from(payment: Payment, by: Actor) -> Drawer | None:
    """Cash comes out of the drawer of whoever gives it back, else out of its own if still open."""
    if payment.method != Payment.Method.CASH:
        return None
    mine = open_drawer_of(member_of(by))
    if mine is not None or payment.drawer_id is None:
        return mine
    own = Drawer.objects.lock(payment.drawer_id)
    return own if own.status == Drawer.Status.OPEN else None


def _line(payment: Payment, source: str, move: Move, patient: Patient) -> Line:
    return Line(
        source,
        CASH_OF[payment.method],
        move.amount,
        "payment",
        patient_id=patient.pk,
        site_id=payment.site_id,
        visit_id=move.visit_id,
        charge_id=move.charge_id,
        payment_id=payment.pk,
        label=payment.get_kind_display(),
    )
