"""What a family is billed now, line by line, with what keeps lines off the bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from frontdesk.billing.models import (
    ClaimLine,
    Dispute,
    HelpRequest,
    Placement,
    RemittanceClaim,
    Statement,
    StatementPolicy,
)
from frontdesk.billing.rules.bills import Bill, BillLine, Open, aged, compose, joined
from frontdesk.billing.rules.explaining import Decided
from frontdesk.core.money import ZERO
from frontdesk.ledger import queries as books
from frontdesk.ledger.queries import ChargeAccount, PatientAccount
from frontdesk.people.models import Guarantor, Patient

_GONE = (Patient.Status.DECEASED, Patient.Status.MERGED)


@dataclass(frozen=True, slots=True)
class Family:
    """Those whose bills go to one person."""

    guarantor: Guarantor | None
    patients: Sequence[Patient]

    @property
    def addressee(self) -> Patient:
        """The chart that the bill is kept in: of who answers, else of the eldest."""
        own = self.guarantor.patient_id if self.guarantor else None
        return next((one for one in self.patients if one.pk == own), self.patients[0])

    @property
    def name(self) -> str:
        """Whose name stands on the envelope."""
        return str(self.guarantor) if self.guarantor else self.addressee.legal_name

    @property
    def address(self) -> list[str]:
        """Where the letter goes."""
        if self.guarantor and self.guarantor.address_1:
            return self.guarantor.address_lines
        return self.addressee.address_lines if self.addressee.address_1 else []


@dataclass(frozen=True, slots=True)
class FamilyBill:
    """The bill of a family, one part a patient."""

    family: Family
    parts: Sequence[tuple[Patient, Bill]]

    @property
    def whole(self) -> Bill:
        """Every line together."""
        return joined([bill for _, bill in self.parts])

    @property
    def total(self) -> Decimal:
        """What to pay now: nobody's credit pays for another before it is moved there."""
        return sum((bill.total for _, bill in self.parts), ZERO)

    @property
    def credit(self) -> Decimal:
        """What was paid ahead of what is asked."""
        return self.whole.asked - self.total

    @property
    def owed(self) -> Decimal:
        """Everything owed now, what is not asked for included: the most that can be paid."""
        return sum((max(bill.balance, ZERO) for _, bill in self.parts), ZERO)

    @property
    def waiting(self) -> Decimal:
        """What is owed and not asked for."""
        return self.whole.waiting

    @property
    def lines(self) -> list[BillLine]:
        """The lines asked for."""
        return self.whole.lines

    @property
    def held(self) -> list[BillLine]:
        """The lines not asked for."""
        return self.whole.held

    def aging(self, on: date) -> list[Decimal]:
        """Dollars by age since the day of service."""
        return aged(self.lines, on)


def statement_policy() -> StatementPolicy:
    """Return how the practice bills; unsaved and usual where nothing was set."""
    return StatementPolicy.objects.order_by("pk").first() or StatementPolicy()


def family_billed(patient: Patient) -> Family:
    """Return those who are billed together with a patient."""
    if patient.guarantor_id is None:
        return Family(None, [patient])
    guarantor = Guarantor.objects.get(pk=patient.guarantor_id)
    found = Patient.objects.filter(guarantor_id=patient.guarantor_id)
    living = list(found.exclude(status__in=_GONE).order_by("birth_date", "pk"))
    is_here = any(one.pk == patient.pk for one in living)
    return Family(guarantor, living if is_here else [patient])


def family_on(statement: Statement) -> Family:
    """Return those whom a statement is about, as they are now."""
    patient = Patient.objects.get(pk=statement.patient_id)
    return family_billed(patient) if statement.guarantor_id else Family(None, [patient])


def family_bill(family: Family) -> FamilyBill:
    """Return what a family is billed now."""
    beside = _beside(family)
    parts = []
    for patient in family.patients:
        account = books.account(patient)
        found = compose(bill_lines(account), account.balance.credit, beside[patient.pk])
        parts.append((patient, found))
    return FamilyBill(family, parts)


def bill_lines(account: PatientAccount) -> list[BillLine]:
    """Return an account's charges as lines of a bill."""
    return [
        _line(account.patient.pk, visit.visit_id, charge, visit.on)
        for visit in account.visits
        for charge in visit.charges
    ]


def decided_about(charges: Sequence[UUID]) -> dict[UUID, Decided]:
    """Return which plan decided about each charge last, and when, in two questions."""
    lines = (
        ClaimLine.objects.filter(charge_id__in=charges)
        .select_related("claim__payer")
        .order_by("claim__built_at", "pk")
    )
    claims = {line.charge_id: line.claim for line in lines}
    keys = {claim.pk for claim in claims.values()}
    posted = RemittanceClaim.objects.filter(claim_id__in=keys, status="posted")
    days = dict(posted.order_by("pk").values_list("claim_id", "remittance__paid_on"))
    return {
        charge: Decided(claim.payer.name, days.get(claim.pk), claim.number)
        for charge, claim in claims.items()
        if claim.is_decided
    }


def _line(
    patient_id: UUID, visit_id: UUID | None, charge: ChargeAccount, on: date | None
) -> BillLine:
    return BillLine(
        patient_id=patient_id,
        visit_id=visit_id,
        charge_id=charge.charge_id,
        label=charge.label,
        on=charge.on or on,
        charged=charge.charged,
        discount=charge.discount,
        other=charge.other + charge.written_off + charge.helped,
        helped=charge.helped,
        plan_paid=charge.plan_paid,
        paid=charge.paid,
        due=charge.patient_due,
        insurance_due=charge.insurance_due,
        why=tuple((line.reason, line.amount) for line in charge.why),
    )


def _beside(family: Family) -> dict[UUID, Open]:
    """Return what holds lines of each patient of a family, in a few questions."""
    keys = [patient.pk for patient in family.patients]
    charges: dict[UUID, set[UUID]] = {key: set() for key in keys}
    holds: dict[UUID, str] = {one.pk: _of_chart(one) for one in family.patients}
    asked = Dispute.objects.filter(patient_id__in=keys).exclude(status=Dispute.Status.CLOSED)
    for one in asked.order_by("pk"):
        if one.holds_all:
            holds[one.patient_id] = _REASONS.get(one.about, "question")
        elif one.charge_id:
            charges[one.patient_id].add(one.charge_id)
    for key in _asking_for_help(family):
        holds[key] = holds[key] or "help"
    letters = Placement.objects.filter(patient_id__in=keys, status=Placement.Status.LETTER)
    for key in letters.order_by().values_list("patient_id", flat=True):
        holds[key] = holds[key] or "agency"
    planned = books.plans.planned(keys)
    return {
        key: Open(charges=charges[key], everything=holds[key], planned=planned.get(key, ZERO))
        for key in keys
    }


_REASONS = {Dispute.About.ESTIMATE.value: "estimate", Dispute.About.BANKRUPT.value: "bankrupt"}


def _of_chart(patient: Patient) -> str:
    return "deceased" if patient.status == Patient.Status.DECEASED else ""


def _asking_for_help(family: Family) -> set[UUID]:
    keys = [patient.pk for patient in family.patients]
    open_now = HelpRequest.objects.filter(status=HelpRequest.Status.ASKED)
    mine = set(open_now.filter(patient_id__in=keys).order_by().values_list("patient_id", flat=True))
    shared = family.guarantor and open_now.filter(guarantor=family.guarantor).exists()
    return set(keys) if shared else mine
