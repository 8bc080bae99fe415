"""The chart: one patient, everything the office knows, and the way to everything else."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.people import queries as people
from frontdesk.people.models import Channel, Patient
from frontdesk.people.operations import open_chart
from frontdesk.ui.responses import go, respond
from frontdesk.workspace.queries import hub
from frontdesk.workspace.queries.timeline import by_month, timeline

TAB_NEEDS = {
    "visits": "visits.view",
    "documents": "records.view",
    "account": "ledger.view",
    "communication": "comms.view",
    "details": "people.view",
}
KINDS = ("all", "visits", "money", "messages", "documents")


@needs("people.view")
def patient(request: Request, pk: UUID) -> HttpResponse:
    """Show the chart's overview; a merged chart leads to the one that was kept."""
    found = get_object_or_404(_charts(), pk=pk)
    kept = people.kept_chart(found)
    if kept.pk != found.pk:
        return go(request, "workspace:patient", kept.pk)
    open_chart(found, by=request.actor)
    return respond(request, "workspace/patient/overview.html", **_overview(request, found))


@needs("people.view")
def patient_tab(request: Request, pk: UUID, tab: str) -> HttpResponse:
    """Show another part of the chart to whoever may see it."""
    if tab not in TAB_NEEDS:
        raise Http404
    request.actor.require(TAB_NEEDS[tab])
    found = get_object_or_404(_charts(), pk=pk)
    open_chart(found, what=tab, by=request.actor)
    shown = hub.hub(found, tab, now(), by=request.actor)
    context: dict[str, Any] = {"hub": shown, "patient": found}
    if tab == "details":
        said = people.consents_of(found)
        context["channels"] = [(channel, said.get(channel)) for channel in Channel]
        context["around"] = hub.people_around(found)
        return respond(request, "workspace/patient/details.html", part="details", **context)
    return respond(request, "workspace/patient/tab.html", **context)


@needs("scheduling.view")
def patient_next(request: Request, pk: UUID) -> HttpResponse:
    """Show the next visit again, and what can be done about it: the chart stays open in a call."""
    found = get_object_or_404(Patient, pk=pk)
    sheet = hub.next_visit(found, now())
    context: dict[str, Any] = {"patient": found, "hub": {"patient": found}, "sheet": sheet}
    return respond(request, "workspace/patient/next_live.html", **context)


@needs("people.view")
def patient_timeline(request: Request, pk: UUID) -> HttpResponse:
    """Show what happened with the patient, of one kind or all."""
    found = get_object_or_404(Patient, pk=pk)
    return respond(request, "workspace/patient/timeline.html", **_timeline(request, found))


def _overview(request: Request, found: Patient) -> dict[str, Any]:
    at = now()
    may = request.actor.may
    return {
        "hub": hub.hub(found, "overview", at, by=request.actor),
        "patient": found,
        "sheet": hub.next_visit(found, at) if may("scheduling.view") else None,
        "around": hub.people_around(found),
        **_timeline(request, found),
    }


def _timeline(request: Request, found: Patient) -> dict[str, Any]:
    show = request.GET.get("show", "all")
    show = show if show in KINDS else "all"
    events = timeline(people.charts_of(found), show, by=request.actor)
    return {
        "patient": found,
        "show": show,
        "months": by_month(events, request.site),
    }


def _charts() -> QuerySet[Patient]:
    return Patient.objects.select_related("guarantor", "provider", "merged_into")
