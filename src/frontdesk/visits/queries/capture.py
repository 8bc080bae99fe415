"""Charge capture: which visits have no charge, how long charging takes, kept against charged.

A visit counts when the patient came and was not gone unseen. It is settled when its superbill is
signed or says no charge; until then it is uncharged, or an exception with a reason and a day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from frontdesk.coding import queries as coding
from frontdesk.core.clock import today
from frontdesk.core.money import ZERO
from frontdesk.practice.models import Site
from frontdesk.visits.models import (
    ChargeException,
    Stage,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    SuperbillStep,
    Visit,
)
from frontdesk.visits.queries import log

LATE = timedelta(hours=24)
LOOKED_BACK = 365  # days
NOT_BEGUN, NOT_WHOLE, NOT_SIGNED, EXCEPTED = "not_begun", "not_whole", "not_signed", "excepted"
_FINISHED = (Superbill.Status.SIGNED, Superbill.Status.NO_CHARGE)


@dataclass(frozen=True, slots=True)
class Uncharged:
    """A visit without a charge: since when, what is missing, what it is worth."""

    visit: Visit
    came_at: datetime
    age: timedelta
    step: str  # not_begun, not_whole, not_signed, excepted
    worth: Decimal
    exception: ChargeException | None = None

    @property
    def payer(self) -> tuple[str, str]:
        """Who is billed, as chosen at check-in: a key for the address, and the name."""
        check_in = getattr(self.visit, "check_in", None)
        if check_in is None or not check_in.pays:
            return "unknown", _("Not chosen yet")
        if check_in.policy is None:
            return "self", _("Self-pay")
        payer = check_in.policy.subscription.plan.payer
        return str(payer.pk), payer.name

    @property
    def is_late(self) -> bool:
        """Whether a day has gone by, and nobody has said what it waits for."""
        return self.step != EXCEPTED and self.age >= LATE

    @property
    def waits_for(self) -> str:
        """What is missing, in words."""
        if self.exception is not None and self.step == EXCEPTED:
            return self.exception.because
        return {
            NOT_BEGUN: _("No superbill was begun."),
            NOT_WHOLE: _("The superbill is not whole."),
            NOT_SIGNED: _("The superbill waits for the provider's signature."),
        }[self.step]


def uncharged(site: Site, at: datetime) -> list[Uncharged]:
    """Return the visits that have no charge: late ones first, what is worth most on top.

    The same few queries for any number of visits.
    """
    on = today(site)
    waiting = _came(site, on - timedelta(days=LOOKED_BACK), on).exclude(
        superbill__status__in=_FINISHED
    )
    visits = list(
        waiting.select_related(
            "patient",
            "provider",
            "superbill",
            "appointment__visit_type",
            "check_in__policy__subscription__plan__payer",
        )
    )
    if not visits:
        return []
    keys = [visit.pk for visit in visits]
    came = _arrivals(waiting)
    held = {
        one.visit_id: one for one in ChargeException.objects.filter(visit__in=keys, ended_at=None)
    }
    worth = _worth(visits)
    rows = []
    for visit in visits:
        since = came.get(visit.pk) or visit.appointment.starts_at
        exception = held.get(visit.pk)
        is_excepted = exception is not None and exception.due_on >= on
        step = EXCEPTED if is_excepted else _step(visit)
        rows.append(
            Uncharged(visit, since, max(at - since, timedelta(0)), step, worth[visit.pk], exception)
        )
    return sorted(rows, key=lambda row: (not row.is_late, row.step == EXCEPTED, -row.worth))


class OfPayer(NamedTuple):
    """What is not charged of one payer: its key, its name, how many visits, about what worth."""

    key: str
    name: str
    visits: int
    worth: Decimal


def by_payer(rows: Sequence[Uncharged]) -> list[OfPayer]:
    """Return who would be billed for visits without a charge, the largest worth first."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in rows:
        found[row.payer].append(row.worth)
    sums = [OfPayer(*payer, len(worth), sum(worth, ZERO)) for payer, worth in found.items()]
    return sorted(sums, key=lambda one: (-one.worth, one.name))


def next_to_charge(visit: Visit) -> Visit | None:
    """Return the provider's next visit that waits for its charge: of that day, then of any."""
    waiting = (
        Visit.objects.filter(provider_id=visit.provider_id, site_id=visit.site_id)
        .exclude(stage=Stage.EXPECTED)
        .exclude(pk=visit.pk)
        .exclude(superbill__status__in=_FINISHED)
        .filter(left_unseen=False, on__gte=visit.on - timedelta(days=LOOKED_BACK))
    )
    same_day = waiting.filter(on=visit.on).order_by("appointment__starts_at", "pk")
    later = same_day.filter(appointment__starts_at__gte=visit.appointment.starts_at).first()
    return later or same_day.first() or waiting.order_by("on", "appointment__starts_at").first()


@dataclass(slots=True)
class Capture:
    """One provider's visits of some days: kept, charged, without a charge and why; the lag."""

    name: str
    kept: int = 0
    charged: int = 0
    no_charge: int = 0
    open: int = 0
    dollars: Decimal = ZERO
    hours: list[float] = field(default_factory=list)  # from arrival to signature
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def lag(self) -> float | None:
        """The median hours from arrival to signature."""
        return median(self.hours) if self.hours else None

    @property
    def in_time(self) -> float | None:
        """The share of charges signed within a day."""
        if not self.hours:
            return None
        return sum(hours <= LATE.total_seconds() / 3600 for hours in self.hours) / len(self.hours)


def captured(site: Site, since: date, until: date) -> tuple[Capture, list[Capture]]:
    """Return kept against charged, of the site and of each provider, most open first."""
    rows = list(
        _came(site, since, until).values_list(
            "pk", "provider__last_name", "superbill__status", "superbill__signed_at",
            "superbill__no_charge_because", "appointment__starts_at",
        )
    )  # fmt: skip
    came = _arrivals(_came(site, since, until))
    dollars = dict(
        SuperbillLine.objects.filter(
            is_active=True,
            superbill__status=Superbill.Status.SIGNED,
            superbill__visit__site=site,
            superbill__visit__on__gte=since,
            superbill__visit__on__lte=until,
        )
        .values_list("superbill__visit_id")
        .annotate(total=Sum("charge"))
    )
    whole, lines = Capture(_("All")), defaultdict[str, Capture](lambda: Capture(""))
    for pk, name, status, signed_at, why, starts_at in rows:
        lines[name].name = name
        for one in (whole, lines[name]):
            _count(one, status, why, dollars.get(pk, ZERO))
            if status == Superbill.Status.SIGNED and signed_at:
                lag = signed_at - (came.get(pk) or starts_at)
                one.hours.append(max(lag.total_seconds() / 3600, 0.0))
    return whole, sorted(lines.values(), key=lambda one: (-one.open, one.name))


@dataclass(frozen=True, slots=True)
class Difference:
    """A superbill whose documented codes are not the ones it was begun with."""

    visit: Visit
    added: list[str]
    dropped: list[str]
    before: Decimal
    after: Decimal

    @property
    def dollars(self) -> Decimal:
        """What the documented codes are worth more, or less."""
        return self.after - self.before


def differences(site: Site, since: date, until: date) -> tuple[int, list[Difference]]:
    """Return how many superbills were compared, and those that differ, the greatest sum first.

    The usual codes with which a superbill began are set beside those that were signed last.
    """
    steps = (
        SuperbillStep.objects.filter(
            superbill__visit__site=site,
            superbill__visit__on__gte=since,
            superbill__visit__on__lte=until,
            superbill__status=Superbill.Status.SIGNED,
        )
        .exclude(step=SuperbillStep.Step.PREPARED)
        .select_related("superbill__visit__patient", "superbill__visit__provider")
        .order_by("superbill", "revision", "at", "pk")
    )
    by_bill: dict[UUID, dict[str, SuperbillStep]] = defaultdict(dict)
    for step in steps:
        held = by_bill[step.superbill_id]
        if step.step == SuperbillStep.Step.SIGNED or step.step not in held:
            held[step.step] = step
    pairs = [held for held in by_bill.values() if len(held) == 2]
    found = [_difference(held["begun"], held["signed"]) for held in pairs]
    differing = [one for one in found if one.added or one.dropped]
    return len(pairs), sorted(differing, key=lambda one: -abs(one.dollars))


@dataclass(frozen=True, slots=True)
class Ending:
    """A code in use that can't be used from a day on, and what may follow it."""

    kind: str  # diagnosis, charge
    code: str
    description: str
    last_on: date
    used: int  # how often in the last year
    instead: list[tuple[str, str]]


def endings(on: date) -> list[Ending]:
    """Return codes in use that are not valid any more on a day, the most used first.

    Diagnoses signed in the year before, and everything of the charge list and of visit types.
    """
    since = on - timedelta(days=365)
    of_year = Q(superbill__visit__on__gte=since, superbill__visit__on__lt=on, is_active=True)
    used = _counted(SuperbillDiagnosis.objects.filter(of_year))
    done = _counted(SuperbillLine.objects.filter(of_year))
    found = [
        Ending("diagnosis", code, words, last, used[code], instead)
        for code, words, last, instead in coding.ending_diagnoses(used, on)
    ]
    found += [
        Ending("charge", code, words, last, done.get(code, 0), [])
        for code, words, last in coding.ending_charges(on)
    ]
    return sorted(found, key=lambda one: (-one.used, one.code))


def _counted(rows: QuerySet[Any]) -> dict[str, int]:
    return Counter(rows.values_list("code", flat=True))


def _came(site: Site, since: date, until: date) -> QuerySet[Visit]:
    return Visit.objects.filter(site=site, on__gte=since, on__lte=until, left_unseen=False).exclude(
        stage=Stage.EXPECTED
    )


def _arrivals(visits: QuerySet[Visit]) -> dict[UUID, datetime]:
    """Return when each patient came, by the log: the first move that was not taken back."""
    moves = log.standing().filter(visit__in=visits.values("pk"))
    return dict(moves.values_list("visit_id").annotate(first=Min("at")))


def _worth(visits: Iterable[Visit]) -> dict[UUID, Decimal]:
    """Return what each visit would charge: its lines, else the usual codes of its type."""
    held = list(visits)
    lines = (
        SuperbillLine.objects.filter(superbill__visit__in=[one.pk for one in held], is_active=True)
        .values_list("superbill__visit_id")
        .annotate(total=Sum("charge"))
    )
    known: dict[UUID, Decimal] = dict(lines)
    codes = {code for one in held for code in one.appointment.visit_type.charge_codes}
    prices = coding.fees(codes, max(one.on for one in held)) if codes else {}
    return {
        one.pk: known.get(one.pk)
        or sum((prices.get(code, ZERO) for code in one.appointment.visit_type.charge_codes), ZERO)
        for one in held
    }


def _step(visit: Visit) -> str:
    bill = getattr(visit, "superbill", None)
    if bill is None:
        return NOT_BEGUN
    return NOT_SIGNED if bill.status == Superbill.Status.COMPLETE else NOT_WHOLE


def _count(one: Capture, status: str | None, why: str | None, dollars: Decimal) -> None:
    one.kept += 1
    if status == Superbill.Status.SIGNED:
        one.charged += 1
        one.dollars += dollars
    elif status == Superbill.Status.NO_CHARGE:
        one.no_charge += 1
        one.reasons[why or _("No reason")] += 1
    else:
        one.open += 1


def _difference(begun: SuperbillStep, signed: SuperbillStep) -> Difference:
    before, after = (Counter(_marks(step)) for step in (begun, signed))
    return Difference(
        visit=signed.superbill.visit,
        added=sorted((after - before).elements()),
        dropped=sorted((before - after).elements()),
        before=_total(begun),
        after=_total(signed),
    )


def _marks(step: SuperbillStep) -> list[str]:
    return [
        line["code"] + (f" × {line['units']}" if line["units"] > 1 else "") for line in step.lines
    ]


def _total(step: SuperbillStep) -> Decimal:
    return sum((Decimal(line["charge"]) for line in step.lines), ZERO)
