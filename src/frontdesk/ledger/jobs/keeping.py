"""Cards on file and refunds, at the gateway."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.ledger import operations
from frontdesk.ledger.gateways import CardDeclined, NoGateway, card_gateway
from frontdesk.ledger.models import Refund, SavedCard
from frontdesk.staff.queries import the_clock

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=5)


def ask_card(card: SavedCard) -> tuple[str, str]:
    """Begin to keep a card; return what lets the browser type it in, or what is wrong."""
    gateway = card_gateway()
    if card.status != SavedCard.Status.WAITING or gateway is None:
        return "", ""
    try:
        if card.setup:
            return gateway.kept(card.customer, card.setup).secret, ""
        asked = gateway.ask(key=str(card.pk), practice_id=card.practice_id, card_id=card.pk)
    except (NoGateway, CardDeclined) as trouble:
        return "", str(trouble)
    clock = the_clock(card.practice_id)
    operations.name_card_setup(card, customer=asked.customer, setup=asked.setup, by=clock)
    return asked.secret, ""


def keep_card_now(card: SavedCard) -> SavedCard:
    """Ask the gateway whether the card was typed in, and keep its token where it was."""
    gateway = card_gateway()
    if card.status != SavedCard.Status.WAITING or gateway is None or not card.setup:
        return card
    try:
        kept = gateway.kept(card.customer, card.setup)
    except (NoGateway, CardDeclined) as trouble:
        log.warning("A card could not be kept yet: %s", trouble)
        return card
    if not kept.token:
        return card
    return operations.keep_card(
        card,
        token=kept.token,
        brand=kept.brand,
        last_four=kept.last_four,
        month=kept.month,
        year=kept.year,
        at=now(),
        by=the_clock(card.practice_id),
    )


@task()
def forget_card(practice_id: str, card_id: str) -> str:
    """Let the gateway forget a card that was taken off file; forgotten twice is forgotten."""
    gateway = card_gateway()
    with practice_scope(UUID(practice_id)):
        card = SavedCard.objects.get(pk=card_id)
        if gateway is None or not card.token:
            return "nothing"
        try:
            gateway.forget(card.token)
        except NoGateway:
            forget_card.using(run_after=now() + AGAIN_AFTER).enqueue(practice_id, card_id)
            return "later"
        except CardDeclined as refusal:
            log.warning("A card was forgotten already: %s", refusal)
        return "forgotten"


@task()
def pay_refund_back(practice_id: str, refund_id: str) -> str:
    """Give an approved refund back to its card, once; a refusal goes to a person."""
    clock = the_clock(UUID(practice_id))
    gateway = card_gateway()
    with practice_scope(clock.practice_id):
        refund = Refund.objects.select_related("payment", "site").get(pk=refund_id)
        if refund.status != Refund.Status.PAYING or refund.payment is None:
            return refund.status
        try:
            if gateway is None:
                raise CardDeclined("This office has no card gateway any more.")
            named = gateway.give_back(
                refund.payment.gateway_id, key=str(refund.pk), amount=refund.amount
            )
        except NoGateway as trouble:
            log.warning("A refund could not be asked for yet: %s", trouble)
            pay_refund_back.using(run_after=now() + AGAIN_AFTER).enqueue(practice_id, refund_id)
            return "later"
        except CardDeclined as refusal:
            because = str(refusal)
            return operations.refuse_refund(refund, because=because, at=now(), by=clock).status
        return operations.settle_refund(refund, reference=named, at=now(), by=clock).status


def refund_back_soon(sender: object, *, refund: Refund, **_: Any) -> None:
    """Queue the refund at the gateway beside its approval."""
    pay_refund_back.enqueue(str(refund.practice_id), str(refund.pk))


def forget_soon(sender: object, *, card: SavedCard, **_: Any) -> None:
    """Queue that the gateway forgets a card."""
    if card.token:
        forget_card.enqueue(str(card.practice_id), str(card.pk))
