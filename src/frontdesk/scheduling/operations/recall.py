"""Recall: rules that are kept by the office, the list they fill, and whom they write to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import CancelReason, PlannedVisit, RecallRule
from frontdesk.scheduling.operations.planned import end_planned, tell_due
from frontdesk.scheduling.queries import recall as queries

FIELDS = frozenset(
    {
        "name", "visit_type", "months", "counts", "from_age", "to_age", "sex", "never_too",
        "weeks_ahead", "tells", "tell_days", "most_told", "is_active",
    }
)  # fmt: skip
LATE = timedelta(days=60)  # after the due day, before a recall is overdue
AT_ONCE = 500  # whom one run writes to at most; the next day goes on
GONE: Mapping[str, str] = {
    Patient.Status.DECEASED: "The patient has died.",
    Patient.Status.INACTIVE: "The patient is not with us any more.",
    Patient.Status.MERGED: "The chart was merged into another.",
}


@operation("scheduling.templates")
def save_recall_rule(
    rule: RecallRule | None, values: Mapping[str, Any], *, by: Actor, at: datetime | None = None
) -> RecallRule:
    """Keep a rule of recall. What it put on the list goes when it is switched off."""
    if strange := sorted(set(values) - FIELDS):
        raise ValueError(f"A rule of recall has no {', '.join(strange)}.")
    rule = RecallRule.objects.lock(rule.pk) if rule else RecallRule()
    for name, value in values.items():
        setattr(rule, name, value)
    same = RecallRule.objects.filter(name=rule.name).exclude(pk=rule.pk)
    if same.exists():
        raise Refused("There is a recall with this name already.")
    if not 1 <= rule.months <= 120:
        raise Refused("Choose from one month to ten years.")
    if rule.from_age is not None and rule.to_age is not None and rule.to_age < rule.from_age:
        raise Refused("The ages are not in order.")
    rule.save()
    if not rule.is_active:
        for one in rule.planned.filter(status=PlannedVisit.Status.OPEN):
            end_planned(one, because="This recall is not in use any more.", at=at or now(), by=by)
    return rule


@operation("scheduling.plan")
def fill_recalls(*, at: datetime, by: Actor) -> int:
    """Put on the list whom a rule asks to come again; say how many were added.

    Run twice, everybody is on it once: a round of a rule is known by its patient and its day.
    """
    count = 0
    for rule in RecallRule.objects.filter(is_active=True).order_by("pk"):
        locked = RecallRule.objects.lock(rule.pk)
        due = queries.newly_due(locked, at)
        PlannedVisit.objects.bulk_create(
            PlannedVisit(
                patient_id=one.patient_id,
                visit_type_id=locked.visit_type_id,
                provider_id=one.provider_id,
                site_id=one.site_id,
                source=PlannedVisit.Source.RECALL,
                because=locked.name,
                rule=locked,
                from_on=one.list_on,
                due_on=one.due_on,
                until_on=one.due_on + LATE,
                list_on=one.list_on,
                planned_at=at,
                planned_by=by.name,
            )
            for one in due
        )
        count += len(due)
    return count


@operation("scheduling.plan")
def tidy_planned(*, at: datetime, by: Actor) -> int:
    """Take off the list who has died or moved away; say how many lines were tidied.

    What was planned for a chart that was merged goes on with the chart that is kept; of a recall
    that chart has its own.
    """
    gone = PlannedVisit.objects.filter(status=PlannedVisit.Status.OPEN).exclude(
        patient__status=Patient.Status.ACTIVE
    )
    rows = list(gone.select_related("patient__merged_into"))
    for one in rows:
        kept = one.patient.merged_into
        if kept is not None and kept.status == Patient.Status.ACTIVE and one.rule_id is None:
            one.patient = kept
            one.save()
        else:
            end_planned(one, because=GONE[one.patient.status], at=at, by=by)
    return len(rows)


@operation("scheduling.plan")
def tell_recalls(*, at: datetime, by: Actor) -> int:
    """Write to those on the recall list whose rule wants it, as often as it says and no oftener."""
    sites = list(Site.objects.filter(is_active=True).order_by("name"))
    written = [tell_due(one, at=at, by=by) for one in queries.to_tell(sites, at)[:AT_ONCE]]
    return sum(message is not None for message in written)


@operation("practice.edit")
def save_cancel_reason(
    reason: CancelReason | None, values: Mapping[str, Any], *, by: Actor
) -> CancelReason:
    """Keep a reason for cancelling that the practice counts."""
    reason = reason or CancelReason()
    for name, value in values.items():
        setattr(reason, name, value)
    reason.words = reason.words.strip()
    if not reason.words:
        raise Refused("Say the reason in a few words.")
    if CancelReason.objects.filter(words=reason.words).exclude(pk=reason.pk).exists():
        raise Refused("There is this reason already.")
    reason.save()
    return reason
