"""Keeping the access figures of a day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import AccessDay
from frontdesk.scheduling.queries import access

Counted: TypeAlias = Sequence[tuple[Site, date, list[dict[str, Any]]]]


def count_access(at: datetime) -> Counted:
    """Return the figures of every site for its present day: seconds in which nobody has to wait."""
    days = ((one, local(one, at).date()) for one in Site.objects.filter(is_active=True))
    return [(one, on, [row.plain() for row in access.count_site(one, on, at)]) for one, on in days]


@operation("scheduling.figures")
def take_access(*, at: datetime, by: Actor, counted: Counted | None = None) -> int:
    """Count the figures of every site anew for its present day; return how many sites.

    A day has one snapshot: counting again replaces it, and once the day is over it stays. What
    was counted just before is only kept.
    """
    sites = count_access(at) if counted is None else counted
    for site, on, figures in sites:
        kept = AccessDay.objects.filter(site=site, on=on).first() or AccessDay(site=site, on=on)
        kept.taken_at, kept.figures = at, figures
        kept.save()
    return len(sites)


@operation("scheduling.figures")
def export_access(*, by: Actor) -> None:
    """Remember that the access figures left the house as a file."""
