"""A guarantor's account: what every patient they answer for owes and has."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Payment, Plan
from frontdesk.ledger.queries.balances import Balance, balances_of
from frontdesk.ledger.queries.buckets import owing_of_many
from frontdesk.ledger.queries.plans import OPEN_PLANS
from frontdesk.ledger.rules.together import oldest_first
from frontdesk.people.models import Guarantor, Patient


@dataclass(frozen=True, slots=True)
class Relative:
    """One patient of a family."""

    patient: Patient
    balance: Balance
    plan: Plan | None
    since: date | None  # the oldest day something is owed from


@dataclass(frozen=True, slots=True)
class Family:
    """Everybody for whom one guarantor answers."""

    guarantor: Guarantor
    relatives: list[Relative]
    payments: list[Payment]

    @property
    def to_pay(self) -> Decimal:
        """What the whole family should pay now."""
        return sum((one.balance.to_pay for one in self.relatives), ZERO)

    @property
    def insurance_due(self) -> Decimal:
        """What insurance has still to decide."""
        return sum((one.balance.insurance_due for one in self.relatives), ZERO)

    @property
    def credit(self) -> Decimal:
        """What they have to their credit."""
        return sum((one.balance.credit for one in self.relatives), ZERO)


def family_patients(guarantor: Guarantor) -> QuerySet[Patient]:
    """Return the patients of a family, the oldest first; charts merged away are left out."""
    found = Patient.objects.filter(guarantor=guarantor).exclude(status=Patient.Status.MERGED)
    return found.order_by("birth_date", "pk")


def family(guarantor: Guarantor) -> Family:
    """Return a guarantor's account, in the same few questions however large the family."""
    patients = list(family_patients(guarantor))
    keys = [patient.pk for patient in patients]
    balances = balances_of(keys)
    since: dict[UUID, date] = {}
    for day, patient_id, _amount in owing_of_many(keys):
        since[patient_id] = min(day, since.get(patient_id, day))
    plans = {
        plan.patient_id: plan
        for plan in Plan.objects.filter(patient__in=keys, status__in=OPEN_PLANS)
    }
    relatives = [
        Relative(one, balances.get(one.pk, Balance()), plans.get(one.pk), since.get(one.pk))
        for one in patients
    ]
    taken = Payment.objects.filter(patient__in=keys).select_related("patient", "site")
    return Family(guarantor, relatives, list(taken.order_by("-taken_at", "-pk")[:30]))


def family_shares(guarantor: Guarantor, amount: Decimal) -> tuple[dict[UUID, Decimal], Decimal]:
    """Return how a sum pays what the family owes, the oldest day first, and what is left over.

    A patient's own credit counts first: nobody is asked for more than they should pay.
    """
    keys = list(family_patients(guarantor).values_list("pk", flat=True))
    room = {pk: balance.to_pay for pk, balance in balances_of(keys).items()}
    rows = []
    for day, patient_id, owed in sorted(owing_of_many(keys), key=lambda row: (row[0], str(row[1]))):
        part = min(owed, room.get(patient_id, ZERO))
        if part > ZERO:
            room[patient_id] -= part
            rows.append((day, patient_id, part))
    return oldest_first(rows, amount)
