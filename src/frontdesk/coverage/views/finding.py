"""Other plans that were named or found, what a payer said by phone, and how far we look."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.coverage import forms, operations, queries
from frontdesk.coverage.models import DiscoveryRule, Plan, Proposal
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "coverage:changed"
VIEW, EDIT, VERIFY, SET = "coverage.view", "coverage.edit", "coverage.verify", "coverage.payers"


@needs(VIEW)
def proposal(request: Request, pk: UUID) -> HttpResponse:
    """Look at another plan that was named or found, and add it."""
    found = get_object_or_404(queries.proposals(), pk=pk)
    form = forms.Accept(request.POST or None, initial=_as_proposed(found))
    if request.method == "POST" and form.is_valid():
        request.actor.require(EDIT)
        with refusals_on(form):
            added = operations.accept_proposal(
                found, **form.cleaned_data, at=now(), today=today(request.site), by=request.actor
            )
            toast(request, _("%(payer)s added") % {"payer": added.subscription.plan.payer})
            return done(request, CHANGED)
    return respond(request, "coverage/proposal.html", form=form, proposal=found)


@needs(EDIT)
@require_POST
@refusals_told
def decline(request: Request, pk: UUID) -> HttpResponse:
    """Set another plan aside, with the reason."""
    found = get_object_or_404(Proposal, pk=pk)
    because = request.POST.get("because", "")
    operations.decline_proposal(found, because=because, at=now(), by=request.actor)
    toast(request, _("Not used: %(payer)s") % {"payer": found.payer_name})
    return done(request, CHANGED)


@needs(VERIFY)
def by_hand(request: Request, pk: UUID) -> HttpResponse:
    """Note what a payer said on the phone or its website about one patient."""
    held = get_object_or_404(queries.policies(), pk=pk)
    form = forms.ByHand(request.POST or None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.note_by_hand(held, **form.said, at=now(), by=request.actor)
            toast(request, _("Noted what %(payer)s said") % {"payer": held.subscription.plan.payer})
            return done(request, CHANGED, "readiness")
    return respond(request, "coverage/by_hand.html", form=form, policy=held)


@needs(SET, VIEW)
def plans(request: Request) -> HttpResponse:
    """List the plans with what each says for everybody on it, and when that was verified."""
    rows = queries.plans_verified()
    return respond(request, "coverage/plans.html", part="rows", rows=rows)


@needs(EDIT)
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Verify a plan: what holds for everybody on it, apart from any patient."""
    held = get_object_or_404(Plan.objects.select_related("payer"), pk=pk)
    known = queries.plan_said(held)
    form = forms.PlanSaid(request.POST or None, initial={"year_begins": held.year_begins})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.verify_plan(held, **form.said, at=now(), by=request.actor)
            toast(request, _("Plan verified"))
            return done(request, CHANGED)
    return respond(request, "coverage/plan.html", form=form, plan=held, known=known)


@needs(SET)
def discovery_rule(request: Request) -> HttpResponse:
    """Say how far the practice looks for coverage nobody told it of."""
    rule = DiscoveryRule.objects.first() or DiscoveryRule()
    form = forms.Discovering(request.POST or None, initial=vars(rule))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_discovery_rule(**form.cleaned_data, by=request.actor)
            toast(request, _("From now on we look like this."))
            return done(request, CHANGED)
    return respond(request, "coverage/discovery_rule.html", form=form)


def _as_proposed(found: Proposal) -> dict[str, Any]:
    return {
        "payer": found.payer_id,
        "member_id": found.member_id,
        "plan_name": found.plan_name,
        "goes_first": found.rank == 1,
        "ends_old": found.kind == Proposal.Kind.FOUND,
    }


def _asked(request: Request) -> dict[str, Any]:
    appointment = request.GET.get("appointment") or None
    return {"service_on": today(request.site), "appointment_id": appointment}
