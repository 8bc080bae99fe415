"""A claim on the CMS-1500: typed for the red form, or with the form drawn for reading."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from frontdesk.billing.rules.cms1500 import PaperClaim
from frontdesk.core.paper import pdf

TEMPLATE = Path(__file__).parent.parent / "data" / "cms1500.typ"
ACROSS, DOWN = 7.2, 12.0  # points: ten letters and six lines to the inch
LEFT, TOP = 24.0, 20.0  # of the first letter on a sheet fed flush
POINTS = Decimal(72) / Decimal("25.4")  # to the millimetre

# What the copy for reading draws: label, first line, last line, first column, columns.
_FRAMES: Sequence[tuple[str, int, int, int, int]] = (
    ("1 MEDICARE  MEDICAID  TRICARE  CHAMPVA  GROUP  FECA  OTHER", 7, 8, 1, 48),
    ("1a INSURED'S I.D. NUMBER", 7, 8, 50, 30),
    ("2 PATIENT'S NAME", 9, 10, 1, 29),
    ("3 BIRTH DATE, SEX (M F)", 9, 10, 31, 18),
    ("4 INSURED'S NAME", 9, 10, 50, 30),
    ("5 PATIENT'S ADDRESS", 11, 16, 1, 29),
    ("6 RELATIONSHIP (SELF SPOUSE CHILD OTHER)", 11, 12, 31, 18),
    ("7 INSURED'S ADDRESS", 11, 16, 50, 30),
    ("9 OTHER INSURED'S NAME", 17, 18, 1, 29),
    ("9a OTHER INSURED'S POLICY OR GROUP", 19, 20, 1, 29),
    ("10a EMPLOYMENT (YES NO)", 19, 20, 31, 18),
    ("10b AUTO ACCIDENT (YES NO)", 21, 22, 31, 18),
    ("10c OTHER ACCIDENT (YES NO)", 23, 24, 31, 18),
    ("11 INSURED'S POLICY GROUP OR FECA NUMBER", 17, 18, 50, 30),
    ("11a BIRTH DATE, SEX (M F)", 19, 20, 50, 30),
    ("11b OTHER CLAIM ID", 21, 22, 50, 30),
    ("11c PLAN NAME", 23, 24, 50, 30),
    ("9d OTHER PLAN NAME", 25, 26, 1, 29),
    ("11d ANOTHER HEALTH PLAN (YES NO)", 25, 26, 50, 30),
    ("12 PATIENT'S SIGNATURE", 28, 29, 1, 48),
    ("13 INSURED'S SIGNATURE", 28, 29, 50, 30),
    ("14 DATE OF ILLNESS, INJURY OR PREGNANCY (LMP), QUAL.", 31, 32, 1, 29),
    ("15 OTHER DATE (QUAL.)", 31, 32, 31, 18),
    ("17 REFERRING PROVIDER", 33, 34, 1, 29),
    ("17b NPI", 33, 34, 31, 18),
    ("20 OUTSIDE LAB (YES NO)", 35, 36, 50, 30),
    ("21 DIAGNOSES A TO L, ICD IND.", 36, 40, 1, 48),
    ("22 RESUBMISSION, ORIGINAL REF. NO.", 37, 38, 50, 30),
    ("23 PRIOR AUTHORIZATION NUMBER", 39, 40, 50, 30),
    ("24A DATES OF SERVICE", 41, 54, 1, 17),
    ("B POS", 41, 54, 19, 5),
    ("D PROCEDURE, MODIFIERS", 41, 54, 25, 19),
    ("E PTR", 41, 54, 45, 4),
    ("F CHARGES", 41, 54, 50, 8),
    ("G UNITS", 41, 54, 59, 5),
    ("J RENDERING PROVIDER", 41, 54, 65, 15),
    ("25 FEDERAL TAX I.D. (SSN EIN)", 55, 56, 1, 20),
    ("26 PATIENT'S ACCOUNT", 55, 56, 23, 13),
    ("27 ASSIGNMENT (Y N)", 55, 56, 37, 12),
    ("28 TOTAL", 55, 56, 51, 9),
    ("29 PAID", 55, 56, 61, 9),
    ("31 PROVIDER, DATE", 57, 61, 1, 21),
    ("32 SERVICE FACILITY", 57, 61, 23, 26),
    ("33 BILLING PROVIDER", 57, 61, 50, 30),
)


def cms1500_pdf(
    title: str,
    sheets: Sequence[PaperClaim],
    *,
    is_copy: bool,
    right: Decimal = Decimal(0),
    down: Decimal = Decimal(0),
) -> bytes:
    """Return the sheets as a PDF: for the red form only what is typed, moved by millimetres."""
    across, below = float(right * POINTS), float(down * POINTS)
    told = {
        "title": title,
        "sheets": [
            {
                "typed": [
                    [LEFT + (one.column - 1) * ACROSS + across,
                     TOP + (one.line - 1) * DOWN + below, one.text]
                    for one in sheet.typed
                ],
                "foot": f"Sheet {sheet.number} of {sheet.of}" if is_copy else "",
            }
            for sheet in sheets
        ],
        "frames": [_frame(*one) for one in _FRAMES] if is_copy else [],
    }  # fmt: skip
    return pdf(TEMPLATE, told)


def _frame(label: str, first: int, last: int, column: int, columns: int) -> list[object]:
    return [
        LEFT + (column - 1) * ACROSS - 2,
        TOP + (first - 1) * DOWN - 1,
        columns * ACROSS,
        (last - first + 1) * DOWN,
        label,
    ]
