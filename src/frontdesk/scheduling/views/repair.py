"""When the day breaks, on screen: say who is out, look at the plan, change it, apply it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now, today
from frontdesk.core.http import Request, needs
from frontdesk.scheduling import forms, operations
from frontdesk.scheduling.models import Bump, Lateness, Repair, RepairLine, TimeOff
from frontdesk.scheduling.queries import lateness as late_queries
from frontdesk.scheduling.queries import repair as queries
from frontdesk.scheduling.views.booking import CHANGED
from frontdesk.staff.models import Provider
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast

CALLS = "calls"


@needs("scheduling.repair")
def out(request: Request) -> HttpResponse:
    """Say who or what is out; the plan is worked out at once."""
    usual = {"on": request.GET.get("on") or today(request.site), "who": request.GET.get("who")}
    form = forms.Out(request.POST or None, site=request.site, initial=usual)
    if form.is_valid():
        with refusals_on(form):
            repair = operations.start_repair(
                **form.values(), site=request.site, at=now(), by=request.actor
            )
            return go(request, "scheduling:repair", repair.pk)
    return respond(request, "scheduling/repair/out.html", form=form)


@needs("scheduling.repair")
@require_POST
@refusals_told
def repair_off(request: Request, pk: UUID) -> HttpResponse:
    """Work out a plan for the visits that time off hits."""
    off = get_object_or_404(TimeOff, pk=pk)
    found = operations.start_repair(
        resource_kind=off.resource_kind, resource_id=off.resource_id, site=request.site,
        starts_at=off.starts_at, ends_at=off.ends_at, because=off.because, time_off=off,
        at=now(), by=request.actor,
    )  # fmt: skip
    return go(request, "scheduling:repair", found.pk)


@needs("scheduling.repair")
def repair(request: Request, pk: UUID) -> HttpResponse:
    """Show the plan: before and after of every visit, why, what it costs, who must be called."""
    found = get_object_or_404(queries.repairs(), pk=pk)
    return respond(
        request, "scheduling/repair/plan.html", part="plan", sheet=queries.plan_of(found),
        repair=found,
    )  # fmt: skip


@needs("scheduling.repair")
@require_POST
@refusals_told
def work_out_again(request: Request, pk: UUID) -> HttpResponse:
    """Ask for another plan from the book as it is now."""
    operations.work_out_again(get_object_or_404(Repair, pk=pk), at=now(), by=request.actor)
    return done(request, CHANGED)


@needs("scheduling.repair")
@require_POST
@refusals_told
def apply_repair(request: Request, pk: UUID) -> HttpResponse:
    """Do what the plan says, all of it or nothing."""
    found = get_object_or_404(Repair, pk=pk)
    form = forms.Applied(request.POST)
    of_round = form.cleaned_data["of_round"] if form.is_valid() else 0
    operations.apply_repair(found, of_round=of_round, at=now(), by=request.actor)
    sheet = queries.plan_of(found)
    said = ngettext("1 visit moved", "%(n)s visits moved", sheet.moved) % {"n": sheet.moved}
    if sheet.calls:
        said += ", " + _("%(n)s to call") % {"n": len(sheet.calls)}
    toast(request, said + ". " + _("The patients are being told."))
    return go(request, reverse("scheduling:to_call") if sheet.calls else "scheduling:day")


@needs("scheduling.repair")
@require_POST
@refusals_told
def drop_repair(request: Request, pk: UUID) -> HttpResponse:
    """Let the plan be, and book the time again where whoever was out is back."""
    form = forms.Ended(request.POST)
    is_back = form.is_valid() and form.cleaned_data["is_back"]
    found = get_object_or_404(queries.repairs(), pk=pk)
    operations.drop_repair(found, is_back=is_back, at=now(), by=request.actor)
    toast(request, _("Nothing was moved."))
    return go(request, "scheduling:day")


@needs("scheduling.repair")
def repair_line(request: Request, pk: UUID) -> HttpResponse:
    """Show the other ways of one visit, or take one."""
    line = get_object_or_404(
        RepairLine.objects.select_related(
            "repair__site", "appointment__patient", "appointment__visit_type",
            "appointment__site", "was_provider", "provider", "site",
        ), pk=pk,
    )  # fmt: skip
    if request.method == "POST":
        return _wished(request, line)
    ways = queries.alternatives(line, now())
    return respond(request, "scheduling/repair/line.html", line=line, ways=ways)


@refusals_told
def _wished(request: Request, line: RepairLine) -> HttpResponse:
    form = forms.Wished(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This can't be read. Look again."), status=409)
    operations.wish(line.repair, line.appointment, **form.cleaned_data, at=now(), by=request.actor)
    return done(request, CHANGED)


@needs("scheduling.view")
def troubles(request: Request) -> HttpResponse:
    """Show above the book what is broken on a day: who is out, who runs late, who to call."""
    form = forms.Show(request.GET)
    on = (form.is_valid() and form.cleaned_data.get("on")) or today(request.site)
    return respond(
        request,
        "scheduling/repair/troubles.html",
        repairs=queries.open_repairs(request.site, on),
        late=late_queries.running(request.site, on),
        calls=queries.to_call(request.site).count(),
    )


@needs("scheduling.repair")
def to_call(request: Request) -> HttpResponse:
    """List whose visit was given up, with their numbers."""
    return respond(
        request,
        "scheduling/repair/to_call.html",
        part="rows",
        rows=queries.to_call(request.site),
        settled=queries.lately_settled(now() - timedelta(days=2)),
    )


@needs("scheduling.repair")
@require_POST
@refusals_told
def note_call(request: Request, pk: UUID) -> HttpResponse:
    """Note a call that reached nobody."""
    found = operations.note_call(get_object_or_404(Bump, pk=pk), at=now(), by=request.actor)
    toast(request, _("Call %(n)s noted") % {"n": found.calls})
    return done(request, CALLS)


@needs("scheduling.repair")
@require_POST
@refusals_told
def rebooked(request: Request, pk: UUID) -> HttpResponse:
    """Take a patient off the list who has another time."""
    found = operations.rebooked(get_object_or_404(Bump, pk=pk), at=now(), by=request.actor)
    return _off_the_list(request, found)


@needs("scheduling.repair")
@require_POST
@refusals_told
def give_up(request: Request, pk: UUID) -> HttpResponse:
    """Take a patient off the list who wants no other time."""
    found = operations.give_up(get_object_or_404(Bump, pk=pk), at=now(), by=request.actor)
    return _off_the_list(request, found)


@needs("scheduling.repair")
@require_POST
@refusals_told
def call_again(request: Request, pk: UUID) -> HttpResponse:
    """Put a patient back on the list."""
    operations.call_again(get_object_or_404(Bump, pk=pk), at=now(), by=request.actor)
    return done(request, CALLS)


@needs("scheduling.late")
def late(request: Request) -> HttpResponse:
    """Say who runs late and by how much; show who will be told before anybody is."""
    form = forms.Late(request.POST or None, initial=request.GET.dict())
    due = None
    if form.is_valid():
        said = form.cleaned_data
        if "tell" not in request.POST:
            return _rest_of_day(request, form, **said)
        with refusals_on(form):
            operations.run_late(**said, site=request.site, at=now(), by=request.actor)
            toast(request, _("%(who)s runs late: patients are told") % {"who": said["provider"]})
            return done(request, CHANGED)
    return respond(request, "scheduling/repair/late.html", form=form, late_form=form, due=due)


def _rest_of_day(
    request: Request, form: forms.Late, provider: Provider, minutes: int
) -> HttpResponse:
    shown: dict[str, Any] = {"late_form": form, "due": None}
    with refusals_on(form):
        site, at = request.site, now()
        late_queries.check_not_out(provider, site, at)
        due = late_queries.rest_of_day(provider, site, minutes, at)
        shown |= {"due": due, "stays": late_queries.stays(provider, site, due, at)}
        return respond(request, "scheduling/repair/late.html", **shown)
    return respond(request, "scheduling/repair/late.html", form=form, **shown)


@needs("scheduling.view")
def lateness(request: Request, pk: UUID) -> HttpResponse:
    """Show who was told of a late provider and what they answered."""
    here = late_queries.told()
    return respond(request, "scheduling/repair/told.html", late=get_object_or_404(here, pk=pk))


@needs("scheduling.late")
@require_POST
def caught_up(request: Request, pk: UUID) -> HttpResponse:
    """The provider is on time again."""
    found = get_object_or_404(Lateness.objects.select_related("provider"), pk=pk)
    operations.caught_up(found, at=now(), by=request.actor)
    toast(request, _("%(who)s is on time again") % {"who": found.provider})
    return done(request, CHANGED)


def _off_the_list(request: Request, found: Bump) -> HttpResponse:
    toast(
        request,
        _("%(name)s is off the list") % {"name": found.patient.name},
        undo_url=reverse("scheduling:call_again", args=[found.pk]),
    )
    return done(request, CALLS)
