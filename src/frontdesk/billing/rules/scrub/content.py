"""Checks on what was found and done: diagnoses, lines, money, versions.

Sources: 005010X222A1; ICD-10-CM guidelines I.B (valid and billable on the day of service);
the limits of twelve diagnoses, four pointers, four modifiers and fifty lines.
"""

import re

from frontdesk.billing.rules.facts import ClaimFacts, LineFacts
from frontdesk.billing.rules.scrub.registry import HOLD, WARN, check
from frontdesk.coding.rules.em import levelled
from frontdesk.core.money import ZERO

LETTERS = "ABCDEFGHIJKL"
CODE = re.compile(r"[0-9A-Z]{5}")
MODIFIER = re.compile(r"[0-9A-Z]{2}")
MOST_LINES = 50
MOST_MODIFIERS = 4
MOST_POINTERS = 4


def lines_where(claim: ClaimFacts, wrong: list[LineFacts]) -> str:
    """Say which lines are meant: "line 2", "lines 1, 3", or nothing."""
    places = ", ".join(str(line.place) for line in wrong)
    return f"line{'s' if len(wrong) > 1 else ''} {places}" if wrong else ""


@check(
    "diagnosis.none",
    HOLD,
    "There is no diagnosis.",
    "Ask the provider to add a diagnosis to the superbill.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.diagnoses


@check(
    "diagnosis.too_many",
    HOLD,
    "There are more than twelve diagnoses.",
    "Keep the twelve that matter most on the superbill.",
)
def _(claim: ClaimFacts) -> bool:
    return len(claim.diagnoses) > len(LETTERS)


@check(
    "diagnosis.unknown",
    HOLD,
    "A diagnosis is not an ICD-10-CM code",
    "Look the diagnosis up again on the superbill.",
)
def _(claim: ClaimFacts) -> str:
    return ", ".join(d.code for d in claim.diagnoses if not d.is_known)


@check(
    "diagnosis.header",
    HOLD,
    "A diagnosis is a heading, too general to bill",
    "Choose a more exact diagnosis below it on the superbill.",
)
def _(claim: ClaimFacts) -> str:
    return ", ".join(d.code for d in claim.diagnoses if d.is_known and not d.is_billable)


@check(
    "diagnosis.expired",
    HOLD,
    "A diagnosis was not valid on the day of the visit",
    "Codes change on October 1. Choose the code that was valid on that day.",
)
def _(claim: ClaimFacts) -> str:
    return ", ".join(d.code for d in claim.diagnoses if d.is_known and not d.is_valid)


@check(
    "diagnosis.twice",
    WARN,
    "The same diagnosis stands there twice",
    "Take one of them off the superbill.",
)
def _(claim: ClaimFacts) -> str:
    codes = [d.code for d in claim.diagnoses]
    return ", ".join(sorted({code for code in codes if codes.count(code) > 1}))


@check(
    "line.none",
    HOLD,
    "There is nothing to bill.",
    "Add what was done to the superbill, or mark the visit as no charge.",
)
def _(claim: ClaimFacts) -> bool:
    return not claim.lines


@check(
    "line.too_many",
    HOLD,
    "A claim holds at most fifty lines.",
    "Split the superbill into two visits' worth of charges.",
)
def _(claim: ClaimFacts) -> bool:
    return len(claim.lines) > MOST_LINES


@check(
    "line.code",
    HOLD,
    "A procedure code does not have five characters",
    "Correct the code on the superbill, or in the practice's charge list.",
)
def _(claim: ClaimFacts) -> str:
    return lines_where(claim, [x for x in claim.lines if not CODE.fullmatch(x.code)])


@check(
    "line.pointers",
    HOLD,
    "A line does not say for which diagnosis it was",
    "Point the line at one to four diagnoses on the superbill.",
)
def _(claim: ClaimFacts) -> str:
    wrong = [x for x in claim.lines if not 1 <= len(x.pointers) <= MOST_POINTERS]
    return lines_where(claim, wrong)


@check(
    "line.pointer_to_nothing",
    HOLD,
    "A line points at a diagnosis that is not there",
    "Point the line at a diagnosis of this superbill.",
)
def _(claim: ClaimFacts) -> str:
    there = LETTERS[: len(claim.diagnoses)]
    return lines_where(claim, [x for x in claim.lines if set(x.pointers) - set(there)])


@check(
    "line.new_patient",
    WARN,
    "A line is for a new patient, and the same specialty saw this one within three years",
    "Choose the level for an established patient on the superbill.",
)
def _(claim: ClaimFacts) -> str:
    if not claim.is_established:
        return ""
    return lines_where(claim, [x for x in claim.lines if (levelled(x.code) or (False,))[0]])


@check(
    "line.units",
    HOLD,
    "A line has no units",
    "Enter how often it was done, at least 1.",
)
def _(claim: ClaimFacts) -> str:
    return lines_where(claim, [x for x in claim.lines if x.units < 1])


@check(
    "line.charge",
    HOLD,
    "A line costs nothing",
    "Enter a price in the fee schedule or on the superbill, or take the line off.",
)
def _(claim: ClaimFacts) -> str:
    return lines_where(claim, [x for x in claim.lines if x.charge <= ZERO])


@check(
    "line.modifiers",
    HOLD,
    "A modifier is not two characters, stands there twice, or is one too many",
    "Correct the modifiers on the superbill: at most four, each once.",
)
def _(claim: ClaimFacts) -> str:
    wrong = [
        line
        for line in claim.lines
        if len(line.modifiers) > MOST_MODIFIERS
        or len(set(line.modifiers)) != len(line.modifiers)
        or not all(MODIFIER.fullmatch(modifier) for modifier in line.modifiers)
    ]
    return lines_where(claim, wrong)


@check(
    "line.twice",
    WARN,
    "The same code with the same modifiers is billed twice on one day",
    "Use units instead of a second line, or add a modifier like 76 or 59 where it is right.",
)
def _(claim: ClaimFacts) -> str:
    seen: dict[tuple[str, tuple[str, ...]], int] = {}
    for line in claim.lines:
        key = (line.code, tuple(sorted(line.modifiers)))
        seen[key] = seen.get(key, 0) + 1
    return ", ".join(sorted(code for (code, _), count in seen.items() if count > 1))


@check(
    "claim.total",
    HOLD,
    "The total is not the sum of the lines.",
    "Open the superbill again and sign it anew, so that the claim is built again.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.total != sum((line.charge for line in claim.lines), ZERO)


@check(
    "claim.future",
    HOLD,
    "The visit lies in the future.",
    "Correct the day of the visit, or send the claim when it has happened.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.on > claim.today


@check(
    "claim.replaces",
    HOLD,
    "A corrected claim must name the payer's number of the claim it replaces.",
    "Wait until the payer has taken in the first claim, or enter its claim number.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.frequency in {"7", "8"} and not claim.payer_control_number


@check(
    "claim.medicare_replacement",
    HOLD,
    "This payer takes no replaced or voided claims.",
    "Ask the payer to reopen the first claim, or appeal its decision.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.frequency in {"7", "8"} and not claim.payer.takes_corrections


@check(
    "claim.paid_already",
    HOLD,
    "The payer has paid the first claim, and would refuse this one as its double.",
    "Ask the payer to reopen the first claim, by phone or on its website, and void this one here.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.frequency == "1" and claim.corrects_paid


@check(
    "claim.twin",
    HOLD,
    "A claim for the same day and the same codes is with this payer already",
    "Void this claim, or send it as a replacement of the first one.",
)
def _(claim: ClaimFacts) -> str:
    return ", ".join(claim.sent_twins) if claim.frequency == "1" else ""


@check(
    "claim.late",
    HOLD,
    "The payer's time limit for this claim has passed.",
    "Send it with proof of a timely first claim, or write it off.",
)
def _(claim: ClaimFacts) -> bool:
    return claim.today > claim.file_by


@check(
    "claim.nearly_late",
    WARN,
    "The payer's time limit is less than two weeks away.",
    "Send this claim first.",
)
def _(claim: ClaimFacts) -> bool:
    return 0 <= (claim.file_by - claim.today).days < 14
