"""Questions about limits, clocks and how long payers take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from frontdesk.billing.models import (
    Claim,
    ClockKind,
    Deadline,
    PaperForm,
    PayerLimit,
    RemittanceClaim,
)
from frontdesk.billing.rules import clocks
from frontdesk.coverage.models import Payer, Policy

OWN_KINDS = (ClockKind.FILING, ClockKind.SECONDARY, ClockKind.CORRECTED)
NOT_WITH_PAYER = (
    Claim.Status.HELD,
    Claim.Status.READY,
    Claim.Status.REJECTED,
    Claim.Status.SENT,
    Claim.Status.RECEIVED,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What contracts say: days by payer, plan (nothing: all plans) and kind."""

    days: Mapping[tuple[UUID, UUID | None, str], int] = field(default_factory=dict)

    def last_day(self, kind: str, from_on: date, *, payer: Payer, plan_id: UUID | None) -> date:
        """Return the last day for a step counted from a day: plan before payer before usual."""
        days = self.days.get((payer.pk, plan_id, kind), self.days.get((payer.pk, None, kind)))
        return clocks.last_day(
            kind,
            from_on,
            days=days,
            usual=payer.timely_filing_days,
            filing=payer.filing_indicator,
        )


def limits(payers: Iterable[UUID]) -> Limits:
    """Return the limits that the contracts of these payers set."""
    rows = PayerLimit.objects.filter(payer__in=set(payers), days__isnull=False)
    return Limits({(row.payer_id, row.plan_id, row.kind): row.days or 0 for row in rows})


def payer_limits() -> QuerySet[PayerLimit]:
    """Return the limits that contracts set, payer by payer."""
    found = PayerLimit.objects.select_related("payer", "plan")
    return found.order_by("payer__name", "plan__name", "kind", "pk")


def printers() -> QuerySet[PaperForm]:
    """Return the printers for the red form."""
    return PaperForm.objects.order_by("name", "pk")


def last_day(kind: str, policy: Policy, from_on: date) -> date:
    """Return the last day for a step under a patient's policy."""
    plan = policy.subscription.plan
    return limits([plan.payer_id]).last_day(kind, from_on, payer=plan.payer, plan_id=plan.pk)


def running(claims: Sequence[UUID]) -> QuerySet[Deadline]:
    """Return the clocks that run on these claims, the nearest first."""
    return Deadline.objects.filter(claim__in=claims, stopped_on=None).order_by("due_on", "pk")


def clocks_of(claim: Claim) -> list[Deadline]:
    """Return every clock of a claim: those that run first, by their last day."""
    found = Deadline.objects.filter(claim=claim).order_by("due_on", "pk")
    return sorted(found, key=lambda one: one.stopped_on is not None)


def alarms_due(until: date) -> QuerySet[Deadline]:
    """Return running clocks whose next alarm falls on or before a day, with their claims."""
    return (
        Deadline.objects.filter(stopped_on=None, alarm_on__lte=until)
        .select_related("claim__payer", "claim__visit__site")
        .order_by("alarm_on", "pk")
    )


def claims_without_clock() -> QuerySet[Claim]:
    """Return claims that no payer has taken in and on which no clock runs: there must be none."""
    runs = Deadline.objects.filter(claim=OuterRef("pk"), stopped_on=None, kind__in=OWN_KINDS)
    found = Claim.objects.filter(~Exists(runs), status__in=NOT_WITH_PAYER)
    return found.select_related(
        "policy__subscription__plan__payer", "visit__site", "replaces"
    ).order_by("pk")


def decided_on(claim: Claim) -> date | None:
    """Return the day of the payer's last decision on a claim's charges, if there is one."""
    charges = claim.lines.values("charge")
    rows = RemittanceClaim.objects.filter(
        claim__lines__charge__in=charges, status=RemittanceClaim.Status.POSTED
    )
    found: date | None = rows.aggregate(last=Max("remittance__paid_on"))["last"]
    return found


def decided_before(claim: Claim) -> date | None:
    """Return the day on which the plan before this claim's decided the same charges."""
    rows = RemittanceClaim.objects.filter(
        claim__visit=claim.visit_id,
        claim__policy__rank__lt=claim.policy.rank,
        status=RemittanceClaim.Status.POSTED,
    )
    found: date | None = rows.aggregate(last=Max("remittance__paid_on"))["last"]
    return found
