"""Questions about what was sent and not answered, and how long payers take."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from frontdesk.billing.models import (
    Claim,
    Exchange,
    PayerPace,
    RemittanceClaim,
    StatusQuestion,
    Transmission,
)
from frontdesk.billing.rules.pace import USUALLY_LATE_AFTER
from frontdesk.billing.rules.remitting import REVERSAL
from frontdesk.core.clock import local
from frontdesk.coverage.models import Payer
from frontdesk.coverage.queries import federal_holidays
from frontdesk.coverage.rules.good_faith import business_days
from frontdesk.practice.queries import office_clock

IN_HAND = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
MOST_LEARNED_FROM = 500  # a payer's newest decisions: its habits change


def files_without_receipt(sent_before: datetime) -> list[Exchange]:
    """Return files sent before an instant of which no receipt came (999, TA1)."""
    waiting = Transmission.objects.filter(
        exchange=OuterRef("pk"),
        claim__status=Claim.Status.SENT,
        claim__sent_at__lt=sent_before,
    )
    sent = Exchange.objects.filter(
        Exists(waiting), direction=Exchange.Direction.OUT, status=Exchange.Status.SENT
    )
    return list(sent.defer("content").order_by("pk"))


def files_without_answer(at: datetime, days: int) -> list[tuple[Exchange, list[Claim]]]:
    """Return files with claims received, and not answered for more than so many business days."""
    early = at - timedelta(days=days)
    rows = (
        Transmission.objects.filter(claim__status=Claim.Status.RECEIVED, claim__sent_at__lt=early)
        .exclude(exchange__status=Exchange.Status.REJECTED)
        .select_related("claim__visit__site", "exchange")
        .defer("exchange__content")
        .order_by("pk")
    )
    holidays = federal_holidays((at - timedelta(days=366)).date(), at.date())
    newest: dict[UUID, Transmission] = {row.claim_id: row for row in rows}  # sent again: the last
    found: dict[UUID, list[Transmission]] = defaultdict(list)
    for row in newest.values():
        site, sent_at = row.claim.visit.site, row.claim.sent_at
        sent_on, today = local(site, sent_at).date(), local(site, at).date()
        if business_days(sent_on, today, holidays) > days:
            found[row.exchange_id].append(row)
    return [(several[0].exchange, [row.claim for row in several]) for several in found.values()]


def sent_without_expectation() -> QuerySet[Claim]:
    """Return claims in hand of which nobody noted when an answer is late."""
    found = Claim.objects.filter(status__in=IN_HAND, late_on=None, sent_at__isnull=False)
    return found.order_by("pk")


def late_claims(today: date, since: datetime) -> QuerySet[Claim]:
    """Return claims later than their payer's usual time, not asked about since an instant."""
    asked = StatusQuestion.objects.filter(claim=OuterRef("pk"), asked_at__gte=since)
    late = Claim.objects.filter(~Exists(asked), status__in=IN_HAND, late_on__lt=today)
    return late.select_related("payer").order_by("-total", "pk")


def late_days() -> dict[UUID, int]:
    """Return after how many days a payer is later than usual, where that was learned."""
    return dict(PayerPace.objects.values_list("payer_id", "late_days"))


def late_after(payer_id: UUID, learned: dict[UUID, int]) -> int:
    """Return after how many days a payer is later than usual: learned, else thirty."""
    return learned.get(payer_id, USUALLY_LATE_AFTER)


def days_to_decide(payer: Payer) -> list[int]:
    """Return how many days the payer took for the claims it decided last, from sent to paid.

    A claim counts once, with its first decision: what is taken back or put right later says
    nothing of how long an answer takes.
    """
    heard = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.POSTED, why="")
    told = heard.exclude(status_code=REVERSAL)
    before = told.filter(claim=OuterRef("claim"), pk__lt=OuterRef("pk"))
    rows = (
        told.filter(~Exists(before), claim__payer=payer, claim__sent_at__isnull=False)
        .order_by("-pk")
        .values_list("claim__sent_at", "remittance__paid_on")
    )
    wall = office_clock()
    newest = rows[:MOST_LEARNED_FROM]
    return [(paid_on - wall(sent_at).date()).days for sent_at, paid_on in newest if sent_at]


def questions_of(claim: Claim) -> QuerySet[StatusQuestion]:
    """Return what a payer was asked about a claim, the newest first."""
    return StatusQuestion.objects.filter(claim=claim).select_related("exchange").order_by("-pk")
