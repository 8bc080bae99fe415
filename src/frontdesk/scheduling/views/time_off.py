"""Who and what is away, and the visits that hits."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.practice.models import Closure
from frontdesk.scheduling import forms, operations
from frontdesk.scheduling.forms.series import moment
from frontdesk.scheduling.models import Bump, RecurringOff, TimeOff
from frontdesk.scheduling.queries import away
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

OFF, CHANGED = "time_off:changed", "schedule"


@needs("scheduling.view", "scheduling.templates")
def time_off(request: Request) -> HttpResponse:
    """List who and what can't be booked, and when."""
    at = now()
    rows, again = away.time_off(at), away.recurring_off(at)
    return respond(request, "scheduling/time_off.html", part="rows", rows=rows, again=again)


@needs("scheduling.templates")
def new_time_off(request: Request) -> HttpResponse:
    """Keep somebody or something from being booked, and say whose visits that hits."""
    usual = {"first": today(request.site)}
    form = forms.Off(request.POST or None, site=request.site, initial=usual)
    if form.is_valid():
        with refusals_on(form):
            off = _take(form, request)
            _tell_of_visits(request, away.hit_by(off, now()).count())
            return done(request, OFF)
    return respond(request, "scheduling/off.html", form=form)


@needs("scheduling.templates")
@require_POST
@refusals_told
def end_time_off(request: Request, pk: UUID) -> HttpResponse:
    """Take time off back."""
    operations.end_time_off(get_object_or_404(TimeOff, pk=pk), by=request.actor)
    toast(request, _("It can be booked again"))
    return done(request, OFF)


@needs("scheduling.templates")
@require_POST
@refusals_told
def end_recurring_off(request: Request, pk: UUID) -> HttpResponse:
    """Let time off come again no more."""
    operations.end_recurring_off(get_object_or_404(RecurringOff, pk=pk), by=request.actor)
    toast(request, _("It comes again no more"))
    return done(request, OFF)


@needs("scheduling.view")
def off_visits(request: Request, pk: UUID) -> HttpResponse:
    """List the visits that are booked while somebody or something is off."""
    off = get_object_or_404(TimeOff, pk=pk)
    return _visits(request, off, away.name_of(off.resource_id))


@needs("scheduling.view")
def again_visits(request: Request, pk: UUID) -> HttpResponse:
    """List the visits that are booked while somebody or something is off again."""
    off = get_object_or_404(RecurringOff.objects.select_related("site"), pk=pk)
    return _visits(request, off, away.name_of(off.resource_id))


@needs("scheduling.view")
def closed_visits(request: Request, pk: UUID) -> HttpResponse:
    """List the visits that are booked on a day that is closed."""
    closure = get_object_or_404(Closure.objects.select_related("site"), pk=pk)
    return _visits(request, closure, closure.site.name if closure.site else _("Every site"))


@needs("scheduling.repair")
@require_POST
@refusals_told
def off_give_up(request: Request, pk: UUID) -> HttpResponse:
    """Put all whose visit lies in time off on the call list, in one step that can be undone."""
    off, at = away.off_by(pk), now()
    if off is None:
        raise Http404
    visits = list(away.hit_by(off, at))
    given = operations.bump_several(
        visits, because=off.because or _("Away"), at=at, by=request.actor
    )
    words = ngettext("%(n)s patient to call", "%(n)s patients to call", len(given))
    undo = f"{reverse('scheduling:unbump')}?{urlencode({'since': at.isoformat()})}"
    toast(request, words % {"n": len(given)}, undo_url=undo if given else "")
    return done(request, CHANGED)


@needs("scheduling.repair")
@require_POST
@refusals_told
def unbump(request: Request) -> HttpResponse:
    """Take back what the button above did; who can't have their time any more stays listed."""
    since = moment(request.GET.get("since", ""))
    entries = list(Bump.objects.filter(since=since)) if since else []
    taken = operations.unbump(entries, at=now(), by=request.actor)
    words = ngettext("%(n)s visit booked again", "%(n)s visits booked again", len(taken.back))
    said = words % {"n": len(taken.back)}
    if taken.stayed:
        said += ". " + _("Still to call: %(names)s") % {
            "names": ", ".join(str(one.patient) for one, _why in taken.stayed)
        }
    toast(request, said)
    return done(request, CHANGED)


def _visits(request: Request, off: TimeOff | RecurringOff | Closure, name: str) -> HttpResponse:
    rows = away.hit_by(off, now())[:500]
    return respond(
        request, "scheduling/off_visits.html", part="rows", off=off, name=name, rows=rows
    )


def _take(form: forms.Off, request: Request) -> TimeOff | RecurringOff:
    if form.is_again:
        return operations.take_recurring_off(**form.values(), by=request.actor)
    return operations.take_time_off(**form.values(), by=request.actor)


def _tell_of_visits(request: Request, count: int) -> None:
    if not count:
        toast(request, _("Nothing is booked then"))
        return
    words = ngettext(
        "%(n)s visit is booked then. It is on the scheduler's list.",
        "%(n)s visits are booked then. They are on the scheduler's list.",
        count,
    )
    toast(request, words % {"n": count}, tone="amber")
