"""Documents and forms on screen."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people.models import Patient
from frontdesk.records import forms, operations, queries
from frontdesk.records.models import ConsentForm, Document
from frontdesk.records.rules import ENDINGS
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CHANGED = "records"
SHOWN = 40


@needs("records.view")
@require_GET
@refusals_told
def content(request: Request, pk: UUID) -> HttpResponse:
    """Give a document's bytes to who may see them; the address says nothing of what is in it."""
    document = get_object_or_404(Document, pk=pk)
    held = operations.open_document(document, by=request.actor)
    name = f"{document.kind}-{document.captured_at:%Y-%m-%d}.{ENDINGS[document.content_type]}"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(held, content_type=document.content_type, headers=headers)


@needs("records.view")
@require_GET
def panel(request: Request, pk: UUID) -> HttpResponse:
    """Show a patient's documents and what they signed, for the chart."""
    patient = get_object_or_404(Patient, pk=pk)
    return respond(
        request,
        "records/panel.html",
        patient=patient,
        documents=queries.documents_of(patient)[:SHOWN],
        consents=queries.consents_of(patient)[:SHOWN],
    )


@needs("records.capture")
def upload(request: Request, pk: UUID) -> HttpResponse:
    """File a picture or PDF, in a drawer."""
    patient = get_object_or_404(Patient, pk=pk)
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            said = form.cleaned_data
            operations.file_document(
                patient,
                kind=said["kind"],
                title=said["title"] or Document.Kind(said["kind"]).label,
                content=said["file"].read(),
                at=now(),
                by=request.actor,
            )
            toast(request, _("Filed in the chart."))
            return done(request, CHANGED)
    return respond(request, "records/upload.html", patient=patient, form=form)


@needs("records.capture")
def void(request: Request, pk: UUID) -> HttpResponse:
    """Take a document out that was filed by mistake, in a drawer."""
    document = get_object_or_404(Document.objects.select_related("patient"), pk=pk)
    form = forms.Void(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.void_document(document, **form.cleaned_data, by=request.actor)
            undo = reverse("records:restore", args=[document.pk])
            toast(request, _("Taken out of the chart."), undo_url=undo)
            return done(request, CHANGED)
    return respond(request, "records/void.html", document=document, form=form)


@needs("records.capture")
@require_POST
@refusals_told
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Put a document back."""
    operations.restore_document(get_object_or_404(Document, pk=pk), by=request.actor)
    return done(request, CHANGED)


@needs("records.forms")
@require_GET
def consent_forms(request: Request) -> HttpResponse:
    """List the forms in use."""
    found = list(queries.current_forms())
    given = {one.key: one for one in queries.rules_written()}
    rows = [(one, given.get(one.key)) for one in found]
    return respond(request, "records/forms.html", forms=found, rows=rows)


@needs("records.forms")
@require_POST
@refusals_told
def add_starters(request: Request) -> HttpResponse:
    """Begin with the plain forms that come with the product."""
    added = operations.add_starter_forms(by=request.actor)
    toast(request, _("%(n)s forms added.") % {"n": len(added)})
    return go(request, "records:forms")


@needs("records.forms")
def edit_form(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Write a form, or a new version of one, in a drawer."""
    held = get_object_or_404(ConsentForm, pk=pk) if pk else None
    form = forms.SaveForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            saved = operations.save_form(**form.cleaned_data, by=request.actor)
            toast(request, _("In use: version %(n)s.") % {"n": saved.edition})
            return go(request, "records:forms")
    versions = list(queries.form_versions(held.key)) if held else []
    return respond(request, "records/form.html", form=form, held=held, versions=versions)


@needs("records.forms")
def edit_rule(request: Request, pk: UUID) -> HttpResponse:
    """Say to whom a form is given, in a drawer."""
    held = get_object_or_404(ConsentForm, pk=pk)
    form = forms.Rule(request.POST or None, instance=queries.rule_of(held.key))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.save_rule(held.key, **form.cleaned_data, by=request.actor)
            toast(request, _("Saved."))
            return go(request, "records:forms")
    return respond(request, "records/rule.html", form=form, held=held)


@needs("records.forms")
@require_POST
@refusals_told
def retire(request: Request, pk: UUID) -> HttpResponse:
    """Stop asking for a form."""
    form = operations.retire_form(get_object_or_404(ConsentForm, pk=pk), by=request.actor)
    toast(request, _("“%(title)s” is not asked any more.") % {"title": form.title})
    return go(request, "records:forms")
