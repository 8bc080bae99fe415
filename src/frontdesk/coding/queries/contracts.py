"""What payers agreed to pay: for one service, for many in a few queries, and how contracts compare.

`allowed` answers for one service; who asks for many makes one `price_book` and asks it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from frontdesk.coding.models import (
    ChargeItem,
    Contract,
    ContractTerm,
    ConversionFactor,
    Fee,
    FeeSchedule,
    Locality,
    RelativeValue,
)
from frontdesk.coding.rules.contracts import (
    Agreement,
    Allowed,
    Term,
    Units,
    adjusted,
    gaps,
    medicare_price,
    price_of,
    share,
)
from frontdesk.core.money import ZERO

OFFICE = "11"
# Places of service that Medicare pays at the facility rate. Source: CMS.
FACILITIES = frozenset({
    "02", "06", "08", "19", "21", "22", "23", "24", "26",
    "31", "34", "41", "42", "51", "52", "53", "56", "61",
})  # fmt: skip
WARNED_BEFORE = 90  # days before a contract ends without another after it


class Medicare:
    """Medicare's prices of some codes: everything it needs is read at once, when first asked."""

    def __init__(self, codes: Collection[str]) -> None:
        self.codes = frozenset(codes)
        self._values: dict[tuple[int, str, str], RelativeValue] | None = None
        self._places: dict[tuple[int, str], Locality] = {}
        self._factors: list[ConversionFactor] = []

    def price(
        self, code: str, modifiers: Sequence[str], on: date, *, year: int, locality: str, place: str
    ) -> Decimal | None:
        """Return Medicare's dollars for one unit, or None where the year or code isn't here.

        A contract that names a year counts by that year's last factor, whatever the day.
        """
        self._read()
        part = next((one for one in modifiers if one in ("26", "TC", "53")), "")
        values = (self._values or {}).get((year, code, part))
        indices = self._places.get((year, locality))
        day = on if on.year == year else date(year, 12, 31)
        factor = next((one for one in self._factors if one.first_on <= day <= one.last_on), None)
        if values is None or factor is None or (locality and indices is None):
            return None
        one = Decimal(1)
        expense = values.expense_in_facility if place in FACILITIES else values.expense
        return medicare_price(
            Units(values.work, expense, values.malpractice),
            Units(indices.work, indices.expense, indices.malpractice)
            if indices
            else Units(one, one, one),
            factor.dollars,
        )

    def _read(self) -> None:
        if self._values is None:
            found = RelativeValue.objects.filter(code__in=self.codes)
            self._values = {(one.year, one.code, one.modifier): one for one in found}
            self._places = {(one.year, one.code): one for one in Locality.objects.all()}
            self._factors = list(ConversionFactor.objects.order_by("first_on"))


class PriceBook:
    """The contracts of some payers for some codes, in memory: asks the database nothing more.

    `codes` are the only ones it can answer for.
    """

    def __init__(
        self,
        agreements: Iterable[Agreement],
        medicare: Medicare,
        charges: "Charges",
        otherwise: Mapping[UUID, Mapping[tuple[str, str], Decimal]],
    ) -> None:
        self._by_payer: dict[UUID, list[Agreement]] = defaultdict(list)
        for one in agreements:
            self._by_payer[one.payer_id].append(one)
        for held in self._by_payer.values():
            held.sort(key=lambda one: one.weight, reverse=True)
        self._medicare = medicare
        self._charges = charges
        self._otherwise = otherwise

    def contract_for(
        self,
        payer: UUID,
        on: date,
        *,
        plan: UUID | None = None,
        provider: UUID | None = None,
        site: UUID | None = None,
    ) -> Agreement | None:
        """Return the contract that counts: the plan's before the provider's before the site's."""
        return next(
            (
                one
                for one in self._by_payer.get(payer, ())
                if one.holds_on(on) and one.is_for(plan, provider, site)
            ),
            None,
        )

    def allowed(
        self,
        payer: UUID,
        code: str,
        modifiers: Sequence[str],
        on: date,
        *,
        plan: UUID | None = None,
        provider: UUID | None = None,
        site: UUID | None = None,
        place: str = OFFICE,
        charge: Decimal | None = None,
        schedule: UUID | None = None,
    ) -> Allowed | None:
        """Return what the payer agreed to for one unit, with the reason; None: nothing agreed.

        `charge` is ours for one unit (else the day's price list); `schedule` is the list that
        counts where no contract holds on the day.
        """
        code = code.strip().upper()
        agreement = self.contract_for(payer, on, plan=plan, provider=provider, site=site)
        ours = charge if charge is not None else self._charges.price(code, modifiers, on)
        if agreement is None:
            return self._by_list(schedule, code, modifiers)
        found = self._agreed(agreement, code, modifiers, on, place, ours)
        if found is None:
            return None
        amount, because = found
        if agreement.pays_lesser and ours is not None and ours < amount:
            amount, because = ours, _("our charge, which is less than %(why)s") % {"why": because}
        return Allowed(amount, f"{agreement.name}: {because}", agreement.key)

    def _by_list(
        self, schedule: UUID | None, code: str, modifiers: Sequence[str]
    ) -> Allowed | None:
        prices = self._otherwise.get(schedule, {}) if schedule else {}
        amount, _modifier = price_of(prices, code, modifiers)
        return None if amount is None else Allowed(amount, _("the payer's price list"))

    def _agreed(
        self,
        agreement: Agreement,
        code: str,
        modifiers: Sequence[str],
        on: date,
        place: str,
        ours: Decimal | None,
    ) -> tuple[Decimal, str] | None:
        amount, modifier = price_of(agreement.prices, code, modifiers)
        if amount is not None:
            others = [one for one in modifiers if one != modifier]
            return adjusted(amount, agreement.modifier_percents, others), _("its price list")
        for term in sorted(agreement.terms, key=lambda one: one.reach):
            if not term.fits(code):
                continue
            base, words = self._base(term, agreement, code, modifiers, on, place, ours)
            if base is not None:
                dollars = share(base, term.percent)
                return adjusted(dollars, agreement.modifier_percents, modifiers), words
        return None

    def _base(
        self,
        term: Term,
        agreement: Agreement,
        code: str,
        modifiers: Sequence[str],
        on: date,
        place: str,
        ours: Decimal | None,
    ) -> tuple[Decimal | None, str]:
        percent = f"{term.percent.normalize():f}"
        if term.basis == ContractTerm.Basis.CHARGE:
            return ours, _("%(percent)s %% of our charge") % {"percent": percent}
        year = term.year or on.year
        base = self._medicare.price(
            code, modifiers, on, year=year, locality=agreement.locality, place=place
        )
        return base, _("%(percent)s %% of Medicare %(year)s") % {"percent": percent, "year": year}


class Charges:
    """Our own price lists for some codes: which counted on a day, and what it says."""

    def __init__(self, codes: Collection[str]) -> None:
        lists = FeeSchedule.objects.filter(kind=FeeSchedule.Kind.CHARGE)
        self.lists = list(lists.order_by("-starts_on", "-pk"))
        fees = Fee.objects.filter(schedule__in=[one.pk for one in self.lists], code__in=codes)
        self.prices: dict[UUID, dict[tuple[str, str], Decimal]] = defaultdict(dict)
        for held, code, modifier, amount in fees.values_list(
            "schedule_id", "code", "modifier", "amount"
        ):
            self.prices[held][code, modifier] = amount

    def price(self, code: str, modifiers: Sequence[str], on: date) -> Decimal | None:
        """Return our charge for one unit on the day."""
        held = next(
            (
                one
                for one in self.lists
                if one.starts_on <= on and (one.ends_on is None or on < one.ends_on)
            ),
            None,
        )
        if held is None:
            return None
        own = self.prices.get(held.pk, {})
        known = [own[code, one] for one in modifiers if (code, one) in own]
        return known[0] if known else own.get((code, ""))


def allowed(
    payer: UUID,
    code: str,
    modifiers: Sequence[str],
    on: date,
    *,
    plan: UUID | None = None,
    provider: UUID | None = None,
    site: UUID | None = None,
    place: str = OFFICE,
    charge: Decimal | None = None,
    schedule: UUID | None = None,
) -> Allowed | None:
    """Return what the payer agreed to pay for one unit of the code, and where that stands.

    `payer`, `plan`, `provider`, `site` and `schedule` are keys. `schedule` is the payer's price
    list where no contract holds that day. None: nothing was agreed.
    """
    lists = [schedule] if schedule else []
    book = price_book([payer], [code], schedules=lists)
    return book.allowed(
        payer,
        code,
        modifiers,
        on,
        plan=plan,
        provider=provider,
        site=site,
        place=place,
        charge=charge,
        schedule=schedule,
    )


def price_book(
    payers: Collection[UUID],
    codes: Collection[str],
    *,
    schedules: Collection[UUID] = (),
    only: Collection[UUID] = (),
) -> PriceBook:
    """Return what these payers agreed to for these codes; `only` narrows to some contracts.

    The same number of queries for any number of payers and codes.
    """
    names = frozenset(code.strip().upper() for code in codes)
    found = Contract.objects.filter(payer_id__in=set(payers), is_active=True)
    if only:
        found = Contract.objects.filter(pk__in=set(only))
    held = list(found.order_by("pk"))
    lists = {one.schedule_id for one in held if one.schedule_id} | set(schedules)
    prices = _prices(lists, names)
    terms: dict[UUID, list[Term]] = defaultdict(list)
    for term in ContractTerm.objects.filter(
        contract__in=[one.pk for one in held], is_active=True
    ).order_by("pk"):
        terms[term.contract_id].append(_term(term))
    agreements = [_agreement(one, prices, terms) for one in held]
    return PriceBook(agreements, Medicare(names), Charges(names), prices)


def contracts(payer: UUID | None = None) -> QuerySet[Contract]:
    """Return the contracts, of one payer or all: those that begin last first."""
    found = Contract.objects.filter(is_active=True).select_related("site", "schedule")
    if payer is not None:
        found = found.filter(payer_id=payer)
    return found.order_by("payer_id", "-starts_on", "-pk")


def gaps_of(held: Iterable[Contract], on: date) -> list[tuple[Contract, date, date]]:
    """Return days without a contract: the contract before them, the first and the last day.

    Days before the end of a contract of the same plan, provider and site, and days soon to come
    (90) after the last. A contract for all covers what a special one leaves open.
    """
    groups: dict[tuple[UUID, tuple[object, object, object]], list[Contract]] = defaultdict(list)
    for one in held:
        groups[one.payer_id, one.scope].append(one)
    found = []
    for (payer, scope), members in groups.items():
        general = [] if scope == (None, None, None) else groups.get((payer, (None,) * 3), [])
        spans = [(one.starts_on, one.last_on) for one in [*members, *general]]
        for first, last in gaps(spans, on + timedelta(days=WARNED_BEFORE)):
            before = [one for one in members if one.last_on and one.last_on < first]
            if before:
                found.append((max(before, key=lambda one: one.starts_on), first, last))
    return sorted(found, key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class Compared:
    """One code under two contracts, for one unit."""

    code: str
    description: str
    charge: Decimal | None
    first: Allowed | None
    second: Allowed | None

    @property
    def difference(self) -> Decimal | None:
        """The second less the first."""
        if self.first is None or self.second is None:
            return None
        return self.second.amount - self.first.amount

    @property
    def percent(self) -> Decimal | None:
        """The difference as a share of the first."""
        if self.difference is None or self.first is None or not self.first.amount:
            return None
        return self.difference / self.first.amount


def compared(first: Contract, second: Contract) -> list[Compared]:
    """Return every code of the charge list under two contracts, the greatest difference first.

    Each contract is asked for its own first day.
    """
    items = dict(ChargeItem.objects.order_by("code").values_list("code", "description"))
    book = price_book([], items, only=[first.pk, second.pk])
    charges = Charges(items.keys())
    rows = []
    for code, words in items.items():
        sides = [_under(book, one, code) for one in (first, second)]
        rows.append(
            Compared(code, words, charges.price(code, [], second.starts_on), sides[0], sides[1])
        )
    return sorted(rows, key=lambda row: (row.difference is None, -abs(row.difference or ZERO)))


def unpriced(contract: Contract) -> list[str]:
    """Return the codes of the charge list for which a contract says nothing."""
    codes = list(ChargeItem.objects.order_by("code").values_list("code", flat=True))
    book = price_book([], codes, only=[contract.pk])
    return [code for code in codes if _under(book, contract, code) is None]


def _under(book: PriceBook, contract: Contract, code: str) -> Allowed | None:
    return book.allowed(
        contract.payer_id,
        code,
        [],
        contract.starts_on,
        plan=contract.plan_id,
        provider=contract.provider_id,
        site=contract.site_id,
    )


def _prices(
    lists: Collection[UUID], codes: Collection[str]
) -> dict[UUID, dict[tuple[str, str], Decimal]]:
    found: dict[UUID, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    if lists:
        fees = Fee.objects.filter(schedule__in=lists, code__in=codes)
        for held, code, modifier, amount in fees.values_list(
            "schedule_id", "code", "modifier", "amount"
        ):
            found[held][code, modifier] = amount
    return found


def _term(term: ContractTerm) -> Term:
    return Term(
        basis=term.basis,
        percent=term.percent,
        first_code=term.first_code,
        last_code=term.last_code,
        year=term.year,
    )


def _agreement(
    one: Contract,
    prices: Mapping[UUID, Mapping[tuple[str, str], Decimal]],
    terms: Mapping[UUID, list[Term]],
) -> Agreement:
    return Agreement(
        key=one.pk,
        name=one.name,
        payer_id=one.payer_id,
        starts_on=one.starts_on,
        last_on=one.last_on,
        plan_id=one.plan_id,
        provider_id=one.provider_id,
        site_id=one.site_id,
        pays_lesser=one.pays_lesser,
        locality=one.locality,
        modifier_percents={
            name: Decimal(str(percent)) for name, percent in one.modifier_percents.items()
        },
        prices=prices.get(one.schedule_id, {}) if one.schedule_id else {},
        terms=tuple(terms.get(one.pk, ())),
    )
