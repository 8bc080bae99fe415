"""Access figures as plain values: what is counted, how it becomes a rate, and how that is said."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

WINDOW_DAYS = 28  # whole days before the day they are taken
REBOOK_DAYS = 30  # within which somebody who lost a visit should have another
AHEAD_DAYS = 90  # how far a third next time is looked for


@dataclass(slots=True)
class Count:
    """What is counted of one provider and type of visit, or of several together."""

    provider: str = ""
    visit_type: str = ""
    third_next: int | None = None  # days until the third next free time; None: none in 90 days
    offered: int = 0  # minutes in which visits of this type could be booked
    booked: int = 0  # minutes of visits that were not cancelled
    lead_days: float | None = None  # median from booking to the visit
    leads: int = 0
    kept: int = 0
    missed: int = 0
    all: int = 0  # every visit that stood in these days, cancelled ones too
    cancelled: int = 0
    late: int = 0  # of them with less than a day's notice
    lost: int = 0  # missed, or cancelled by the patient
    rebooked: int = 0  # of them with another visit booked within 30 days

    @property
    def fill(self) -> float | None:
        """Booked of offered minutes."""
        return _share(self.booked, self.offered)

    @property
    def no_show(self) -> float | None:
        """Missed of those that were kept or missed."""
        return _share(self.missed, self.kept + self.missed)

    @property
    def cancellation(self) -> float | None:
        """Cancelled of all."""
        return _share(self.cancelled, self.all)

    @property
    def rebook(self) -> float | None:
        """Rebooked of lost."""
        return _share(self.rebooked, self.lost)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be kept."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Count":
        """Return it from what was kept; what a later version has added is nothing."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


SUMMED = ("offered", "booked", "leads", "kept", "missed", "all", "cancelled", "late", "lost",
          "rebooked")  # fmt: skip


def together(counts: Iterable[Count], *, provider: str = "", visit_type: str = "") -> Count:
    """Return several counts as one; its lead time is the mean of theirs by visits.

    Minutes offered to one type are mostly offered to others too, so of several types of one
    provider the most that any of them is offered counts; the third next time is the soonest.
    """
    found = Count(provider, visit_type)
    several = list(counts)
    offered: dict[str, int] = {}
    lead = 0.0
    for one in several:
        for name in SUMMED:
            setattr(found, name, getattr(found, name) + getattr(one, name))
        offered[one.provider] = max(offered.get(one.provider, 0), one.offered)
        lead += (one.lead_days or 0.0) * one.leads
    found.offered = sum(offered.values())
    found.lead_days = lead / found.leads if found.leads else None
    known = [one.third_next for one in several if one.third_next is not None]
    found.third_next = min(known) if known else None
    return found


class Definition(NamedTuple):
    """How a figure is counted, for whoever reads it."""

    key: str
    name: Any
    formula: Any
    counted: Any
    of: Any
    left_out: Any


DEFINITIONS = (
    Definition(
        "third_next", _("Third next available"),
        _("days from today to the third time that could be booked now"),
        _("free times by the same rules as Find a time, one for each visit length in a gap"),
        _("the 90 days from today"),
        _("the first two times, which are often a chance gap; times on hold"),
    ),
    Definition(
        "fill", _("Fill"), _("booked minutes ÷ offered minutes"),
        _("minutes of visits that were not cancelled; missed ones count, their time was taken"),
        _("minutes of sessions and blocks in which this visit may be booked, site open"),
        _("time off, closed days; blocks kept for other visits"),
    ),
    Definition(
        "lead", _("Lead time"), _("median days from booking to the visit"),
        _("visits that were kept or missed"), _("the same"),
        _("cancelled visits; walk-ins count as none"),
    ),
    Definition(
        "no_show", _("No-show"), _("missed ÷ (kept + missed)"),
        _("visits marked as no-show"), _("visits that were kept or missed"),
        _("cancelled visits, however late; visits not marked either way"),
    ),
    Definition(
        "cancellation", _("Cancelled"), _("cancelled ÷ all visits of these days"),
        _("visits cancelled by the patient or the practice"),
        _("visits that stood in these days, whatever became of them"),
        _("visits moved to another day: they are counted where they went"),
    ),
    Definition(
        "rebook", _("Rebooked"), _("lost visits with another visit booked ÷ lost visits"),
        _("a visit booked for the patient within 30 days after, with anybody"),
        _("visits missed, or cancelled by the patient"),
        _("cancelled by the practice"),
    ),
)  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
