"""Coming visits whose coverage a person must look at, by what a minute on them is worth now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import GoodFaithEstimate, Proposal
from frontdesk.coverage.queries import CoverageReadiness
from frontdesk.coverage.rules import worth
from frontdesk.scheduling.models import Appointment

AHEAD = timedelta(days=30)
KINDS = ("coverage", "proposal", "good_faith")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """One visit on the list: what is open, what it is worth, and what to press."""

    appointment: Appointment
    kind: str
    says: str
    tone: str
    dollars: Decimal
    days_left: int
    ready: CoverageReadiness
    proposal: Proposal | None = None
    estimate: GoodFaithEstimate | None = None

    @property
    def worth(self) -> Decimal:
        """Dollars at stake for each day that is left."""
        return worth(self.dollars, self.days_left)


def uncovered(at: datetime, kind: str = "") -> list[Uncovered]:
    """Return what is open for the visits of thirty days, what is worth most on top.

    The same number of queries for any number of visits.
    """
    coming = list(
        Appointment.objects.filter(
            status=Appointment.Status.BOOKED, starts_at__gt=at - _DAY, starts_at__lt=at + AHEAD
        ).select_related("patient", "site", "visit_type", "provider")
    )
    ready = coverage.readiness(coming)
    proposals = _proposals(one.patient_id for one in coming)
    estimates = coverage.good_faith_for([one.pk for one in coming])
    prices = _prices(coming, at)
    rows = [
        row
        for one in coming
        for row in _rows(one, at, ready[one.pk], proposals, estimates, prices)
        if not kind or row.kind == kind
    ]
    return sorted(rows, key=lambda row: (-row.worth, row.appointment.starts_at, row.kind))


def _rows(
    one: Appointment,
    at: datetime,
    ready: CoverageReadiness,
    proposals: Mapping[UUID, Proposal],
    estimates: Mapping[UUID, GoodFaithEstimate],
    prices: Mapping[str, Decimal],
) -> list[Uncovered]:
    today = local(one.site, at).date()
    days = (local(one.site, one.starts_at).date() - today).days
    if days < 0:
        return []
    dollars = sum((prices.get(code, ZERO) for code in one.visit_type.charge_codes), ZERO)
    found = []
    if ready.state in ("stop", "warn") and not ready.is_asking:
        found.append(Uncovered(one, "coverage", ready.words, ready.tone, dollars, days, ready))
    if proposal := proposals.get(one.patient_id):
        words = f"{proposal.get_kind_display()}: {proposal.payer_name}"
        found.append(
            Uncovered(one, "proposal", words, "amber", dollars, days, ready, proposal=proposal)
        )
    estimate = estimates.get(one.pk)
    if estimate is not None and estimate.status == GoodFaithEstimate.Status.DUE:
        left = (estimate.due_on - today).days
        words = f"Good-faith estimate to give by {estimate.due_on:%b} {estimate.due_on.day}"
        tone = "red" if left <= 0 else "amber"
        found.append(
            Uncovered(
                one, "good_faith", words, tone, estimate.expected, left, ready, estimate=estimate
            )
        )
    return found


def _proposals(patient_ids: Iterable[UUID]) -> dict[UUID, Proposal]:
    rows = Proposal.objects.filter(patient__in=set(patient_ids), status=Proposal.Status.OPEN)
    return {one.patient_id: one for one in rows.order_by("-made_at")}


def _prices(coming: Iterable[Appointment], at: datetime) -> dict[str, Decimal]:
    codes = {code for one in coming for code in one.visit_type.charge_codes}
    told = coverage.prices(codes, coverage.charge_schedule(at.date()))
    return {code: amount for (code, modifier), amount in told.items() if not modifier}
