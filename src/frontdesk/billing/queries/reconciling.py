"""Questions about the bank: what came in, what was announced, what is missing."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Sum

from frontdesk.billing.models import BankLine, Remittance
from frontdesk.billing.rules.reconciling import LATER, Announced, likely
from frontdesk.core.money import ZERO

_MONEY = ("ACH", "CHK", "FWT", "BOP")  # BPR04 of what should reach a bank
_AT_A_TIME = 500


def bank_lines_known(references: Collection[str]) -> set[str]:
    """Return which of the bank's numbers were taken in already."""
    found: set[str] = set()
    wanted = sorted(set(references))
    for first in range(0, len(wanted), _AT_A_TIME):
        some = wanted[first : first + _AT_A_TIME]
        known = BankLine.objects.filter(reference__in=some)
        found.update(known.values_list("reference", flat=True))
    return found


def open_bank_lines() -> QuerySet[BankLine]:
    """Return the credits that nobody explained, held, the oldest first."""
    found = BankLine.objects.filter(status=BankLine.Status.OPEN)
    return found.select_for_update(of=("self",)).order_by("on", "pk")


def announced() -> list[Announced]:
    """Return the payments that remittances announce and no credit was matched with."""
    return [
        Announced(one.pk, one.trace, one.amount, one.paid_on, one.payer_name)
        for one in not_matched()
    ]


def not_at_the_bank(on: date) -> list[Remittance]:
    """Return payments that should have been at the bank by a day, the most dollars first."""
    return list(not_matched().filter(paid_on__lt=on - LATER).order_by("-amount"))


def last_bank_day() -> date | None:
    """Return the last day of which we have a credit of the bank."""
    last: date | None = BankLine.objects.aggregate(last=Max("on"))["last"]
    return last


def bank_lines(show: str = "") -> QuerySet[BankLine]:
    """Return the bank's credits with how many remittances stand behind each, the newest first."""
    found = BankLine.objects.annotate(inside=Count("remittances")).order_by("-on", "-pk")
    return found.filter(status=show) if show else found


@dataclass(frozen=True, slots=True)
class Bank:
    """How the bank and the remittances stand to each other, in dollars."""

    open_amount: Decimal = ZERO
    missing: list[Remittance] = field(default_factory=list)

    @property
    def missing_amount(self) -> Decimal:
        """The dollars that were announced and are not at the bank yet."""
        return sum((one.amount for one in self.missing), ZERO)


def bank() -> Bank:
    """Return what is open on either side."""
    waiting = BankLine.objects.filter(status=BankLine.Status.OPEN)
    return Bank(waiting.aggregate(dollars=Sum("amount"))["dollars"] or ZERO, list(not_matched()))


def ways_to_match(line: BankLine) -> list[list[Remittance]]:
    """Return the remittances that a credit may be, the likeliest first; then each one open."""
    open_ = announced()
    found = likely(line.amount, line.on, open_)
    wanted: set[UUID] = {key for several in found for key in several}
    held = {one.pk: one for one in Remittance.objects.filter(pk__in=wanted)}
    return [[held[key] for key in several] for several in found]


def not_matched() -> QuerySet[Remittance]:
    """Return payments that should reach a bank and were matched with no credit yet."""
    gone = (Remittance.Status.REPLACED, Remittance.Status.UNBALANCED)
    money = Remittance.objects.filter(bank_line=None, amount__gt=0, method__in=_MONEY)
    return money.exclude(status__in=gone).select_related("payer").order_by("paid_on", "pk")
