"""Holding a time and booking it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations, queries
from frontdesk.scheduling.models import Appointment, Hold
from frontdesk.scheduling.views.finding import times
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED = "schedule"  # what pages that show the book listen for


@needs("scheduling.book")
def book(request: Request) -> HttpResponse:
    """Book a time that was found or pointed at, for a patient chosen here."""
    if request.method != "POST":
        pointed = forms.Pointed(request.GET)
        if not pointed.is_valid():
            return times(request, "scheduling/find.html")
        form = forms.Book(initial=_with_type(pointed.cleaned_data))
        return _drawer(request, form, pointed.cleaned_data)
    form = forms.Book(request.POST)
    if form.is_valid():
        with refusals_on(form):
            appointment = _book(request, form.cleaned_data)
            _tell(request, appointment)
            return done(request, CHANGED)
    return _drawer(request, form, form.cleaned_data)


@needs("scheduling.hold")
@require_POST
def hold(request: Request) -> HttpResponse:
    """Keep the time for a few minutes; another one held before in this drawer is given back."""
    form = forms.At(request.POST)
    if not form.is_valid():
        return _held(request, None, _("This time can't be read. Look for one again."))
    said = dict(form.cleaned_data)
    try:
        if before := said.pop("hold"):
            operations.release(before, by=request.actor)
        said.pop("against")
        return _held(request, operations.hold(**said, at=now(), by=request.actor))
    except Refused as refusal:
        other = queries.standing_hold(form.cleaned_data["provider"], said["starts_at"], now())
        return _held(request, None, str(refusal), other)


@needs("scheduling.hold")
@require_POST
def take_over(request: Request, pk: UUID) -> HttpResponse:
    """Go on with a time that a colleague holds."""
    kept = get_object_or_404(queries.holds(), pk=pk)
    try:
        return _held(request, operations.take_over(kept, at=now(), by=request.actor))
    except Refused as refusal:
        return _held(request, None, str(refusal))


@needs("scheduling.hold")
@require_POST
def release(request: Request, pk: UUID) -> HttpResponse:
    """Give a held time back."""
    operations.release(get_object_or_404(Hold, pk=pk), by=request.actor)
    return HttpResponse(status=204)


@needs("scheduling.cancel")
@require_POST
@refusals_told
def unbook(request: Request, pk: UUID) -> HttpResponse:
    """Take a booking back that was made a moment ago."""
    appointment = get_object_or_404(Appointment, pk=pk)
    whose, because = Appointment.CancelledBy.PRACTICE, _("Booked by mistake")
    operations.cancel(appointment, because=because, whose=whose, at=now(), by=request.actor)
    toast(request, _("The booking was taken back."))
    return done(request, CHANGED)


def _drawer(request: Request, form: forms.Book, at: dict[str, Any]) -> HttpResponse:
    """Show the drawer; without a time that can be read, look for one."""
    if not all(at.get(name) for name in ("provider", "site", "starts_at")):
        return times(request, "scheduling/find.html")
    is_refused = bool(form.is_bound and form.non_field_errors())
    may_override = request.actor.may("scheduling.override") and (
        is_refused or bool(form["because"].value() or form["against"].value())
    )
    holds_first = request.actor.may("scheduling.hold") and not (
        form.is_bound or form["against"].value()
    )
    return respond(
        request, "scheduling/book.html", form=form, at=at, may_override=may_override,
        holds_first=holds_first, new_chart="" if holds_first else _new_chart(request, at),
    )  # fmt: skip


def _held(
    request: Request, kept: Hold | None, why: str = "", other: Hold | None = None
) -> HttpResponse:
    at = {name: getattr(kept, name) for name in _AT} | {"hold": kept} if kept else {}
    new_chart = "" if request.POST.get("patient") else _new_chart(request, at)
    return respond(
        request, "scheduling/hold.html", hold=kept, why=why, other=other, new_chart=new_chart
    )


_AT = ("provider", "site", "starts_at", "room", "visit_type")


def _new_chart(request: Request, at: dict[str, Any]) -> str:
    """Return where a chart is made for who calls, and from where the booking goes on with it."""
    if not at or at.get("patient") or not request.actor.may("people.register"):
        return ""
    said = {name: at[name] for name in (*_AT, "hold", "against") if at.get(name)}
    keys = {
        name: value.isoformat() if isinstance(value, datetime) else getattr(value, "pk", value)
        for name, value in said.items()
    }
    then = f"{reverse('scheduling:book')}?{urlencode(keys)}"
    return f"{reverse('people:new')}?{urlencode({'then': then})}"


def _book(request: Request, said: dict[str, Any]) -> Appointment:
    said = dict(said)
    because = said.pop("because")
    said.pop("against")
    if not because:
        return operations.book(**said, at=now(), by=request.actor)
    if kept := said.pop("hold"):
        operations.release(kept, by=request.actor)
    return operations.double_book(**said, because=because, at=now(), by=request.actor)


def _tell(request: Request, appointment: Appointment) -> None:
    starts = local(appointment.site, appointment.starts_at)
    when = f"{starts:%a, %b} {starts.day}, " + f"{starts:%I:%M %p}".lstrip("0")
    text = _("Booked %(name)s: %(when)s, %(who)s") % {
        "name": appointment.patient.name,
        "when": when,
        "who": appointment.provider,
    }
    may = request.actor.may("scheduling.cancel")
    toast(request, text, reverse("scheduling:unbook", args=[appointment.pk]) if may else "")


def _with_type(said: dict[str, Any]) -> dict[str, Any]:
    visit_type = said["visit_type"] or forms.visit_types().first()
    return {"visit_type": visit_type, "against": said["against"]}
