"""Open a chart for somebody new; correct what a chart says."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.people import forms, operations, queries
from frontdesk.people.models import Contact, Patient
from frontdesk.ui.responses import done, go, open_drawer, refusals_on, respond, toast

CHANGED = "patient:changed"


@needs("people.view")
def patient(request: Request, pk: UUID) -> HttpResponse:
    """Lead to the chart, or to the chart it was merged into."""
    found = queries.kept_chart(get_object_or_404(Patient, pk=pk))
    return go(request, "workspace:patient", found.pk)


@needs("people.register")
def new(request: Request) -> HttpResponse:
    """Register somebody, with those who may be the same person while one types."""
    form = forms.Registration(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = operations.register(
                {**form.cleaned_data, "site": request.site},
                despite=form.cleaned_data["despite"],
                by=request.actor,
            )
            toast(request, _("Chart %(number)s opened") % {"number": made.chart_number})
            return _go_on(request, made)
    context = {"form": form, "answering": _chosen(form), **_alike(request)}
    return respond(request, "people/new.html", **context)


@needs("people.register")
@require_POST
def candidates(request: Request) -> HttpResponse:
    """Show who here may be the person described so far (by POST, so that no URL tells)."""
    return respond(request, "people/candidates.html", form=None, **_alike(request))


@needs("people.edit")
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Correct who somebody is and how they are reached."""
    found = get_object_or_404(Patient, pk=pk)
    version = found.version
    form = forms.Details(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.edit(
                found,
                form.cleaned_data,
                version=request.POST.get("version", ""),
                by=request.actor,
            )
            toast(request, _("Chart corrected"))
            return done(request, CHANGED)
    return respond(request, "people/edit.html", form=form, patient=found, version=version)


@needs("people.view")
def photo(request: Request, pk: UUID) -> HttpResponseBase:
    """Send the patient's picture to whoever may see the chart."""
    found = get_object_or_404(Patient, pk=pk)
    if not found.photo:
        raise Http404
    answer = FileResponse(found.photo.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@needs("people.edit")
@require_POST
def take_photo(request: Request, pk: UUID) -> HttpResponse:
    """Keep a new picture."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.Face(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(_("Choose a picture first."))
    operations.take_photo(found, form.cleaned_data["photo"].read(), by=request.actor)
    toast(request, _("Photo taken"))
    return done(request, CHANGED)


@needs("people.edit")
def contact(request: Request, pk: UUID) -> HttpResponse:
    """Note somebody to call about the patient."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.ContactDetails(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.add_contact(found, **form.cleaned_data, by=request.actor)
            toast(request, _("Contact noted"))
            return done(request, CHANGED)
    return respond(request, "people/contact.html", form=form, patient=found)


@needs("people.edit")
@require_POST
def retire_contact(request: Request, pk: UUID) -> HttpResponse:
    """Stop calling a contact."""
    operations.retire_contact(get_object_or_404(Contact, pk=pk), by=request.actor)
    toast(request, _("Contact taken off"))
    return done(request, CHANGED)


@needs("people.edit")
def guarantor(request: Request, pk: UUID) -> HttpResponse:
    """Say who answers for the bill."""
    found = get_object_or_404(Patient.objects.select_related("guarantor__patient"), pk=pk)
    form = forms.Answers(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.answer_for_bill(found, **form.cleaned_data, by=request.actor)
            toast(request, _("Noted who answers for the bill"))
            return done(request, CHANGED)
    return respond(request, "people/guarantor.html", form=form, patient=found)


@needs("people.edit")
def standing(request: Request, pk: UUID) -> HttpResponse:
    """Say whether somebody is still a patient."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.Standing(request.POST or None, initial={"status": found.status})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.change_status(found, **form.cleaned_data, by=request.actor)
            toast(request, _("Noted"))
            return done(request, CHANGED)
    return respond(request, "people/standing.html", form=form, patient=found)


@needs("people.edit")
@require_POST
def consent(request: Request, pk: UUID) -> HttpResponse:
    """Record what the patient said about one channel."""
    found = get_object_or_404(Patient, pk=pk)
    form = forms.Consent(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a channel, yes or no, and how it was said."))
    operations.say_consent(found, **form.cleaned_data, at=now(), by=request.actor)
    toast(request, _("Answer recorded"))
    return done(request, CHANGED)


def _alike(request: Request) -> dict[str, Any]:
    said = forms.Likeness(request.POST).described() if request.method == "POST" else {}
    found = queries.likely_duplicates(**said) if said else []
    return {
        "candidates": found,
        "asks_why": any(one.is_sure for one in found),
        "candidates_url": reverse("people:candidates"),
        "despite": request.POST.get("despite", ""),
        "then": _then(request),
    }


def _then(request: Request) -> str:
    """Return where one was when somebody new called, to go on there with the new chart."""
    then = request.POST.get("then") or request.GET.get("then", "")
    is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
    return then if is_ours and "?" in then else ""


def _go_on(request: Request, made: Patient) -> HttpResponse:
    """Go on where one was with the new chart, or to the chart."""
    if then := _then(request):
        return open_drawer(request, f"{then}&patient={made.pk}")
    return go(request, "workspace:patient", made.pk)


def _chosen(form: forms.Registration) -> str:
    """Return the name of whoever was chosen to answer for the bill, to draw it again."""
    key = form.data.get("guarantor_patient") if form.is_bound else None
    found = Patient.objects.filter(pk=key).first() if key else None
    return str(found) if found else ""
