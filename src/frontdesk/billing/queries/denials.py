"""Questions about denials: what to work first, what came of them, who could have prevented them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet, Sum

from frontdesk.billing.models import (
    Appeal,
    Claim,
    ClaimEvent,
    Denial,
    DenialStep,
    RemittanceClaim,
)
from frontdesk.billing.rules import denials as rules
from frontdesk.billing.rules.levels import level_of, next_level
from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import reason_in_words
from frontdesk.practice.models import Site
from frontdesk.records.models import Document
from frontdesk.records.queries import documents_of

ON_A_PAGE = 50
NEAR = timedelta(days=14)  # of the last day to appeal
LOOKS_BACK = timedelta(days=180)
Status = Denial.Status
_WAITING = ("corrected", "appealed")
_WON = (Appeal.Status.WON, Appeal.Status.PARTLY)


@dataclass(frozen=True, slots=True)
class DenialChip:
    """One way to narrow the list, with how many it holds and what is expected of them."""

    key: str
    label: str
    count: int
    expected: Decimal


@dataclass(frozen=True, slots=True)
class DenialList:
    """The work list as drawn: chips, one page, and what it was narrowed to."""

    chips: list[DenialChip]
    show: str
    page: Page[Denial]
    cause: rules.Cause | None = None
    payer: str = ""
    reason: str = ""
    reason_words: str = ""


@dataclass(frozen=True, slots=True)
class DenialPage:
    """One denial with all that its drawer shows."""

    denial: Denial
    words: str
    steps: list[DenialStep]
    appeals: list[Appeal]
    others: list[Denial]
    rate: "Overturned"
    next_level: int
    next_name: str
    days_left: int
    to_give_up: Decimal


@dataclass(frozen=True, slots=True)
class Overturned:
    """How appeals against one payer for one cause ended."""

    count: int
    won: int
    dollars: Decimal

    @property
    def share(self) -> float:
        """The share that was won, whole or in part."""
        return self.won / self.count if self.count else 0.0


def denials() -> QuerySet[Denial]:
    """Return denials with what rows and drawers show of them."""
    return Denial.objects.select_related(
        "claim__patient", "claim__visit__site", "payer", "appeal", "line"
    )


def said_by_payers() -> QuerySet[Denial]:
    """Return all that payers refused: what was only posted wrongly counts in no figure."""
    return Denial.objects.exclude(status=Status.MISTAKEN)


def denials_about(charges: Collection[UUID], claims: Collection[UUID]) -> QuerySet[Denial]:
    """Return, held, the denials of these charges or of these claims, the oldest first."""
    about = Q(line__charge_id__in=charges)
    if claims:
        about |= Q(claim_id__in=claims)
    found = Denial.objects.filter(about).select_related("line", "appeal")
    return found.select_for_update(of=("self",)).order_by("pk")


def ended_denials(pairs: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], rules.Ended]:
    """Return what became of the denials of each payer and cause; what a patient got is left out."""
    known = Denial.objects.filter(
        payer_id__in={payer for payer, _ in pairs},
        cause__in={cause for _, cause in pairs},
        status__in=(Status.WON, Status.PARTLY, Status.LOST, Status.WRITTEN_OFF),
    )
    rows = (
        known.order_by()
        .values("payer_id", "cause")
        .annotate(
            count=Count("pk"),
            dollars=Sum("stake"),
            got=Sum("recovered"),
            worked=Count("pk", filter=Q(spent__gt=0)),
            took=Sum("spent"),
        )
        .values_list("payer_id", "cause", "count", "dollars", "got", "worked", "took")
    )
    return {
        (payer, cause): rules.Ended(count, stake or ZERO, got or ZERO, worked, minutes or 0)
        for payer, cause, count, stake, got, worked, minutes in rows
        if (payer, cause) in pairs
    }


def denial_list(
    *,
    show: str,
    number: int,
    today: date,
    cause: str = "",
    payer: UUID | None = None,
    reason: str = "",
) -> DenialList:
    """Return a page of denials under one chip: what brings most for each minute first."""
    chips = _chips(today)
    show = show if any(chip.key == show for chip in chips) else "work"
    found = denials().filter(_chip(show, today))
    if cause in rules.causes():
        found = found.filter(cause=cause)
    if payer is not None:
        found = found.filter(payer=payer)
    if reason:
        group, code = rules.reason_code(reason)
        found = found.filter(reason=code, **({"group": group} if group else {}))
    page = Paginator(found.order_by(*_order(show)), ON_A_PAGE).get_page(number)
    first = page.object_list[0] if page.object_list else None
    return DenialList(
        chips,
        show,
        page,
        cause=rules.causes().get(cause),
        payer=first.payer.name if first is not None and payer is not None else "",
        reason=reason,
        reason_words=reason_in_words(rules.reason_code(reason)[1]) if reason else "",
    )


def denial_page(denial: Denial, *, today: date) -> DenialPage:
    """Return all that a denial's drawer shows; load it by `denials` first."""
    others = Denial.objects.filter(claim=denial.claim_id).exclude(pk=denial.pk)
    filing = denial.payer.filing_indicator
    level = next_level(denial.appeal.level if denial.appeal else 0, filing)
    return DenialPage(
        denial=denial,
        words=reason_in_words(denial.reason),
        steps=list(denial.steps.order_by("-at", "-pk")),
        appeals=list(appeals_about(denial.claim).filter(reason=denial.carc)),
        others=list(others.order_by("pk")),
        rate=overturned(denial.payer_id, denial.cause),
        next_level=level,
        next_name=level_of(filing, level).name,
        days_left=(denial.appeal_by - today).days,
        to_give_up=denial.amount,
    )


def appeals_about(claim: Claim) -> QuerySet[Appeal]:
    """Return the appeals of a claim, the newest first."""
    found = Appeal.objects.filter(claim=claim).select_related("packet", "payer")
    return found.order_by("-number")


def appeals() -> QuerySet[Appeal]:
    """Return appeals with what their letter says."""
    return Appeal.objects.select_related(
        "claim__patient",
        "claim__provider",
        "claim__practice",
        "claim__policy__subscription__plan",
        "claim__visit__site",
        "payer",
        "packet",
    )


def overturned(payer_id: UUID, cause: str) -> Overturned:
    """Return how appeals against a payer for a cause ended."""
    answered = Appeal.objects.filter(
        payer=payer_id,
        cause=cause,
        status__in=(*_WON, Appeal.Status.LOST),
    )
    won = Q(status__in=_WON)
    told = answered.aggregate(n=Count("pk"), good=Count("pk", filter=won), sum=Sum("won"))
    return Overturned(told["n"], told["good"], told["sum"] or ZERO)


def overturned_by_reason() -> list[dict[str, Any]]:
    """Return for each payer and cause how many appeals were answered, and how many won."""
    won = Q(status__in=_WON)
    rows = (
        Appeal.objects.filter(status__in=(*_WON, Appeal.Status.LOST))
        .order_by()
        .values("payer__name", "cause")
        .annotate(count=Count("pk"), won_count=Count("pk", filter=won), dollars=Sum("won"))
    )
    found = [{**row, "label": rules.cause(row["cause"]).label} for row in rows]
    return sorted(found, key=lambda row: (-row["count"], row["payer__name"]))


def papers_for(denial_or_appeal: Denial | Appeal) -> list[Document]:
    """Return the chart's documents that may be enclosed: of the visit and before, newest first."""
    return list(documents_of(denial_or_appeal.claim.patient)[:40])


def proof_of_filing(claim: Claim) -> list[ClaimEvent]:
    """Return what shows when the payer had the claim or a version before it: 999 and 277CA."""
    versions, former = [claim.pk], claim.replaces
    while former is not None:
        versions.append(former.pk)
        former = former.replaces
    kinds = ("sent", "999", "277CA")
    events = ClaimEvent.objects.filter(claim__in=versions, kind__in=kinds)
    return list(events.select_related("exchange", "claim").order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class Worker:
    """What one person did about denials in a span of days."""

    name: str
    worked: int
    days: int
    minutes: int
    recovered: Decimal

    @property
    def per_day(self) -> float:
        """Denials a day, of the days on which any were worked."""
        return self.worked / self.days if self.days else 0.0

    @property
    def per_hour(self) -> Decimal | None:
        """Dollars recovered for each hour that was noted."""
        if not self.minutes:
            return None
        return (self.recovered * 60 / self.minutes).quantize(Decimal("0.01"))


def productivity(since: datetime, site: Site) -> list[Worker]:
    """Return what each person worked since an instant, and what came of what they had worked."""
    steps = DenialStep.objects.filter(at__gte=since)
    done = steps.filter(kind__in=("noted", *_WAITING, "written", "patient", "cause"))
    worked: dict[str, set[UUID]] = {}
    days: dict[str, set[date]] = {}
    minutes: dict[str, int] = {}
    rows = done.values_list("by_name", "denial_id", "at", "minutes")
    for name, denial_id, at, spent in rows.iterator(chunk_size=2000):
        worked.setdefault(name, set()).add(denial_id)
        days.setdefault(name, set()).add(local(site, at).date())
        minutes[name] = minutes.get(name, 0) + spent
    got = _recovered(since)
    return sorted(
        (
            Worker(name, len(worked[name]), len(days[name]), minutes[name], got.get(name, ZERO))
            for name in worked
        ),
        key=lambda one: (-one.recovered, one.name),
    )


def _recovered(since: datetime) -> dict[str, Decimal]:
    """Dollars of denials that ended, under the name of who worked them last."""
    ended = DenialStep.objects.filter(at__gte=since, kind__in=("won", "partly"))
    dollars = dict(ended.values_list("denial_id", "denial__recovered"))  # of what stands now
    theirs = DenialStep.objects.filter(denial__in=list(dollars), kind__in=("noted", *_WAITING))
    last = dict(theirs.order_by("at", "pk").values_list("denial_id", "by_name"))
    sums: dict[str, Decimal] = {}
    for denial_id, name in last.items():
        sums[name] = sums.get(name, ZERO) + dollars[denial_id]
    return sums


@dataclass(frozen=True, slots=True)
class CauseSum:
    """The denials of one cause in a span of days: how many, dollars, what came back."""

    cause: rules.Cause
    count: int
    amount: Decimal
    recovered: Decimal
    given_up: Decimal


def by_cause(since: date) -> list[CauseSum]:
    """Return the denials since a day by root cause, the most dollars first."""
    rows = (
        _since(since)
        .values("cause")
        .annotate(
            count=Count("pk"),
            refused=Sum("amount"),
            got=Sum("recovered"),
            lost=Sum("amount", filter=Q(status__in=Denial.GIVEN_UP)),
        )
        .values_list("cause", "count", "refused", "got", "lost")
    )
    found = [
        CauseSum(rules.cause(key), count, amount, got or ZERO, lost or ZERO)
        for key, count, amount, got, lost in rows
    ]
    return sorted(found, key=lambda one: -one.amount)


def by_payer(since: date) -> list[dict[str, Any]]:
    """Return the denials since a day by payer, the most dollars first."""
    rows = _since(since).values("payer_id", "payer__name")
    told = rows.annotate(count=Count("pk"), amount=Sum("amount"), recovered=Sum("recovered"))
    return sorted((dict(row) for row in told), key=lambda row: -row["amount"])


def _since(since: date) -> QuerySet[Denial]:
    return said_by_payers().filter(denied_on__gte=since, follows=None).order_by()


def _chips(today: date) -> list[DenialChip]:
    labels = {
        "work": "To work",
        "limit": "Appeal limit",
        "waiting": "Waiting",
        "agree": "To agree",
        "won": "Won",
        "lost": "Lost",
        "patient": "To patients",
        "all": "All",
    }
    asked: dict[str, Any] = {}
    for key in labels:
        asked[f"n_{key}"] = Count("pk", filter=_chip(key, today))
        asked[f"sum_{key}"] = Sum("expected", filter=_chip(key, today))
    told = Denial.objects.aggregate(**asked)
    return [
        DenialChip(key, label, told[f"n_{key}"], told[f"sum_{key}"] or ZERO)
        for key, label in labels.items()
    ]


def _chip(key: str, today: date) -> Q:
    to_work = Q(status__in=Denial.TO_WORK)
    return {
        "work": to_work,
        "limit": Q(status__in=(*Denial.TO_WORK, Status.LOST), appeal_by__lte=today + NEAR)
        & Q(appeal_by__gte=today),
        "waiting": Q(status__in=Denial.WAITING),
        "agree": ~Q(asked_by=""),
        "won": Q(status__in=(Status.WON, Status.PARTLY)),
        "lost": Q(status__in=(Status.LOST, Status.WRITTEN_OFF)),
        "patient": Q(status=Status.PATIENT),
        "all": Q(pk__isnull=False),
    }[key]


def _order(show: str) -> tuple[Any, ...]:
    if show == "limit":
        return ("appeal_by", "-worth", "pk")
    if show in {"won", "lost", "patient", "all"}:
        return (F("ended_on").desc(nulls_first=True), "-amount", "pk")
    return ("-worth", "-expected", "pk")


def chosen(claim: Claim, cause: str, statuses: Sequence[str]) -> QuerySet[Denial]:
    """Return, held, the denials of a claim for one cause in these states."""
    found = Denial.objects.filter(claim=claim, cause=cause, status__in=statuses)
    return found.select_for_update(of=("self",)).order_by("pk")


def decision_behind(denial: Denial) -> RemittanceClaim:
    """Return the payer's decision that a denial was last read from."""
    rows = RemittanceClaim.objects.select_related("remittance")
    return rows.get(pk=denial.decision_id)
