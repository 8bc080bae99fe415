"""Note what the card processor brought to the bank, and what it kept of it."""

from datetime import date, datetime
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import CardPayout, Posting
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK, CARDS
from frontdesk.ledger.rules.costs import CARD_FEES
from frontdesk.practice.models import Site

MEMO = "Card money at the bank"


@operation("ledger.deposit")
def note_card_payout(
    site: Site,
    *,
    on: date,
    credited: Decimal,
    fee: Decimal,
    reference: str,
    at: datetime,
    by: Actor,
    because: str = "",
) -> CardPayout:
    """Note a transfer of the card processor: the cards leave their way, its fee is a cost.

    The same reference twice is one transfer. More than is on its way needs its reason: payments
    from before this system, or money of a dispute.
    """
    site = Site.objects.lock(site.pk)  # two people with the same statement queue here
    reference, because = reference.strip(), because.strip()
    _check(site, on, credited, fee, reference, at)
    waiting = queries.payouts.on_their_way()
    if credited + fee > waiting and not because:
        raise Refused(f"Only ${waiting} of card payments is on its way: say what else is in it.")
    payout = CardPayout(
        site=site, on=on, credited=credited, fee=fee, reference=reference, because=because,
        noted_at=at, noted_by=by.name,
    )  # fmt: skip
    payout.save()
    lines = [Line(CARDS, BANK, credited, "card.payout", site_id=site.pk)]
    if fee:
        lines.append(Line(CARDS, CARD_FEES, fee, "card.fee", site_id=site.pk))
    post("card.payout", key=_key(payout), lines=lines, on=on, memo=MEMO, at=at, by=by)
    return payout


@operation("ledger.deposit")
def take_payout_back(payout: CardPayout, *, because: str, at: datetime, by: Actor) -> CardPayout:
    """Take back what was noted by mistake: the cards are on their way again."""
    if not because.strip():
        raise Refused("Say why it is taken back.")
    payout = CardPayout.objects.lock(payout.pk)
    payout.status = payout.lifecycle.move(payout.status, CardPayout.Status.TAKEN_BACK)
    payout.because = because.strip()
    payout.save()
    posting = Posting.objects.get(key=_key(payout))
    reverse(posting, because=payout.because, at=at, on=local(payout.site, at).date(), by=by)
    return payout


def _check(
    site: Site, on: date, credited: Decimal, fee: Decimal, reference: str, at: datetime
) -> None:
    if on > local(site, at).date():
        raise Refused("That day has not come yet.")
    if credited <= ZERO or fee < ZERO:
        raise Refused("Say what reached the bank, and the fee as a sum of its own.")
    noted = CardPayout.objects.filter(reference=reference, status=CardPayout.Status.NOTED)
    if reference and (earlier := noted.first()):
        raise Refused(f"This transfer was noted already, for {earlier.on:%m/%d/%Y}.")


def _key(payout: CardPayout) -> str:
    return f"card-payout:{payout.pk}"
