"""Which diagnoses fit which age and sex.

By ranges of ICD-10-CM codes, after the groups of CMS's Medicare Code Editor (newborn, pediatric,
maternity, adult; female, male). A person decides: these warn, and never stop.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from frontdesk.coding.rules.edits import WARN, Finding, years_old

CITATION = "CMS Medicare Code Editor, age and sex conflicts"


class Fits(NamedTuple):
    """Codes from one start to another, and whom they fit: years at least and most, sex."""

    first: str
    last: str
    least: int
    most: int
    sex: str = ""

    def names(self, bare: str) -> bool:
        """Whether a code, written without its point, lies in the range."""
        return self.first <= bare and bare[: len(self.last)] <= self.last


FITS = (
    Fits("O00", "O9A", 9, 64, "F"),  # pregnancy, childbirth
    Fits("Z33", "Z36", 9, 64, "F"),
    Fits("Z3A", "Z3A", 9, 64, "F"),
    Fits("Z39", "Z39", 9, 64, "F"),
    Fits("P00", "P96", 0, 0),  # newborn: under one year
    Fits("Z0011", "Z00111", 0, 0),
    Fits("Z38", "Z38", 0, 0),
    Fits("Z0012", "Z00129", 0, 17),
    Fits("Z0000", "Z0001", 15, 124),
    Fits("F01", "F03", 15, 124),
    Fits("R54", "R54", 15, 124),
    Fits("C51", "C58", 0, 124, "F"),
    Fits("N70", "N98", 0, 124, "F"),
    Fits("Z0141", "Z01419", 0, 124, "F"),
    Fits("Z124", "Z124", 0, 124, "F"),
    Fits("C60", "C63", 0, 124, "M"),
    Fits("N40", "N53", 0, 124, "M"),
    Fits("Z125", "Z125", 0, 124, "M"),
)


def implausible(codes: Iterable[str], *, born: date | None, sex: str, on: date) -> list[Finding]:
    """Return the diagnoses that don't fit the patient's age or sex on the day."""
    found = []
    for code in codes:
        bare = code.replace(".", "").upper()
        for fits in FITS:
            if fits.names(bare):
                found += _against(fits, code, born, sex, on)
    return found


def _against(fits: Fits, code: str, born: date | None, sex: str, on: date) -> list[Finding]:
    found = []
    years = years_old(born, on) if born else None
    if years is not None and not fits.least <= years <= fits.most:
        found.append(_finding("AGE", code, _("the patient's age (%(n)s)") % {"n": years}))
    if fits.sex and sex in ("F", "M") and sex != fits.sex:
        found.append(_finding("SEX", code, _("the sex on file")))
    return found


def _finding(rule: str, code: str, what: str) -> Finding:
    return Finding(
        rule,
        code,
        _("%(code)s does not fit %(what)s.") % {"code": code, "what": what},
        _("Check the code, and the birth date and sex on the chart."),
        WARN,
        CITATION,
    )
