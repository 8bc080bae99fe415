"""The practice's own settings: the practice, sites, rooms, devices, days off."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
        crud.Column(_("Reason"), "because"),
        crud.Column(_("Site"), lambda closure: closure.site or _("Every site")),
    ),
    empty=_("Nobody is booked on a day off."),
)
