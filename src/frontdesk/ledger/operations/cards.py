"""A card payment through the gateway: first a promise, then what the gateway says of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.operation import operation
from frontdesk.ledger.models import Instalment, Payment
from frontdesk.ledger.operations.payments import hold_patients, post_payment
from frontdesk.ledger.operations.plan_parts import note_declined
from frontdesk.ledger.signals import card_asked, card_taken, plan_charged
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.queries import member_of

Shares = Sequence[tuple[UUID, Decimal]]  # a family's charge: how much for whom


@operation("ledger.take_payment")
def start_card_payment(
    patient: Patient,
    *,
    amount: Decimal,
    kind: str,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    visit_id: UUID | None = None,
    for_visit: Decimal | None = None,
    shares: Shares = (),
) -> Payment:
    """Write down that a card payment is about to be asked for; nothing is posted yet.

    The row is saved before the gateway hears of it, so that a crash in between is found by
    `jobs.settle_cards`. The same `key` returns the payment it made before.
    """
    Patient.objects.lock(patient.pk)
    if earlier := Payment.objects.filter(key=key).first():
        return earlier.pressed_again(patient, amount)
    payment = pending_payment(
        patient, shares, at=at, by=by,
        amount=amount, kind=kind, site=site, key=key, visit_id=visit_id, for_visit=for_visit,
    )  # fmt: skip
    card_asked.send(Payment, payment=payment)
    return payment


def pending_payment(
    patient: Patient, shares: Shares, *, at: datetime, by: Actor, **told: Any
) -> Payment:
    """Save a payment that the gateway is about to hear of, inside an operation.

    `told` are fields of the payment; a family's `shares` say how much of it is for whom.
    """
    payment = Payment(
        patient=patient,
        method=Payment.Method.CARD,
        status=Payment.Status.PENDING,
        is_online=True,
        taken_at=at,
        taken_by=by.name,
        member=member_of(by),
        shares=[[str(pk), str(part)] for pk, part in shares] or None,
        **told,
    )
    payment.expect_proof()
    payment.save()
    return payment


@operation("ledger.take_payment")
def name_gateway_payment(payment: Payment, *, gateway_id: str, by: Actor) -> Payment:
    """Remember what the gateway calls the payment."""
    payment = Payment.objects.lock(payment.pk)
    if payment.gateway_id != gateway_id:
        payment.gateway_id = gateway_id
        payment.save()
    return payment


@operation("ledger.take_payment")
def settle_card(payment: Payment, *, last_four: str, at: datetime, by: Actor) -> Payment:
    """Post a card payment that the gateway says succeeded; said twice, it is posted once."""
    hold_patients(payment)
    payment = Payment.objects.lock(payment.pk)
    if payment.status in {Payment.Status.POSTED, Payment.Status.REVERSED}:
        return payment
    payment.status = Payment.lifecycle.move(payment.status, Payment.Status.POSTED)
    payment.reference = last_four
    payment.failed_because = ""
    posted = post_payment(payment, at=at, by=by)
    card_taken.send(Payment, payment=posted, at=at, by=by)
    if payment.kind == Payment.Kind.PLAN and payment.saved_card_id:
        plan_charged.send(Payment, payment=posted, at=at, by=by)
    return posted


@operation("ledger.take_payment")
def fail_card(payment: Payment, *, because: str, by: Actor, at: datetime | None = None) -> Payment:
    """Close a card payment that the gateway gave up; no money moved."""
    payment = Payment.objects.lock(payment.pk)
    if payment.status == Payment.Status.PENDING:
        payment.status = Payment.lifecycle.move(payment.status, Payment.Status.FAILED)
        payment.failed_because = because[:120]
        payment.save()
        for instalment in Instalment.objects.filter(charge=payment):
            note_declined(instalment, because=because, may_retry=True, at=at or now(), by=by)
    return payment
