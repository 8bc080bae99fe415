"""Keeping the access figures of a day."""

from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import AccessDay
from frontdesk.scheduling.queries import access


@operation("scheduling.figures")
def take_access(*, at: datetime, by: Actor) -> int:
    """Count the figures of every site anew for its present day; return how many sites.

    A day has one snapshot: counting again replaces it, and once the day is over it stays.
    """
    sites = list(Site.objects.filter(is_active=True).order_by("pk"))
    for site in sites:
        on = local(site, at).date()
        figures = [one.plain() for one in access.count_site(site, on, at)]
        kept = AccessDay.objects.filter(site=site, on=on).first() or AccessDay(site=site, on=on)
        kept.taken_at, kept.figures = at, figures
        kept.save()
    return len(sites)


@operation("scheduling.figures")
def export_access(*, by: Actor) -> None:
    """Remember that the access figures left the house as a file."""
