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
