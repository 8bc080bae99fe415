"""The waitlist as it is shown: who waits, what would fit them now, which times came free."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import FreedTime, Offer, VisitType, Wait
from frontdesk.scheduling.queries.backfill import (
    Considered,
    chance_to_fill,
    consider,
    next_batch,
    rule_for,
    waiting,
)
from frontdesk.scheduling.queries.openings import Opening, soonest, sources
from frontdesk.solver.backfill import Time, unwanted
from frontdesk.staff.models import Provider

LOOKS_AHEAD = 28  # days
TIMES_LOOKED_AT = 200  # of each type of visit
LATELY = timedelta(days=30)
DAY = timedelta(days=1)
OPEN = (FreedTime.Status.LOOKING, FreedTime.Status.PROPOSED, FreedTime.Status.KEPT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the waitlist."""

    wait: Wait
    fit: Opening | None  # the next time that would suit them
    offer: Offer | None  # the last one they had
    wishes: list[str]
    days: int  # on the list


@dataclass(frozen=True, slots=True)
class Run:
    """A freed time with everybody beside it: who was asked, who is next, who may not and why."""

    freed: FreedTime
    offers: list[Offer]
    next: list[Considered]
    others: list[Considered]
    refused: list[Considered]
    chance: int  # percent, that one of the next takes it


@dataclass(frozen=True, slots=True)
class Figures:
    """How well freed times are filled, over the last thirty days."""

    freed: int  # with more than a day's notice, by a cancellation
    filled: int  # of these, from the waitlist
    offers: int
    accepted: int

    @property
    def share(self) -> int | None:
        """Percent of these that were filled."""
        return round(100 * self.filled / self.freed) if self.freed else None

    @property
    def per_fill(self) -> str:
        """Offers for each one that was accepted."""
        return f"{self.offers / self.accepted:.1f}" if self.accepted else "—"


def waits() -> QuerySet[Wait]:
    """Return everybody who is or was on the waitlist, with what a page says of them."""
    return Wait.objects.select_related(
        "patient", "visit_type", "appointment__site", "appointment__provider"
    )


def on_the_list(
    *,
    visit_type: VisitType | None = None,
    provider: Provider | None = None,
    urgency: int | None = None,
) -> list[Wait]:
    """Return who waits, the most urgent first and then by how long."""
    found = waiting().order_by("-urgency", "since", "pk")
    if visit_type is not None:
        found = found.filter(visit_type=visit_type)
    if urgency:
        found = found.filter(urgency=urgency)
    key = str(provider.pk) if provider else ""
    return [one for one in found if not key or not one.provider_ids or key in one.provider_ids]


def lines(held: Sequence[Wait], at: datetime) -> list[Waiting]:
    """Return the lines of the list: the queries grow with the kinds of visits, not with people."""
    fits = fits_of(held, at)
    last = _last_offers([one.pk for one in held])
    names = _names()
    return [
        Waiting(one, fits.get(one.pk), last.get(one.pk), wishes_of(one, names), one.days_waited(at))
        for one in held
    ]


def fits_of(held: Sequence[Wait], at: datetime) -> dict[UUID, Opening]:
    """Return for each of these the next open time that suits them, where there is one."""
    alike: dict[tuple[UUID, int], list[Wait]] = defaultdict(list)
    for wait in held:
        alike[wait.asks_for.asked].append(wait)
    found: dict[UUID, Opening] = {}
    for several in alike.values():
        left = list(several)
        for one in _times(several[0].asks_for, at):
            suited = [wait for wait in left if not unwanted(wait.wants, _as_time(one), at)]
            found |= {wait.pk: one for wait in suited}
            left = [wait for wait in left if wait.pk not in found]
            if not left:  # times are found as they are asked for
                break
    return found


def times_for(wait: Wait, at: datetime, limit: int = 12) -> list[Opening]:
    """Return the open times that suit somebody, the soonest first."""
    times = _times(wait.asks_for, at, wait)
    suiting = (one for one in times if not unwanted(wait.wants, _as_time(one), at))
    return [one for one, _number in zip(suiting, range(limit), strict=False)]


def offers_of_wait(wait: Wait) -> QuerySet[Offer]:
    """Return the offers somebody had, the newest first."""
    return (
        Offer.objects.filter(wait=wait)
        .select_related("freed__site", "freed__provider")
        .order_by("-offered_at")
    )


def waits_of(charts: Collection[UUID]) -> QuerySet[Wait]:
    """Return what a patient waits for."""
    return waiting().filter(patient_id__in=charts).order_by("since")


def offers_of(patient: Patient, limit: int = 8) -> QuerySet[Offer]:
    """Return the last offers a patient had, with the time each was for."""
    mine = Offer.objects.filter(patient=patient)
    return mine.select_related("freed__site", "freed__provider").order_by("-offered_at")[:limit]


def offers() -> QuerySet[Offer]:
    """Return offers with what a page says of them."""
    return Offer.objects.select_related(
        "patient", "visit_type", "wait__appointment", "freed__site", "freed__provider"
    )


def every_freed_time() -> QuerySet[FreedTime]:
    """Return freed times with what a page says of them."""
    return FreedTime.objects.select_related(
        "provider", "site", "room", "visit_type", "appointment__patient", "booked__patient"
    )


def freed_times(*, is_open: bool = True, site: Site | None = None) -> QuerySet[FreedTime]:
    """Return the times that came free: those to fill, the soonest first, or the last settled."""
    found = every_freed_time().annotate(
        asked=Count("offers"),
        unanswered=Count(
            "offers", filter=Q(offers__status__in=(Offer.Status.PENDING, Offer.Status.VIEWED))
        ),
    )
    if site is not None:
        found = found.filter(site=site)
    if is_open:
        return found.filter(status__in=OPEN).order_by("starts_at", "pk")
    return found.exclude(status__in=OPEN).order_by("-freed_at", "-pk")


def run_of(freed: FreedTime, at: datetime) -> Run:
    """Return a freed time with everybody beside it, as the desk watches it."""
    rule = rule_for(freed.visit_type_id)
    held = offers().filter(freed=freed).order_by("batch", "-points", "pk")
    is_over = freed.starts_at <= at or freed.status in (
        FreedTime.Status.FILLED,
        FreedTime.Status.TAKEN,
    )
    considered = [] if is_over else consider(freed, at, rule)
    chosen = next_batch(considered, freed, at, rule) if considered else []
    keys = {one.wait.pk for one in chosen}
    return Run(
        freed=freed,
        offers=list(held),
        next=chosen,
        others=[one for one in considered if one.ranked and one.wait.pk not in keys],
        refused=[one for one in considered if not one.ranked],
        chance=chance_to_fill(chosen),
    )


def figures(at: datetime) -> Figures:
    """Return how well freed times were filled of late."""
    rows = FreedTime.objects.filter(
        freed_at__gt=at - LATELY, depth=0, because=FreedTime.Because.CANCELLED
    ).values_list("freed_at", "starts_at", "status")
    counted = [status for freed_at, starts_at, status in rows if starts_at - freed_at > DAY]
    asked = Offer.objects.filter(offered_at__gt=at - LATELY).values_list("status", flat=True)
    held = list(asked)
    return Figures(
        freed=len(counted),
        filled=counted.count(FreedTime.Status.FILLED),
        offers=len(held),
        accepted=held.count(Offer.Status.ACCEPTED),
    )


def wishes_of(wait: Wait, names: dict[str, str] | None = None) -> list[str]:
    """Return what somebody can come to, in words; nothing where they take anything."""
    called = names if names is not None else _names()
    said = [", ".join(called[key] for key in wait.provider_ids if key in called)]
    said.append(", ".join(called[key] for key in wait.site_ids if key in called))
    said.append(", ".join(f"{_A_MONDAY + day * DAY:%a}" for day in sorted(wait.weekdays)))
    said.append(str(wait.get_part_display()) if wait.part else "")
    for day, words in ((wait.earliest_on, "from"), (wait.latest_on, "until")):
        said.append(f"{words} {day:%b} {day.day}" if day else "")
    return [words for words in said if words]


_A_MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - only its weekday is read


def _times(visit_type: VisitType, at: datetime, wait: Wait | None = None) -> Iterator[Opening]:
    """Yield the open times of a type of visit at every site, the soonest first.

    For one who waits, those that they can have: nobody is in two places at once, an interpreter
    is free where they need one, and what they are booked for gives its time back.
    """
    sites = Site.objects.filter(is_active=True).order_by("pk")
    first = min((local(site, at).date() for site in sites), default=at.date())
    asked = sources(
        visit_type, None, None, from_on=first, days=LOOKS_AHEAD, at=at,
        patient=wait.patient if wait else None, moving=wait.appointment if wait else None,
    )  # fmt: skip
    return soonest(asked, TIMES_LOOKED_AT)


def _as_time(one: Opening) -> Time:
    return Time(str(one.provider.pk), str(one.site.pk), local(one.site, one.starts_at))


def _last_offers(keys: Iterable[UUID]) -> dict[UUID, Offer]:
    held = Offer.objects.filter(wait_id__in=list(keys)).order_by("offered_at", "pk")
    return {offer.wait_id: offer for offer in held}


def _names() -> dict[str, str]:
    names = {str(one.pk): one.short_name for one in Provider.objects.all()}
    return names | {str(one.pk): one.name for one in Site.objects.all()}
