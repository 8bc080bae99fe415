"""What patients were told they would pay: how good it was, what is in flight, what is owed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.comms.models import Message
from frontdesk.comms.queries import links_about
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import (
    ClaimInFlight,
    EstimateOutcome,
    GoodFaithEstimate,
    Payer,
    Policy,
)
from frontdesk.coverage.rules import Accuracy, Flight, Off, accuracy_of, plan_year
from frontdesk.people.models import Patient
from frontdesk.practice.rules import holidays_of

LOOKS_BACK = timedelta(days=365)
MOST_COUNTED = 400  # of a payer, the newest
Status = GoodFaithEstimate.Status


@dataclass(frozen=True, slots=True)
class PayerAccuracy:
    """A payer, how good estimates for it were, and what they came to in dollars."""

    payer: Payer
    accuracy: Accuracy
    expected: Decimal
    owed: Decimal


def flight_of(policy: Policy, on: date) -> Flight:
    """Return what undecided claims of a policy will likely use in the plan year of a day."""
    begins = plan_year(on, policy.subscription.plan.year_begins)
    rows = ClaimInFlight.objects.filter(
        policy=policy,
        decided_at=None,
        service_on__gte=begins,
        service_on__lt=begins.replace(year=begins.year + 1),
    )
    told = list(rows.values_list("deductible", "owes"))
    return Flight(
        count=len(told),
        deductible=sum((deductible for deductible, _owes in told), ZERO),
        owes=sum((owes for _deductible, owes in told), ZERO),
    )


def accuracy_for(payer_id: UUID, at: datetime) -> Accuracy | None:
    """Return how good the estimates for one payer were over a year; None without any."""
    outcomes = _outcomes(at).filter(payer_id=payer_id)[:MOST_COUNTED]
    return accuracy_of([Off(one.off_by, one.is_within) for one in outcomes])


def accuracies(at: datetime) -> list[PayerAccuracy]:
    """Return every payer's accuracy over a year, those with the most claims first."""
    by_payer: dict[UUID, list[EstimateOutcome]] = defaultdict(list)
    for one in _outcomes(at).select_related("payer"):
        if len(by_payer[one.payer_id]) < MOST_COUNTED:
            by_payer[one.payer_id].append(one)
    found = [
        PayerAccuracy(
            several[0].payer,
            accuracy,
            sum((one.expected_owes for one in several), ZERO),
            sum((one.owes for one in several), ZERO),
        )
        for several in by_payer.values()
        if (accuracy := accuracy_of([Off(one.off_by, one.is_within) for one in several]))
    ]
    return sorted(found, key=lambda one: (-one.accuracy.count, one.payer.name))


def outcomes_of(payer: Payer, at: datetime) -> QuerySet[EstimateOutcome]:
    """Return the decided claims of a payer with their estimates, the newest first."""
    return _outcomes(at).filter(payer=payer).select_related("policy__patient", "estimate")


def compared(claim_ids: Iterable[UUID]) -> set[UUID]:
    """Return those claims that were compared with their estimates already."""
    keys = list(claim_ids)
    rows = EstimateOutcome.objects.filter(claim_id__in=keys)
    return set(rows.values_list("claim_id", flat=True))


def good_faith_open() -> QuerySet[GoodFaithEstimate]:
    """Return what must still be given, the first due on top."""
    owed = GoodFaithEstimate.objects.filter(status=Status.DUE)
    return owed.select_related("patient").order_by("due_on", "number")


def good_faith_given() -> QuerySet[GoodFaithEstimate]:
    """Return what was given or closed, the newest first."""
    closed = GoodFaithEstimate.objects.exclude(status=Status.DUE)
    return closed.select_related("patient").defer("printed").order_by("-number")


def good_faith_of(patient: Patient) -> QuerySet[GoodFaithEstimate]:
    """Return a patient's good-faith estimates, the newest first."""
    return GoodFaithEstimate.objects.filter(patient=patient).defer("printed").order_by("-number")


def good_faith_for(appointment_ids: Collection[UUID]) -> Mapping[UUID, GoodFaithEstimate]:
    """Return the newest good-faith estimate of each visit that has one."""
    rows = GoodFaithEstimate.objects.filter(appointment_id__in=list(appointment_ids))
    told = rows.defer("printed", "told").order_by("number")
    return {one.appointment_id: one for one in told if one.appointment_id}


def good_faith_proof(estimate: GoodFaithEstimate) -> tuple[list[Message], datetime | None]:
    """Return the messages that carried it, the newest first, and when its page was first read."""
    sent = Message.objects.filter(subject_id=estimate.pk).order_by("-written_at", "-pk")
    read = links_about(estimate.pk).exclude(opened_at=None).order_by("opened_at").first()
    return list(sent), read.opened_at if read else None


def federal_holidays(first: date, last: date) -> frozenset[date]:
    """Return the federal holidays of the years from one day to another, as observed."""
    years = range(first.year, last.year + 1)
    return frozenset(day for year in years for day in holidays_of("", year))


def _outcomes(at: datetime) -> QuerySet[EstimateOutcome]:
    rows = EstimateOutcome.objects.filter(decided_at__gt=at - LOOKS_BACK)
    return rows.order_by("-decided_at", "-pk")
