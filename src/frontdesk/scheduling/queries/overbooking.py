"""Where one more visit is likely to fit, because another is likely to be missed.

At most one in a half day of a provider, only where the half day is full, and only where the
expected idle time it saves is worth more than the waiting and overtime it brings, both worked out
exactly from the risk of every visit of that half day. A person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from frontdesk.core.clock import at_wall, day_bounds, local, today
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Session, VisitType
from frontdesk.scheduling.queries.risk import Risk, current_model, no_show_risk
from frontdesk.solver import templates
from frontdesk.staff.models import Provider

DAYS_AHEAD = 10
FULL = 0.85  # of the half day's minutes
VARIATION = 0.5  # of how long a visit takes: standard deviation over mean
NOON = time(12)
WORTH = 10.0  # weighted minutes that it must save at least


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One more visit in a half day, beside one that is likely missed."""

    provider: Provider
    site: Site
    starts_at: datetime
    beside: Appointment
    risk: Risk
    visit_type: VisitType
    idle_saved: float  # expected minutes
    wait_added: float
    overtime_added: float
    is_morning: bool

    @property
    def moment(self) -> str:
        """When, as a request says it."""
        return self.starts_at.isoformat()

    @property
    def says(self) -> str:
        """Why, as it is kept with the visit."""
        return (
            f"saves {self.idle_saved:.0f} min idle for {self.wait_added:.0f} min of waiting and "
            f"{self.overtime_added:.0f} min overtime; a visit then is missed {self.risk.percent} %"
        )


def suggestions(site: Site, at: datetime, days: int = DAYS_AHEAD) -> list[Suggestion]:
    """Return where one more visit is worth it in the coming days at a site, the soonest first."""
    first = today(site) + timedelta(days=1)
    return _between(site, first, first + timedelta(days=days), at)


def suggested_at(
    provider: Provider, site: Site, starts_at: datetime, at: datetime
) -> Suggestion | None:
    """Return the suggestion that is made for this provider and moment now, if it still is."""
    on = local(site, starts_at).date()
    if starts_at <= at:
        return None
    found = _between(site, on, on + timedelta(days=1), at, provider)
    return next((one for one in found if one.starts_at == starts_at), None)


def _between(
    site: Site, first: date, until: date, at: datetime, provider: Provider | None = None
) -> list[Suggestion]:
    learned = current_model()
    if learned is None:
        return []
    base = float(learned.weights["base"])
    opens, _ = day_bounds(site, first)
    closes, _ = day_bounds(site, until)
    booked = Appointment.objects.filter(
        site=site, starts_at__gte=max(opens, at), starts_at__lt=closes, status="booked"
    )
    sessions = Session.objects.filter(site=site)
    if provider is not None:
        booked, sessions = booked.filter(provider=provider), sessions.filter(provider=provider)
    rows = list(
        booked.select_related("provider", "site", "visit_type", "patient").order_by(
            "provider_id", "starts_at", "pk"
        )
    )
    risks = no_show_risk(rows, at=at)
    worked = list(sessions)
    found = [
        best
        for (key, on, is_morning), half in _halves(site, rows)
        if (span := _span(site, worked, key, on, is_morning)) is not None
        and (best := _best(half, risks, span, is_morning, base)) is not None
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.provider.last_name))


def _halves(
    site: Site, rows: Sequence[Appointment]
) -> Iterator[tuple[tuple[UUID, date, bool], list[Appointment]]]:
    def half(one: Appointment) -> tuple[UUID, date, bool]:
        wall = local(site, one.starts_at)
        return one.provider_id, wall.date(), wall.time() < NOON

    for key, group in groupby(rows, half):
        yield key, list(group)


def _span(
    site: Site, sessions: Sequence[Session], provider_id: UUID, on: date, is_morning: bool
) -> tuple[datetime, datetime] | None:
    """Return when the provider works in this half day: from the first session to the last."""
    spans = []
    for one in sessions:
        if one.provider_id == provider_id and one.holds_on(on):
            starts = one.starts if is_morning else max(one.starts, NOON)
            ends = min(one.ends, NOON) if is_morning else one.ends
            if starts < ends:
                spans.append((at_wall(site, on, starts), at_wall(site, on, ends)))
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None


def _best(
    half: Sequence[Appointment],
    risks: dict[UUID, Risk | None],
    span: tuple[datetime, datetime],
    is_morning: bool,
    base: float,
) -> Suggestion | None:
    """Return the one place where an extra visit saves most, if it saves enough.

    Whoever is put there comes as often as anybody: `base` is missed of all visits.
    """
    if any(one.override_reason for one in half) or not _is_full(half, span):
        return None
    extra = min((one.visit_type for one in half), key=lambda kind: kind.minutes)
    before = _value([(one, _shows(one, risks)) for one in half], span)
    best: tuple[float, Appointment, Risk, templates.Value] | None = None
    for one in half:
        pairs = [(other, _shows(other, risks)) for other in half]
        with_it = [*pairs, (_Extra(one.starts_at, extra.minutes), 1.0 - base)]
        value = _value(with_it, span)
        saved = before.cost - value.cost
        risk = risks[one.pk]
        if risk is not None and (best is None or saved > best[0]):
            best = (saved, one, risk, value)
    if best is None or best[0] < WORTH:
        return None
    _saved, beside, risk, value = best
    return Suggestion(
        beside.provider, beside.site, beside.starts_at, beside, risk, extra,
        before.idle - value.idle, value.wait - before.wait, value.overtime - before.overtime,
        is_morning,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Extra:
    starts_at: datetime
    minutes: int


def _value(pairs: Sequence[tuple[Any, float]], span: tuple[datetime, datetime]) -> templates.Value:
    ordered = sorted(pairs, key=lambda pair: pair[0].starts_at)
    begins = min(span[0], ordered[0][0].starts_at)
    starts = [int((one.starts_at - begins).total_seconds()) // 60 for one, _ in ordered]
    length = int((span[1] - begins).total_seconds()) // 60
    patients = [templates.Patient(_spread(one.minutes), shows) for one, shows in ordered]
    return templates.Template(patients, length).value(starts)


@lru_cache(maxsize=64)
def _spread(minutes: int) -> Any:
    return templates.service(minutes, VARIATION)


def _shows(one: Appointment, risks: dict[UUID, Risk | None]) -> float:
    risk = risks[one.pk]
    return 1.0 - (risk.probability if risk else 0.0)


def _is_full(half: Sequence[Appointment], span: tuple[datetime, datetime]) -> bool:
    """Say whether hardly any time is free: where some is, nobody need be put beside another."""
    booked = sum(one.minutes for one in half)
    return booked >= FULL * (span[1] - span[0]).total_seconds() / 60
