"""What is known of one visit, for its drawer: the marks in words, and what happened so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.records import queries as records
from frontdesk.scheduling.models import Appointment
from frontdesk.ui import figures
from frontdesk.visits.models import CheckIn, FlowEvent, LateArrival, Stage, Superbill, Visit, Vitals
from frontdesk.visits.queries.flow import RoomState, rooms_of
from frontdesk.visits.queries.from_home import FromHome, from_home
from frontdesk.visits.queries.intake import facts_of
from frontdesk.visits.queries.shapes import LOOKS
from frontdesk.visits.rules import flow

_TONES = {"ok": "green", "warn": "amber", "stop": "red", "none": "slate"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One appointment of the day and all that its drawer says."""

    appointment: Appointment
    visit: Visit | None
    check_in: CheckIn | None
    superbill: Superbill | None
    stage: Stage
    look: tuple[str, int, str]
    since: datetime | None
    limit: int | None
    alert: int | None
    checks: list[dict[str, Any]]
    events: list[dict[str, Any]]
    rooms: list[RoomState]
    late: LateArrival | None = None
    from_home: FromHome | None = None  # until the check-in is finished

    @property
    def free_rooms(self) -> list[str]:
        """The names of the rooms nobody is in."""
        return [state.room.name for state in self.rooms if state.is_free]


def appointments() -> QuerySet[Appointment]:
    """Return appointments with what a drawer about one needs."""
    return Appointment.objects.select_related("patient", "provider", "site", "visit_type", "room")


def visits() -> QuerySet[Visit]:
    """Return visits with what a page about one needs."""
    return Visit.objects.select_related(
        "patient", "provider", "site", "room", "appointment__visit_type", "check_in"
    )


def visits_of(patient: Patient) -> QuerySet[Visit]:
    """Return the patient's visits, the newest first."""
    found = Visit.objects.filter(patient=patient).exclude(stage=Stage.EXPECTED)
    joined = found.select_related("provider", "site", "appointment__visit_type", "superbill")
    return joined.order_by("-on", "-stage_since")


def sheet(appointment: Appointment, at: datetime) -> Sheet:
    """Return what the drawer of an appointment shows, in a constant number of queries."""
    visit = (
        Visit.objects.filter(appointment=appointment)
        .select_related("check_in", "room", "superbill", "late")
        .first()
    )
    on = local(appointment.site, appointment.starts_at).date()
    stage = Stage(visit.stage) if visit else Stage.EXPECTED
    return Sheet(
        appointment=appointment,
        visit=visit,
        check_in=getattr(visit, "check_in", None),
        superbill=getattr(visit, "superbill", None),
        stage=stage,
        look=LOOKS[stage],
        since=visit.stage_since if visit and visit.is_here else None,
        limit=flow.limit_of(stage, appointment.visit_type.minutes),
        alert=flow.LIMITS.get(stage),
        checks=_checks(appointment, visit, on),
        events=sorted(_events(appointment, visit, on), key=lambda e: e["at"], reverse=True),
        rooms=rooms_of(appointment.site, on),
        late=getattr(visit, "late", None),
        from_home=_from_home(appointment, visit),
    )


def _from_home(appointment: Appointment, visit: Visit | None) -> FromHome | None:
    check_in = getattr(visit, "check_in", None)
    is_over = visit is not None and visit.stage not in (Stage.EXPECTED, Stage.ARRIVED)
    if is_over or (check_in and check_in.finished_at):
        return None
    return from_home(appointment)


def _checks(appointment: Appointment, visit: Visit | None, on: date) -> list[dict[str, Any]]:
    """Return the four marks in words, each with the way to settle it."""
    patient = appointment.patient
    cover = coverage.readiness([appointment], on)[appointment.pk]
    told = {patient.pk: facts_of(appointment)}
    forms = records.forms_readiness([patient.pk], on, told)[patient.pk]
    balance = ledger.balance_of(patient)
    owed = figures.money(balance.to_pay)
    wants = appointment.visit_type.needs_authorization and cover.authorization == "none"
    approval = ("warn", _("Usually needed for this visit")) if wants else None
    approval = approval or (cover.authorization, cover.authorization_words)
    said = [
        (_("Coverage"), cover.state, cover.words, "coverage", _("Resolve")),
        (_("Authorization"), *approval, "coverage", _("Look")),
        (_("Forms"), forms.tone, forms.words, "forms", _("Sign")),
        (
            _("Balance"),
            "warn" if balance.to_pay else "ok",
            _("%(sum)s to pay") % {"sum": owed} if balance.to_pay else _("Nothing open"),
            "payment",
            _("Take"),
        ),
    ]
    return [
        {
            "label": label,
            "says": words,
            "tone": _TONES[state],
            "url": _step_url(visit, step) if state in ("warn", "stop") else "",
            "action": action,
        }
        for label, state, words, step, action in said
    ]


def _step_url(visit: Visit | None, step: str) -> str:
    if visit is None or visit.stage == Stage.EXPECTED:
        return ""
    return reverse("visits:check_in", args=[visit.pk]) + f"?step={step}"


def _events(appointment: Appointment, visit: Visit | None, on: date) -> Iterator[dict[str, Any]]:
    yield _event(appointment.booked_at, _("Booked"), by=appointment.booked_by)
    if appointment.confirmed_at:
        yield _event(appointment.confirmed_at, _("Confirmed"))
    for check in EligibilityCheck.objects.filter(
        patient_id=appointment.patient_id, service_on=on, answered_at__isnull=False
    ).defer("request", "response"):
        tone = "green" if check.status == EligibilityCheck.Status.ACTIVE else "amber"
        words = _("The plan answered: %(status)s") % {"status": check.get_status_display().lower()}
        yield _event(check.answered_at, words, tone if not check.differences else "amber")
    if visit:
        yield from _events_here(visit)


def _events_here(visit: Visit) -> Iterator[dict[str, Any]]:
    undone = set()
    for event in FlowEvent.objects.filter(visit=visit).select_related("room").order_by("-place"):
        if event.undoes_id:
            undone.add(event.undoes_id)
        elif event.pk not in undone:
            yield _event(event.at, _words_of(event), LOOKS[Stage(event.stage)][0], event.by_name)
    check_in = getattr(visit, "check_in", None)
    if check_in and check_in.finished_at:
        yield _event(check_in.finished_at, _("Checked in"), "slate", check_in.finished_by)
    for taken in Vitals.objects.filter(visit=visit, status=Vitals.Status.TAKEN):
        yield _event(taken.taken_at, _("Vitals taken"), "slate", taken.taken_by)
    bill = getattr(visit, "superbill", None)
    if bill and bill.signed_at:
        yield _event(bill.signed_at, _("Superbill signed"), "green", bill.signed_by)
    for paid in Payment.objects.filter(visit_id=visit.pk, status=Payment.Status.POSTED):
        words = _("%(sum)s paid") % {"sum": figures.money(paid.amount)}
        yield _event(paid.taken_at, words, "green", paid.taken_by)


def _words_of(event: FlowEvent) -> str:
    if event.note:
        return event.note[:1].upper() + event.note[1:]
    words = {
        Stage.ARRIVED: _("Arrived at the desk"),
        Stage.ROOMED: _("Taken to %(room)s") % {"room": event.room.name if event.room else ""},
        Stage.WITH_PROVIDER: _("The provider came in"),
        Stage.CHECK_OUT: _("Went to check-out"),
        Stage.GONE: _("Left"),
    }
    return words[Stage(event.stage)]


def _event(at: datetime | None, text: str, tone: str = "slate", by: str = "") -> dict[str, Any]:
    return {"at": at, "text": text, "tone": tone, "by": by}
