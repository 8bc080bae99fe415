"""Collections: what may be handed over, what was, files to and from agencies."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.forms import Because
from frontdesk.billing.forms import bills as forms
from frontdesk.billing.models import Agency, AgencyFile, Placement
from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.ledger.exchange import spoken
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "billing:changed"
ON_A_PAGE = 50


@needs("billing.collect")
def collections(request: Request) -> HttpResponse:
    """Show the accounts of one state, the largest first, and what may be done with them."""
    show = request.GET.get("show", Placement.Status.PROPOSED.value)
    page = Paginator(queries.placements(show), ON_A_PAGE).get_page(request.GET.get("page"))
    sums = queries.placements_by_state()
    states = [(value, label, *sums.get(value, (0, 0))) for value, label in Placement.Status.choices]
    told = {"page": page, "show": show, "states": states, "today": today(request.site)}
    told["agencies"] = queries.agencies()
    told["files"] = queries.agency_files()[:10]
    return respond(request, "billing/collections.html", part="list", **told)


@needs("billing.collect")
@require_POST
@refusals_told
def propose(request: Request) -> HttpResponse:
    """Look now for what the policy would hand over."""
    made = operations.propose(on=today(request.site), at=now(), by=request.actor)
    told = ngettext("%(n)s account proposed", "%(n)s accounts proposed", len(made))
    toast(request, told % {"n": len(made)})
    return done(request, CHANGED)


@needs("billing.collect")
def placement(request: Request, pk: UUID) -> HttpResponse:
    """Look at one account: why it is here, what speaks against it, and decide."""
    found = _placement(pk)
    form = Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _end(request, found, form.cleaned_data["because"])
            return done(request, CHANGED)
    told: dict[str, Any] = {"placement": found, "form": form, "today": today(request.site)}
    judged = queries.judged(found.patient, queries.statement_policy(), today(request.site))
    told["against"] = judged.why_not if found.status == Placement.Status.PROPOSED else []
    told["with_agency"] = queries.with_agency(found.patient)
    return respond(request, "billing/placement.html", **told)


@needs("billing.hand_over")
@require_POST
@refusals_told
def approve(request: Request, pk: UUID) -> HttpResponse:
    """Say yes to the last letter."""
    found = _placement(pk)
    operations.approve(found, on=today(request.site), at=now(), by=request.actor)
    toast(request, _("The last letter is printed and goes on the biller's list"))
    return done(request, CHANGED)


@needs("billing.hand_over")
@require_POST
@refusals_told
def hand_over(request: Request) -> HttpResponse:
    """Hand the chosen accounts over in one file."""
    form = forms.HandOver(request.POST)
    if not form.is_valid():
        toast(request, _("Choose accounts and an agency."), tone="red")
        return done(request)
    chosen = list(form.cleaned_data["accounts"])
    on = today(request.site)
    made = operations.hand_over(
        chosen, form.cleaned_data["agency"], on=on, at=now(), by=request.actor
    )
    toast(request, _("%(n)s accounts in %(name)s") % {"n": made.count, "name": made.name})
    return done(request, CHANGED)


@needs("billing.collect")
def letter(request: Request, pk: UUID) -> HttpResponse:
    """Print the last letter."""
    found = _placement(pk)
    family = queries.family_billed(found.patient)
    pdf = exchange.letter_pdf(found, family, spoken(found.patient.language))
    name = f'inline; filename="account-{found.number}.pdf"'
    headers = {"Content-Disposition": name}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@needs("billing.collect")
def agency_file(request: Request, pk: UUID) -> HttpResponse:
    """Take a file out as it was handed over or came in."""
    found = get_object_or_404(AgencyFile, pk=pk)
    name = f'attachment; filename="{found.name.replace(chr(34), "")}"'
    headers = {"Content-Disposition": name}
    return HttpResponse(bytes(found.content), content_type="text/csv", headers=headers)


@needs("billing.collect")
def report(request: Request) -> HttpResponse:
    """Read an agency's report."""
    form = forms.AgencyReport(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        said = {"name": file.name, "content": file.read(), "on": today(request.site)}
        with refusals_on(form):
            made = operations.read_agency_report(
                form.cleaned_data["agency"], **said, at=now(), by=request.actor
            )
            toast(request, _("%(n)s payments posted") % {"n": made.count})
            return done(request, CHANGED)
    return respond(request, "billing/agency_report.html", form=form)


@needs("billing.policy")
def agency(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Enter an agency, or correct it."""
    found = get_object_or_404(Agency, pk=pk) if pk else None
    form = forms.AgencyForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_agency(found, **form.cleaned_data, by=request.actor)
            toast(request, _("Saved"))
            return done(request, CHANGED)
    return respond(request, "billing/agency.html", form=form, agency=found)


def _placement(pk: UUID) -> Placement:
    with_all = Placement.objects.select_related("patient", "agency", "practice", "letter", "file")
    found: Placement = get_object_or_404(with_all, pk=pk)
    return found


def _end(request: Request, found: Placement, because: str) -> None:
    """Keep an account here, or call it back from the agency."""
    on = today(request.site)
    if found.status == Placement.Status.PLACED:
        operations.recall(found, because=because, on=on, at=now(), by=request.actor)
        toast(request, _("Called back. Tell the agency."))
    else:
        operations.keep_here(found, because=because, on=on, by=request.actor)
        toast(request, _("It stays here"))
