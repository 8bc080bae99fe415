"""A claim's standing: what comes next, where it is, its versions, taking it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.billing.forms import claims as claim_forms
from frontdesk.billing.models import PayerLimit
from frontdesk.billing.views.claims import _answer, _claim, _drawn
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.ui import crud
from frontdesk.ui.responses import refusals_told, respond, toast


def _plan_name(limit: PayerLimit) -> str:
    return limit.plan.name if limit.plan else _("Every plan")


LIMITS = crud.Table(
    name="limits",
    namespace="billing",
    title=gettext_lazy("Time limits of payers"),
    noun=gettext_lazy("time limit"),
    icon="alarm",
    rows=queries.payer_limits,
    form=claim_forms.PayerLimit,
    save=operations.save_limit,
    sees=("billing.view",),
    changes="coverage.payers",
    columns=(
        crud.Column(gettext_lazy("Payer"), "payer.name"),
        crud.Column(gettext_lazy("Plan"), _plan_name),
        crud.Column(gettext_lazy("For"), PayerLimit.get_kind_display),
        crud.Column(gettext_lazy("Days"), "days", is_figure=True),
    ),
    search=("payer__name", "plan__name"),
    empty=gettext_lazy(
        "Without a limit of its own, a first claim has the payer’s days to file, and everything "
        "else what is usual."
    ),
)


@needs("billing.claim")
@require_POST
def plan_next(request: Request, pk: UUID) -> HttpResponse:
    """Say who has a claim, what comes next and when."""
    found, form = _claim(pk), claim_forms.PlanNext(request.POST)
    change = operations.plan_next
    return _answer(request, found, form, lambda said, by: change(found, **said, **by))


@needs("billing.claim")
@require_POST
@refusals_told
def ask_status(request: Request, pk: UUID) -> HttpResponse:
    """Ask the payer where a claim stands."""
    found = _claim(pk)
    operations.ask_status(found, at=now(), by=request.actor)
    toast(request, _("Asking %(payer)s") % {"payer": found.payer.name})
    return _drawn(request, _claim(pk))


@needs("billing.claim")
@require_POST
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Build the void that takes a claim back."""
    found, form = _claim(pk), forms.Because(request.POST)
    change = operations.cancel_claim
    return _answer(request, found, form, lambda said, by: change(found, **said, **by))


@needs("billing.view")
@refusals_told
def compare(request: Request, pk: UUID) -> HttpResponse:
    """Show two versions of a claim side by side; looking at it is remembered."""
    later = get_object_or_404(queries.claims(), pk=pk)
    people.open_chart(later.patient, what="claim", by=request.actor)
    parts = operations.compare_versions(later, at=now(), by=request.actor)
    changes = sum(part.changes for part in parts)
    told: dict[str, Any] = {"before": later.replaces, "later": later, "parts": parts}
    return respond(request, "billing/compare.html", changes=changes, **told)
