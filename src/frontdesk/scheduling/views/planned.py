"""The lists of planned visits and recalls: what is due, written about, booked with one key."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.clock import local, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.scheduling import operations
from frontdesk.scheduling.forms import planned as forms
from frontdesk.scheduling.models import Appointment, PlannedVisit
from frontdesk.scheduling.queries import away, recall
from frontdesk.scheduling.queries import planned as queries
from frontdesk.scheduling.queries import repair as bumps
from frontdesk.scheduling.queries.openings import Found, find_a_time
from frontdesk.staff.models import Provider
from frontdesk.ui import crud
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

ROWS, TIMES, AHEAD = 50, 6, 56
CHANGED, SCHEDULE, CALLS = "planned", "schedule", "calls"
PLAN = "scheduling.plan"

RULES = crud.Table(
    name="recall_rules", namespace="scheduling", title=gettext_lazy("Recall rules"),
    noun=gettext_lazy("recall"), icon="calendar-repeat", rows=recall.rules,
    form=forms.RecallForm, save=operations.save_recall_rule,
    sees=("scheduling.view",), changes="scheduling.templates", search=("name",),
    empty=gettext_lazy("A recall asks patients to come again: a physical every 12 months."),
    columns=(
        crud.Column(gettext_lazy("Name"), "name"),
        crud.Column(gettext_lazy("Visit"), "visit_type.name"),
        crud.Column(gettext_lazy("Months"), "months", is_figure=True),
        crud.Column(gettext_lazy("Writes by itself"), "tells"),
        crud.Column(gettext_lazy("In use"), "is_active"),
    ),
)  # fmt: skip
REASONS = crud.Table(
    name="cancel_reasons", namespace="scheduling", title=gettext_lazy("Reasons for cancelling"),
    noun=gettext_lazy("reason"), icon="calendar-x", rows=recall.cancel_reasons,
    form=forms.ReasonForm, save=operations.save_cancel_reason,
    sees=("scheduling.view",), changes="practice.edit", search=("words",),
    empty=gettext_lazy("Without reasons of your own the usual ones are proposed."),
    columns=(
        crud.Column(gettext_lazy("Reason"), "words"),
        crud.Column(gettext_lazy("Who cancels"), "get_whose_display"),
        crud.Column(gettext_lazy("In use"), "is_active"),
    ),
)  # fmt: skip


@needs("scheduling.view")
def planned(request: Request) -> HttpResponse:
    """List what is planned and not booked: ordered, left at check-out, missed, cancelled."""
    return _list(request, is_recall=False)


@needs("scheduling.view")
def recalls(request: Request) -> HttpResponse:
    """List who is asked to come again."""
    return _list(request, is_recall=True)


@needs(PLAN)
def planned_new(request: Request) -> HttpResponse:
    """Plan a visit for later."""
    form = forms.Plan(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            after = Appointment.objects.filter(pk=_uuid(request.POST.get("after", ""))).first()
            source = PlannedVisit.Source.ORDER if after else PlannedVisit.Source.HAND
            wants = form.wants(today(request.site))
            made = operations.plan_visit(
                **wants, source=source, after=after, at=now(), by=request.actor
            )
            toast(request, _("Planned for %(name)s") % {"name": made.patient.name})
            return done(request, CHANGED)
    return respond(
        request, "scheduling/planned/new.html", form=form,
        patient=_chosen(form), after=request.GET.get("after", ""),
    )  # fmt: skip


@needs(PLAN)
def planned_one(request: Request, pk: UUID) -> HttpResponse:
    """Show a planned visit with the times that suit it best."""
    found = get_object_or_404(queries.planned_visits(), pk=pk)
    people.open_chart(found.patient, what="planned visit", by=request.actor)
    is_open = found.status == PlannedVisit.Status.OPEN
    times = queries.times_for_planned(found, request.site, now()) if is_open else Found([])
    return respond(
        request, "scheduling/planned/one.html", planned=found, times=times,
        on=today(request.site), later=forms.Later(),
    )  # fmt: skip


@needs("scheduling.book")
@require_POST
@refusals_told
def planned_book(request: Request, pk: UUID) -> HttpResponse:
    """Book a planned visit at the chosen time."""
    found = get_object_or_404(PlannedVisit, pk=pk)
    booked = operations.book_planned(found, **_place(request), at=now(), by=request.actor)
    return _booked(request, booked, CHANGED)


@needs(PLAN)
@require_POST
@refusals_told
def planned_tell(request: Request, pk: UUID) -> HttpResponse:
    """Write to the patient that it is time to book."""
    found = get_object_or_404(PlannedVisit.objects.select_related("patient", "site"), pk=pk)
    written = operations.tell_due(found, at=now(), by=request.actor)
    name = found.patient.name
    if written is None:
        raise Refused(_("%(name)s can't be written to. Call instead.") % {"name": name})
    toast(request, _("%(name)s is written to") % {"name": name})
    return done(request, CHANGED)


@needs(PLAN)
@require_POST
@refusals_told
def planned_call(request: Request, pk: UUID) -> HttpResponse:
    """Note a call that reached nobody."""
    found = get_object_or_404(PlannedVisit, pk=pk)
    noted = operations.note_planned_call(found, at=now(), by=request.actor)
    toast(request, _("Call %(n)s noted") % {"n": noted.calls})
    return done(request, CHANGED)


@needs(PLAN)
@require_POST
@refusals_told
def planned_later(request: Request, pk: UUID) -> HttpResponse:
    """Take a visit off the list until the day on which the patient wants to be asked."""
    form = forms.Later(request.POST)
    if not form.is_valid():
        raise Refused(_("Say from which day on."))
    found = get_object_or_404(PlannedVisit, pk=pk)
    operations.ask_later(found, **form.cleaned_data, at=now(), by=request.actor)
    toast(request, _("Off the list until then"))
    return done(request, CHANGED)


@needs(PLAN)
@require_POST
@refusals_told
def planned_decline(request: Request, pk: UUID) -> HttpResponse:
    """Take a visit off the list that the patient does not want."""
    form = forms.Declined(request.POST)
    because = form.cleaned_data["because"] if form.is_valid() else ""
    found = get_object_or_404(PlannedVisit.objects.select_related("patient"), pk=pk)
    operations.decline_planned(found, because=because, at=now(), by=request.actor)
    undo = reverse("scheduling:planned_again", args=[pk])
    toast(request, _("%(name)s is off the list") % {"name": found.patient.name}, undo)
    return done(request, CHANGED)


@needs(PLAN)
@require_POST
@refusals_told
def planned_again(request: Request, pk: UUID) -> HttpResponse:
    """Put a visit back on the list."""
    operations.plan_again(get_object_or_404(PlannedVisit, pk=pk), by=request.actor)
    return done(request, CHANGED)


@needs("scheduling.repair")
def bump_times(request: Request, pk: UUID) -> HttpResponse:
    """Show the best times for a patient whose visit was given up; the first has the focus."""
    found = get_object_or_404(bumps.bumps(), pk=pk)
    old = found.appointment
    times = find_a_time(
        old.visit_type, found.site, None if request.GET.get("anyone") else old.provider,
        from_on=today(found.site), days=AHEAD, limit=60, patient=found.patient, at=now(),
    )  # fmt: skip
    return respond(
        request, "scheduling/planned/bump.html", bump=found, times=_best(times),
        anyone=request.GET.get("anyone", ""),
    )  # fmt: skip


@needs("scheduling.repair")
@require_POST
@refusals_told
def bump_book(request: Request, pk: UUID) -> HttpResponse:
    """Give a patient on the call list the chosen time."""
    found = get_object_or_404(bumps.bumps(), pk=pk)
    booked = operations.book_bumped(found, **_place(request), at=now(), by=request.actor)
    return _booked(request, booked, CALLS)


@needs("scheduling.repair")
def leaving(request: Request, pk: UUID) -> HttpResponse:
    """List all visits to come of a provider who leaves; give them up, onto the call list."""
    provider = get_object_or_404(Provider, pk=pk)
    rows = away.coming_with(provider, now())[:500]
    form = forms.GiveUp(
        request.POST or None, initial={"because": _("%(who)s leaves") % {"who": provider}}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            wanted = set(request.POST.getlist("visit"))
            chosen = [one for one in rows if str(one.pk) in wanted]
            given = operations.bump_several(chosen, **form.cleaned_data, at=now(), by=request.actor)
            words = ngettext("%(n)s patient to call", "%(n)s patients to call", len(given))
            toast(request, words % {"n": len(given)})
            return done(request, CALLS, SCHEDULE)
    return respond(
        request, "scheduling/planned/leaving.html", provider=provider, rows=rows, form=form
    )


def _list(request: Request, *, is_recall: bool) -> HttpResponse:
    form = forms.ShowPlanned(request.GET)
    form.is_valid()  # what is not understood is left out
    said: dict[str, Any] = {name: form.cleaned_data.get(name) for name in form.fields}
    show = said.pop("show") or queries.DUE
    on = today(request.site)
    rows = queries.work_list(is_recall=is_recall, show=show, on=on, at=now(), **said)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return respond(
        request, "scheduling/planned/list.html", part="rows", finder=form, page=page, show=show,
        counts=queries.counts(is_recall=is_recall, on=on), is_recall=is_recall, on=on,
        tab="recall" if is_recall else "planned", may=request.actor.may(PLAN),
        may_book=request.actor.may("scheduling.book"),
    )  # fmt: skip


def _place(request: Request) -> dict[str, Any]:
    form = forms.Place(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose one of the times that are open."))
    return form.cleaned_data


def _booked(request: Request, booked: Appointment, event: str) -> HttpResponse:
    starts = local(booked.site, booked.starts_at)
    when = f"{starts:%a, %b} {starts.day}, " + f"{starts:%I:%M %p}".lstrip("0")
    said = {"name": booked.patient.name, "when": when, "who": booked.provider}
    may = request.actor.may("scheduling.cancel")
    undo = reverse("scheduling:unbook", args=[booked.pk]) if may else ""
    toast(request, _("Booked %(name)s: %(when)s, %(who)s") % said, undo)
    return done(request, event, SCHEDULE)


def _best(times: Found) -> Found:
    shown = {(one.starts_at, one.provider.pk): one for one in [*times.best, *times.openings]}
    return Found(list(shown.values())[:TIMES], times.why_none, times.best)


def _chosen(form: forms.Plan) -> Patient | None:
    return Patient.objects.filter(pk=_uuid(str(form["patient"].value() or ""))).first()


def _uuid(text: str) -> UUID:
    """Return a key from what a request says; one that no record has where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
