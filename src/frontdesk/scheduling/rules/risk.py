"""Why a visit may be missed, in words; what is said of a fit of the risk."""

from collections.abc import Mapping

from frontdesk.solver.risk import HOURS, LEAST_DAYS, LEAST_MISSED, LEAST_SEEN, Case, Model

MOST_SAID = 2
WORTH_SAYING = 0.15  # log-odds from the usual
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
PARTS = ("visits before 10", "late mornings", "early afternoons", "late afternoons")
KNOWN_OF = (  # what the model looks at, as the screen says it
    "how many days ahead it was booked",
    "how many of the last visits the patient kept and missed",
    "the type of visit",
    "the time of day",
    "the day of the week",
    "whether the patient confirmed",
)


def because(model: Model, case: Case, type_name: str) -> str:
    """Return the one or two things that make this visit differ most from a usual one."""
    parts = model.parts(case)
    apart = {name: parts[name] - model.usual(name) for name in parts if name != "level"}
    is_risky = sum(apart.values()) >= 0
    words = words_of(case, type_name)
    told = sorted(apart, key=lambda name: -apart[name] if is_risky else apart[name])
    said = [
        words[name][0 if apart[name] > 0 else 1]
        for name in told
        if (apart[name] > 0) == is_risky and abs(apart[name]) >= WORTH_SAYING
    ]
    return "; ".join([one for one in said if one][:MOST_SAID]) or lead_words(case.lead_days)


def words_of(case: Case, type_name: str) -> Mapping[str, tuple[str, str]]:
    """Return for each factor what to say when it raises the risk, and when it lowers it."""
    part = PARTS[sum(case.hour >= edge for edge in HOURS[1:-1])]
    day = DAYS[case.weekday]
    lead, history = lead_words(case.lead_days), history_words(case.seen, case.missed)
    return {
        "lead": (lead, lead),
        "history": (history, history),
        "visit_type": (f"{type_name} is missed more often", f"{type_name} is missed less often"),
        "hour": (f"{part} are missed more often", f"{part} are missed less often"),
        "weekday": (f"{day} are missed more often", f"{day} are missed less often"),
        "confirmation": ("not confirmed", "confirmed" if case.is_confirmed else ""),
    }


def lead_words(days: float) -> str:
    """Say how far ahead it was booked."""
    whole = int(days)
    if whole < 1:
        return "booked the same day"
    return "booked the day before" if whole == 1 else f"booked {whole} days ahead"


def history_words(seen: int, missed: int) -> str:
    """Say what became of the earlier visits."""
    if not seen:
        return "first visit here"
    if missed:
        return f"missed {missed} of {seen}"
    return "kept the one visit before" if seen == 1 else f"kept all {seen} visits before"


def why_not_enough(seen: int, missed: int, days: int) -> str:
    """Say what is lacking before a risk can be learned."""
    lacking = []
    if more := max(LEAST_SEEN - seen, 0):
        lacking.append(f"{more:,} more {_of(more, 'visit')} kept or missed")
    if more := max(LEAST_MISSED - missed, 0):
        lacking.append(f"{more:,} more missed")
    if more := max(LEAST_DAYS - days, 0):
        lacking.append(f"{more:,} more {_of(more, 'day')}")
    return "Not enough to learn from yet. Still needed: " + ", ".join(lacking) + "."


def _of(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
