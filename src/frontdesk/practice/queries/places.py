"""Questions about the practice and its places."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.practice.models import Closure, Device, Interpreter, Practice, Room, Site
from frontdesk.practice.rules import holidays_of, is_kept_by_most, spots_of_zips
from frontdesk.solver.distance import miles


@dataclass(frozen=True, slots=True)
class Proposal:
    """A public holiday on which the office may close, and what was decided about it."""

    on: date
    name: str
    site: Site | None  # None: a holiday at every site
    closure: Closure | None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.on:%Y-%m-%d}:{self.site.pk if self.site else ''}"

    @property
    def is_decided(self) -> bool:
        """Say whether the office has kept or removed it already."""
        return self.closure is not None

    @property
    def is_kept(self) -> bool:
        """Say whether the office is closed; before it decides, whether most are."""
        if self.closure is not None:
            return not self.closure.is_withdrawn
        return is_kept_by_most(self.name)


def miles_between(zip_code: str, other: str) -> float | None:
    """Return the miles between two ZIP codes as the crow flies; None where one is not known."""
    spots = spots_of_zips()
    one, two = spots.get(zip_code.strip()[:5]), spots.get(other.strip()[:5])
    return miles(one, two) if one and two else None


def practice_of(actor: Actor) -> Practice:
    """Return the practice in which the actor acts."""
    return Practice.objects.get(pk=actor.practice_id)


def sites() -> QuerySet[Site]:
    """Return the sites of the practice with their hours, those in use first."""
    return Site.objects.prefetch_related("hours").order_by("-is_active", "name", "pk")


def sites_of(actor: Actor) -> QuerySet[Site]:
    """Return the sites in use at which the actor works."""
    mine = Site.objects.filter(is_active=True).order_by("name", "pk")
    return mine.filter(pk__in=actor.site_ids) if actor.site_ids else mine


def rooms() -> QuerySet[Room]:
    """Return the rooms of every site, ready to list."""
    return Room.objects.select_related("site").order_by("-is_active", "site__name", "name", "pk")


def devices() -> QuerySet[Device]:
    """Return the devices of every site, ready to list."""
    return Device.objects.select_related("site").order_by("-is_active", "site__name", "name", "pk")


def closures(from_on: date) -> QuerySet[Closure]:
    """Return the days off from a day on, the next one first."""
    return Closure.objects.filter(on__gte=from_on).select_related("site").order_by("on", "pk")


def is_closed(site: Site, day: date) -> bool:
    """Say whether the site keeps this whole day off."""
    whole = Closure.objects.filter(Q(site=site) | Q(site=None), on=day, starts=None, ends=None)
    return whole.exists()


def interpreters() -> QuerySet[Interpreter]:
    """Return the interpreters, those in use first."""
    return Interpreter.objects.order_by("-is_active", "name", "pk")


def holiday_proposals(year: int) -> list[Proposal]:
    """Return the public holidays of the sites' states in a year, the first of the year first.

    One that is a holiday at every open site is proposed for all of them at once.
    """
    sites = list(Site.objects.filter(is_active=True).order_by("name", "pk"))
    by_state = {state: holidays_of(state, year) for state in {site.state for site in sites}}
    days: dict[tuple[date, str], list[Site]] = {}
    for site in sites:
        for on, name in by_state[site.state].items():
            days.setdefault((on, name), []).append(site)
    held = Closure.ever.filter(on__year__in=(year - 1, year, year + 1), starts=None, ends=None)
    decided = {(one.on, one.site_id): one for one in held.order_by("-is_withdrawn", "pk")}
    found = []
    for (on, name), where in sorted(days.items(), key=lambda item: item[0]):
        places: list[Site | None] = [None] if len(where) == len(sites) else [*where]
        for place in places:
            closure = decided.get((on, place.pk if place else None))
            found.append(Proposal(on, name, place, closure))
    return found


def office_day(at: datetime) -> date:
    """Return the day it is in the office, by the clock of its first site."""
    return office_time(at).date()


def office_time(at: datetime) -> datetime:
    """Return the time it is in the office, by the clock of its first site."""
    return office_clock()(at)


def office_clock() -> Callable[[datetime], datetime]:
    """Return what tells the office's time of instants: for many of them with one question."""
    site = Site.objects.filter(is_active=True).order_by("name").first()
    return lambda at: local(site, at) if site else at
