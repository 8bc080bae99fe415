"""Authorizations beside the book: what to know before booking, and the papers for the payer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import Authorization
from frontdesk.records import queries as records
from frontdesk.scheduling import operations
from frontdesk.scheduling.forms import authorizing as forms
from frontdesk.scheduling.queries import authorizing as queries
from frontdesk.ui.responses import done, go, refusals_on, respond, toast

SHOWN = 40
CHANGED = "coverage:changed"


@needs("scheduling.book")
def booking_notes(request: Request) -> HttpResponse:
    """Say before a visit is booked whether the payer wants to approve it, and what is left."""
    form = forms.Thought(request.GET)
    notes = []
    if form.is_valid():
        said = form.cleaned_data
        asked = (said["visit_type"], said["starts_at"], said["site"], said["provider"])
        notes = queries.booking_notes(said["patient"], *asked)
    return respond(request, "scheduling/booking_notes.html", notes=notes)


@needs("coverage.edit")
def papers(request: Request, pk: UUID) -> HttpResponse:
    """Choose the documents for the payer, file what it sent, and bind the packet."""
    held = get_object_or_404(coverage.authorization_page(pk))
    documents = list(records.documents_of(held.patient)[:SHOWN])
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.Papers(*given, wanted=_wanted(held), documents=documents)
    if given and form.is_valid():
        with refusals_on(form):
            _keep(request, held, form)
            return _kept(request, held, form)
    return respond(
        request, "scheduling/authorization_papers.html", form=form, authorization=held,
        documents=documents,
    )  # fmt: skip


def _wanted(held: Authorization) -> list[Any]:
    return list(held.wanted)  # type: ignore[attr-defined] # prefetched


def _keep(request: Request, held: Authorization, form: forms.Papers) -> None:
    said, at, by = form.cleaned_data, now(), request.actor
    operations.choose_papers(held, form.chosen(), at=at, by=by)
    if said["file"]:
        operations.file_paper(
            held, content=said["file"].read(), title=said["title"], evidence=form.evidence(),
            at=at, by=by,
        )  # fmt: skip
    if said["packet"]:
        more = [UUID(key) for key in said["more"]]
        operations.make_packet(held, more=more, at=at, by=by)


def _kept(request: Request, held: Authorization, form: forms.Papers) -> HttpResponse:
    if form.cleaned_data["packet"]:
        toast(request, _("The packet is in the chart: print, fax or upload it"))
    else:
        toast(request, _("Documents kept"))
    if request.headers.get("HX-Request"):
        return done(request, CHANGED)
    return go(request, reverse("coverage:authorization", args=[held.pk]))
