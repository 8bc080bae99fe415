"""What a rule may ask about: the facts of each kind, with names that people read.

A fact of a line (its name begins with `line.`) is asked of each line by itself; a rule that
asks one decides line by line. Facts that nobody knows are None, "" or ().
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["claim", "authorization", "intake", "compliance"]
Type = Literal["text", "code", "codes", "number", "money", "date", "yes", "choice"]
Facts = Mapping[str, Any]

KINDS: tuple[Kind, ...] = ("claim", "authorization", "intake", "compliance")
LINE = "line."
MOST_MODIFIERS = 4


class Malformed(ValueError):
    """Something in a rule cannot be understood; says what, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a rule may ask. `unit` stands behind numbers; `values` belong to a choice."""

    name: str
    label: str
    type: Type
    unit: str = ""
    values: tuple[tuple[str, str], ...] = ()
    may_set: bool = False

    @property
    def is_of_line(self) -> bool:
        """Whether each line has its own."""
        return self.name.startswith(LINE)


FILING = (  # SBR09 of the 837P, the kinds of payer
    ("CI", "commercial"),
    ("BL", "Blue Cross Blue Shield"),
    ("MB", "Medicare"),
    ("16", "Medicare Advantage"),
    ("MC", "Medicaid"),
    ("12", "PPO"),
    ("HM", "HMO"),
    ("CH", "TRICARE"),
    ("VA", "Veterans Affairs"),
    ("WC", "workers’ compensation"),
    ("AM", "automobile"),
    ("11", "other non-federal"),
    ("13", "point of service"),
    ("14", "EPO"),
    ("15", "indemnity"),
    ("17", "dental HMO"),
    ("DS", "disability"),
    ("FI", "federal employees"),
    ("LM", "liability"),
    ("MA", "Medicare Part A"),
    ("OF", "other federal"),
    ("TV", "Title V"),
    ("ZZ", "another kind"),
)
SEXES = (("F", "female"), ("M", "male"), ("U", "not known"))

_PATIENT = (
    Fact("patient_age", "the patient’s age", "number", "years"),
    Fact("patient_sex", "the patient’s sex", "choice", values=SEXES),
    Fact("payer_filing", "the kind of payer", "choice", values=FILING),
    Fact("plan_name", "the plan’s name", "text"),
)
_CLAIM = (
    Fact(LINE + "code", "the line’s code", "code"),
    Fact(LINE + "modifiers", "the line’s modifiers", "codes", may_set=True),
    Fact(LINE + "units", "the line’s units", "number"),
    Fact(LINE + "charge", "the line’s charge", "money"),
    Fact(LINE + "diagnoses", "the diagnoses the line points at", "codes"),
    Fact(LINE + "ndc", "the line’s drug number (NDC)", "text"),
    Fact("codes", "the codes on the claim", "codes"),
    Fact("modifiers", "the modifiers on the claim", "codes"),
    Fact("diagnoses", "the diagnoses on the claim", "codes"),
    Fact("place_of_service", "the place of service", "code", may_set=True),
    *_PATIENT,
    Fact(
        "rank",
        "the plan’s place",
        "choice",
        values=(("1", "first plan"), ("2", "second plan"), ("3", "third plan")),
    ),
    Fact("is_insured_self", "the patient is the insured", "yes"),
    Fact(
        "frequency",
        "the version",
        "choice",
        values=(("1", "first"), ("7", "replacement"), ("8", "void")),
    ),
    Fact("authorization_number", "the authorization number", "text", may_set=True),
    Fact("clia_number", "the laboratory’s CLIA number", "text", may_set=True),
    Fact("provider_taxonomy", "the provider’s taxonomy", "code", may_set=True),
    Fact("billing_taxonomy", "the practice’s taxonomy", "code", may_set=True),
    Fact("service_date", "the day of the visit", "date"),
    Fact("days_since_service", "the time since the visit", "number", "days"),
    Fact("days_to_file", "the time left to file", "number", "days"),
    Fact("total", "the claim’s total", "money"),
    Fact("line_count", "the number of lines", "number"),
)
_AUTHORIZATION = (
    Fact("codes", "the codes planned", "codes"),
    Fact("visit_type", "the visit type", "text"),
    *_PATIENT,
    Fact("units", "the units planned", "number"),
    Fact("charge", "the charge planned", "money"),
)
_INTAKE = (
    *_PATIENT,
    Fact("plan_kind", "what kind of plan it is (PPO, HMO)", "text"),
    Fact("visit_type", "the visit type", "text"),
    Fact("language", "the patient’s language", "code"),
    Fact("is_new_patient", "the patient is new", "yes"),
    Fact("is_insured", "the patient is insured", "yes"),
    Fact("has_mobile", "there is a mobile number", "yes"),
    Fact("has_email", "there is an e-mail address", "yes"),
    Fact("has_address", "the address is whole", "yes"),
    Fact("has_guarantor", "somebody else answers for the bill", "yes"),
    Fact("has_contact", "there is an emergency contact", "yes"),
    Fact("has_referral", "a referral is on file", "yes"),
    Fact("balance", "what the patient owes", "money"),
    Fact("days_since_seen", "the time since the last visit", "number", "days"),
)
_COMPLIANCE = (
    *_PATIENT,
    Fact("visit_type", "the visit type", "text"),
    Fact("codes", "the codes", "codes"),
    Fact("modifiers", "the modifiers", "codes"),
    Fact("diagnoses", "the diagnoses", "codes"),
    Fact("place_of_service", "the place of service", "code"),
    Fact("state", "the state of the site", "code"),
    Fact("is_insured", "the patient is insured", "yes"),
    Fact("consents", "the forms that are signed", "codes"),
    Fact("answered", "the forms that are signed or refused", "codes"),
    Fact("charge", "what the visit was charged", "money"),
)
CATALOGUE: dict[str, dict[str, Fact]] = {
    kind: {fact.name: fact for fact in facts}
    for kind, facts in zip(KINDS, (_CLAIM, _AUTHORIZATION, _INTAKE, _COMPLIANCE), strict=True)
}
_UNKNOWN: dict[Type, Any] = {"text": "", "code": "", "choice": "", "codes": ()}


def fact_of(kind: str, name: str) -> Fact:
    """Return the fact of this name, or say that nobody knows it."""
    found = CATALOGUE.get(kind, {}).get(name)
    if found is None:
        raise Malformed(f"Nobody knows the fact “{name}”.")
    return found


def listed(raw: object) -> list[str]:
    """Return the parts of a list as JSON holds it, or of text with commas."""
    parts: Iterable[object]
    if isinstance(raw, str):
        parts = raw.replace(";", ",").replace("\n", ",").split(",")
    elif isinstance(raw, Sequence):
        parts = raw
    else:
        parts = [raw]
    return [text for part in parts if part is not None and (text := str(part).strip())]


def value_of(fact: Fact, raw: object) -> Any:
    """Return a value as the fact's type has it; raise `Malformed` with words for the person."""
    if raw is None:
        return _UNKNOWN.get(fact.type)
    if fact.type == "codes":
        return tuple(part.upper() for part in listed(raw))
    if fact.type == "yes":
        return _yes(fact, raw)
    text = str(raw).strip()
    if fact.type in ("text", "code", "choice"):
        return _word(fact, text)
    if not text:
        return None
    return _day(fact, raw, text) if fact.type == "date" else _number(fact, text)


def _word(fact: Fact, text: str) -> str:
    if fact.type == "text":
        return text
    if fact.type == "choice" and text and text not in dict(fact.values):
        known = ", ".join(label for _, label in fact.values)
        raise Malformed(f"For {fact.label} choose one of: {known}.")
    return text if fact.type == "choice" else text.upper()


def _yes(fact: Fact, raw: object) -> bool | None:
    if isinstance(raw, bool):
        return raw
    said = str(raw).strip().casefold()
    if said in ("", "yes", "no", "true", "false"):
        return None if not said else said in ("yes", "true")
    raise Malformed(f"Say yes or no: {fact.label}.")


def _number(fact: Fact, text: str) -> Decimal:
    try:
        number = Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Malformed(f"“{text}” is no number, for {fact.label}.")
    return number


def _day(fact: Fact, raw: object, text: str) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(f"Write a day as 2026-03-31, for {fact.label}.") from None


def whole(kind: str, said: Facts) -> dict[str, Any]:
    """Return every fact of the kind, those that were not said as unknown, sums drawn from lines.

    Raises `Malformed` for facts nobody knows and values that can't be read.
    """
    known = CATALOGUE[kind]
    lines = [_whole_line(kind, line) for line in said.get("lines", ())]
    for name in said:
        if name != "lines":
            fact_of(kind, name)
    found: dict[str, Any] = {
        name: value_of(fact, said.get(name)) for name, fact in known.items() if not fact.is_of_line
    }
    found["lines"] = lines
    return with_sums(found) if lines else found


def with_sums(facts: dict[str, Any]) -> dict[str, Any]:
    """Draw from the lines what is true of the claim as a whole: its codes, modifiers, count."""
    lines = facts["lines"]
    facts["codes"] = tuple(line["line.code"] for line in lines)
    facts["modifiers"] = tuple(one for line in lines for one in line["line.modifiers"])
    facts["line_count"] = len(lines)
    return facts


def _whole_line(kind: str, said: Facts) -> dict[str, Any]:
    named = {name if name.startswith(LINE) else LINE + name: raw for name, raw in said.items()}
    for name in named:
        fact_of(kind, name)
    return {
        name: value_of(fact, named.get(name))
        for name, fact in CATALOGUE[kind].items()
        if fact.is_of_line
    }
