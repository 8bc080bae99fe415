"""The demo's cards: paid out to the bank, charged for a family, disputed at the bank."""

from collections import defaultdict
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.money import CENT, ZERO
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.ledger import operations, queries
from frontdesk.ledger.gateways import Disputed
from frontdesk.ledger.models import CardPayout, Payment
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK, CARDS
from frontdesk.ledger.rules.costs import CARD_FEES
from frontdesk.ledger.rules.together import Share, Tender
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site

KEPT = Decimal("0.027")  # of each dollar, by the card processor
WEEKLY = timedelta(days=60)  # older transfers are put together by month
UNDERWAY = timedelta(days=2)
DISPUTED_FEE = Decimal("15.00")
EVIDENCE_TIME = timedelta(days=9)


def live_cards(practice_id: UUID) -> None:
    """Take one payment for a family, and hear of one disputed card."""
    omar = staff(practice_id, "biller", "Omar Haddad")
    with suppress(Refused):  # a plan or help may have come first
        _family(practice_id, omar)
    with suppress(Refused):
        _dispute(practice_id, omar)


@operation("ledger.deposit")
def bank_the_cards(until: date, *, by: Actor) -> None:
    """Write what the card processor paid out of what was taken up to a day."""
    rows = (
        Payment.objects.filter(
            method="card", status="posted", posting__posted_on__lte=until - UNDERWAY
        )
        .order_by()
        .values_list("site", "posting__posted_on")
        .annotate(Sum("amount"))
    )
    sums: dict[tuple[UUID, date], Decimal] = defaultdict(Decimal)
    for site_id, on, amount in rows:
        sums[site_id, _paid_out_on(on, until)] += amount
    for number, ((site_id, on), gross) in enumerate(sorted(sums.items(), key=lambda row: row[0])):
        _payout(site_id, on, gross, f"PO{number:05d}", by)


def _paid_out_on(on: date, until: date) -> date:
    """The end of the week, of the month for what is long past, of the year before that."""
    if until - on > 6 * WEEKLY:
        return until - 6 * WEEKLY
    if until - on > WEEKLY:
        last = (on.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return min(last, until - WEEKLY)
    return min(on + timedelta(days=6 - on.weekday()) + UNDERWAY, until)


def _payout(site_id: UUID, on: date, gross: Decimal, reference: str, by: Actor) -> None:
    fee = (gross * KEPT).quantize(CENT)
    at = datetime.combine(on, datetime.min.time(), tzinfo=now().tzinfo) + timedelta(hours=20)
    payout = CardPayout(
        site_id=site_id, on=on, credited=gross - fee, fee=fee, reference=reference, noted_at=at,
        noted_by=by.name,
    )  # fmt: skip
    payout.save()
    parts = ((BANK, gross - fee, "card.payout"), (CARD_FEES, fee, "card.fee"))
    lines = [Line(CARDS, to, sum_, kind, site_id=site_id) for to, sum_, kind in parts if sum_]
    operations.post(
        "card.payout", key=f"card-payout:{payout.pk}", lines=lines, on=on,
        memo="Card money at the bank", at=at, by=by,
    )  # fmt: skip


def _family(practice_id: UUID, by: Actor) -> None:
    """One card pays what two or more of a family owe."""
    with practice_scope(practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk")[0]
        shares = _owed_by_a_family()
    if len(shares) < 2:
        return
    total = sum((share.amount for share in shares), ZERO)
    card = Tender("card", total, reference="8820", approval="204417")
    told: dict[str, Any] = {"kind": "balance", "site": site, "key": "demo:family"}
    operations.take_together(shares, [card], **told, at=now(), by=by)


def _owed_by_a_family() -> list[Share]:
    """What the members of the first family owe of which two owe something."""
    many = Patient.objects.exclude(guarantor=None).values("guarantor").order_by()
    heads = many.annotate(Count("pk")).filter(pk__count__gt=1).values("guarantor")
    homes: dict[UUID, list[UUID]] = defaultdict(list)
    members = Patient.objects.filter(guarantor__in=heads).order_by("chart_number")
    for pk, head in members.values_list("pk", "guarantor")[:200]:
        homes[head].append(pk)
    owed = queries.balances_of([pk for home in homes.values() for pk in home])
    for home in homes.values():
        owing = [(pk, owed[pk].to_pay) for pk in home if pk in owed and owed[pk].to_pay > ZERO]
        if len(owing) > 1:
            return [Share(pk, amount) for pk, amount in owing]
    return []


def _dispute(practice_id: UUID, by: Actor) -> None:
    """A card of the last weeks is disputed; the bank waits for the evidence."""
    with practice_scope(practice_id):
        cards = Payment.objects.filter(method="card", status="posted", together=None)
        payment = (
            cards.filter(taken_at__lt=now() - timedelta(days=12)).order_by("-taken_at").first()
        )
    if payment is None:
        return
    at = now()
    said = Disputed(
        "dp_demo", "", payment.amount, "unrecognized", "open", at + EVIDENCE_TIME,
        (("txn_demo", DISPUTED_FEE),),
    )  # fmt: skip
    operations.hear_dispute(payment, said, at=at, by=by)
