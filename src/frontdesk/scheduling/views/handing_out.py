"""The book on paper and in other calendars: the downtime kit, addresses of calendars."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import exchange, forms, operations, queries
from frontdesk.staff.models import Provider
from frontdesk.ui.responses import go, refusals_told, respond, toast


@needs("scheduling.export")
def kit(request: Request) -> HttpResponse:
    """Hand out the downtime kit of the site, made this moment: `?on=2026-11-24`."""
    form = forms.Shown(request.GET)
    form.is_valid()
    on = form.day_or(today(request.site))
    made = exchange.kit_pdf(queries.kit(request.site, on, now()))
    operations.hand_out_kit(request.site, by=request.actor)
    head = {"Content-Disposition": f'inline; filename="downtime-{on:%Y-%m-%d}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=head)


@needs("scheduling.feeds")
def feeds(request: Request) -> HttpResponse:
    """Show which provider's calendar has an address."""
    return respond(request, "scheduling/feeds.html", feeds=queries.feeds(now()))


@needs("scheduling.feeds")
@require_POST
@refusals_told
def make_feed(request: Request, pk: UUID) -> HttpResponse:
    """Make the address of a provider's calendar and show it, this once."""
    provider = get_object_or_404(Provider, pk=pk)
    made = operations.make_feed(provider, at=now(), by=request.actor)
    return respond(
        request, "scheduling/feeds.html", feeds=queries.feeds(now()), made=provider,
        url=f"{made.url}schedule.ics",
    )  # fmt: skip


@needs("scheduling.feeds")
@require_POST
@refusals_told
def end_feed(request: Request, pk: UUID) -> HttpResponse:
    """Take the address of a provider's calendar back."""
    operations.end_feed(get_object_or_404(Link, pk=pk), by=request.actor)
    toast(request, _("This calendar address opens nothing any more."))
    return go(request, "scheduling:feeds")
