"""What happened on some days that the figures count, each fact with where it counts.

Counted by the moment something was entered, not by the day in the books: what is entered later
belongs to a later day, and a past day stays as it was known.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from frontdesk.billing.models import Claim, ClaimEvent
from frontdesk.core.clock import day_bounds
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry, Payment, Posting
from frontdesk.ledger.rules.chart import (
    COLLECTIONS,
    CONTRACTUAL,
    FEES,
    INSURANCE,
    PATIENT,
    SERVICES,
)
from frontdesk.practice.models import Site
from frontdesk.reports.queries.kpi_cells import (
    NOWHERE,
    About,
    Cell,
    about_visits,
    chunks,
    clocks,
    day_of,
    instants,
)
from frontdesk.reports.rules.kpi_marks import KINDS, Happened, Mark, Version, marks_of
from frontdesk.reports.rules.kpis import CHARGES, Terms, cost_of
from frontdesk.visits.models import CheckIn

_OF_VISIT = Coalesce("for_visit", "amount")  # one charge of a card may pay for more

OWED = frozenset({INSURANCE, PATIENT})
_TO_COME = OWED | {COLLECTIONS}  # what agencies bring in is paid too
_MONEY = frozenset({"asset", "liability"})  # Account.Kind of what pays
ONE = Decimal(1)


class Fact(NamedTuple):
    """What one thing adds to one figure on a day."""

    measure: str
    on: date
    cell: Cell
    counted: Decimal
    of: Decimal
    lag: int | None  # days, of a lag
    claim_id: UUID | None
    visit_id: UUID | None
    patient_id: UUID | None
    words: str


def facts(place: Site, first: date, last: date, aim: Terms, wanted: str = "") -> Iterator[Fact]:
    """Yield all that counts from one day to another: of every figure, of one, or charges alone."""
    if wanted in ("", "net_collection", "charge_lag", "posting_lag", CHARGES):
        yield from _money(place, first, last, wanted)
    if wanted in ("", "copay"):
        yield from _copays(place, first, last)
    if wanted not in ("net_collection", "charge_lag", "posting_lag", CHARGES, "copay"):
        yield from _claims(place, first, last, aim)


# What moved in the books


_ROW = (
    "source__code", "source__kind", "target__code", "target__kind", "amount", "visit_id",
    "patient_id", "claim_id", "label", "posting_id", "posting__kind", "posting__posted_at",
    "posting__posted_on", "posting__meant_on",
)  # fmt: skip


_TOUCHING = Q(source__code__in=_TO_COME) | Q(target__code__in=_TO_COME)
_CHARGED = Q(source__code=SERVICES, target__code__in=_TO_COME) | Q(
    target__code=SERVICES, source__code__in=_TO_COME
)
_LAGS = {"charge": "charge_lag", "remittance": "posting_lag"}  # by the posting's kind
_WHICH = {CHARGES: _CHARGED} | {
    lag: _TOUCHING & Q(posting__kind=kind) for kind, lag in _LAGS.items()
}


def _money(place: Site, first: date, last: date, wanted: str) -> Iterator[Fact]:
    begins, ends = instants(place, first, last)
    moves, lags = wanted not in _LAGS.values(), wanted not in ("net_collection", CHARGES)
    entries = Entry.objects.filter(
        _WHICH.get(wanted, _TOUCHING), posting__posted_at__gte=begins, posting__posted_at__lt=ends
    ).order_by("posting__posted_at", "pk")
    rows = [
        dict(zip(_ROW, row, strict=True))
        for row in entries.values_list(*_ROW).iterator(chunk_size=2000)
    ]
    about = about_visits({row["visit_id"] for row in rows if row["visit_id"]})
    visits = {r["visit_id"] for r in rows if r["visit_id"] and r["posting__kind"] == "charge"}
    charged = _charged_before(visits, begins) if lags else set()
    seen: set[UUID] = set()
    sites = clocks()
    for row in rows:
        if moves:
            yield from _moved(place, row, about)
        if lags:
            known = about.get(row["visit_id"])
            here = sites.get(known.cell.site, place) if known else place
            yield from _lagged(place, here, row, about, charged, seen)


def _moved(place: Site, row: dict[str, Any], about: dict[UUID, About]) -> Iterator[Fact]:
    is_paid = row["source__code"] in _TO_COME  # what is owed became less
    if is_paid and row["target__code"] in _TO_COME:
        return
    other, kind = ("target__code", "target__kind") if is_paid else ("source__code", "source__kind")
    amount = row["amount"]
    if row[other] in (SERVICES, FEES):
        charge = -amount if is_paid else amount
        if row[other] == SERVICES:
            yield _fact(place, CHARGES, row, about, charge, ZERO)
        yield _fact(place, "net_collection", row, about, ZERO, charge)
    elif row[other] == CONTRACTUAL:
        yield _fact(place, "net_collection", row, about, ZERO, -amount if is_paid else amount)
    elif row[kind] in _MONEY:
        yield _fact(place, "net_collection", row, about, amount if is_paid else -amount, ZERO)


def _lagged(
    place: Site,
    here: Site,
    row: dict[str, Any],
    about: dict[UUID, About],
    charged: set[UUID],
    seen: set[UUID],
) -> Iterator[Fact]:
    kind, visit = row["posting__kind"], row["visit_id"]
    key = visit if kind == "charge" else row["posting_id"]
    if kind not in _LAGS or key is None or key in seen or key in charged:
        return
    seen.add(key)
    entered = day_of(here, row["posting__posted_at"])
    lag = max((entered - (row["posting__meant_on"] or row["posting__posted_on"])).days, 0)
    yield _fact(place, _LAGS[kind], row, about, Decimal(lag), ONE, lag=lag)


def _charged_before(visits: set[UUID], begins: datetime) -> set[UUID]:
    """Return the visits whose charges were entered earlier already: these were signed again."""
    found: set[UUID] = set()
    for some in chunks(sorted(visits)):
        charged = Entry.objects.filter(
            visit_id__in=some, posting__kind="charge", posting__posted_at__lt=begins
        )
        keys = charged.order_by().values_list("visit_id", flat=True).distinct()
        found |= {key for key in keys if key}
    return found


def _fact(
    place: Site, measure: str, row: dict[str, Any], about: dict[UUID, About], counted: Decimal,
    of: Decimal, *, lag: int | None = None,
) -> Fact:  # fmt: skip
    known = about.get(row["visit_id"])
    return Fact(
        measure, day_of(place, row["posting__posted_at"]), known.cell if known else NOWHERE,
        counted, of, lag, row["claim_id"], row["visit_id"], row["patient_id"], row["label"],
    )  # fmt: skip


# What became of claims


def _claims(place: Site, first: date, last: date, aim: Terms) -> Iterator[Fact]:
    begins, ends = instants(place, first, last)
    told = ClaimEvent.objects.filter(kind__in=KINDS, at__gte=begins, at__lt=ends).order_by()
    claims = _families(set(told.values_list("claim_id", flat=True).distinct()))
    families = _grouped(claims)
    events = _events(claims.keys())
    for family in families:
        versions = [Version(key, events.get(key, [])) for key in family]
        for mark in marks_of(versions, aim.minutes):
            if begins <= mark.at < ends:
                yield _marked(place, mark, claims[mark.claim_id], aim)


def _marked(place: Site, mark: Mark, claim: "_Claim", aim: Terms) -> Fact:
    counted = mark.counted
    if mark.measure == "rework":  # so far in minutes
        counted = cost_of(counted, aim.hour_rate)
    return Fact(
        mark.measure, day_of(place, mark.at), claim.cell, counted, mark.of, None, mark.claim_id,
        claim.visit_id, claim.patient_id, mark.words,
    )  # fmt: skip


class _Claim(NamedTuple):
    replaces_id: UUID | None
    visit_id: UUID
    patient_id: UUID
    cell: Cell


def _families(keys: set[UUID]) -> dict[UUID, _Claim]:
    """Return these claims with all that they replace, and all that replace them."""
    found: dict[UUID, _Claim] = {}
    missing = keys
    while missing:  # up to the first ones: as often as a claim was corrected
        found |= _read(missing)
        missing = {one.replaces_id for one in found.values() if one.replaces_id} - found.keys()
    newest = set(found)
    while newest:  # and down to the last ones
        below = _read(newest, by="replaces_id__in")
        newest = below.keys() - found.keys()
        found |= below
    return found


def _read(keys: Iterable[UUID], by: str = "pk__in") -> dict[UUID, _Claim]:
    found: dict[UUID, _Claim] = {}
    for some in chunks(sorted(keys)):
        rows = Claim.objects.filter(**{by: some}).order_by()
        for pk, replaces, visit, patient, site, provider, payer in rows.values_list(
            "pk", "replaces_id", "visit_id", "patient_id", "visit__site_id", "provider_id",
            "payer_id",
        ):  # fmt: skip
            found[pk] = _Claim(replaces, visit, patient, Cell(site, provider, payer))
    return found


def _grouped(claims: dict[UUID, _Claim]) -> list[list[UUID]]:
    """Put each claim behind the one it replaces, the first of all in front."""
    below: dict[UUID, list[UUID]] = {}
    for key, claim in claims.items():
        if claim.replaces_id:
            below.setdefault(claim.replaces_id, []).append(key)
    families = []
    for key in (key for key, claim in claims.items() if not claim.replaces_id):
        family, waiting = [], [key]
        while waiting:
            one = waiting.pop(0)
            family.append(one)
            waiting += sorted(below.get(one, []))
        families.append(family)
    return families


def _events(keys: Iterable[UUID]) -> dict[UUID, list[Happened]]:
    found: dict[UUID, list[Happened]] = {}
    for some in chunks(sorted(keys)):
        rows = ClaimEvent.objects.filter(claim__in=some, kind__in=KINDS).order_by("at", "pk")
        for key, at, kind, code in rows.values_list("claim_id", "at", "kind", "code"):
            found.setdefault(key, []).append(Happened(at, kind, code))
    return found


# What was taken at the desk


def _copays(place: Site, first: date, last: date) -> Iterator[Fact]:
    found: list[Any] = list(
        CheckIn.objects.filter(
            visit__on__gte=first, visit__on__lte=last, visit__left_unseen=False,
            copay_due__gt=0, finished_at__isnull=False,
        )
        .order_by("visit__on", "pk")
        .values_list("visit_id", "visit__patient_id", "visit__on", "copay_due",
                     "copay_not_taken_because")
    )  # fmt: skip
    about = about_visits({row[0] for row in found})
    sites = clocks()
    days = {row[0]: day_bounds(sites.get(about[row[0]].cell.site, place), row[2]) for row in found}
    taken = _taken_on_the_day(days)
    for visit, patient, on, due, because in found:
        part = min(taken.get(visit, ZERO), due)
        words = "Taken" if part == due else because or "Not taken"
        yield Fact("copay", on, about[visit].cell, part, due, None, None, visit, patient, words)


def _taken_on_the_day(days: dict[UUID, tuple[datetime, datetime]]) -> dict[UUID, Decimal]:
    """Return what was taken for visits between the instants at which their days begin and end."""
    found: dict[UUID, Decimal] = {}
    for some in chunks(sorted(days)):
        rows: Any = Payment.objects.filter(visit_id__in=some, posting__isnull=False).order_by()
        taken = list(rows.values_list("visit_id", _OF_VISIT, "taken_at", "posting_id"))
        back = _given_back({row[3] for row in taken})
        for visit, amount, at, posting in taken:
            begins, ends = days[visit]
            if begins <= at < ends and not begins <= back.get(posting, ends) < ends:
                found[visit] = found.get(visit, ZERO) + amount
    return found


def _given_back(postings: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when postings were reversed, of those that were."""
    rows: Any = Posting.objects.filter(reverses__in=postings).order_by()
    return dict(rows.values_list("reverses_id", "posted_at"))


def days_between(first: date, last: date) -> list[date]:
    """Return every day from one to another, both with them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
