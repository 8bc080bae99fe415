"""What the office's rules about compliance find at a visit, and what holds its claim."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import Policy
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as office
from frontdesk.practice.rules import age_on
from frontdesk.records import queries as records
from frontdesk.records.models import Consent
from frontdesk.rulebook import Book, Decision, whole
from frontdesk.staff.models import WorkItem
from frontdesk.visits.models import Superbill, Visit

TELLS, HOLDS = "visits.compliance", "visits.compliance_hold"  # kinds on the work list


def is_asking() -> bool:
    """Say whether the practice has any rule about compliance in force."""
    return bool(office.book(Rule.Kind.COMPLIANCE).rules)


def found_at(visit: Visit, book: Book | None = None) -> list[Decision]:
    """Return what the rules in force find at a visit, as its paper and its forms stand now.

    With `book` other rules are tried.
    """
    policy = coverage.policies_of(visit.patient, visit.on).first()
    kind = Rule.Kind.COMPLIANCE
    outcome = (book or office.book(kind)).judge(
        whole(kind, _facts(visit, policy)),
        on=visit.on,
        payer=str(policy.subscription.plan.payer_id) if policy else "",
        provider=str(visit.provider_id),
        site=str(visit.site_id),
    )
    return outcome.decisions


def to_ask_again(since: date) -> QuerySet[Visit]:
    """Return the visits for which rules still wait, and the closed ones since a day."""
    waiting = WorkItem.objects.filter(
        kind__in=(TELLS, HOLDS), status=WorkItem.Status.OPEN, subject_id__isnull=False
    )
    wanted = Q(pk__in=waiting.values("subject_id"))
    if is_asking():
        wanted |= Q(on__gte=since, closed_at__isnull=False)
    found = Visit.objects.filter(wanted)
    return found.select_related("patient", "site", "appointment__visit_type").order_by("pk")


def holding(visit_ids: Collection[UUID]) -> dict[UUID, list[WorkItem]]:
    """Return what holds the claims of these visits until somebody settles it: one query for any."""
    found: dict[UUID, list[WorkItem]] = {}
    items = WorkItem.objects.filter(
        kind=HOLDS, subject_id__in=list(visit_ids), status=WorkItem.Status.OPEN
    )
    for item in items.order_by("pk"):
        if item.subject_id is not None:
            found.setdefault(item.subject_id, []).append(item)
    return found


def _facts(visit: Visit, policy: Policy | None) -> dict[str, Any]:
    plan = policy.subscription.plan if policy else None
    answers = records.answers_of(visit.patient, visit.on)
    signed = [key for key, answer in answers.items() if answer == Consent.Answer.SIGNED]
    return {
        "patient_age": Decimal(age_on(visit.patient.birth_date, visit.on)),
        "patient_sex": visit.patient.sex,
        "payer_filing": plan.payer.filing_indicator if plan else "",
        "plan_name": plan.name if plan else "",
        "visit_type": visit.appointment.visit_type.code,
        "state": visit.site.state,
        "is_insured": plan is not None,
        "consents": signed,
        "answered": list(answers),
        **_bill(visit),
    }


def _bill(visit: Visit) -> dict[str, Any]:
    superbill = Superbill.objects.filter(visit=visit).first()
    if superbill is None:
        return {}
    lines = list(superbill.lines.filter(is_active=True))
    diagnoses = superbill.diagnoses.filter(is_active=True)
    return {
        "codes": [line.code for line in lines],
        "modifiers": [modifier for line in lines for modifier in line.modifiers],
        "diagnoses": list(diagnoses.values_list("code", flat=True)),
        "place_of_service": superbill.place_of_service,
        "charge": sum((line.charge for line in lines), ZERO),
    }
