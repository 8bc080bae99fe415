"""What a patient will owe for some services, and why: deductible, copay, coinsurance, cap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT, ZERO
from frontdesk.coverage.rules.benefits import BenefitSummary, Figure, percent_words
from frontdesk.coverage.rules.words import service_words

Benefits = Mapping[str, BenefitSummary]  # by service type


@dataclass(frozen=True, slots=True)
class Item:
    """A service to be done: what we charge for all its units, and what the contract allows.

    `allowed` is None where the contract names no price: the charge itself is then counted.
    `service_type` is the X12 code under which the plan speaks of it.
    """

    code: str
    units: int
    charged: Decimal
    allowed: Decimal | None = None
    service_type: str = "98"
    agreed: str = ""  # where the contract says so


@dataclass(slots=True)
class Line:
    """One item reckoned. allowed = plan_pays + owes; owes = deductible + copay + coinsurance."""

    code: str
    units: int
    charged: Decimal
    allowed: Decimal
    service_type: str = "98"
    deductible: Decimal = ZERO
    copay: Decimal = ZERO
    coinsurance: Decimal = ZERO

    @property
    def owes(self) -> Decimal:
        """What the patient owes for the line."""
        return self.deductible + self.copay + self.coinsurance

    @property
    def plan_pays(self) -> Decimal:
        """What is left for the plan."""
        return self.allowed - self.owes


@dataclass(slots=True)
class Outcome:
    """The whole estimate: lines, and sentences that say where each number comes from."""

    lines: list[Line] = field(default_factory=list)
    because: list[dict[str, object]] = field(default_factory=list)

    @property
    def charged(self) -> Decimal:
        """What we charge."""
        return sum((line.charged for line in self.lines), ZERO)

    @property
    def allowed(self) -> Decimal:
        """What the contract allows."""
        return sum((line.allowed for line in self.lines), ZERO)

    @property
    def owes(self) -> Decimal:
        """What the patient owes."""
        return sum((line.owes for line in self.lines), ZERO)

    @property
    def plan_pays(self) -> Decimal:
        """What the plan pays."""
        return sum((line.plan_pays for line in self.lines), ZERO)

    def say(self, words: str, amount: Decimal | None = None, segment: int = 0) -> None:
        """Add a sentence with its number and the line of the plan's answer."""
        told = None if amount is None else str(amount)
        self.because.append({"words": words, "amount": told, "segment": segment})


def estimate_of(items: Sequence[Item], benefits: Benefits | None, answer: str) -> Outcome:
    """Reckon what the patient will owe; without benefits, everything (self-pay).

    `benefits` has what the plan says of each item's service type; `answer` names the plan's
    answer in sentences: "plan's answer of Nov 23". Order of a plan's own reckoning: deductible,
    one copay a visit, coinsurance on the rest, then the yearly cap on what a patient pays.
    """
    outcome = Outcome([_line(item, is_insured=benefits is not None) for item in items])
    if benefits is None:
        for line in outcome.lines:
            line.coinsurance = line.allowed
        outcome.say("Self-pay: no plan is counted, so the whole charge is owed.", outcome.charged)
        return outcome
    _say_allowed(outcome, items)
    reckoning = _Reckoning(outcome, answer)
    for line in outcome.lines:
        reckoning.add(line, benefits[line.service_type])
    reckoning.explain()
    _cap(outcome, benefits, answer)
    return outcome


class _Reckoning:
    """One pass over the lines: a deductible or copay is taken once, by where it is written."""

    def __init__(self, outcome: Outcome, answer: str) -> None:
        self.outcome, self.answer = outcome, answer
        self.taken: dict[tuple[str, int], Decimal] = {}  # by the line of the answer
        self.told: dict[tuple[str, int], tuple[Figure, Decimal]] = {}
        self.silent: list[str] = []

    def add(self, line: Line, benefits: BenefitSummary) -> None:
        """Reckon one line by what the plan says of its service."""
        if benefits.is_excluded:
            line.coinsurance = line.allowed
            where = f"{self.answer}, line {benefits.exclusion_segment}"
            words = f"{line.code} is not covered: {where}."
            self.outcome.say(words, line.allowed, benefits.exclusion_segment)
            return
        line.deductible = self._take("Deductible", _deductible(benefits), line.allowed)
        line.copay = self._take("Copay", benefits.copay, line.allowed - line.deductible)
        share = benefits.coinsurance
        if share is not None:
            rest = line.allowed - line.deductible - line.copay
            line.coinsurance = (rest * share.amount).quantize(CENT, ROUND_HALF_UP)
            if line.coinsurance:
                self._note("Coinsurance", share, line.coinsurance)
        elif benefits.copay is None:
            self.silent.append(line.code)

    def explain(self) -> None:
        """Say each number with its place; what the plan did not say is said too."""
        for (kind, segment), (source, amount) in self.told.items():
            self.outcome.say(self._sentence(kind, source, amount), amount, segment)
        if self.outcome.lines and not any(kind == "Deductible" for kind, _ in self.told):
            self.outcome.say(f"The {self.answer} names no deductible: none is counted.")
        if self.silent:
            names = ", ".join(self.silent)
            words = f"The {self.answer} names neither copay nor coinsurance for {names}."
            self.outcome.say(words)

    def _take(self, kind: str, source: Figure | None, most: Decimal) -> Decimal:
        if source is None:
            return ZERO
        before = self.taken.get((kind, source.segment), ZERO)
        amount = min(max(source.amount - before, ZERO), most)
        self.taken[kind, source.segment] = before + amount
        self._note(kind, source, amount)
        return amount

    def _note(self, kind: str, source: Figure, amount: Decimal) -> None:
        _, before = self.told.get((kind, source.segment), (source, ZERO))
        self.told[kind, source.segment] = source, before + amount

    def _sentence(self, kind: str, source: Figure, amount: Decimal) -> str:
        place = _place(self.answer, source)
        if kind == "Coinsurance":
            return f"Coinsurance ${amount:,.2f}, {percent_words(source)} of the rest: {place}."
        if kind == "Deductible" and not source.amount:
            return f"No deductible: {place}."
        if kind == "Deductible":
            return f"Deductible ${amount:,.2f} of ${source.amount:,.2f} left: {place}."
        several = " The plan names several copays: read its answer." if source.is_uncertain else ""
        return f"Copay ${amount:,.2f}: {place}.{several}"


def _deductible(benefits: BenefitSummary) -> Figure | None:
    """What of the deductible is open: what is left, else all of it when that was not said."""
    if benefits.deductible and not benefits.deductible.amount:
        return benefits.deductible  # none for this service, whatever the plan has left
    return benefits.deductible_left or benefits.deductible


def _line(item: Item, *, is_insured: bool) -> Line:
    allowed = item.charged
    if is_insured and item.allowed is not None:
        allowed = min(item.allowed, item.charged)  # a contract pays the lesser of the two
    return Line(item.code, item.units, item.charged, allowed, item.service_type)


def _say_allowed(outcome: Outcome, items: Sequence[Item]) -> None:
    discount = outcome.charged - outcome.allowed
    if discount:
        words = f"Plan discount ${discount:,.2f}: what our contract with the plan takes off."
        outcome.say(words, discount)
    for words in dict.fromkeys(item.agreed for item in items if item.agreed):
        codes = ", ".join(item.code for item in items if item.agreed == words)
        outcome.say(f"Allowed for {codes}: {words}.")
    unpriced = [item.code for item in items if item.allowed is None]
    if unpriced:
        names = ", ".join(unpriced)
        outcome.say(f"The contract names no price for {names}: our charge is counted.")


def _cap(outcome: Outcome, benefits: Benefits, answer: str) -> None:
    limits = [one.out_of_pocket_left for one in benefits.values() if one.out_of_pocket_left]
    counted = [line for line in outcome.lines if not benefits[line.service_type].is_excluded]
    before = sum((line.owes for line in counted), ZERO)
    if not limits:
        return
    source = min(limits, key=lambda limit: limit.amount)
    left = max(source.amount, ZERO)
    if before <= left:
        return
    for line in counted:
        for name in ("deductible", "copay", "coinsurance"):
            kept = min(getattr(line, name), left)
            setattr(line, name, kept)
            left -= kept
    words = f"Yearly limit: ${source.amount:,.2f} of these ${before:,.2f} can still be asked"
    outcome.say(f"{words}: {_place(answer, source)}.", source.amount, source.segment)


def _place(answer: str, figure: Figure) -> str:
    service = service_words(figure.service_type)
    family = ", family" if figure.level == "FAM" else ""
    return f"{answer}, line {figure.segment} ({service}{family})"
