"""What runs later: ask the card gateway how payments stand, and give money back through it."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.ledger import operations, queries
from frontdesk.ledger.gateways import (
    CardDeclined,
    CardGateway,
    CardPayment,
    Disputed,
    NoGateway,
    card_gateway,
)
from frontdesk.ledger.models import Payment
from frontdesk.staff.operations import open_work
from frontdesk.staff.queries import practice_ids, the_clock

log = logging.getLogger(__name__)

GIVEN_UP_AFTER = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(seconds=30)
REFUND_AGAIN_AFTER = timedelta(minutes=5)


@task()
def settle_card(practice_id: str, payment_id: str) -> str:
    """Ask the gateway how one payment stands, and post it, close it, or let it wait.

    A crash after the patient confirmed and before we heard is settled here: the gateway knows,
    and the same key finds the same payment there.
    """
    clock = the_clock(UUID(practice_id))
    gateway = card_gateway()
    with practice_scope(clock.practice_id):
        payment = Payment.objects.select_related("saved_card").get(pk=payment_id)
        if payment.status != Payment.Status.PENDING or gateway is None:
            return payment.status
        try:
            settled = _charged if payment.saved_card_id else _settled
            return settled(payment, gateway, clock).status
        except NoGateway as trouble:
            log.warning("A card payment could not be settled yet: %s", trouble)
            return payment.status


@task()
def refund_card(practice_id: str, payment_id: str) -> str:
    """Give a reversed card payment back through the gateway, once; a person hears of a refusal."""
    clock = the_clock(UUID(practice_id))
    gateway = card_gateway()
    with practice_scope(clock.practice_id):
        payment = Payment.objects.get(pk=payment_id)
        try:
            if gateway is None:
                raise CardDeclined("This office has no card gateway any more.")
            gateway.give_back(payment.gateway_id, key=str(payment.pk))
        except NoGateway as trouble:
            log.warning("A card refund could not be asked for yet: %s", trouble)
            again = refund_card.using(run_after=now() + REFUND_AGAIN_AFTER)
            again.enqueue(practice_id, payment_id)
            return "later"
        except CardDeclined as refusal:
            open_work(
                kind="ledger.refund_refused",
                title=f"Receipt {payment.number} could not be refunded to the card",
                detail=str(refusal),
                how_to_fix="Refund it in the gateway's own pages, or pay the patient by check.",
                pool="biller",
                subject=payment,
                amount=payment.amount,
                once=f"payment.refund:{payment.pk}",
                by=clock,
            )
            return "refused"
        return "refunded"


@task()
def hear_dispute(dispute_id: str) -> str:
    """Ask the gateway how a dispute stands, and take it into the books; heard twice it is once."""
    gateway = card_gateway()
    if gateway is None:
        return "no gateway"
    try:
        said = gateway.dispute(dispute_id)
    except NoGateway as trouble:
        log.warning("A dispute could not be asked about yet: %s", trouble)
        hear_dispute.using(run_after=now() + REFUND_AGAIN_AFTER).enqueue(dispute_id)
        return "later"
    payment = queries.disputes.charged_as(said.payment)
    if payment is None:
        log.warning("A dispute is about a payment that is not here.")
        return "not ours"
    clock = the_clock(payment.practice_id)
    with practice_scope(clock.practice_id):
        try:
            return operations.hear_dispute(payment, said, at=now(), by=clock).status
        except Refused as refusal:
            _book_by_hand(payment, said, str(refusal), clock)
            return "refused"


def _book_by_hand(payment: Payment, said: Disputed, because: str, clock: Actor) -> None:
    """Give a dispute that the books do not take by themselves to a person."""
    open_work(
        kind="ledger.dispute",
        title=f"${said.amount} of receipt {payment.number} are disputed, and not booked",
        detail=because,
        how_to_fix="The bank has taken the money back. Open the payment, see what stands in the "
        "way, and take it back by hand; the evidence goes in the gateway's pages.",
        pool="biller",
        subject=payment,
        amount=said.amount,
        due_at=said.due_at,
        once=f"card.dispute.unbooked:{said.id}",
        by=clock,
    )


@task()
def settle_cards() -> int:
    """Settle every payment that waits for the gateway: what the clock asks for every minute."""
    found = 0
    for practice_id in practice_ids() if card_gateway() else []:
        with practice_scope(practice_id):
            waiting = list(queries.pending_cards())
        for payment in waiting:
            settle_card.enqueue(str(practice_id), str(payment.pk))
        found += len(waiting)
    return found


def settle_soon(sender: object, *, payment: Payment, **_: Any) -> None:
    """Look after a payment that was asked for, should its page never come back."""
    later = settle_card.using(run_after=now() + ASK_AGAIN_AFTER)
    later.enqueue(str(payment.practice_id), str(payment.pk))


def refund_soon(sender: object, *, payment: Payment, **_: Any) -> None:
    """Queue the refund beside the reversal."""
    refund_card.enqueue(str(payment.practice_id), str(payment.pk))


def _settled(payment: Payment, gateway: CardGateway, clock: Actor) -> Payment:
    try:
        known = (
            gateway.find(payment.gateway_id)
            if payment.gateway_id
            else gateway.begin(
                payment.amount,
                key=payment.key,
                practice_id=payment.practice_id,
                payment_id=payment.pk,
            )
        )
        operations.name_gateway_payment(payment, gateway_id=known.id, by=clock)
        if known.state == "waiting" and now() - payment.taken_at > GIVEN_UP_AFTER:
            known = gateway.give_up(known.id)
    except CardDeclined as refusal:
        return operations.fail_card(payment, because=str(refusal), at=now(), by=clock)
    return _closed(payment, known, clock)


def _charged(payment: Payment, gateway: CardGateway, clock: Actor) -> Payment:
    """Charge a card on file, once: begun, named, confirmed, and after a crash found again.

    Nothing moves before `confirm`, and one begun payment is confirmed once: the gateway's own
    word on how it stands is the only one that counts.
    """
    card = payment.saved_card
    if card is None:
        return payment
    try:
        if not payment.gateway_id:
            begun = gateway.begin(
                payment.amount,
                key=payment.key,
                practice_id=payment.practice_id,
                payment_id=payment.pk,
                customer=card.customer,
                token=card.token,
            )
            payment = operations.name_gateway_payment(payment, gateway_id=begun.id, by=clock)
        known, because = gateway.find(payment.gateway_id), ""
        if known.is_unconfirmed:
            known, because = _confirmed(payment, gateway)
        if known.state == "waiting" and not known.is_underway:
            because = known.because or because or "The bank asks the card holder to confirm."
            known = gateway.give_up(known.id)
    except CardDeclined as refusal:
        return operations.fail_card(payment, because=str(refusal), at=now(), by=clock)
    return _closed(payment, known, clock, because)


def _confirmed(payment: Payment, gateway: CardGateway) -> tuple[CardPayment, str]:
    """Confirm, and ask how it stands whatever the answer was: somebody may have been first."""
    because = ""
    try:
        gateway.confirm(payment.gateway_id)
    except CardDeclined as refusal:
        because = str(refusal)
    return gateway.find(payment.gateway_id), because


def _closed(payment: Payment, known: CardPayment, clock: Actor, because: str = "") -> Payment:
    if known.state == "succeeded":
        return operations.settle_card(payment, last_four=known.last_four, at=now(), by=clock)
    if known.state == "failed":
        because = because or known.because or "It was not confirmed."
        return operations.fail_card(payment, because=because, at=now(), by=clock)
    return payment
