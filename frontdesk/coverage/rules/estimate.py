"""What a patient will owe for some services, and why: deductible, copay, coinsurance, cap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from frontdesk.core.money import CENT, ZERO
from frontdesk.coverage.rules.benefits import BenefitSummary, Figure
from frontdesk.coverage.rules.words import service_words


@dataclass(frozen=True, slots=True)
class Item:
    """A service to be done: what we charge for all its units, and what the contract allows.

    `allowed` is None where the contract names no price: the charge itself is then counted.
    """

    code: str
    units: int
    charged: Decimal
    allowed: Decimal | None = None


@dataclass(slots=True)
class Line:
    """One item reckoned. allowed = plan_pays + owes; owes = deductible + copay + coinsurance."""

    code: str
    units: int
    charged: Decimal
    allowed: Decimal
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


def estimate_of(items: Sequence[Item], benefits: BenefitSummary | None, answer: str) -> Outcome:
    """Reckon what the patient will owe; without benefits, everything (self-pay).

    `answer` names the plan's answer in sentences: "plan's answer of Nov 23". Order of a
    plan's own reckoning: deductible, one copay a visit, coinsurance on the rest, then the
    yearly cap on what a patient pays.
    """
    outcome = Outcome([_line(item, is_insured=benefits is not None) for item in items])
    if benefits is None:
        for line in outcome.lines:
            line.coinsurance = line.allowed
        outcome.say("Self-pay: no plan is counted, so the whole charge is owed.", outcome.charged)
        return outcome
    _say_allowed(outcome, items)
    if benefits.is_excluded:
        for line in outcome.lines:
            line.coinsurance = line.allowed
        words = f"Not covered: {answer}, line {benefits.exclusion_segment}."
        outcome.say(words, outcome.owes, benefits.exclusion_segment)
        return outcome
    _take_deductible(outcome, benefits, answer)
    _take_copay(outcome, benefits, answer)
    _take_coinsurance(outcome, benefits, answer)
    _cap(outcome, benefits, answer)
    return outcome


def _line(item: Item, *, is_insured: bool) -> Line:
    allowed = item.charged
    if is_insured and item.allowed is not None:
        allowed = min(item.allowed, item.charged)  # a contract pays the lesser of the two
    return Line(item.code, item.units, item.charged, allowed)


def _say_allowed(outcome: Outcome, items: Sequence[Item]) -> None:
    discount = outcome.charged - outcome.allowed
    if discount:
        words = f"Plan discount ${discount:,.2f}: what our contract with the plan takes off."
        outcome.say(words, discount)
    unpriced = [item.code for item in items if item.allowed is None]
    if unpriced:
        names = ", ".join(unpriced)
        outcome.say(f"The contract names no price for {names}: our charge is counted.")


def _take_deductible(outcome: Outcome, benefits: BenefitSummary, answer: str) -> None:
    source = benefits.deductible_left or benefits.deductible
    if benefits.deductible and not benefits.deductible.amount:
        source = benefits.deductible  # none for this service, whatever the plan has left
    if source is None:
        outcome.say(f"The {answer} names no deductible: none is counted.")
        return
    left, before = source.amount, source.amount
    for line in outcome.lines:
        line.deductible = min(line.allowed, max(left, ZERO))
        left -= line.deductible
    if benefits.deductible_left is None and before:
        words = f"Deductible ${before:,.2f}: {_place(answer, source)}."
        outcome.say(f"{words} How much of it is met was not said: all is counted as open.")
    taken = sum((line.deductible for line in outcome.lines), ZERO)
    words = f"Deductible ${taken:,.2f} of ${before:,.2f} left: {_place(answer, source)}."
    outcome.say(words, taken, source.segment)


def _take_copay(outcome: Outcome, benefits: BenefitSummary, answer: str) -> None:
    if benefits.copay is None:
        return
    left = benefits.copay.amount
    for line in outcome.lines:
        line.copay = min(left, line.allowed - line.deductible)
        left -= line.copay
    taken = sum((line.copay for line in outcome.lines), ZERO)
    words = f"Copay ${taken:,.2f}: {_place(answer, benefits.copay)}."
    if benefits.copay.is_uncertain:
        words += " The plan names several copays for this service: look at its answer."
    outcome.say(words, taken, benefits.copay.segment)


def _take_coinsurance(outcome: Outcome, benefits: BenefitSummary, answer: str) -> None:
    if benefits.coinsurance is None:
        if benefits.copay is None:
            outcome.say(f"The {answer} names neither copay nor coinsurance for this service.")
        return
    share = benefits.coinsurance.amount
    for line in outcome.lines:
        rest = line.allowed - line.deductible - line.copay
        line.coinsurance = (rest * share).quantize(CENT, ROUND_HALF_UP)
    taken = sum((line.coinsurance for line in outcome.lines), ZERO)
    percent = f"{share * 100:f}".rstrip("0").rstrip(".") if share % 1 else f"{share * 100:.0f}"
    words = f"Coinsurance ${taken:,.2f}, {percent} % of the rest"
    outcome.say(
        f"{words}: {_place(answer, benefits.coinsurance)}.", taken, benefits.coinsurance.segment
    )


def _cap(outcome: Outcome, benefits: BenefitSummary, answer: str) -> None:
    source = benefits.out_of_pocket_left
    if source is None or outcome.owes <= source.amount:
        return
    left, before = max(source.amount, ZERO), outcome.owes
    for line in outcome.lines:
        line.deductible = min(line.deductible, left)
        left -= line.deductible
        line.copay = min(line.copay, left)
        left -= line.copay
        line.coinsurance = min(line.coinsurance, left)
        left -= line.coinsurance
    words = (
        f"Out-of-pocket limit: only ${source.amount:,.2f} of ${before:,.2f} can still be asked: "
    )
    outcome.say(f"{words}{_place(answer, source)}.", outcome.owes, source.segment)


def _place(answer: str, figure: Figure) -> str:
    service = service_words(figure.service_type)
    family = ", family" if figure.level == "FAM" else ""
    return f"{answer}, line {figure.segment} ({service}{family})"
