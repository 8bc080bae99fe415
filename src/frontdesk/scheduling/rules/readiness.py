"""Whether a visit is ready, and by when what is missing must be there."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

OK, WARN, STOP, NONE = "ok", "warn", "stop", "none"
CHECKS = (
    "coverage", "authorization", "referral", "forms", "balance", "interpreter", "results",
    "rules", "asked",
)  # fmt: skip
DOTS = ("coverage", "authorization", "forms", "balance")  # the four that cards show

# How many days before the visit each must be clear, where the practice says nothing else: a payer
# decides an ordinary authorization within seven days (42 CFR 422.568, from 2026 on), an
# interpreter is booked two days ahead, forms and money are settled at the desk.
CLEAR_DAYS: Mapping[str, int] = {
    "coverage": 3,
    "authorization": 7,
    "referral": 3,
    "forms": 0,
    "balance": 0,
    "interpreter": 2,
    "results": 1,
    "rules": 1,  # what a rule of the office wants before anybody passes check-in
    "asked": 0,  # what a rule only wants asked
}
NEVER_STOPS = frozenset({"balance", "asked"})  # a bill keeps nobody from care

REFERRAL_KINDS = ("HMO", "POS")
# Whom such a plan lets its members see without a referral: taxonomy codes of primary care, by
# how they begin (family, internal, general and pediatric medicine, obstetrics, and the nurse
# practitioners and physician assistants of these; NUCC Health Care Provider Taxonomy).
PRIMARY_CARE = (
    "207Q00000X",
    "207QA0",
    "207QG0",
    "207R00000X",
    "207RG0300X",
    "208000000X",
    "208D00000X",
    "207V",
    "363LF0000X",
    "363LA2200X",
    "363LP0200X",
    "363LP2300X",
    "363LG0600X",
    "363L00000X",
    "363A00000X",
    "363AM0700X",
)


def wants_referral(plan_kind: str, taxonomy: str, kinds: Iterable[str]) -> bool:
    """Say whether a plan of this kind pays this provider only after a referral."""
    asked = plan_kind.strip().upper() in {kind.upper() for kind in kinds}
    return asked and bool(taxonomy) and not taxonomy.startswith(PRIMARY_CARE)


def clear_by(check: str, visit_on: date, days: Mapping[str, int]) -> date:
    """Return the last day on which a check may still be open."""
    return visit_on - timedelta(days=int(days.get(check, CLEAR_DAYS[check])))


def judged(check: str, state: str, due: date, today: date) -> str:
    """Return the state as the calendar makes it: what is open after its day stops the visit."""
    if state in (OK, NONE):
        return state
    if check in NEVER_STOPS:
        return WARN
    if check == "forms" and today < due:
        return WARN  # they are signed at the desk or on the phone: no alarm before
    return STOP if today > due else state


def worst(states: Iterable[str]) -> str:
    """Return the colour of the worst state: green, amber or red."""
    held = set(states)
    if STOP in held:
        return "red"
    return "amber" if WARN in held else "green"
