"""The vitals drawer."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms.rooming import TakeVitals
from frontdesk.visits.models import Vitals
from frontdesk.visits.queries.rooming import shown_vitals
from frontdesk.visits.queries.sheet import visits

CHANGED = "visits"


@needs("visits.vitals")
def vitals(request: Request, pk: UUID) -> HttpResponse:
    """Take a set of measurements, the last ones beside."""
    visit = get_object_or_404(visits(), pk=pk)
    form = TakeVitals(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.take_vitals(
                visit,
                form.typed,
                units=form.units,
                is_confirmed=form.cleaned_data["is_confirmed"],
                at=now(),
                by=request.actor,
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            toast(request, _("Vitals of %(name)s are kept.") % {"name": visit.patient.name})
            return done(request, CHANGED)
    return respond(
        request, "visits/vitals.html", visit=visit, form=form, rows=shown_vitals(visit, form)
    )


@needs("visits.vitals")
@require_POST
@refusals_told
def void_vitals(request: Request, pk: UUID) -> HttpResponse:
    """Cross out a set that was entered by mistake."""
    taken = operations.void_vitals(get_object_or_404(Vitals, pk=pk), by=request.actor)
    undo = reverse("visits:restore_vitals", args=[taken.pk])
    toast(request, _("These vitals are crossed out."), undo_url=undo)
    return done(request, CHANGED)


@needs("visits.vitals")
@require_POST
@refusals_told
def restore_vitals(request: Request, pk: UUID) -> HttpResponse:
    """Count a crossed-out set again."""
    operations.restore_vitals(get_object_or_404(Vitals, pk=pk), by=request.actor)
    return done(request, CHANGED)


def _show(form: TakeVitals, refusal: Refused) -> None:
    """Put what is wrong beside its field; odd values get a box to tick."""
    for finding in getattr(refusal, "findings", ()):
        form.add_error(finding.name, finding.text)
    if not form.errors or isinstance(refusal, operations.Unusual):
        form.add_error(None, str(refusal) if not form.errors else _("Look once more."))
    if isinstance(refusal, operations.Unusual):
        form.data = {**form.data.dict(), "is_confirmed": "on"}  # type: ignore[attr-defined]
