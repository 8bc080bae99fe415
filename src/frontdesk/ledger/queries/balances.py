"""What stands on each account, for one patient, for many, for the practice."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Min, QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Account, Entry, Posting
from frontdesk.ledger.queries.moved import Books
from frontdesk.ledger.rules.chart import CREDIT, INSURANCE, OF_PATIENTS, PATIENT
from frontdesk.people.models import Patient


@dataclass(frozen=True, slots=True)
class Balance:
    """What a patient owes, what insurance owes for them, and what they have to their credit."""

    patient_due: Decimal = ZERO
    insurance_due: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def to_pay(self) -> Decimal:
        """What the patient should pay now: never below zero."""
        return max(self.patient_due - self.credit, ZERO)

    @property
    def is_settled(self) -> bool:
        """Whether nobody owes anything and nothing is left over."""
        return not (self.patient_due or self.insurance_due or self.credit)


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account in the trial balance: what came in (debit), what went out (credit)."""

    code: str
    name: str
    kind: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits: positive for what the practice has or is owed."""
        return self.debit - self.credit


def balance_of(patient: Patient, *, up_to: int | None = None) -> Balance:
    """Return how the patient's account stands, now or just after the posting of that number."""
    entries = Entry.objects.filter(patient=patient)
    if up_to is not None:
        entries = entries.filter(posting__number__lte=up_to)
    return _balances(entries).get(patient.pk, Balance())


def balances_of(patient_ids: Collection[UUID]) -> dict[UUID, Balance]:
    """Return how the accounts of several patients stand, in two questions whatever their number."""
    return _balances(Entry.objects.filter(patient_id__in=patient_ids))


def trial_balance(
    *, on: date | None = None, through: int | None = None, books: Books | None = None
) -> list[AccountBalance]:
    """Return every account with its sums; debits equal credits.

    Up to and with that day, or the posting with that number; of the books as given (`books_kept`,
    whole or up to a day), or read for it.
    """
    if books is not None:
        debits, credits_ = books.by_account("target", on=on), books.by_account("source", on=on)
    else:
        entries = Entry.objects.all()
        if on is not None:
            entries = entries.filter(posted_on__lte=on)
        if through is not None:
            entries = entries.filter(posting__number__lte=through)
        debits, credits_ = _sums(entries, "target"), _sums(entries, "source")
    return [
        AccountBalance(
            account.code,
            account.name,
            account.kind,
            debits.get(account.pk, ZERO),
            credits_.get(account.pk, ZERO),
        )
        for account in Account.objects.order_by("code")
    ]


def entries_of(posting: Posting) -> QuerySet[Entry]:
    """Return the entries of one posting with their accounts, in the order they were made."""
    return Entry.objects.filter(posting=posting).select_related("source", "target").order_by("pk")


def last_posting() -> int:
    """Return the number of the newest posting: all before it are there, and stay as they are."""
    return Posting.objects.aggregate(last=Max("number"))["last"] or 0


def every_entry(through: int) -> QuerySet[Entry]:
    """Return the journal up to and with the posting of that number, posting by posting."""
    entries = Entry.objects.filter(posting__number__lte=through)
    return entries.select_related("posting", "source", "target").order_by("posting__number", "pk")


def days_posted() -> tuple[date, date] | None:
    """Return the first and the last day to which anything was posted."""
    found = Entry.objects.aggregate(first=Min("posted_on"), last=Max("posted_on"))
    return (found["first"], found["last"]) if found["first"] else None


def _sums(entries: QuerySet[Entry], side: str) -> dict[UUID, Decimal]:
    return dict(entries.order_by().values_list(side).annotate(Sum("amount")))


def _balances(entries: QuerySet[Entry]) -> dict[UUID, Balance]:
    rows = (
        entries.order_by()
        .values_list("patient", "source__code", "target__code")
        .annotate(Sum("amount"))
    )
    return _folded(rows)


def _folded(rows: Iterable[tuple[UUID, str, str, Decimal]]) -> dict[UUID, Balance]:
    sums: dict[tuple[UUID, str], Decimal] = {}
    patients = set()
    for patient_id, source, target, amount in rows:
        patients.add(patient_id)
        for code, part in ((source, -amount), (target, amount)):
            if code in OF_PATIENTS:
                sums[patient_id, code] = sums.get((patient_id, code), ZERO) + part
    return {
        pk: Balance(
            patient_due=sums.get((pk, PATIENT), ZERO),
            insurance_due=sums.get((pk, INSURANCE), ZERO),
            credit=-sums.get((pk, CREDIT), ZERO),
        )
        for pk in patients
    }
