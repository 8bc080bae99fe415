"""What a patient owes at the desk: for today by the estimate, and what is left from before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from frontdesk.core.money import ZERO
from frontdesk.coverage import queries as coverage
from frontdesk.coverage.models import Estimate
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Payment
from frontdesk.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier visits left: since which day, how much; and credit that is free."""

    owed: Decimal
    since: date | None
    credit: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What the patient should pay of it now."""
        return max(self.owed - self.credit, ZERO)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to take now, and where each part comes from."""

    estimate: Estimate | None
    owes_today: Decimal
    paid_today: Decimal
    before: Before

    @property
    def left_today(self) -> Decimal:
        """What is still to pay of today's part."""
        return max(self.owes_today - self.paid_today, ZERO)

    @property
    def discount(self) -> Decimal:
        """What the plan's contract takes off the charges, as a deduction."""
        return self.estimate.allowed - self.estimate.charged if self.estimate else ZERO

    @property
    def plan_pays(self) -> Decimal:
        """What the plan is expected to pay, as a deduction."""
        return -self.estimate.plan_pays if self.estimate else ZERO

    @property
    def to_take(self) -> Decimal:
        """Everything to take now."""
        return self.left_today + self.before.to_pay


def before(visit: Visit) -> Before:
    """Return what is open from other visits, less credit that is not put down for this one."""
    held = ledger.owing(visit.patient, on=visit.on)
    open_before = [b for b in held.buckets if b.visit_id != visit.pk and b.owed > 0]
    return Before(
        owed=sum((bucket.owed for bucket in open_before), ZERO),
        since=min((bucket.since for bucket in open_before), default=None),
        credit=max(held.credit - sum(held.held.values(), ZERO), ZERO),
    )


def payments_of(visit: Visit) -> QuerySet[Payment]:
    """Return what was taken for the visit at the desk, the first first."""
    taken = Payment.objects.filter(visit_id=visit.pk, status=Payment.Status.POSTED)
    return taken.order_by("taken_at", "pk")


def paid_today(visit: Visit) -> Decimal:
    """Return what was taken for this visit itself; what paid earlier ones does not count."""
    return sum((payment.of_visit for payment in payments_of(visit)), ZERO)


def due(visit: Visit) -> Due:
    """Return what is to take for the visit now."""
    estimate = coverage.estimate_given(visit.appointment_id)
    return Due(
        estimate=estimate,
        owes_today=estimate.patient_owes if estimate else ZERO,
        paid_today=paid_today(visit),
        before=before(visit),
    )
