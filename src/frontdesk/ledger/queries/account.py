"""A patient's account as they and we read it: by visit, from charge to what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry, Payment
from frontdesk.ledger.queries.balances import Balance
from frontdesk.ledger.rules import reason_in_words
from frontdesk.ledger.rules.chart import (
    BANK,
    COLLECTIONS,
    CONTRACTUAL,
    CREDIT,
    FEES,
    HARDSHIP,
    INSURANCE,
    OTHER,
    PATIENT,
    RECOUPMENT,
    REFUNDS,
    SERVICES,
    WRITE_OFF,
)
from frontdesk.people.models import Patient

# What an entry from one account to another means for a charge; the other way round takes it back.
_MEANS: dict[tuple[str, str], str] = {
    (SERVICES, INSURANCE): "charged",
    (SERVICES, PATIENT): "charged",
    (FEES, PATIENT): "charged",
    (INSURANCE, BANK): "plan_paid",
    (INSURANCE, RECOUPMENT): "plan_paid",
    (INSURANCE, CONTRACTUAL): "discount",
    (INSURANCE, OTHER): "other",
    (INSURANCE, WRITE_OFF): "written_off",
    (PATIENT, WRITE_OFF): "written_off",
    (PATIENT, HARDSHIP): "helped",
    (PATIENT, COLLECTIONS): "with_agency",
    (INSURANCE, PATIENT): "share",
    (PATIENT, CREDIT): "paid",
    (PATIENT, "cash"): "paid",
    (PATIENT, "checks"): "paid",
    (PATIENT, "cards"): "paid",
    (CREDIT, "cash"): "prepaid",
    (CREDIT, "checks"): "prepaid",
    (CREDIT, "cards"): "prepaid",
    (CREDIT, REFUNDS): "prepaid",
}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One reason why the patient owes a part of a charge."""

    words: str
    amount: Decimal
    reason: str = ""


@dataclass(slots=True)
class ChargeAccount:
    """What became of one charge, in dollars."""

    charge_id: UUID | None
    label: str = ""
    on: date | None = None
    charged: Decimal = ZERO
    discount: Decimal = ZERO
    plan_paid: Decimal = ZERO
    other: Decimal = ZERO
    written_off: Decimal = ZERO
    helped: Decimal = ZERO  # given as financial help
    with_agency: Decimal = ZERO  # handed over to a collection agency
    share: Decimal = ZERO
    paid: Decimal = ZERO
    prepaid: Decimal = ZERO
    insurance_due: Decimal = ZERO
    patient_due: Decimal = ZERO
    credit: Decimal = ZERO
    reasons: dict[str, Decimal] = field(default_factory=dict)

    @property
    def why(self) -> list[AccountLine]:
        """Why the patient owes their share, in plain words."""
        return [
            AccountLine(reason_in_words(reason), amount, reason)
            for reason, amount in self.reasons.items()
            if amount
        ]

    @property
    def taken_off(self) -> Decimal:
        """Everything that neither the plan nor the patient pays."""
        return self.discount + self.other + self.written_off + self.helped

    @property
    def is_live(self) -> bool:
        """Whether something is left to show: a charge taken back leaves nothing."""
        return any((self.charged, self.plan_paid, self.paid, self.patient_due, self.credit))


@dataclass(slots=True)
class VisitAccount:
    """One visit's charges and their sums."""

    visit_id: UUID | None
    charges: list[ChargeAccount]

    def total(self, name: str) -> Decimal:
        """Sum one column over the charges."""
        return sum((getattr(charge, name) for charge in self.charges), ZERO)

    @property
    def on(self) -> date | None:
        """The day of the visit."""
        return min((charge.on for charge in self.charges if charge.on), default=None)

    @property
    def charged(self) -> Decimal:
        """What we charged."""
        return self.total("charged")

    @property
    def discount(self) -> Decimal:
        """What the plan's contract takes off, and other adjustments."""
        return self.total("taken_off")

    @property
    def plan_paid(self) -> Decimal:
        """What insurance paid."""
        return self.total("plan_paid")

    @property
    def paid(self) -> Decimal:
        """What the patient paid towards these charges."""
        return self.total("paid")

    @property
    def credit(self) -> Decimal:
        """What was paid ahead and waits for this visit's bill."""
        return max(self.total("credit"), ZERO)

    @property
    def insurance_due(self) -> Decimal:
        """What insurance has still to decide."""
        return self.total("insurance_due")

    @property
    def patient_due(self) -> Decimal:
        """What the patient owes."""
        return self.total("patient_due")

    @property
    def with_agency(self) -> Decimal:
        """What a collection agency has."""
        return self.total("with_agency")


@dataclass(frozen=True, slots=True)
class PatientAccount:
    """Everything on a patient's account: visits (newest first), payments, and what is left."""

    patient: Patient
    visits: list[VisitAccount]
    payments: list[Payment]
    balance: Balance

    @property
    def shown(self) -> list[VisitAccount]:
        """The visits with something to read."""
        return [v for v in self.visits if v.credit or any(c.label for c in v.charges)]

    @property
    def with_agency(self) -> Decimal:
        """What a collection agency has, of all visits."""
        return sum((visit.with_agency for visit in self.visits), ZERO)

    @property
    def open_visits(self) -> list[VisitAccount]:
        """Visits of which the patient owes something."""
        return [visit for visit in self.visits if visit.patient_due > 0]


def account(patient: Patient) -> PatientAccount:
    """Return the patient's account grouped by visit, in two questions."""
    entries = (
        Entry.objects.filter(patient=patient).select_related("source", "target").order_by("pk")
    )
    of_family = Entry.objects.filter(patient=patient, payment_id__isnull=False)
    mine = Q(patient=patient) | Q(
        shares__isnull=False, pk__in=of_family.order_by().values("payment_id")
    )
    payments = Payment.objects.filter(mine).select_related("site", "posting")
    charges = _charges(entries)
    visits: dict[UUID | None, VisitAccount] = {}
    for (visit_id, _), charge in charges.items():
        if charge.is_live:
            visits.setdefault(visit_id, VisitAccount(visit_id, [])).charges.append(charge)
    return PatientAccount(
        patient=patient,
        visits=sorted(visits.values(), key=lambda v: v.on or date.max, reverse=True),
        payments=list(payments.order_by("-taken_at", "-pk")),
        balance=_balance(charges.values()),
    )


def _charges(entries: Iterable[Entry]) -> dict[tuple[UUID | None, UUID | None], ChargeAccount]:
    found: dict[tuple[UUID | None, UUID | None], ChargeAccount] = {}
    for entry in entries:
        key = (entry.visit_id, entry.charge_id)
        _add(found.setdefault(key, ChargeAccount(entry.charge_id)), entry)
    return found


def _add(charge: ChargeAccount, entry: Entry) -> None:
    way = (entry.source.code, entry.target.code)
    sign = 1 if way in _MEANS else -1
    name = _MEANS.get(way) or _MEANS.get(way[::-1])
    amount = entry.amount * sign
    if name is not None:
        setattr(charge, name, getattr(charge, name) + amount)
    if name == "charged" and entry.label:
        charge.label, charge.on = entry.label, entry.service_on or entry.posted_on
    if name == "share":
        charge.reasons[entry.reason] = charge.reasons.get(entry.reason, ZERO) + amount
    if name == "prepaid":
        charge.on = charge.on or entry.posted_on
    _add_open(charge, entry)


def _add_open(charge: ChargeAccount, entry: Entry) -> None:
    for code, part in ((entry.target.code, entry.amount), (entry.source.code, -entry.amount)):
        if code == PATIENT:
            charge.patient_due += part
        elif code == INSURANCE:
            charge.insurance_due += part
        elif code == CREDIT:
            charge.credit -= part


def _balance(charges: Iterable[ChargeAccount]) -> Balance:
    due = insurance = credit = ZERO
    for charge in charges:
        due += charge.patient_due
        insurance += charge.insurance_due
        credit += charge.credit
    return Balance(patient_due=due, insurance_due=insurance, credit=credit)
