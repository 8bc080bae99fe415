"""The check-in on screen: one page, five steps, each answered by one form."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.coverage import operations as coverage
from frontdesk.ledger.queries import lacks_drawer
from frontdesk.people import operations as people
from frontdesk.people.forms import LANGUAGES
from frontdesk.people.models import Patient
from frontdesk.records import queries as record_queries
from frontdesk.records.models import ConsentForm
from frontdesk.records.operations import Signing
from frontdesk.ui.context import is_part
from frontdesk.ui.responses import go, refusals_on, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms import check_in as forms
from frontdesk.visits.models import CheckIn, Visit
from frontdesk.visits.queries.check_in_page import page
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.views import paying
from frontdesk.visits.views.heads import head

PAGE = "visits/check_in.html"
PLANS = "visits/check_in_coverage.html"  # the step that live answers of a payer draw anew


@needs("visits.check_in")
@require_GET
def check_in(request: Request, pk: UUID) -> HttpResponse:
    """Show the step at hand; looking at a chart is remembered."""
    visit = get_object_or_404(_arrived(), pk=pk)
    if not is_part(request):
        people.open_chart(visit.patient, what="check-in", by=request.actor)
    return _page(request, visit, request.GET.get("step", ""))


@needs("visits.check_in")
@require_POST
def identity(request: Request, pk: UUID) -> HttpResponse:
    """Answer the first step."""
    visit, form = get_object_or_404(_arrived(), pk=pk), forms.Identity(request.POST)
    if form.is_valid():
        with refusals_on(form):
            operations.confirm_identity(visit, **form.cleaned_data, at=now(), by=request.actor)
            return go(request, "visits:check_in", visit.pk)
    return _page(request, visit, "identity", form)


@needs("visits.check_in")
@require_POST
def details(request: Request, pk: UUID) -> HttpResponse:
    """Answer the second step: as it stands, or corrected."""
    visit = get_object_or_404(_arrived(), pk=pk)
    form = forms.Details(request.POST, instance=Patient.objects.get(pk=visit.patient_id))
    if form.is_valid():
        with refusals_on(form):
            operations.confirm_details(
                visit,
                details=form.corrections,
                version=form.cleaned_data["version"],
                at=now(),
                by=request.actor,
            )
            return go(request, "visits:check_in", visit.pk)
    return _page(request, visit, "details", form)


@needs("visits.check_in")
@require_POST
def choose(request: Request, pk: UUID) -> HttpResponse:
    """Answer the third step: a plan, or self-pay."""
    visit = get_object_or_404(_arrived(), pk=pk)
    form = forms.Coverage(request.POST, visit=visit)
    if form.is_valid():
        with refusals_on(form):
            operations.choose_coverage(
                visit, **form.cleaned_data["choice"], at=now(), by=request.actor
            )
            return go(request, "visits:check_in", visit.pk)
    return _page(request, visit, "coverage", form)


@needs("visits.check_in")
@require_POST
@refusals_told
def card(request: Request, pk: UUID) -> HttpResponse:
    """File a picture of the insurance card as soon as it is taken."""
    visit = get_object_or_404(_arrived(), pk=pk)
    form = forms.Card(request.POST, request.FILES, visit=visit)
    if not form.is_valid():
        raise Refused(" ".join(str(error[0]) for error in form.errors.values()))
    filed = operations.keep_card(
        visit,
        form.cleaned_data["policy"],
        side=form.cleaned_data["side"],
        content=form.content,
        at=now(),
        by=request.actor,
    )
    toast(request, _("%(side)s filed.") % {"side": filed.title})
    return _back(request, visit, "coverage")


@needs("visits.check_in")
@require_POST
@refusals_told
def verify(request: Request, pk: UUID, policy: UUID) -> HttpResponse:
    """Ask the payer now; the page shows the answer when it comes."""
    visit = get_object_or_404(_arrived(), pk=pk)
    coverage.verify(
        get_object_or_404(visit.patient.policies.all(), pk=policy),
        service_on=visit.on,
        service_types=visit.appointment.visit_type.service_types,
        appointment_id=visit.appointment_id,
        at=now(),
        by=request.actor,
    )
    return _back(request, visit, "coverage")


@needs("visits.check_in")
@require_POST
def sign(request: Request, pk: UUID, form_pk: UUID) -> HttpResponse:
    """Keep a signature, or that it was refused; the next form comes by itself."""
    visit, form = get_object_or_404(_arrived(), pk=pk), forms.Sign(request.POST)
    consent = get_object_or_404(record_queries.current_forms(), pk=form_pk)
    if form.is_valid():
        with refusals_on(form):
            held = _answer_form(request, visit, consent, form)
            step = "" if held.forms_done_at else "?step=forms"
            return go(request, reverse("visits:check_in", args=[visit.pk]) + step)
    return _page(request, visit, "forms", form)


@needs("visits.check_in")
@require_POST
def forms_done(request: Request, pk: UUID) -> HttpResponse:
    """Answer the fourth step."""
    visit, form = get_object_or_404(_arrived(), pk=pk), forms.Sign({"signed_as": "self"})
    with refusals_on(form):
        operations.finish_forms(visit, at=now(), by=request.actor)
        return go(request, "visits:check_in", visit.pk)
    return _page(request, visit, "forms", form)


@needs("visits.check_in")
@require_POST
def pay(request: Request, pk: UUID) -> HttpResponse:
    """Answer the last step: money taken, or why not."""
    visit = get_object_or_404(_arrived(), pk=pk)
    form = forms.Pay(request.POST, cards=paying.cards_for(visit))
    if form.is_valid():
        with refusals_on(form):
            return _take(request, visit, form)
    return _page(request, visit, "payment", form)


@needs("visits.check_in")
@require_POST
@refusals_told
def finish(request: Request, pk: UUID) -> HttpResponse:
    """End the check-in."""
    visit = get_object_or_404(_arrived(), pk=pk)
    operations.finish_check_in(visit, at=now(), by=request.actor)
    toast(request, _("%(name)s is checked in.") % {"name": visit.patient.name})
    return go(request, "workspace:today")


def _answer_form(request: Request, visit: Visit, consent: ConsentForm, form: forms.Sign) -> CheckIn:
    said = {**form.cleaned_data}
    because, relation = said.pop("because"), said.pop("relation")
    if "refuse" in request.POST:
        return operations.refuse_form(visit, consent, because=because, at=now(), by=request.actor)
    signing = Signing(device="desk", relation=relation)
    return operations.sign_form(
        visit, consent, **said, filled=form.filled, signing=signing, at=now(), by=request.actor
    )


def _take(request: Request, visit: Visit, form: forms.Pay) -> HttpResponse:
    back = reverse("visits:check_in", args=[visit.pk])
    told: dict[str, Any] = {"at": now(), "by": request.actor}
    told["because"] = form.cleaned_data["because"]
    if "nothing" in request.POST:
        operations.skip_copay(visit, **told)
    elif form.is_by_card:
        rest = paying.rest_of(form, form.tenders(form.total))
        payment = operations.start_card_at_check_in(visit, rest, **(told | form.sums))
        if form.is_online:
            return paying.typed_in(request, payment, back)
        paying.charged(request, payment)
    else:
        first, *others = form.tenders(form.total)
        way = {**asdict(first), **form.sums, "key": form.cleaned_data["key"], "others": others}
        operations.take_copay(visit, **way, **told)
        paying.tell_change(request, first)
    return go(request, back)


def _arrived() -> Any:
    return (
        visits()
        .filter(check_in__isnull=False)
        .select_related("check_in__policy__subscription__plan__payer", "check_in__copay_payment")
    )


def _back(request: Request, visit: Visit, step: str) -> HttpResponse:
    """Draw the part that changed, or lead back to the step."""
    if is_part(request):
        return _page(request, visit, step)
    return go(request, reverse("visits:check_in", args=[visit.pk]) + f"?step={step}")


def _page(request: Request, visit: Visit, step: str, form: BaseForm | None = None) -> HttpResponse:
    held = page(visit, step)
    is_plans = is_part(request) and held.step == "coverage" and form is None
    return respond(
        request,
        PLANS if is_plans else PAGE,
        part="plans" if is_plans else "",
        page=held,
        visit=visit,
        head=head(visit),
        site=visit.site,
        spoken=dict(LANGUAGES).get(visit.patient.language, visit.patient.language),
        form=form or _blank(held.step, visit, held),
        no_drawer=held.step == "payment" and lacks_drawer(request.actor),
    )


def _blank(step: str, visit: Visit, held: Any) -> BaseForm | None:
    if step == "identity":
        return forms.Identity()
    if step == "details":
        return forms.Details(instance=visit.patient)
    if step == "forms":
        return forms.Sign(initial={"signed_as": "self"})
    if step == "payment":
        owed = {"amount": held.copay or None, "balance": held.balance or None}
        return forms.Pay(initial=owed, cards=paying.cards_for(visit))
    return None
