"""What the codes of an eligibility answer mean, in our own plain words."""

SERVICES = {
    "1": "medical care",
    "2": "surgery",
    "3": "consultation",
    "4": "X-ray",
    "5": "laboratory",
    "6": "radiation therapy",
    "7": "anesthesia",
    "8": "surgical assistance",
    "12": "equipment, bought",
    "13": "surgery center",
    "18": "equipment, rented",
    "20": "second opinion",
    "30": "the whole plan",
    "33": "chiropractic",
    "35": "dental",
    "42": "home health",
    "45": "hospice",
    "47": "hospital",
    "48": "hospital, inpatient",
    "50": "hospital, outpatient",
    "51": "emergency, accident",
    "52": "emergency, medical",
    "53": "surgery, day patient",
    "62": "MRI or CT scan",
    "65": "newborn care",
    "68": "well-baby care",
    "69": "maternity",
    "73": "diagnostic tests",
    "76": "dialysis",
    "78": "chemotherapy",
    "80": "immunizations",
    "81": "routine physical",
    "82": "family planning",
    "86": "emergency services",
    "88": "pharmacy",
    "93": "podiatry",
    "98": "office visit",
    "99": "inpatient visit",
    "A0": "outpatient visit",
    "A3": "home visit",
    "A4": "psychiatric",
    "A6": "psychotherapy",
    "A7": "psychiatric, inpatient",
    "A8": "psychiatric, outpatient",
    "AD": "occupational therapy",
    "AE": "physical medicine",
    "AF": "speech therapy",
    "AG": "skilled nursing",
    "AI": "substance abuse",
    "AL": "vision",
    "BG": "cardiac rehabilitation",
    "BH": "pediatric",
    "BY": "office visit, sick",
    "BZ": "office visit, well",
    "MH": "mental health",
    "PT": "physical therapy",
    "UC": "urgent care",
}

BENEFITS = {
    "1": "Active",
    "2": "Active, full risk capitation",
    "3": "Active, services capitated",
    "4": "Active, primary care capitated",
    "5": "Active, pending investigation",
    "6": "Not active",
    "7": "Not active, pending update",
    "8": "Not active, pending investigation",
    "A": "Coinsurance",
    "B": "Copay",
    "C": "Deductible",
    "CB": "Coverage basis",
    "D": "Benefit description",
    "E": "Exclusion",
    "F": "Limit",
    "G": "Out of pocket",
    "H": "Unlimited",
    "I": "Not covered",
    "J": "Cost containment",
    "K": "Reserve",
    "L": "Primary care provider",
    "M": "Pre-existing condition",
    "MC": "Managed care coordinator",
    "N": "Restricted to a provider",
    "O": "Not a medical necessity",
    "P": "Disclaimer",
    "Q": "Second opinion required",
    "R": "Another payer",
    "S": "Earlier history",
    "T": "Card reported lost or stolen",
    "U": "Ask this party",
    "V": "Cannot be answered",
    "W": "Another source of data",
    "X": "Health care facility",
    "Y": "Spend down",
}

PERIODS = {
    "6": "an hour",
    "7": "a day",
    "13": "24 hours",
    "21": "a year",
    "22": "the plan year",
    "23": "the calendar year",
    "24": "the year so far",
    "25": "the contract",
    "26": "an episode",
    "27": "a visit",
    "28": "the outliers",
    "29": "left",
    "30": "used beyond",
    "31": "not used beyond",
    "32": "a lifetime",
    "33": "a lifetime, left",
    "34": "a month",
    "35": "a week",
    "36": "an admission",
}

REJECTS = {
    "15": "something required is missing from the question",
    "33": "the question was malformed",
    "35": "the plan does not accept electronic questions about this",
    "41": "our office is not authorized to ask this payer",
    "42": "the payer's system is down",
    "43": "the payer does not know our NPI",
    "44": "the provider's name is missing or wrong",
    "45": "the provider's specialty is missing or wrong",
    "46": "the provider's phone is missing or wrong",
    "47": "the provider's state is missing or wrong",
    "50": "the provider may not ask",
    "51": "the provider is not on file with this payer",
    "52": "the service date is outside the provider's contract",
    "53": "the question does not fit the provider",
    "54": "the product is not right for this question",
    "56": "the date of service is not possible",
    "57": "the date of service is missing or wrong",
    "58": "the birth date is missing or not possible",
    "60": "the birth date is after the date of service",
    "61": "the date of death is before the date of service",
    "62": "the date of service is not within the dates the payer answers for",
    "63": "the date of service is in the future",
    "64": "the patient's member ID is missing or wrong",
    "65": "the patient's name is missing or wrong",
    "66": "the patient's sex is missing or wrong",
    "67": "the payer does not find the patient",
    "68": "the payer holds this patient ID twice",
    "69": "the benefit does not fit the patient's age",
    "70": "the benefit does not fit the patient's sex",
    "71": "the birth date is not the one the payer holds",
    "72": "the member ID is missing or wrong",
    "73": "the subscriber's name is missing or wrong",
    "74": "the subscriber's sex is missing or wrong",
    "75": "the payer does not find the subscriber",
    "76": "the payer holds this member ID twice",
    "77": "the payer finds the subscriber but not the patient",
    "78": "the subscriber is not in the group given",
    "79": "the payer's ID is not known to the clearinghouse",
    "80": "the payer did not answer the clearinghouse",
    "97": "the address is missing or wrong",
    "98": "the payer cannot answer for this experimental service",
    "AA": "no authorization is on file",
    "AE": "the question needs more details",
    "T4": "the payer's name or ID is missing",
}

_NOT_FOUND = frozenset(
    ("58", "64", "65", "66", "67", "68", "71", "72", "73", "74", "75", "76", "77", "78")
)
_UNAVAILABLE = frozenset(("42", "80"))


# Under which service type a plan speaks of a procedure, by the start of its code: the sections
# of CPT, wellness visits of HCPCS, and the sample charge list (Z…). The longest start counts.
_SERVICE_OF = {
    **dict.fromkeys(("00", "01"), "7"),
    **dict.fromkeys("123456", "2"),
    "36415": "5",
    "7": "4",
    "8": "5",
    **dict.fromkeys(("904", "906", "907", "G0008", "G0009", "G0010", "Z947"), "80"),
    **dict.fromkeys(("992", "993", "994", "G043", "G044", "Z92", "Z93"), "98"),
    "Z96": "5",
    "Z97": "2",
}


def service_type_of(code: str, otherwise: str) -> str:
    """Return the service type a procedure falls under; `otherwise` where its code tells none."""
    starts = [start for start in _SERVICE_OF if code.startswith(start)]
    return _SERVICE_OF[max(starts, key=len)] if starts else otherwise


def service_words(codes: str) -> str:
    """Say service type codes (separated by commas) in words; an unknown code stays itself."""
    words = [SERVICES.get(code, f"service type {code}") for code in codes.split(",") if code]
    return ", ".join(words)


def benefit_words(code: str) -> str:
    """Say an EB01 code in words; an unknown one is shown as it came."""
    return BENEFITS.get(code, f"Benefit code {code}")


def period_words(code: str) -> str:
    """Say an EB06 code in words; nothing for none."""
    return PERIODS.get(code, f"period {code}") if code else ""


def reject_words(code: str) -> str:
    """Say an AAA03 code as the end of "The payer refused: …"; an unknown one as it came."""
    return REJECTS.get(code, f"reason code {code}, which we do not know")


def treats_as_not_found(code: str) -> bool:
    """Say whether an AAA03 means that the payer does not hold the person as we named them."""
    return code in _NOT_FOUND


def treats_as_unavailable(code: str) -> bool:
    """Say whether an AAA03 means that nobody was there to answer: worth asking again."""
    return code in _UNAVAILABLE
