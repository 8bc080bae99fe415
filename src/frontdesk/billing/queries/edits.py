"""What the payment edits say of a claim: asked when it is checked, by the day of service."""

from collections.abc import Sequence

from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.scrub import HOLD, WARN, Finding
from frontdesk.billing.rules.scrub.content import LETTERS
from frontdesk.coding import queries as coding
from frontdesk.coding.rules.edits import HINT, STOP, Line
from frontdesk.coding.rules.edits import Finding as Edit

MEDICARE = frozenset({"MA", "MB"})  # SBR09: who applies these edits by law


def edits_on_many(claims: Sequence[ClaimFacts]) -> list[list[Finding]]:
    """Return what the payment edits say of each claim, in three questions for any number."""
    told = coding.edits_of([_asked(claim) for claim in claims])
    return [_findings(claim, found) for claim, found in zip(claims, told, strict=True)]


def _asked(claim: ClaimFacts) -> coding.Asked:
    codes = [one.code for one in claim.diagnoses]
    letters = dict(zip(LETTERS, codes, strict=False))
    return coding.Asked(
        [
            Line(
                line.code,
                line.units,
                line.modifiers,
                [letters[letter] for letter in line.pointers if letter in letters],
            )
            for line in claim.lines
        ],
        claim.on,
        codes,
        claim.patient.birth_date,
        claim.patient.sex,
        claim.place_of_service,
    )


def _findings(claim: ClaimFacts, found: Sequence[Edit]) -> list[Finding]:
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


def codes_in(claims: Sequence[ClaimFacts]) -> coding.KnownCodes:
    """Return what the office's code sets know of the codes in these claims."""
    lines = [line for claim in claims for line in claim.lines]
    return coding.KnownCodes(
        {one.code for claim in claims for one in claim.diagnoses},
        {line.code for line in lines},
        {modifier for line in lines for modifier in line.modifiers},
    )
