"""Good-faith estimates with their clock, and how good estimates have been."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.comms.queries import Asked, route
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.coverage import exchange, forms, operations, queries
from frontdesk.coverage.models import GoodFaithEstimate, Payer
from frontdesk.people import operations as people
from frontdesk.ui import charts
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "coverage:changed"
VIEW, ESTIMATE = "coverage.view", "coverage.estimate"
ROWS = 50


@needs(VIEW)
def good_faiths(request: Request) -> HttpResponse:
    """List the good-faith estimates to give, by their last day, and those given."""
    given = Paginator(queries.good_faith_given(), ROWS).get_page(request.GET.get("page"))
    owed = list(queries.good_faith_open()[:ROWS])
    on = today(request.site)
    return respond(
        request, "coverage/good_faiths.html", part="rows", owed=owed, page=given, today=on
    )


@needs(VIEW)
def good_faith(request: Request, pk: UUID) -> HttpResponse:
    """Look at one, and say how it was given."""
    found = get_object_or_404(GoodFaithEstimate.objects.select_related("patient"), pk=pk)
    form = forms.Giving(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.actor.require(ESTIMATE)
        with refusals_on(form):
            operations.give_good_faith(found, **form.cleaned_data, at=now(), by=request.actor)
            toast(request, _("Estimate %(number)s is given") % {"number": found.number})
            return done(request, CHANGED)
    context: dict[str, Any] = {"form": form, "estimate": found, "today": today(request.site)}
    context["sent"], context["opened_at"] = queries.good_faith_proof(found)
    context["way"] = route(found.patient, Asked(now()))
    return respond(request, "coverage/good_faith.html", **context)


@needs(ESTIMATE)
@require_POST
@refusals_told
def good_faith_send(request: Request, pk: UUID) -> HttpResponse:
    """Send where it can be read, the way the patient wants to be reached."""
    found = get_object_or_404(GoodFaithEstimate, pk=pk)
    given = operations.send_good_faith(found, at=now(), by=request.actor)
    how = given.get_given_how_display().lower()
    toast(request, _("Estimate %(number)s goes %(how)s") % {"number": given.number, "how": how})
    return done(request, CHANGED)


@needs(ESTIMATE)
@require_POST
@refusals_told
def good_faith_drop(request: Request, pk: UUID) -> HttpResponse:
    """Take one off the list, with the reason."""
    found = get_object_or_404(GoodFaithEstimate, pk=pk)
    because = request.POST.get("because", "")
    operations.drop_good_faith(found, because=because, at=now(), by=request.actor)
    toast(request, _("No estimate is needed"))
    return done(request, CHANGED)


@needs(VIEW)
def good_faith_paper(request: Request, pk: UUID) -> HttpResponse:
    """Print one: as it was given, or as it would be given now."""
    found = get_object_or_404(GoodFaithEstimate.objects.select_related("patient"), pk=pk)
    people.open_chart(found.patient, what="good-faith estimate", by=request.actor)
    made = bytes(found.printed) if found.printed else exchange.good_faith_pdf(found)
    name = f'inline; filename="estimate-{found.number}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


@needs(VIEW)
def accuracy(request: Request) -> HttpResponse:
    """Show for every payer how far estimates were from what it decided."""
    rows = queries.accuracies(now())
    named = [row.payer.name for row in rows]
    typical = [float(row.accuracy.typical) for row in rows]
    chart = charts.ranked(
        _("Off by, at the median"), named, [charts.Series(_("Dollars"), typical)],
        unit=_in_dollars, head=_("Payer"),
    ) if rows else None  # fmt: skip
    return respond(request, "coverage/accuracy.html", rows=rows, chart=chart)


@needs(VIEW)
def outcomes(request: Request, pk: UUID) -> HttpResponse:
    """List the decided claims of a payer beside what was estimated."""
    payer = get_object_or_404(Payer, pk=pk)
    page = Paginator(queries.outcomes_of(payer, now()), ROWS).get_page(request.GET.get("page"))
    return respond(request, "coverage/outcomes.html", payer=payer, page=page)


def _in_dollars(value: float) -> str:
    return f"${value:,.2f}"
