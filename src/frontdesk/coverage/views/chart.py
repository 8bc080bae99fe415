"""Coverage on screen: the card on the chart, policies, answers, estimates, payers."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.coverage import exchange, forms, operations, queries
from frontdesk.coverage.models import Estimate, Policy
from frontdesk.coverage.rules import percent_words, service_words
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.ui import crud
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import (
    done,
    refusals_on,
    refusals_told,
    respond,
    toast,
    words_typed,
)

CHANGED = "coverage:changed"
VIEW, EDIT = "coverage.view", "coverage.edit"
MOST_SHOWN = 20

PAYERS = crud.Table(
    name="payers",
    namespace="coverage",
    title=gettext_lazy("Payers"),
    noun=gettext_lazy("payer"),
    icon="building-bank",
    rows=queries.payers,
    form=forms.Payer,
    save=operations.save_payer,
    sees=("coverage.payers", VIEW),
    changes="coverage.payers",
    columns=(
        crud.Column(gettext_lazy("Name"), "name"),
        crud.Column(gettext_lazy("Payer ID"), "payer_id"),
        crud.Column(gettext_lazy("Files within, days"), "timely_filing_days", is_figure=True),
        crud.Column(gettext_lazy("Contract"), "allowed"),
        crud.Column(gettext_lazy("Eligibility"), "takes_eligibility"),
        crud.Column(gettext_lazy("Claims"), "takes_claims"),
        crud.Column(gettext_lazy("In use"), "is_active"),
    ),
    search=("name", "payer_id"),
    empty=gettext_lazy("Insurers and programmes that coverage is asked of and claims go to."),
    places="coverage/payer_places.html",
)


@needs(VIEW)
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show the coverage card of a chart."""
    return _panel(request, get_object_or_404(Patient, pk=pk))


@needs(VIEW)
def patient(request: Request, pk: UUID) -> HttpResponse:
    """Show all about a patient's coverage: policies, answers, authorizations, estimates."""
    found = get_object_or_404(Patient, pk=pk)
    if not is_part(request):
        people.open_chart(found, what="coverage", by=request.actor)
    context: dict[str, Any] = {
        "patient": found,
        "standings": queries.standings(found),
        "past": queries.past_policies_of(found),
        "proposals": queries.proposals_of(found),
        "good_faith": queries.good_faith_of(found)[:MOST_SHOWN],
        "checks": queries.checks_of(found)[:MOST_SHOWN],
        "authorizations": queries.authorizations_of(found),
        "estimates": queries.estimates_of(found)[:MOST_SHOWN],
    }
    return respond(request, "coverage/patient.html", part="all", **context)


@needs(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """Add a policy from its card."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.Policy(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            policy = operations.add_policy(found, **form.cleaned_data, by=request.actor)
            toast(request, _("%(payer)s added") % {"payer": policy.subscription.plan.payer})
            return done(request, CHANGED)
    chosen = {"payer": queries.named(form["payer"].value()), "holder": _holder(form)}
    return respond(request, "coverage/add.html", form=form, patient=found, chosen=chosen)


@needs(VIEW)
def payer_options(request: Request) -> HttpResponse:
    """List the payers that hold what is typed."""
    found = queries.payers(words_typed(request)).filter(is_active=True)[:12]
    return respond(request, "coverage/payer_options.html", found=found)


@needs(EDIT)
def policy(request: Request, pk: UUID) -> HttpResponse:
    """Correct a policy."""
    held = get_object_or_404(queries.policies(), pk=pk)
    form = forms.Correction(request.POST or None, initial=_as_held(held))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            version = request.POST.get("version", "")
            operations.change_policy(held, **form.cleaned_data, version=version, by=request.actor)
            toast(request, _("Policy corrected"))
            return done(request, CHANGED)
    return respond(request, "coverage/policy.html", form=form, policy=held)


@needs(EDIT)
def end(request: Request, pk: UUID) -> HttpResponse:
    """End a policy with its last covered day."""
    held = get_object_or_404(queries.policies(), pk=pk)
    form = forms.Ending(request.POST or None, initial={"on": today(request.site)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.end_policy(held, on=form.cleaned_data["on"], by=request.actor)
            toast(request, _("%(payer)s ended") % {"payer": held.subscription.plan.payer})
            return done(request, CHANGED)
    return respond(request, "coverage/end.html", form=form, policy=held)


@needs(EDIT)
@require_POST
@refusals_told
def move_up(request: Request, pk: UUID) -> HttpResponse:
    """Let a policy change places with the one before it."""
    operations.raise_policy(get_object_or_404(Policy, pk=pk), by=request.actor)
    toast(request, _("Order changed"))
    return done(request, CHANGED)


@needs("coverage.verify")
@require_POST
@refusals_told
def verify(request: Request, pk: UUID) -> HttpResponse:
    """Ask the payer about today; the card is drawn again when it answers."""
    held = get_object_or_404(queries.policies(), pk=pk)
    operations.verify(
        held,
        service_on=today(request.site),
        service_types=queries.OFFICE_VISIT,
        at=now(),
        by=request.actor,
    )
    return _panel(request, held.patient)


@needs(VIEW)
def check(request: Request, pk: UUID) -> HttpResponse:
    """Show a payer's answer whole: what it says in words, and the messages as they were."""
    found = get_object_or_404(queries.check_page(pk))
    if not is_part(request):
        people.open_chart(found.patient, what="eligibility", by=request.actor)
    benefits = queries.benefit_for(found)
    context: dict[str, Any] = {
        "check": found,
        "patient": found.patient,
        "benefits": benefits,
        "service": service_words(found.asked_types[0]),
        "coinsurance": percent_words(benefits.coinsurance),
        "payer": found.policy.subscription.plan.payer,
        "lines": queries.benefit_lines(found),
        "sent": exchange.segments(found.request),
        "received": exchange.segments(found.response),
    }
    return respond(request, "coverage/check.html", part="answer", **context)


@needs("coverage.estimate")
def estimate(request: Request, pk: UUID) -> HttpResponse:
    """Reckon what a patient will owe, and keep it as it was told."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.Estimate(
        request.POST or None, policies=queries.offered(found), initial=_asked(request, found)
    )
    made = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = operations.estimate(
                found,
                codes=form.cleaned_data["codes"],
                on=form.cleaned_data["on"],
                policy=form.chosen,
                appointment_id=form.cleaned_data["appointment"],
                at=now(),
                by=request.actor,
            )
    return respond(request, "coverage/estimate.html", form=form, patient=found, made=made)


@needs(VIEW)
def given(request: Request, pk: UUID) -> HttpResponse:
    """Show an estimate as it was given."""
    made = get_object_or_404(Estimate.objects.select_related("patient"), pk=pk)
    return respond(request, "coverage/given.html", made=made, patient=made.patient)


def _panel(request: Request, found: Patient) -> HttpResponse:
    standings = queries.standings(found)
    waiting = queries.waiting_checks(found)
    context: dict[str, Any] = {
        "patient": found,
        "standings": standings,
        "waiting": {one.policy_id: one for one in waiting},
        "past": queries.past_policies_of(found)[:3],
    }
    return respond(request, "coverage/panel.html", **context)


def _holder(form: forms.Policy) -> Patient | None:
    chosen = form["holder"].value()
    return Patient.objects.filter(pk=chosen).first() if chosen else None


def _as_held(held: Policy) -> dict[str, Any]:
    return {
        "plan_name": held.subscription.plan.name,
        "member_id": held.subscription.member_id,
        "group_number": held.subscription.plan.group_number,
        "rx_bin": held.rx_bin,
        "rx_pcn": held.rx_pcn,
        "rx_group": held.rx_group,
        "starts_on": held.starts_on,
        "ends_on": held.ends_on,
    }


def _asked(request: Request, found: Patient) -> dict[str, Any]:
    """Return what a link to the estimate may say: codes, day and appointment."""
    first = queries.policies_of(found).first()
    return {
        "codes": request.GET.get("codes", ""),
        "on": request.GET.get("on") or today(request.site),
        "appointment": request.GET.get("appointment") or None,
        "policy": str(first.pk) if first else "",
    }
