"""Entering what happened while the office worked on paper."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import at_wall, local, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.scheduling.models import Appointment
from frontdesk.ui.responses import done, refusals_told, respond, toast
from frontdesk.visits import operations
from frontdesk.visits.forms.recovery import Came, Day
from frontdesk.visits.queries.recovery import to_enter

CHANGED = "visits"


@needs("visits.arrive")
def recovery(request: Request) -> HttpResponse:
    """List the visits of a day whose time has passed and of which nothing was said: `?on=`."""
    form = Day(request.GET)
    form.is_valid()  # what is not understood shows today
    on = form.cleaned_data.get("on") or today(request.site)
    rows = [
        (one, f"{local(one.site, one.starts_at):%H:%M}")
        for one in to_enter(request.site, on, now())
    ]
    return respond(
        request, "visits/recovery.html", part="list", rows=rows, on=on, site=request.site
    )


@needs("visits.arrive")
@require_POST
@refusals_told
def came(request: Request, pk: UUID) -> HttpResponse:
    """Say from the paper when a patient came, on the day of the visit."""
    expected = Appointment.objects.select_related("patient", "site")
    appointment = get_object_or_404(expected, pk=pk)
    form = Came(request.POST)
    if not form.is_valid():
        raise Refused(_("Write the time as on the clock: 9:05 or 14:20."))
    on = local(appointment.site, appointment.starts_at).date()
    at = at_wall(appointment.site, on, form.cleaned_data["came"])
    if at > now():
        raise Refused(_("This time has not come yet."))
    operations.arrive(appointment, at=at, by=request.actor)
    toast(request, _("%(name)s came, entered from paper.") % {"name": appointment.patient.name})
    return done(request, CHANGED)
