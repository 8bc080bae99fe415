"""Moving a visit on the schedule: does it fit, put it there, put it there all the same."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations, queries
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.rules.time import clock_words, day_and_clock
from frontdesk.scheduling.views.booking import CHANGED
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast


@needs("scheduling.book")
@require_GET
def fits(request: Request, pk: UUID) -> HttpResponse:
    """Say whether a visit fits where it is held, and what is in the way, while it is dragged."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.Move(request.GET)
    if not form.is_valid():
        return JsonResponse({"fits": False, "words": _("This time can't be read."), "when": ""})
    seen = form.cleaned_data["seen"]
    if words := queries.changed_meanwhile(found, seen):
        return JsonResponse({"fits": False, "words": words, "when": ""})
    try:
        said = _said(found, form.cleaned_data)
        where = {key: value for key, value in said.items() if key not in ("seen", "back")}
        fit = queries.fit(found, at=now(), **where)
    except Refused as refusal:
        return JsonResponse({"fits": False, "words": str(refusal), "when": ""})
    may = fit.may_be_overridden and request.actor.may("scheduling.override")
    return JsonResponse(
        {
            "fits": not fit.obstacles,
            "words": fit.words,
            "when": _when(found, fit),
            "starts_at": fit.starts_at.isoformat(),
            "anyway": _address("move_anyway", found, where, seen) if may else "",
        }
    )


@needs("scheduling.book")
@require_POST
@refusals_told
def move(request: Request, pk: UUID) -> HttpResponse:
    """Move a visit to another time, provider or room; what it was can be had back."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.Move(request.POST if "starts_at" in request.POST else request.GET)
    if not form.is_valid():
        return HttpResponse(_("This time can't be read."), status=409, content_type="text/plain")
    back = f"{_address('move', found, _where(found), None)}&back=1"
    said = _said(found, form.cleaned_data)
    put = operations.move_back if said.pop("back") else operations.move
    moved = put(found, **said, at=now(), by=request.actor)
    toast(request, _moved_words(found, moved), undo_url=back)
    return done(request, CHANGED)


@needs("scheduling.override")
def move_anyway(request: Request, pk: UUID) -> HttpResponse:
    """Ask why a visit goes where a rule refuses it, then put it there."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    where = forms.Move(request.GET)
    if not where.is_valid():
        return HttpResponse(_("This time can't be read."), status=409, content_type="text/plain")
    said = _said(found, where.cleaned_data)
    said.pop("back")
    form = forms.MoveAnyway({**request.GET.dict(), **request.POST.dict()} or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        with refusals_on(form):
            operations.move_anyway(found, because=because, **said, at=now(), by=request.actor)
            toast(request, _("Moved %(name)s") % {"name": found.patient.name})
            return done(request, CHANGED)
    fit = queries.fit(found, at=now(), **{k: v for k, v in said.items() if k != "seen"})
    form = form if request.method == "POST" else forms.MoveAnyway()
    return respond(
        request, "scheduling/move_anyway.html", appointment=found, form=form, fit=fit,
        when=_when(found, fit), to=request.get_full_path(),
    )  # fmt: skip


def _said(found: Appointment, said: dict[str, Any]) -> dict[str, Any]:
    said = dict(said)
    days = said.pop("days") or 0
    said.pop("because", None)
    site = said["site"] or found.site
    said["starts_at"] = queries.days_later(site, said["starts_at"], days)
    return said


def _where(found: Appointment) -> dict[str, Any]:
    return {
        "starts_at": found.starts_at,
        "provider": found.provider,
        "site": found.site,
        "room": found.room,
        "minutes": found.minutes,
    }


def _address(name: str, found: Appointment, where: dict[str, Any], seen: int | None) -> str:
    """Return the address of a move with its keys: no word of the patient stands in it."""
    said = {
        key: value.isoformat() if isinstance(value, datetime) else getattr(value, "pk", value)
        for key, value in {**where, "seen": seen}.items()
        if value is not None
    }
    return f"{reverse(f'scheduling:{name}', args=[found.pk])}?{urlencode(said)}"


def _when(found: Appointment, fit: queries.Fit) -> str:
    starts, ends = local(found.site, fit.starts_at), local(found.site, fit.ends_at)
    return f"{day_and_clock(starts)}–{clock_words(ends.time())}"


def _moved_words(was: Appointment, moved: Appointment) -> str:
    name = moved.patient.name
    if was.starts_at == moved.starts_at and was.minutes != moved.minutes:
        return _("%(name)s: %(n)s min") % {"name": name, "n": moved.minutes}
    when = day_and_clock(local(moved.site, moved.starts_at))
    return _("Moved %(name)s to %(when)s") % {"name": name, "when": when}
