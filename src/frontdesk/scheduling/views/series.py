"""Booking several visits: a series date by date, a family, a sequence, a team."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.core.clock import local, months_after, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.forms import series as forms
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.operations import Date, One
from frontdesk.scheduling.queries import series as rows
from frontdesk.scheduling.queries import together as finding
from frontdesk.scheduling.rules.series import WEEK, dates
from frontdesk.staff.models import Provider
from frontdesk.ui.responses import done, refusals_on, refusals_told, respond, toast

CHANGED, PLANNED = "schedule", "planned"
ROWS = formset_factory(forms.Row, extra=forms.ROWS)


@needs("scheduling.book")
def series_new(request: Request) -> HttpResponse:
    """Ask how often a visit comes again, show every date, and book them all."""
    first = _first(request)
    said = request.POST or request.GET
    form = forms.Series(said if "every" in said else None, initial=_usual(request, first))
    shown = rows.preview(_asked(form, first), now()) if form.is_valid() else None
    if request.method == "POST" and shown and "dates" not in request.POST:
        with refusals_on(form):
            made = _book(request, form, first)
            _tell(request, made)
            return done(request, CHANGED, PLANNED)
    return respond(
        request, "scheduling/series/new.html", part=_part(request),
        form=form, shown=shown, first=first, patient=_patient(form, first),
    )  # fmt: skip


@needs("scheduling.view")
def series_of(request: Request, pk: UUID) -> HttpResponse:
    """Show all visits of the series, family or sequence to which a visit belongs."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    visit_set = rows.set_of(found)
    places = rows.places_of(visit_set) if visit_set else []
    return respond(
        request, "scheduling/series/set.html", appointment=found, visit_set=visit_set,
        places=places,
    )  # fmt: skip


@needs("scheduling.book")
@require_POST
@refusals_told
def series_move(request: Request, pk: UUID) -> HttpResponse:
    """Move a visit of a series, and with it those that follow or all."""
    found = get_object_or_404(queries.appointments(), pk=pk)
    form = forms.MoveSeries(request.POST)
    if not form.is_valid():
        raise Refused(_("This time can't be read. Look again."))
    changed = operations.move_following(found, **form.cleaned_data, at=now(), by=request.actor)
    words = ngettext("%(n)s visit moved", "%(n)s visits moved", len(changed.done))
    said = words % {"n": len(changed.done)}
    for one, why in changed.stayed:
        said += f" {local(one.site, one.starts_at):%b} {local(one.site, one.starts_at).day}: {why}"
    toast(request, said)
    return done(request, CHANGED)


@needs("scheduling.book")
def together(request: Request) -> HttpResponse:
    """Find times for several visits that belong together, and book the chosen one whole."""
    said = request.POST or request.GET
    is_asked = "how" in said
    form = forms.Together(
        said if is_asked else None, initial={"site": request.site.pk, "days": "14"}
    )
    lines = ROWS(said if is_asked else None, initial=_usual_rows(request), prefix="visit")
    parts = _parts(lines) if is_asked and form.is_valid() and lines.is_valid() else []
    if request.method == "POST" and parts and not {"found", "more"} & set(request.POST):
        with refusals_on(form):
            visit_set = operations.book_together(
                _ones(parts, form.cleaned_data["site"], request.POST.get("chosen", "")),
                at=now(), by=request.actor,
            )  # fmt: skip
            toast(request, _("%(n)s visits booked together") % {"n": visit_set.visits.count()})
            return done(request, CHANGED)
    found = _proposed(form, parts) if len(parts) > 1 else finding.Proposed()
    return respond(
        request, "scheduling/series/together.html", part="found" if "found" in request.POST else "",
        form=form, lines=lines, found=found.proposals, why_none=found.why_none,
        is_asked=len(parts) > 1, rows=_named(lines), family=_family(request),
        shown=_shown(request, lines),
    )  # fmt: skip


def _part(request: Request) -> str:
    return "dates" if request.POST.get("dates") == "1" else ""


def _first(request: Request) -> Appointment | None:
    key = request.POST.get("appointment") or request.GET.get("appointment")
    if not key:
        return None
    return get_object_or_404(queries.appointments(), pk=_uuid(key))


def _uuid(text: str) -> UUID:
    """Return a key from what a request says; one that no record has where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _usual(request: Request, first: Appointment | None) -> dict[str, Any]:
    """Return what the form begins with: the visit that is repeated, or the time pointed at."""
    if first is None:
        said = request.GET.dict()
        pointed = forms.moment(said.get("starts_at", ""))
        site = Site.objects.filter(pk=_uuid(said.get("site", ""))).first() or request.site
        when = local(site, pointed) if pointed else None
        said |= {"site": str(site.pk)}
        said |= {"first_on": str(when.date()), "at_time": f"{when:%H:%M}"} if when else {}
        return said
    starts = local(first.site, first.starts_at)
    return {
        "patient": first.patient_id, "visit_type": first.visit_type_id, "times": 5,
        "provider": first.provider_id, "site": first.site_id, "reason": first.reason,
        "first_on": starts.date(), "at_time": starts.time(),
    }  # fmt: skip


def _asked(form: forms.Series, first: Appointment | None) -> rows.Asked:
    said = form.cleaned_data
    begin = _next(said["first_on"], said) if first else said["first_on"]
    days = dates(
        begin, every=said["every"], unit=said["unit"], times=said["times"] or 0,
        until=said["until"],
    )  # fmt: skip
    return rows.Asked(
        said["patient"], said["visit_type"], said["provider"], said["site"], said["at_time"],
        days, 2 if first else 1,
    )  # fmt: skip


def _next(first_on: date, said: dict[str, Any]) -> date:
    """Return the second date of a series whose first is booked already."""
    unit, every = said["unit"], said["every"]
    far = months_after(first_on, every + 1) if unit != WEEK else None
    found = dates(first_on, every=every, unit=unit, times=2, until=far)
    return found[-1]


def _book(request: Request, form: forms.Series, first: Appointment | None) -> operations.Made:
    said = form.cleaned_data
    return operations.book_series(
        said["patient"], said["visit_type"], _dates(request, said), first=first,
        every=said["every"], unit=said["unit"], reason=said["reason"],
        only_free=said["only_free"], at=now(), by=request.actor,
    )  # fmt: skip


def _dates(request: Request, said: dict[str, Any]) -> list[Date]:
    try:
        picks = forms.read_picks(request.POST.getlist("date"))
    except ValidationError as trouble:
        raise Refused(" ".join(trouble.messages)) from None
    known = Provider.objects.in_bulk([one.provider_id for one in picks if one.provider_id])
    return [
        Date(
            one.planned_on, one.starts_at, known.get(one.provider_id) if one.provider_id else None,
            said["site"], left_out="" if one.starts_at else _("Left out"),
            is_listed=one.how == forms.LIST,
        )
        for one in picks
    ]  # fmt: skip


def _tell(request: Request, made: operations.Made) -> None:
    count = len(made.booked)
    said = ngettext("%(n)s visit booked", "%(n)s visits booked", count) % {"n": count}
    if made.listed:
        said += ", " + _("%(n)s on the list of planned visits") % {"n": len(made.listed)}
    toast(request, said)


def _patient(form: forms.Series, first: Appointment | None) -> Patient | None:
    found: Patient | None
    if first is not None:
        found = first.patient
    else:
        found = Patient.objects.filter(pk=_uuid(str(form["patient"].value() or ""))).first()
    return found


def _usual_rows(request: Request) -> list[dict[str, Any]]:
    usual = VisitType.objects.filter(pk=_uuid(request.GET.get("visit_type", ""))).first()
    people = [request.GET.get("patient", ""), *request.GET.getlist("with")]
    return [{"patient": key, "visit_type": usual.pk if usual else None} for key in people if key][
        : forms.ROWS
    ]


def _parts(lines: Any) -> list[finding.Part]:
    """Return the rows that name a visit; whoever is not named is the patient of the row before."""
    found: list[finding.Part] = []
    for said in (one.cleaned_data for one in lines):
        patient = said.get("patient") or (found[-1].patient if found else None)
        if not said.get("visit_type") or patient is None:
            continue
        least = said.get("least_days") or 0
        most = said.get("most_days")
        found.append(
            finding.Part(
                patient, said["visit_type"], said.get("provider"), least,
                most if most is not None else least + 7,
            )
        )  # fmt: skip
    return found


def _shown(request: Request, lines: Any) -> int:
    """Return how many lines are on the screen: two, all that say something, one more when asked."""
    said = [number for number, one in enumerate(lines, 1) if one["patient"].value()]
    typed = [number for number, one in enumerate(lines, 1) if one["visit_type"].value()]
    before = request.POST.get("shown", "")
    shown = max(2, *said, *typed, int(before) if before.isdecimal() and len(before) < 3 else 0)
    if "more" in request.POST and shown < forms.ROWS:
        lines[shown].is_new = True
        shown += 1
    return min(shown, forms.ROWS)


def _proposed(form: forms.Together, parts: list[finding.Part]) -> finding.Proposed:
    said = form.cleaned_data
    here = today(said["site"])
    return finding.propose(
        parts, said["how"], said["site"], from_on=max(said["from_on"] or here, here),
        days=int(said["days"] or 14), part_of_day=said["part"], at=now(),
    )  # fmt: skip


def _ones(parts: list[finding.Part], site: Site, chosen: str) -> list[One]:
    try:
        times = forms.read_times(chosen)
    except ValidationError as trouble:
        raise Refused(" ".join(trouble.messages)) from None
    known = Provider.objects.in_bulk([key for key, _at in times])
    if len(times) != len(parts) or any(key not in known for key, _at in times):
        raise Refused(_("Choose one of the times that are shown."))
    return [
        One(part.patient, part.visit_type, known[key], site, starts_at)
        for part, (key, starts_at) in zip(parts, times, strict=True)
    ]


def _named(lines: Any) -> list[tuple[forms.Row, str]]:
    """Return the rows with what their patients are called, for fields that find as one types."""
    keys = [_uuid(str(one["patient"].value() or "")) for one in lines]
    found = Patient.objects.in_bulk(keys)
    return [
        (one, found[key].name if key in found else "") for one, key in zip(lines, keys, strict=True)
    ]


def _family(request: Request) -> list[Patient]:
    """Return the others of the first patient's household, who often come along."""
    first = Patient.objects.filter(pk=_uuid(request.GET.get("patient", ""))).first()
    if first is None or first.guarantor_id is None:
        return []
    home = Patient.objects.filter(guarantor_id=first.guarantor_id, status=Patient.Status.ACTIVE)
    here = [first.pk, *(_uuid(key) for key in request.GET.getlist("with"))]
    return list(home.exclude(pk__in=here).order_by("birth_date")[:6])
