"""Where, with whom and for which payer something counts: the cells of the figures."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeVar
from uuid import UUID

from frontdesk.core.clock import day_bounds, local
from frontdesk.ledger.models import Entry
from frontdesk.practice.models import Site
from frontdesk.visits.models import Visit

CHUNK = 5000  # keys in one question
T = TypeVar("T")


class Cell(NamedTuple):
    """A site, a provider and a payer; None where there is none (a patient who pays alone)."""

    site: UUID | None = None
    provider: UUID | None = None
    payer: UUID | None = None

    @property
    def key(self) -> str:
        """As it is kept."""
        return "|".join(str(part or "") for part in self)

    @staticmethod
    def from_key(key: str) -> "Cell":
        """Return what was kept."""
        return _cell(key)

    def fits(self, wanted: "Cell") -> bool:
        """Say whether it lies within what is asked for; None asks for any."""
        return all(part in (None, mine) for mine, part in zip(self, wanted, strict=True))


@lru_cache(maxsize=4096)  # the same few cells stand in every day
def _cell(key: str) -> Cell:
    return Cell(*(UUID(part) if part else None for part in key.split("|")))


class About(NamedTuple):
    """What is known of a visit: its cell, and its day."""

    cell: Cell
    on: date


NOWHERE = Cell()


def the_place() -> Site | None:
    """Return the site whose clock begins and ends the practice's day: the first one."""
    return Site.objects.order_by("pk").first()


def clocks() -> dict[UUID | None, Site]:
    """Return every site by its key: what happens to a visit has the day of the visit's site."""
    return {site.pk: site for site in Site.objects.all()}


def instants(place: Site, first: date, last: date) -> tuple[datetime, datetime]:
    """Return when the first day begins and when the day after the last one does."""
    return day_bounds(place, first)[0], day_bounds(place, last + timedelta(days=1))[0]


def day_of(place: Site, at: datetime) -> date:
    """Return the practice's day of an instant."""
    return local(place, at).date()


def about_visits(keys: Collection[UUID]) -> dict[UUID, About]:
    """Return the cell and the day of visits. The payer is the one that was charged first."""
    payers: dict[UUID, UUID | None] = {}
    found: dict[UUID, About] = {}
    for some in chunks(sorted(keys)):
        charged = Entry.objects.filter(visit_id__in=some, kind="charge").order_by()
        told = sorted(charged.values_list("pk", "visit_id", "payer_id"), reverse=True)
        payers |= {visit: payer for _pk, visit, payer in told if visit}
        rows = Visit.objects.filter(pk__in=some).order_by()
        for pk, site, provider, on in rows.values_list("pk", "site", "provider", "on"):
            found[pk] = About(Cell(site, provider, payers.get(pk)), on)
    return found


def chunks(keys: Sequence[T]) -> Iterator[list[T]]:
    """Yield keys by the thousand, for one question each."""
    walking = iter(keys)
    while some := list(islice(walking, CHUNK)):
        yield some
