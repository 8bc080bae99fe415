"""Who is due by a rule of recall, whom to write to, and for what reasons visits are cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet

from frontdesk.core.clock import local, months_after
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, CancelReason, PlannedVisit, RecallRule
from frontdesk.scheduling.rules.series import age_on

REASONS = {  # as long as a practice keeps none of its own
    "": ("Bad weather",),
    Appointment.CancelledBy.PATIENT: (
        "Ill", "Work or school", "No transport", "Feels better", "Forgot", "Cost or insurance",
        "Going elsewhere",
    ),
    Appointment.CancelledBy.PRACTICE: (
        "Provider out", "Room or device out", "Not ready: papers or authorization",
        "Booked by mistake",
    ),
}  # fmt: skip
KEPT = (Appointment.Status.FULFILLED, Appointment.Status.ARRIVED)


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whom a rule asks to come again."""

    patient_id: UUID
    due_on: date
    list_on: date
    provider_id: UUID | None
    site_id: UUID | None


def newly_due(rule: RecallRule, at: datetime) -> list[Due]:
    """Return who is due by a rule and not on its list for this round, in four queries.

    Due is so many months after the last visit that counts; who has such a visit booked is not.
    """
    site = Site.objects.filter(is_active=True).order_by("name").first()
    today = local(site, at).date() if site else at.date()
    counted = [UUID(key) for key in rule.counted]
    visits = Appointment.objects.filter(visit_type_id__in=counted)
    last = dict(visits.filter(status__in=KEPT).values_list("patient_id").annotate(Max("starts_at")))
    coming = set(
        visits.filter(status=Appointment.Status.BOOKED, starts_at__gt=at).values_list(
            "patient_id", flat=True
        )
    )
    rounds = PlannedVisit.objects.filter(rule=rule).values_list("patient_id", "due_on", "status")
    known = {(patient, due) for patient, due, _status in rounds}
    waiting = {patient for patient, _due, status in rounds if status == PlannedVisit.Status.OPEN}
    found = []
    for patient in _people(rule):
        begun = last.get(patient.pk)
        if patient.pk in coming or patient.pk in waiting or (begun is None and not rule.never_too):
            continue
        since = local(site, begun).date() if begun and site else patient.registered_on
        due_on = months_after(since, rule.months)
        list_on = due_on - timedelta(weeks=rule.weeks_ahead)
        if (
            list_on <= today
            and (patient.pk, due_on) not in known
            and _is_of_age(rule, patient.birth_date, max(due_on, today))
        ):
            found.append(Due(patient.pk, due_on, list_on, patient.provider_id, patient.site_id))
    return found


def to_tell(sites: Sequence[Site], at: datetime) -> QuerySet[PlannedVisit]:
    """Return who is to be written to now: not too often, not too soon after the last time."""
    today = local(sites[0], at).date() if sites else at.date()
    held = PlannedVisit.objects.filter(
        status=PlannedVisit.Status.OPEN,
        patient__status=Patient.Status.ACTIVE,
        rule__tells=True,
        rule__is_active=True,
        list_on__lte=today,
        told__lt=F("rule__most_told"),
    ).select_related("patient__site", "site", "rule")
    days = set(RecallRule.objects.filter(tells=True).values_list("tell_days", flat=True))
    late = Q(told_at=None)
    for number in days:
        late |= Q(rule__tell_days=number, told_at__lte=at - timedelta(days=number))
    return held.filter(late).order_by("due_on", "pk")


def rules() -> QuerySet[RecallRule]:
    """Return the rules of recall, by name."""
    return RecallRule.objects.select_related("visit_type").order_by("-is_active", "name")


def cancel_reasons() -> QuerySet[CancelReason]:
    """Return the practice's own reasons for cancelling."""
    return CancelReason.objects.order_by("whose", "words")


def reasons(whose: str = "") -> list[str]:
    """Return the reasons that are proposed: the practice's own, or the usual ones."""
    own = list(CancelReason.objects.filter(is_active=True).order_by("words"))
    if own:
        return [one.words for one in own if not whose or one.whose in ("", whose)]
    said = [REASONS[key] for key in REASONS if not whose or key in ("", whose)]
    return [words for group in said for words in group]


def _people(rule: RecallRule) -> QuerySet[Patient]:
    found = Patient.objects.filter(status=Patient.Status.ACTIVE)
    if rule.sex:
        found = found.filter(sex=rule.sex)
    return found.only("pk", "practice_id", "birth_date", "registered_on", "provider_id", "site_id")


def _is_of_age(rule: RecallRule, birth_date: date, on: date) -> bool:
    years = age_on(birth_date, on)
    return (rule.from_age is None or years >= rule.from_age) and (
        rule.to_age is None or years <= rule.to_age
    )
