"""The superbill on screen and on paper."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.core.money import ZERO
from frontdesk.people import operations as people
from frontdesk.practice import queries as practice
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import exchange, operations
from frontdesk.visits.forms import superbill as forms
from frontdesk.visits.forms.check_out import ComeBack
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine, Visit
from frontdesk.visits.queries import superbill as queries
from frontdesk.visits.queries.capture import next_to_charge
from frontdesk.visits.queries.check_out import coming_back
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.views.heads import head

PAGE = "visits/superbill.html"


@needs("visits.superbill", "visits.sign", "visits.check_out")
@require_GET
def superbill(request: Request, pk: UUID) -> HttpResponse:
    """Show the visit's superbill."""
    visit = get_object_or_404(visits(), pk=pk)
    if not is_part(request):
        people.open_chart(visit.patient, what="superbill", by=request.actor)
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def come_back(request: Request, pk: UUID) -> HttpResponse:
    """Say in how many weeks the patient comes back."""
    visit, form = get_object_or_404(visits(), pk=pk), ComeBack(request.POST)
    weeks, _kind = form.choice()
    operations.plan_return(visit, weeks=weeks or 0, by=request.actor)
    toast(request, _("Check-out will propose times in %(n)s weeks.") % {"n": weeks})
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def begin(request: Request, pk: UUID) -> HttpResponse:
    """Begin a superbill before the patient is roomed."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.begin_superbill(visit, by=request.actor)
    return go(request, "visits:superbill", visit.pk)


@needs("visits.superbill")
@require_POST
@refusals_told
def add_diagnosis(request: Request, pk: UUID) -> HttpResponse:
    """Add a picked diagnosis."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.add_diagnosis(_bill(visit), _code(request), by=request.actor)
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def add_line(request: Request, pk: UUID) -> HttpResponse:
    """Add a picked procedure."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.add_line(_bill(visit), _code(request), by=request.actor)
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def remove_diagnosis(request: Request, pk: UUID) -> HttpResponse:
    """Take a diagnosis off."""
    one = get_object_or_404(SuperbillDiagnosis, pk=pk)
    operations.remove_diagnosis(one, by=request.actor)
    return draw_of(request, one.superbill)


@needs("visits.superbill")
@require_POST
@refusals_told
def put_first(request: Request, pk: UUID) -> HttpResponse:
    """Make a diagnosis the main one."""
    one = get_object_or_404(SuperbillDiagnosis, pk=pk)
    operations.put_first(one, by=request.actor)
    return draw_of(request, one.superbill)


@needs("visits.superbill")
@require_POST
@refusals_told
def change_line(request: Request, pk: UUID) -> HttpResponse:
    """Change units, modifiers or pointers of a procedure."""
    line = get_object_or_404(SuperbillLine, pk=pk)
    form = forms.ChangeLine(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(f"{name}: {said[0]}" for name, said in form.errors.items()))
    operations.change_line(line, **form.cleaned_data, by=request.actor)
    return draw_of(request, line.superbill)


@needs("visits.superbill")
@require_POST
@refusals_told
def remove_line(request: Request, pk: UUID) -> HttpResponse:
    """Take a procedure off, with undo."""
    line = operations.remove_line(get_object_or_404(SuperbillLine, pk=pk), by=request.actor)
    undo = reverse("visits:restore_line", args=[line.pk])
    toast(request, _("%(code)s is off the superbill.") % {"code": line.code}, undo_url=undo)
    return draw_of(request, line.superbill)


@needs("visits.superbill")
@require_POST
@refusals_told
def restore_line(request: Request, pk: UUID) -> HttpResponse:
    """Put a procedure back."""
    line = operations.restore_line(get_object_or_404(SuperbillLine, pk=pk), by=request.actor)
    return draw_of(request, line.superbill)


@needs("visits.sign")
@require_POST
@refusals_told
def sign(request: Request, pk: UUID) -> HttpResponse:
    """Sign."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.sign_superbill(_bill(visit), at=now(), by=request.actor)
    toast(request, _("Superbill signed."))
    return draw(request, visit)


@needs("visits.superbill")
@require_POST
@refusals_told
def complete(request: Request, pk: UUID) -> HttpResponse:
    """Say that only the signature is missing."""
    visit = get_object_or_404(visits(), pk=pk)
    operations.complete_superbill(_bill(visit), by=request.actor)
    toast(request, _("Ready for the provider to sign."))
    return draw(request, visit)


@needs("visits.superbill")
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """Open a finished superbill again, with a reason, in a drawer."""
    return _with_reason(request, pk, operations.reopen_superbill, "reopen")


@needs("visits.superbill")
def no_charge(request: Request, pk: UUID) -> HttpResponse:
    """Say that nothing is charged, with a reason, in a drawer."""
    return _with_reason(request, pk, operations.mark_no_charge, "no_charge")


@needs("visits.superbill", "visits.sign", "visits.check_out")
@require_GET
def pdf(request: Request, pk: UUID) -> HttpResponse:
    """Give the superbill for the patient, as a PDF to print."""
    visit = get_object_or_404(visits(), pk=pk)
    people.open_chart(visit.patient, what="superbill, printed", by=request.actor)
    bill = _bill(visit)
    content = exchange.superbill_pdf(
        practice.practice_of(request.actor),
        bill,
        list(queries.diagnoses_of(bill)),
        list(queries.lines_of(bill)),
    )
    headers = {"Content-Disposition": f'inline; filename="superbill-{visit.on}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _with_reason(request: Request, pk: UUID, run: Any, name: str) -> HttpResponse:
    visit = get_object_or_404(visits(), pk=pk)
    form = forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            run(_bill(visit), **form.cleaned_data, at=now(), by=request.actor)
            return go(request, "visits:superbill", visit.pk)
    return respond(request, "visits/superbill_reason.html", visit=visit, form=form, name=name)


def _bill(visit: Visit) -> Superbill:
    return get_object_or_404(Superbill, visit=visit)


def _code(request: Request) -> str:
    form = forms.AddCode(request.POST)
    if not form.is_valid():
        raise Refused(_("Pick a code."))
    return str(form.cleaned_data["code"])


def draw_of(request: Request, bill: Superbill) -> HttpResponse:
    """Draw the page of the visit that a superbill belongs to."""
    return draw(request, get_object_or_404(visits(), pk=bill.visit_id))


def draw(request: Request, visit: Visit) -> HttpResponse:
    """Draw the page; after a plain form, lead back to it, so that reloading repeats nothing."""
    if request.method == "POST" and not is_part(request):
        return go(request, "visits:superbill", visit.pk)
    bill = queries.superbill_of(visit)
    is_open = bill is not None and bill.is_open
    diagnoses = list(queries.diagnoses_of(bill)) if bill else []
    lines = list(queries.lines_of(bill)) if bill else []
    return respond(
        request,
        PAGE,
        part="bill",
        visit=visit,
        head=head(visit),
        site=visit.site,
        bill=bill,
        is_open=is_open,
        diagnoses=diagnoses,
        lines=lines,
        total=sum((line.charge for line in lines), ZERO),
        problems=queries.problems_of(bill) if bill and is_open else [],
        back=coming_back(visit),
        following=next_to_charge(visit),
        **(_entry(visit, bill, diagnoses) if bill and is_open else {}),
        level=queries.level_given(bill) if bill else None,
    )


def _entry(
    visit: Visit, bill: Superbill, diagnoses: Sequence[SuperbillDiagnosis]
) -> dict[str, Any]:
    """Return what helps to fill an open superbill in: what is often used, what the edits say."""
    return {
        "favorites": queries.often_used(visit),
        "often_found": queries.often_found(visit),
        "edits": queries.edits_of(bill),
        "last": queries.last_signed(bill),
        "asks_cause": queries.asks_cause(bill, diagnoses),
    }
