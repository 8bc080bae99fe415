"""What the payment edits say of a claim: asked when it is checked, by the day of service."""

from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.scrub import HOLD, WARN, Finding
from frontdesk.coding import queries as coding
from frontdesk.coding.rules.edits import HINT, STOP, Line

MEDICARE = frozenset({"MA", "MB"})  # SBR09: who applies these edits by law


def edits_on(claim: ClaimFacts) -> list[Finding]:
    """Return pairs, units, age, sex and place that contradict.

    What Medicare never pays holds a claim to Medicare; other payers follow in part, so there it
    is told and may go.
    """
    found = coding.edits(
        [Line(line.code, line.units, line.modifiers) for line in claim.lines],
        [one.code for one in claim.diagnoses],
        on=claim.on,
        born=claim.patient.birth_date,
        sex=claim.patient.sex,
        place=claim.place_of_service,
    )
    holds = claim.payer.filing in MEDICARE
    return [
        Finding(
            f"{one.rule.lower()}-{one.about.lower()}",
            HOLD if holds and one.severity == STOP else WARN,
            f"{one.text} ({one.citation})",
            one.how_to_fix,
        )
        for one in found
        if one.severity != HINT
    ]
