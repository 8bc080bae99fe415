"""Questions about closed days and months."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from frontdesk.core.clock import day_bounds
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Closing, Drawer, Payment
from frontdesk.ledger.queries.payments import payments_of_day
from frontdesk.ledger.rules import BEGINNING, ONE_DAY, Closed, uncovered
from frontdesk.practice.models import Site

IN_HAND = (Payment.Method.CASH, Payment.Method.CHECK)  # what lies in a drawer


@dataclass(frozen=True, slots=True)
class Loose:
    """Money taken at the desk while no drawer was open."""

    count: int
    total: Decimal


def closings(site: Site | None = None) -> QuerySet[Closing]:
    """Return days and months that were closed, the newest first: of a site and the practice."""
    found = Closing.objects.select_related("site").order_by("-last", "-closed_at")
    return found.filter(Q(site=site) | Q(site=None)) if site else found


def closed_from(on: date) -> list[Closed]:
    """Return what is closed on that day or later, as plain values."""
    shut = Closing.objects.filter(last__gte=on).exclude(status=Closing.Status.REOPENED)
    return [Closed(*row) for row in shut.values_list("site_id", "first", "last")]


def closing_of(site: Site | None, on: date) -> Closing | None:
    """Return what closes that day at the site, or nothing where it is open."""
    shut = closings(site).filter(first__lte=on, last__gte=on)
    if site is None:
        shut = shut.filter(site=None)
    return shut.exclude(status=Closing.Status.REOPENED).first()


def open_since(site: Site, on: date) -> date:
    """Return from which day a closing of this day reaches: the day after the one before it."""
    before = (
        Closing.objects.filter(site=site, span=Closing.Span.DAY, last__lt=on)
        .exclude(status=Closing.Status.REOPENED)
        .order_by("-last")
        .first()
    )
    return before.last + ONE_DAY if before else BEGINNING


def open_at(site: Site, first: date, last: date) -> date | None:
    """Return the first day of a span that the site has not closed, or nothing."""
    return uncovered(first, last, [c for c in closed_from(first) if c.site_id in (None, site.pk)])


def drawers_open(site: Site, until: date) -> QuerySet[Drawer]:
    """Return drawers of the site that were not counted, or not explained, up to that day."""
    waiting = Drawer.objects.filter(site=site, day__lte=until)
    return waiting.exclude(status=Drawer.Status.CLOSED).select_related("member").order_by("day")


def loose_payments(site: Site, on: date) -> QuerySet[Payment]:
    """Return cash and checks taken at the site on that day that lie in no drawer."""
    starts, ends = day_bounds(site, on)
    return Payment.objects.filter(
        site=site,
        taken_at__gte=starts,
        taken_at__lt=ends,
        status=Payment.Status.POSTED,
        method__in=IN_HAND,
        drawer=None,
    ).order_by("number")


def loose_money(site: Site, on: date) -> Loose:
    """Return how much cash and how many checks of that day lie in no drawer."""
    found = loose_payments(site, on)
    total = found.order_by().aggregate(sum=Sum("amount"))["sum"]
    return Loose(found.count(), total or ZERO)


def figures_of_day(site: Site, on: date) -> dict[str, str]:
    """Return the sums of a site's day in dollars as text, to be kept with its closing."""
    day = payments_of_day(site, on)
    taken = {label: f"{total:.2f}" for label, _count, total in day.by_method}
    counted = Drawer.objects.filter(site=site, day=on, status=Drawer.Status.CLOSED)
    over = counted.aggregate(sum=Sum("over"))["sum"] or ZERO
    return {**taken, "Taken": f"{day.total:.2f}", "Over or short": f"{over:.2f}"}
