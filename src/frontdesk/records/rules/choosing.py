"""Who gets a form, and who may sign it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

SELF, PARENT, GUARDIAN, OTHER = "self", "parent", "guardian", "other"
SIGNERS = (SELF, PARENT, GUARDIAN, OTHER)
SELF_PAY = "self-pay"
_OF_AGE = 18
# Where one comes of age later: Alabama Code 26-1-1, Nebraska 43-2101, Mississippi 1-3-27.
_OF_AGE_LATER = {"AL": 19, "NE": 19, "MS": 21}


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a visit decides which forms are given; what is not known is None."""

    visit_type: str | None = None  # its code
    payers: frozenset[str] | None = None  # payer ids, or `SELF_PAY` for no plan
    state: str | None = None  # where the visit is: "OH"


@dataclass(frozen=True, slots=True)
class Rule:
    """To whom a form is given; what is empty limits nothing."""

    visit_types: Collection[str] = field(default=())
    payers: Collection[str] = field(default=())
    states: Collection[str] = field(default=())
    age_from: int | None = None
    age_to: int | None = None
    minor_may_sign: bool = False

    def gives(self, born: date, on: date, facts: Facts) -> bool:
        """Say whether somebody gets the form; where a fact is not known, it is not given."""
        age = age_on(born, on)
        if self.age_from is not None and age < self.age_from:
            return False
        if self.age_to is not None and age > self.age_to:
            return False
        if self.payers and not set(self.payers) & (facts.payers or set()):
            return False
        return _among(self.visit_types, facts.visit_type) and _among(self.states, facts.state)


def age_on(born: date, on: date) -> int:
    """Return the age in years; who is born on February 29 has their day on March 1."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_minor(born: date, on: date, state: str = "") -> bool:
    """Say whether somebody is not of age yet in that state."""
    return age_on(born, on) < _OF_AGE_LATER.get(state.upper(), _OF_AGE)


def _among(wanted: Collection[str], fact: str | None) -> bool:
    return not wanted or fact in wanted
