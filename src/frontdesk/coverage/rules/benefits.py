"""What a plan's answer says about one kind of service: copay, coinsurance, deductible, caps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WHOLE_PLAN = "30"
ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")
LEFT = frozenset(("29", "33"))  # EB06: what remains of a total
IN_NETWORK = "Y"


@dataclass(frozen=True, slots=True)
class Fact:
    """One EB of a 271. `percent` is a share of one; `segment` counts from ST in the answer."""

    code: str
    segment: int
    level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    period: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    authorization: str = ""
    network: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the summary with where it stands; uncertain when the plan gives several."""

    amount: Decimal
    segment: int
    service_type: str
    level: str = ""
    is_uncertain: bool = False
    least: Decimal | None = None  # of several
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BenefitSummary:
    """What the plan says for a service; None where it says nothing (which is not zero)."""

    copay: Figure | None = None
    coinsurance: Figure | None = None  # its amount is a share of one
    deductible: Figure | None = None
    deductible_left: Figure | None = None
    out_of_pocket: Figure | None = None
    out_of_pocket_left: Figure | None = None
    needs_authorization: bool | None = None
    authorization_segment: int = 0
    is_excluded: bool = False  # EB01 I: not covered at all
    exclusion_segment: int = 0

    @property
    def deductible_met_percent(self) -> int:
        """How much of the deductible is used, 0 to 100."""
        if not self.deductible or not self.deductible_left or not self.deductible.amount:
            return 0
        used = self.deductible.amount - self.deductible_left.amount
        return max(0, min(100, int(used * 100 / self.deductible.amount)))


def summary_of(
    facts: Iterable[Fact], service_types: Sequence[str], network: str = IN_NETWORK
) -> BenefitSummary:
    """Read the facts for a service: the exact service type first, then the whole plan.

    Source: CAQH CORE 154 and 260 (what a 271 must state), ASC X12 005010X279A1 (EB01–EB12).
    """
    held = _Facts([fact for fact in facts if _fits(fact, network)], service_types, network)
    authorization = held.first("authorization", lambda fact: fact.authorization in {"Y", "N"})
    excluded = held.exactly(lambda fact: fact.code == "I")
    return BenefitSummary(
        copay=held.figure("B", "amount", lambda fact: fact.period not in LEFT),
        coinsurance=held.figure("A", "percent", lambda fact: True),
        deductible=held.total("C"),
        deductible_left=held.left("C"),
        out_of_pocket=held.total("G"),
        out_of_pocket_left=held.left("G"),
        needs_authorization=authorization.authorization == "Y" if authorization else None,
        authorization_segment=authorization.segment if authorization else 0,
        is_excluded=excluded is not None,
        exclusion_segment=excluded.segment if excluded else 0,
    )


def percent_words(share: Figure | None) -> str:
    """Say a share of one as percent: 0.2 is "20 %"; nothing for none."""
    if share is None:
        return ""
    text = f"{share.amount * 100:.2f}".rstrip("0").rstrip(".")
    return f"{text} %"


def standing_of(facts: Iterable[Fact], asked: Sequence[str]) -> str:
    """Say "active", "inactive" or "unclear" for the services asked about, or the plan.

    A plan that is in force may still not cover a service: what is said of the whole plan
    decides, unless only the service is spoken of.
    """
    told = [fact for fact in facts if fact.code in ACTIVE | INACTIVE]
    plan = {fact.code in ACTIVE for fact in told if WHOLE_PLAN in _services(fact)}
    service = {fact.code in ACTIVE for fact in told if set(asked) & set(_services(fact))}
    decisive = plan or service or {fact.code in ACTIVE for fact in told}
    if len(decisive) != 1:
        return "unclear"
    return "active" if decisive == {True} else "inactive"


class _Facts:
    """The facts of one network, asked in the order of the service types."""

    def __init__(self, facts: Sequence[Fact], service_types: Sequence[str], network: str) -> None:
        self.facts, self.network = facts, network
        self.order = [*service_types, *([] if WHOLE_PLAN in service_types else [WHOLE_PLAN])]

    def figure(self, code: str, name: str, suits: Callable[[Fact], bool]) -> Figure | None:
        """The number of the best fact with this code, for one person rather than the family."""
        return next(
            (
                found
                for service in self.order
                if (found := self._at(code, name, service, suits)) is not None
            ),
            None,
        )

    def total(self, code: str) -> Figure | None:
        """The yearly amount for one person, else for the family."""
        return self.figure(code, "amount", lambda fact: fact.period not in LEFT)

    def left(self, code: str) -> Figure | None:
        """What is left: the smaller of person and family, for either being met frees both."""
        for service in self.order:
            here = [
                fact
                for fact in self._about(code, service)
                if fact.period in LEFT and fact.amount is not None
            ]
            if here:
                least = min(here, key=lambda fact: fact.amount or Decimal(0))
                return Figure(least.amount or Decimal(0), least.segment, service, least.level)
        return None

    def first(self, name: str, suits: Callable[[Fact], bool]) -> Fact | None:
        """The first fact that suits, the exact service type before the whole plan."""
        for service in self.order:
            for fact in self.facts:
                if service in _services(fact) and suits(fact):
                    return fact
        return None

    def exactly(self, suits: Callable[[Fact], bool]) -> Fact | None:
        """The first fact that suits and names the service asked about first."""
        return next((f for f in self.facts if self.order[0] in _services(f) and suits(f)), None)

    def _about(self, code: str, service: str) -> list[Fact]:
        here = [f for f in self.facts if f.code == code and service in _services(f)]
        exact = [fact for fact in here if fact.network == self.network]
        return exact or here

    def _at(
        self, code: str, name: str, service: str, suits: Callable[[Fact], bool]
    ) -> Figure | None:
        told = [f for f in self._about(code, service) if getattr(f, name) is not None and suits(f)]
        if not told:
            return None
        own = [fact for fact in told if fact.level != "FAM"] or told
        plain = [fact for fact in own if not fact.message] or own
        best = plain[0]
        differing = {getattr(fact, name) for fact in plain}
        return Figure(
            getattr(best, name),
            best.segment,
            service,
            best.level,
            is_uncertain=len(differing) > 1,
            least=min(differing),
            most=max(differing),
        )


def _fits(fact: Fact, network: str) -> bool:
    return fact.network in {network, "W", ""}


def _services(fact: Fact) -> tuple[str, ...]:
    return fact.service_types or (WHOLE_PLAN,)
