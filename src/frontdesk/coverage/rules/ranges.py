"""The least, the likeliest and the most a patient will owe, with other claims and a second plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from frontdesk.core.money import ZERO
from frontdesk.coverage.rules.accuracy import Accuracy
from frontdesk.coverage.rules.benefits import BenefitSummary, Figure
from frontdesk.coverage.rules.estimate import Benefits, Item, Outcome, estimate_of


@dataclass(frozen=True, slots=True)
class Flight:
    """What claims that the plan has not decided yet will likely use of the yearly amounts."""

    count: int = 0
    deductible: Decimal = ZERO
    owes: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Second:
    """A second plan: what it says of the services, and what it allows for each line."""

    name: str
    items: Sequence[Item]
    benefits: Benefits | None  # None: it has not confirmed anything
    answer: str


@dataclass(slots=True)
class Ranged:
    """The likeliest outcome with its bounds; `second_pays` by line."""

    outcome: Outcome
    low: Decimal
    high: Decimal
    second_pays: list[Decimal]

    @property
    def second(self) -> Decimal:
        """What the second plan likely pays."""
        return sum(self.second_pays, ZERO)

    @property
    def owes(self) -> Decimal:
        """What the patient likely owes after both plans."""
        return self.outcome.owes - self.second


def ranged(
    items: Sequence[Item],
    benefits: Benefits | None,
    answer: str,
    *,
    flight: Flight | None = None,
    second: Second | None = None,
    accuracy: Accuracy | None = None,
) -> Ranged:
    """Reckon an estimate with its range.

    Likely: claims in flight use the deductible before this visit. Least: the same, with the
    smallest of figures the plan gives several of. Most: this visit is decided first, with the
    largest. A second plan that says nothing may pay all or nothing. Where the payer has decided
    claims enough, the range holds at least the middle eight tenths of our past errors.
    """
    flight = flight or Flight()
    if benefits is None:
        outcome = estimate_of(items, None, answer)
        return Ranged(outcome, outcome.owes, outcome.owes, [ZERO for _ in outcome.lines])
    likely = estimate_of(items, _each(benefits, _less(flight)), answer)
    least = estimate_of(items, _each(benefits, _less(flight), _least), answer)
    most = estimate_of(items, _each(benefits, _most), answer)
    _say_flight(likely, flight)
    paid = _second(likely, second)
    found = Ranged(likely, least.owes, most.owes, paid)
    if second is not None:
        found.low = ZERO if second.benefits is None else max(ZERO, least.owes - found.second)
        found.high = most.owes if second.benefits is None else max(ZERO, most.owes - found.second)
    _widen(found, accuracy)
    return found


def _less(flight: Flight) -> Callable[[BenefitSummary], BenefitSummary]:
    def change(said: BenefitSummary) -> BenefitSummary:
        return replace(
            said,
            deductible_left=_minus(said.deductible_left, flight.deductible),
            out_of_pocket_left=_minus(said.out_of_pocket_left, flight.owes),
        )

    return change


def _minus(figure: Figure | None, amount: Decimal) -> Figure | None:
    if figure is None or not amount:
        return figure
    return replace(figure, amount=max(ZERO, figure.amount - amount))


def _least(said: BenefitSummary) -> BenefitSummary:
    return _with_bounds(said, "least")


def _most(said: BenefitSummary) -> BenefitSummary:
    return _with_bounds(said, "most")


def _with_bounds(said: BenefitSummary, bound: str) -> BenefitSummary:
    def bounded(figure: Figure | None) -> Figure | None:
        amount = getattr(figure, bound, None)
        return figure if figure is None or amount is None else replace(figure, amount=amount)

    return replace(said, copay=bounded(said.copay), coinsurance=bounded(said.coinsurance))


def _each(
    benefits: Benefits, *changes: Callable[[BenefitSummary], BenefitSummary]
) -> Mapping[str, BenefitSummary]:
    changed = dict(benefits)
    for change in changes:
        changed = {service: change(said) for service, said in changed.items()}
    return changed


def _say_flight(outcome: Outcome, flight: Flight) -> None:
    if not flight.count:
        return
    claims = "1 claim" if flight.count == 1 else f"{flight.count} claims"
    outcome.say(
        f"{claims} not decided yet will likely use ${flight.deductible:,.2f} of the deductible "
        "before this visit.",
        flight.deductible,
    )


def _second(outcome: Outcome, second: Second | None) -> list[Decimal]:
    """What the second plan pays a line: as if it were first, and never beyond what is left."""
    if second is None:
        return [ZERO for _ in outcome.lines]
    if second.benefits is None:
        outcome.say(f"{second.name} may pay part of this, but has confirmed nothing yet.")
        return [ZERO for _ in outcome.lines]
    alone = estimate_of(second.items, second.benefits, second.answer)
    paid = [
        min(line.owes, own.plan_pays) for line, own in zip(outcome.lines, alone.lines, strict=True)
    ]
    together = sum(paid, ZERO)
    outcome.say(
        f"{second.name} pays ${together:,.2f} of what the first plan leaves: {second.answer}.",
        together,
    )
    return paid


def _widen(found: Ranged, accuracy: Accuracy | None) -> None:
    if accuracy is not None and accuracy.is_enough:
        found.low = min(found.low, found.owes + min(accuracy.low, ZERO))
        found.high = max(found.high, found.owes + max(accuracy.high, ZERO))
        found.outcome.say(
            f"Our last {accuracy.count} estimates for this payer were off by "
            f"${accuracy.typical:,.2f} at the median."
        )
    found.low = max(ZERO, min(found.low, found.owes))
    found.high = min(max(found.high, found.owes), found.outcome.charged)
    found.high = max(found.high, found.owes)
