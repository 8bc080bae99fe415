"""What the bar code on a driver licence or state ID says.

Source: AAMVA DL/ID Card Design Standard, annex D, versions 00 (before 2000) to 11 (2025): a PDF417
symbol with a header, then subfiles (DL or ID) of elements that are named by three letters.
"""

import re
from dataclasses import dataclass
from datetime import date

_HEADER = re.compile(r"(?:ANSI |AAMVA)(?P<issuer>\d{6})(?P<version>\d{2})")
_ELEMENT = re.compile(r"^(?:DL|ID|EN)?(?P<name>[DZ][A-Z]{2})(?P<value>.*)$")
_SUBFILES = re.compile(r"^\d*(?:(?:DL|ID|Z[A-Z])\d{8})*(?=(?:DL|ID)?D[A-Z]{2})")
_NOTHING = {"", "NONE", "UNAVL", "UNAVAIL", "UNK", "N/A"}
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F"}
_CANADIAN = {"CAN", "CN"}


class NotALicence(ValueError):
    """The bar code is of something else, or is cut short."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What stands on it; empty or None where it says nothing."""

    version: int
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    expires_on: date | None = None


def read(text: str) -> Licence:
    """Return what the bar code says; raises `NotALicence` when it is none."""
    header = _HEADER.search(text)
    if header is None:
        raise NotALicence("no AAMVA header")
    version = int(header["version"])
    said = _elements(text[header.end() :])
    first, middle, last, suffix = _names(said)
    birth_date = _day(said.get("DBB", ""), version, said.get("DCG", ""))
    if not last or birth_date is None:
        raise NotALicence("no name or birth date")
    return Licence(
        version=version,
        first_name=_cased(first),
        middle_name=_cased(middle),
        last_name=_cased(last),
        suffix=_cased(suffix),
        birth_date=birth_date,
        sex=_SEXES.get(said.get("DBC", "").upper(), ""),
        address_1=_cased(said.get("DAG") or said.get("DAL", "")),
        address_2=_cased(said.get("DAH") or said.get("DAM", "")),
        city=_cased(said.get("DAI") or said.get("DAN", "")),
        state=(said.get("DAJ") or said.get("DAO", "")).upper()[:2],
        zip_code=_zip(said.get("DAK") or said.get("DAP", "")),
        expires_on=_day(said.get("DBA", ""), version, said.get("DCG", "")),
    )


def _elements(body: str) -> dict[str, str]:
    """Return the elements by their names; the first one follows its subfile's own two letters."""
    found: dict[str, str] = {}
    for line in re.split(r"[\n\r\x1e]+", body):
        # The subfile designators run straight into the first element: "…DL00410278DLDAQ1234".
        match = _ELEMENT.match(_SUBFILES.sub("", line.strip(), count=1))
        if match:
            value = match["value"].strip()
            if value.upper() not in _NOTHING:
                found.setdefault(match["name"], value)
    return found


def _names(said: dict[str, str]) -> tuple[str, str, str, str]:
    """Return first, middle, last name and suffix, however this version parts them."""
    if "DAA" in said:  # version 1: LAST,FIRST,MIDDLE,SUFFIX
        parts = [part.strip() for part in re.split(r"[,@]", said["DAA"])] + [""] * 4
        return parts[1], parts[2], parts[0], parts[3]
    last = said.get("DCS") or said.get("DAB", "")
    first, middle = said.get("DAC", ""), said.get("DAD", "")
    if not first and "DCT" in said:  # versions 2 and 3: all given names in one
        first, _, rest = said["DCT"].replace(",", " ").partition(" ")
        middle = middle or rest.strip()
    return first, middle.replace(",", " "), last, said.get("DCU") or said.get("DAE", "")


def _day(text: str, version: int, country: str) -> date | None:
    """Read a day: year first in version 1 and in Canada, month first elsewhere since."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 8:
        return None
    year_first = (digits[:4], digits[4:6], digits[6:])
    month_first = (digits[4:], digits[:2], digits[2:4])
    is_year_first = version <= 1 or country.upper() in _CANADIAN
    tried = (year_first, month_first) if is_year_first else (month_first, year_first)
    for year, month, day in tried:
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if 1880 <= found.year <= 2200:
            return found
    return None


def _zip(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if not digits:
        return text.strip().upper()  # Canada: K1A 0B1
    more = digits[5:9]
    return f"{digits[:5]}-{more}" if len(more) == 4 and more != "0000" else digits[:5]


def _cased(text: str) -> str:
    """Write capitals as people do: MCDONALD-O'NEIL → Mcdonald-O'Neil, 12 MAIN ST → 12 Main St."""
    if not text.isupper():
        return text.strip()
    return re.sub(r"[A-Z]+", lambda word: word[0].capitalize(), text.strip())
