"""Closing on screen: the site's day, the practice's month, and opening one again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger import operations
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Closing
from frontdesk.ledger.rules import month_of
from frontdesk.reports.forms import books as forms
from frontdesk.reports.queries import books_close as queries
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "ledger:changed"
SHOWN = 20


@needs("ledger.close")
def close(request: Request) -> HttpResponse:
    """Show what is open on a site's day, and close it."""
    on = forms.Day(request.GET).said("on", today(request.site))
    form = forms.CloseDay(request.POST or None)
    points = queries.points_of_day(request.site, on)
    if request.method == "POST" and form.is_valid():
        said = {"open_points": [p.words for p in points if p.is_open], **form.cleaned_data}
        with refusals_on(form):
            operations.close_day(request.site, on, **said, at=now(), by=request.actor)
            toast(request, _("The day is closed"))
            return go(request, "reports:close")
    told: dict[str, Any] = {
        "on": on,
        "points": points,
        "stopped": any(point.stops for point in points),
    }
    return respond(request, "reports/close.html", form=form, **told, **_history(request, on))


@needs("ledger.close")
def month(request: Request) -> HttpResponse:
    """Show what is open in a month, and close it."""
    before = today(request.site).replace(day=1) - timedelta(days=1)
    asked = forms.month_said(request.GET.get("month", ""), before)
    first, last = month_of(asked)
    form = forms.CloseDay(request.POST or None)
    points = queries.points_of_month(first, last)
    if request.method == "POST" and form.is_valid():
        said = {"open_points": [p.words for p in points if p.is_open], **form.cleaned_data}
        with refusals_on(form):
            operations.close_month(first, **said, at=now(), by=request.actor)
            toast(request, _("The month is closed"))
            return go(request, "reports:month")
    told: dict[str, Any] = {
        "first": first,
        "last": last,
        "points": points,
        "done": _closed_month(last),
    }
    told["stopped"] = any(point.stops for point in points)
    return respond(request, "reports/month.html", form=form, **told)


@needs("ledger.close")
def closing(request: Request, pk: UUID) -> HttpResponse:
    """Look at what was closed, by whom, with which sums; ask to open it again."""
    found, form = _closing(pk), forms.Reopen(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.ask_to_reopen(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Asked: a second person has to agree"))
            return done(request, CHANGED)
    return respond(request, "reports/closing.html", closing=found, form=form)


@needs("ledger.close")
@require_POST
@refusals_told
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """Agree, as the second person, to open it again."""
    operations.reopen(_closing(pk), at=now(), by=request.actor)
    toast(request, _("Opened again"))
    return done(request, CHANGED)


@needs("ledger.close")
@require_POST
@refusals_told
def keep_closed(request: Request, pk: UUID) -> HttpResponse:
    """Leave it closed."""
    operations.keep_closed(_closing(pk), at=now(), by=request.actor)
    toast(request, _("It stays closed"))
    return done(request, CHANGED)


def _history(request: Request, on: Any) -> dict[str, Any]:
    shut = ledger.closing_of(request.site, on)
    return {
        "shut": shut,
        "since": None if shut else ledger.open_since(request.site, on),
        "takings": {
            name: Decimal(figure)
            for name, figure in ledger.figures_of_day(request.site, on).items()
        },
        "closings": list(ledger.closings(request.site)[:SHOWN]),
    }


def _closed_month(last: Any) -> Closing | None:
    shut = Closing.objects.filter(span=Closing.Span.MONTH, last=last)
    return shut.exclude(status=Closing.Status.REOPENED).first()


def _closing(pk: UUID) -> Closing:
    found: Closing = get_object_or_404(Closing.objects.select_related("site"), pk=pk)
    return found
