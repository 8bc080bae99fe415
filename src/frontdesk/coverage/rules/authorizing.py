"""Authorizations on plain values: whether one is needed, which one covers, what is left, by when.

The clock of a decision: a payer answers an urgent request within 72 hours and an ordinary one
within seven calendar days of receiving it (CMS-0057-F; 42 CFR 422.568(b)(1) and 422.572(a) for
Medicare Advantage, 438.210(d) and 440.230(e) for Medicaid, 457.495(d) for CHIP; from 2026 on).
Other payers follow their contracts, which the practice writes down per payer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

URGENT_HOURS, STANDARD_DAYS = 72, 7
WARNS, HOLDS_CLAIM, STOPS_VISIT = "warn", "claim", "visit"  # how hard a need is
STRENGTH = {WARNS: 0, HOLDS_CLAIM: 1, STOPS_VISIT: 2}
NO_AUTHORIZATION = frozenset({"197", "15", "198"})  # CARC: absent, number missing, exceeded
AGAIN = (timedelta(minutes=30), timedelta(hours=4), timedelta(hours=12))  # then every day


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a payer wants, as the office wrote it down or learned it from denials."""

    payer_id: UUID | None = None  # None: every payer
    code: str = ""  # how the service code begins; "": every code
    visit_type: str = ""  # the code of the visit type; "": every type
    needs: bool = True
    stops: str = HOLDS_CLAIM
    is_learned: bool = False
    says: str = ""
    evidence: Sequence[str] = ()

    def fits(self, payer_id: UUID | None, code: str, visit_type: str) -> bool:
        """Whether it speaks about this payer, code and type of visit."""
        return (
            self.payer_id in (None, payer_id)
            and code.startswith(self.code)
            and self.visit_type in ("", visit_type)
        )

    @property
    def weight(self) -> tuple[bool, bool, int, bool]:
        """How precise it is: what the office wrote before what was learned, the payer's first."""
        is_own = self.payer_id is not None
        return not self.is_learned, is_own, len(self.code), bool(self.visit_type)


@dataclass(frozen=True, slots=True)
class Need:
    """Whether services need an authorization: which codes, how hard, and why."""

    codes: tuple[str, ...] = ()
    stops: str = WARNS
    why: str = ""  # rule, answer, denial, type
    words: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether anything of it needs one."""
        return bool(self.codes)

    @property
    def is_hard(self) -> bool:
        """Whether a claim without one is held."""
        return STRENGTH[self.stops] > 0


NOTHING = Need()


def need_of(
    rules: Iterable[RuleFacts],
    *,
    payer_id: UUID | None,
    codes: Sequence[str],
    visit_type: str = "",
    plan_says: bool | None = None,
    type_says: bool = False,
) -> Need:
    """Return what needs an authorization, code by code.

    The office's rule for the code speaks first, then the plan's answer (`plan_says`, EB11 of the
    271), then what denials taught, then the type of visit, which only warns.
    """
    known = sorted(rules, key=lambda rule: rule.weight, reverse=True)
    found = [
        one
        for code in codes or ("",)
        if (one := _need_of_code(known, payer_id, code, visit_type, plan_says, type_says))
    ]
    if not found:
        return NOTHING
    hardest = max(found, key=lambda one: STRENGTH[one.stops])
    evidence = dict.fromkeys(words for one in found for words in one.evidence)
    return Need(
        tuple(code for one in found for code in one.codes),
        hardest.stops,
        hardest.why,
        hardest.words,
        tuple(evidence),
    )


def _need_of_code(
    rules: Sequence[RuleFacts],
    payer_id: UUID | None,
    code: str,
    visit_type: str,
    plan_says: bool | None,
    type_says: bool,
) -> Need | None:
    fitting = [rule for rule in rules if rule.fits(payer_id, code, visit_type)]
    written = next((rule for rule in fitting if not rule.is_learned), None)
    learned = next((rule for rule in fitting if rule.is_learned), None)
    if written is not None:
        return _by_rule(written, code, "rule") if written.needs else None
    if plan_says:
        return Need((code,), HOLDS_CLAIM, "answer", "The plan’s answer asks for one.")
    if learned is not None:
        return _by_rule(learned, code, "denial")
    if type_says and plan_says is None:
        return Need((code,), WARNS, "type", "Usually needed for this type of visit.")
    return None


def _by_rule(rule: RuleFacts, code: str, why: str) -> Need:
    words = rule.says or "The payer wants one for this service."
    return Need((code,), rule.stops, why, words, tuple(rule.evidence))


def with_decisions(need: Need, codes: Sequence[str], decided: Iterable[tuple[str, str]]) -> Need:
    """Return the need with what the practice's rules add: (what they do, their words).

    A rule that holds makes it hard, one that warns makes it known, one that asks for a document
    puts that on the checklist. Rules speak of the visit as a whole.
    """
    for does, words in decided:
        if does == "attach":
            need = replace(need, evidence=tuple(dict.fromkeys((*need.evidence, words))))
            continue
        stops = HOLDS_CLAIM if does == "hold" else WARNS
        is_harder = not need.is_needed or STRENGTH[stops] > STRENGTH[need.stops]
        every = tuple(dict.fromkeys((*need.codes, *(codes or ("",)))))
        if is_harder:
            need = replace(need, codes=every, stops=stops, why="rule", words=words)
        else:
            need = replace(need, codes=every)
    return need


@dataclass(slots=True)
class Held:
    """One line of an authorization that may be used: what it allows, and what is used of it."""

    key: UUID
    code: str = ""  # "": any service
    approved: int | None = None  # None: as many as needed
    used: int = 0
    counts_visits: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    provider_id: UUID | None = None  # who alone may use it; None: everybody
    taken: bool = field(default=False, repr=False)  # by the visit that is looked at

    @property
    def left(self) -> int | None:
        """How much is left, never less than nothing; None where there is no limit."""
        return None if self.approved is None else max(self.approved - self.used, 0)

    def fits(self, code: str, on: date, provider_id: UUID | None = None) -> bool:
        """Whether it speaks about the service, the day and who gives it."""
        return (
            self.code in ("", code)
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
            and self.provider_id in (None, provider_id)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A service that wants to be covered: its code, how often, and whose charge it is."""

    code: str
    units: int = 1
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a service takes of a line; nothing where the visit was counted already."""

    asked: Asked
    held: Held
    units: int


def take(
    asked: Iterable[Asked],
    held: Sequence[Held],
    on: date,
    *,
    provider_id: UUID | None = None,
    is_partly: bool = False,
) -> tuple[list[Taken], list[Asked]]:
    """Return what each service takes of which line, and the services that nothing covers.

    A line that counts visits is used once by a visit, whatever is done in it. The line that ends
    first is used first. With `is_partly` a service takes what is left, though it is not enough:
    what was billed is a fact. No line is ever used beyond what it allows.
    """
    taken, short = [], []
    order = sorted(held, key=lambda one: (one.code == "", one.ends_on or date.max, str(one.key)))
    for one in asked:
        fitting = [line for line in order if line.fits(one.code, on, provider_id)]
        line = next((line for line in fitting if _has(line, one.units)), None)
        if line is not None:
            taken.append(_take(one, line, one.units))
            continue
        short.append(one)
        line = next((line for line in fitting if line.left), None) if is_partly else None
        if line is not None:
            taken.append(_take(one, line, line.left or 0))
    return taken, short


def _has(line: Held, units: int) -> bool:
    if line.counts_visits:
        return line.taken or line.left is None or line.left > 0
    return line.left is None or line.left >= units


def _take(one: Asked, line: Held, units: int) -> Taken:
    if line.counts_visits:
        units = 0 if line.taken else 1
    line.taken = True
    line.used += units
    return Taken(one, line, units)


def decide_by(
    asked_at: datetime,
    *,
    is_urgent: bool,
    urgent_hours: int = URGENT_HOURS,
    standard_days: int = STANDARD_DAYS,
) -> datetime:
    """Return until when the payer decides what it was asked at an instant."""
    return asked_at + (timedelta(hours=urgent_hours) if is_urgent else timedelta(standard_days))


def retro_until(service_on: date, days: int) -> date | None:
    """Return the last day on which the payer takes a request for care already given."""
    return service_on + timedelta(days=days) if days else None


def wait_for_decision(times_asked: int) -> timedelta:
    """Return how long to wait before a payer that reviews is asked again."""
    return AGAIN[times_asked] if times_asked < len(AGAIN) else timedelta(days=1)


def runs_out(
    lines: Iterable[Held], ends_on: date | None, today: date, *, percent: int, days: int
) -> str:
    """Say in words that an authorization is nearly used up or over; "" where it is not."""
    if ends_on is not None and today <= ends_on <= today + timedelta(days=days):
        left = (ends_on - today).days
        return "Ends today" if not left else f"Ends in {left} day{'s' * (left != 1)}"
    for line in lines:
        if not line.approved or line.approved == 1 or line.left is None:
            continue  # what was approved for one visit is no series that goes on
        if line.left == 0:
            return f"All {line.approved} used"
        if Decimal(line.used) * 100 >= Decimal(line.approved) * percent:
            return f"{line.left} of {line.approved} left"
    return ""


def appeal_letter(
    *,
    payer: str,
    patient: str,
    member_id: str,
    reference: str,
    services: str,
    because: str,
    diagnoses: Sequence[str],
) -> str:
    """Return a first letter of appeal: what was asked, why it was denied, what is to be added."""
    about = f"{patient}, member {member_id}" + (f", reference {reference}" if reference else "")
    reason = because.rstrip(".") or "[the reason of the denial]"
    for_what = f" for {', '.join(diagnoses)}" if diagnoses else ""
    return (
        f"To {payer}, appeals\n\nAbout: {about}\n\n"
        f"We ask you to look again at your denial of {services}{for_what}.\n\n"
        f"Your reason: {reason}.\n\n"
        "Why the care is necessary: [findings, what was tried before and for how long, what "
        "happens without it]\n\n"
        "Enclosed: [notes, results, guideline that supports it]\n\n"
        "Please have a doctor of the same specialty decide, and send us the decision in writing "
        "with the rule it rests on.\n"
    )
