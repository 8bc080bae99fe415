"""The practice's own settings: the practice, sites, rooms, devices, days off."""

from datetime import time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.practice import forms, models, operations, queries
from frontdesk.practice.rules import write_hours
from frontdesk.ui import crud
from frontdesk.ui.responses import go, refusals_on, respond, toast

SEES, CHANGES = ("practice.view",), "practice.edit"
IN_USE = crud.Column(_("In use"), "is_active")
SITE = crud.Column(_("Site"), "site.name")


@needs(CHANGES)
def details(request: Request) -> HttpResponse:
    """Show and change what the practice is called, billed as, and how it behaves."""
    practice = queries.practice_of(request.actor)
    form = forms.Practice(request.POST or None, instance=practice)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.change_practice(form.cleaned_data, by=request.actor)
            toast(request, gettext("Practice saved"))
            return go(request, request.GET.get("then") or "practice:details")
    return respond(request, "practice/details.html", part="form", form=form)


def _open_now(site: models.Site) -> str:
    """Return Monday's hours, to tell sites apart at a glance."""
    monday = [(hours.opens, hours.closes) for hours in site.hours.all() if hours.weekday == 0]
    return write_hours(monday)


def _coming() -> QuerySet[models.Closure]:
    return queries.closures(now().date())


def _closed(closure: models.Closure) -> str:
    """Return for which part of the day it is closed."""
    since, until = (
        f"{t:%I:%M %p}".lstrip("0") if t else "" for t in (closure.starts, closure.ends)
    )
    if since and until:
        return gettext("%(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return gettext("from %(since)s on") % {"since": since}
    return gettext("until %(until)s") % {"until": until} if until else gettext("all day")


def _clock(wall: time | None) -> str:
    return f"{wall:%I:%M %p}".lstrip("0") if wall else ""


def _languages(interpreter: models.Interpreter) -> str:
    names = dict(forms.INTERPRETED)
    return ", ".join(str(names.get(tag, tag)) for tag in interpreter.languages)


@needs("practice.view")
def holidays(request: Request) -> HttpResponse:
    """Propose the public holidays of a year; the office keeps or removes each."""
    asked = forms.Holidays(request.GET)
    year = asked.cleaned_data["year"] if asked.is_valid() else now().year
    context = {"year": year, "rows": queries.holiday_proposals(year)}
    return respond(request, "practice/holidays.html", part="rows", **context)


@needs(CHANGES)
@require_POST
def decide_holidays(request: Request) -> HttpResponse:
    """Keep the ticked holidays of a year, and remove the others."""
    asked = forms.Holidays(request.POST)
    year = asked.cleaned_data["year"] if asked.is_valid() else now().year
    kept = set(request.POST.getlist("kept"))
    changed = operations.decide_holidays(year, kept, by=request.actor)
    words = ngettext("%(n)s day has changed", "%(n)s days have changed", changed)
    toast(request, words % {"n": changed})
    return go(request, reverse("practice:holidays", query={"year": year}))


def _table(**more: Any) -> crud.Table:
    return crud.Table(namespace="practice", sees=SEES, changes=CHANGES, **more)


SITES = _table(
    name="sites",
    title=_("Sites"),
    noun=_("site"),
    icon="map-pin",
    rows=queries.sites,
    form=forms.Site,
    save=operations.save_site,
    columns=(
        crud.Column(_("Name"), "name"),
        crud.Column(_("Time zone"), "get_time_zone_display"),
        crud.Column(_("Mondays"), _open_now),
        crud.Column(_("City"), "city"),
        IN_USE,
    ),
    empty=_("A site has its own clock and hours; rooms and sessions belong to one."),
)
ROOMS = _table(
    name="rooms",
    title=_("Rooms"),
    noun=_("room"),
    icon="door",
    rows=queries.rooms,
    form=forms.Room,
    save=operations.save_room,
    columns=(
        crud.Column(_("Name"), "name"),
        SITE,
        crud.Column(_("Kind"), "get_kind_display"),
        IN_USE,
    ),
    search=("name", "site__name"),
    empty=_("A visit takes a room of the kind its type asks for."),
)
DEVICES = _table(
    name="devices",
    title=_("Devices"),
    noun=_("device"),
    icon="device-heart-monitor",
    rows=queries.devices,
    form=forms.Device,
    save=operations.save_device,
    columns=(
        crud.Column(_("Name"), "name"),
        SITE,
        crud.Column(_("Kind"), "kind"),
        IN_USE,
    ),
    search=("name", "kind", "site__name"),
    empty=_("What a visit may need and only one visit can have at a time."),
)
CLOSURES = _table(
    name="closures",
    title=_("Days off"),
    noun=_("day off"),
    icon="calendar-off",
    rows=_coming,
    form=forms.Closure,
    save=operations.save_closure,
    columns=(
        crud.Column(_("Day"), "on"),
        crud.Column(_("Closed"), _closed),
        crud.Column(_("Reason"), "because"),
        crud.Column(_("Site"), lambda closure: closure.site or _("Every site")),
    ),
    empty=_("Nobody is booked on a day off."),
)
INTERPRETERS = _table(
    name="interpreters",
    title=_("Interpreters"),
    noun=_("interpreter"),
    icon="language",
    rows=queries.interpreters,
    form=forms.Interpreter,
    save=operations.save_interpreter,
    columns=(
        crud.Column(_("Name"), "name"),
        crud.Column(_("Languages"), _languages),
        crud.Column(_("How"), "get_mode_display"),
        crud.Column(_("Can be booked"), "is_active"),
    ),
    empty=_("A patient who needs one is booked with an interpreter of their language."),
)
