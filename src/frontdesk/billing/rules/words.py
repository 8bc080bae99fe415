"""What a clearinghouse or payer says of a claim (277CA), in plain words of our own."""

from typing import NamedTuple

_CATEGORIES = {
    "A0": "Passed on to another payer",
    "A1": "Received, not yet looked at",
    "A2": "Taken in by the payer",
    "A3": "Sent back: it could not be used",
    "A4": "Not found",
    "A5": "Split in two",
    "A6": "Rejected: something is missing",
    "A7": "Rejected: something is wrong",
    "A8": "Rejected: two things on it do not fit together",
}


class Trouble(NamedTuple):
    """What is wrong, and how to put it right."""

    words: str
    how_to_fix: str


_CODES: dict[str, Trouble] = {
    "19": Trouble("Entity acknowledges receipt", ""),
    "20": Trouble("Accepted for processing", ""),
    "21": Trouble("Information is missing or invalid", "Compare the claim with the chart."),
    "26": Trouble("The member is not found", "Compare the member id with the insurance card."),
    "33": Trouble("The insured person is not found", "Verify the coverage, correct the member id."),
    "54": Trouble(
        "A copy of a claim that was processed before", "Look for the first claim's answer."
    ),
    "78": Trouble("Sent more than once", "Look for the first claim's answer."),
    "85": Trouble("The plan is not known", "Choose the right payer for this claim."),
    "88": Trouble("The member was not covered on that day", "Find the plan of that day."),
    "97": Trouble("The patient is not eligible", "Verify the coverage and choose another plan."),
    "116": Trouble("The claim was sent to the wrong payer", "Choose the right payer."),
    "125": Trouble("A name is missing or wrong", "Write names as on the insurance card."),
    "126": Trouble("An address is missing or wrong", "Complete the address in the chart."),
    "132": Trouble("A payer id is missing or wrong", "Correct it in Settings, Payers."),
    "145": Trouble("The taxonomy code is missing or wrong", "Correct it in Settings."),
    "153": Trouble("A provider's number is missing or wrong", "Correct it in Settings."),
    "158": Trouble("The birth date is not theirs", "Correct the birth date in the chart."),
    "164": Trouble("The member id is missing or wrong", "Read it from the insurance card."),
    "178": Trouble("The charges are missing or wrong", "Open the superbill again."),
    "187": Trouble("The day of service is missing or wrong", "Correct the day of the visit."),
    "218": Trouble("The drug number is missing or wrong", "Correct it on the superbill."),
    "228": Trouble("The kind of claim is missing or wrong", "Build the claim again."),
    "252": Trouble("The authorization number is missing or wrong", "Enter it on the claim."),
    "254": Trouble("The main diagnosis is missing or wrong", "Correct the superbill."),
    "255": Trouble("A diagnosis is missing or wrong", "Correct the superbill."),
    "453": Trouble("A modifier does not fit", "Correct the modifiers on the superbill."),
    "454": Trouble("A procedure code is wrong", "Correct the code on the superbill."),
    "464": Trouble("The payer's claim number is missing", "Enter it on the claim."),
    "476": Trouble("The units are missing or wrong", "Correct the units on the superbill."),
    "481": Trouble("The claim is sent in the wrong form", "Look at the raw answer."),
    "500": Trouble("A ZIP or postal code is wrong", "Correct the address."),
    "511": Trouble("The diagnosis pointer is wrong", "Point the line at a diagnosis."),
    "562": Trouble("An NPI is missing or wrong", "Correct the NPI in Settings, Providers."),
    "673": Trouble("A patient's sex is missing or wrong", "Correct it in the chart."),
    "746": Trouble("Sent twice", "Look for the first claim's answer."),
}


def is_only_receipt(category: str) -> bool:
    """Say whether a status only says that the claim arrived somewhere on its way."""
    return category in {"A0", "A1"}


def status_words(category: str, code: str) -> str:
    """Return a status in words: "Rejected: something is wrong. The member is not found"."""
    said = _CATEGORIES.get(category, f"Status {category}")
    known = _CODES.get(code)
    if known is None:
        return f"{said} (code {code})" if code else said
    return f"{said}. {known.words}"


def status_fix(code: str) -> str:
    """Return what puts a rejection right."""
    known = _CODES.get(code)
    return known.how_to_fix if known and known.how_to_fix else "Read the payer's answer below."


# Where a claim stands with the payer (277): our own words for the categories (X12 code source 507).
_STANDINGS = {
    "P0": "The payer is working on it",
    "P1": "The payer is working on it",
    "P2": "The payer is reviewing it by hand",
    "P3": "The payer waits for information",
    "P4": "The payer waits for information from the patient",
    "P5": "The payer has held it for a system reason",
    "F0": "The payer has decided it",
    "F1": "The payer has decided to pay",
    "F2": "The payer has denied it",
    "F3": "The payer has changed its decision",
    "F4": "The payer has decided it and pays nothing",
    "R0": "The payer asks for more information",
    "R1": "The payer asks who was involved",
    "R3": "The payer asks for more on the claim",
    "R4": "The payer asks for documents",
    "R5": "The payer asks for more on a service",
    "RQ": "The payer asks a question",
    "D0": "The payer does not find this claim",
    "E0": "The question could not be understood",
    "E1": "The payer cannot answer now",
    "E2": "The payer could not be reached",
    "E3": "The question could not be corrected",
    "E4": "The patient or provider in the question was not found",
}
_STANDING_FIX = {
    "P3": "Find out what is missing, and send it.",
    "P4": "Ask the patient to answer the plan's letter.",
    "F1": "Look for the remittance. If none came, ask for it with the payment number.",
    "F2": "Look for the remittance; work the denial when it is posted.",
    "F4": "Look for the remittance.",
    "D0": "Compare member id, day and charge. If they are right, send the claim again at once: "
    "its filing clock runs.",
    "A4": "Compare member id, day and charge. If they are right, send the claim again at once: "
    "its filing clock runs.",
    "R": "Send the payer what it asks for.",
    "E": "Ask again later, or call the payer.",
}
_STANDING_CODES = {
    "3": "Decided, waits for the next payment run",
    "35": "No claim like this",
    "65": "Payment is on its way",
    "585": "The charge is not covered",
}


def standing_words(category: str, code: str) -> str:
    """Return where a claim stands, in words: "The payer is working on it. Waits for …"."""
    said = _STANDINGS.get(category) or _CATEGORIES.get(category) or f"Status {category}"
    more = _STANDING_CODES.get(code) or (_CODES[code].words if code in _CODES else "")
    return f"{said}. {more}" if more else f"{said} (code {code})" if code else said


def standing_fix(category: str, code: str) -> str:
    """Return what to do about where a claim stands; "" where waiting is right."""
    found = _STANDING_FIX.get(category) or _STANDING_FIX.get(category[:1], "")
    return found or (_CODES[code].how_to_fix if code in _CODES else "")
