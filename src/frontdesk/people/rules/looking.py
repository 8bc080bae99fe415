"""What somebody typed to find a patient: names, a birth date, digits, an e-mail address."""

import re
from dataclasses import dataclass
from datetime import date

from frontdesk.people.rules.names import words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = rf"(?P<mon>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY, _YEAR = r"(?P<d>\d{1,2})", r"(?P<y>\d{4}|\d{2})"
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})[/.-](?P<y>\d{4}|\d{2})"),
    re.compile(rf"{_NAMED}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_DAY}\.?\s+{_NAMED},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(r"(?P<m>\d{2})(?P<d>\d{2})(?P<y>(?:19|20)\d{2})"),
)
_EMAIL = re.compile(r"\S*@\S*")
_NUMBER = re.compile(r"\+?\(?\d[\d().\s-]*")

LONGEST = 80  # nobody types more to find somebody


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; every part that is there must fit."""

    words: tuple[str, ...] = ()
    born: date | None = None
    digits: str = ""  # of a phone or a chart number
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.born or self.digits or self.email)


def read(text: str, *, this_year: int) -> Wanted:
    """Read what was typed: `okafor m 3/14/68`, `0147 lee`, `mar 14 1968`, `lee@`."""
    rest = text[:LONGEST].strip()
    email = _EMAIL.search(rest)
    if email:
        rest = rest.replace(email.group(), " ")
    born, rest = _take_date(rest, this_year)
    numbers = [re.sub(r"\D", "", number) for number in _NUMBER.findall(rest)]
    rest = _NUMBER.sub(" ", rest)
    return Wanted(
        words=tuple(words(rest)),
        born=born,
        digits="".join(numbers),
        email=email.group().casefold() if email else "",
    )


def date_of(text: str, *, this_year: int) -> date | None:
    """Return the date a text says in any usual form, or None."""
    for form in _DATES:
        if match := form.fullmatch(text.strip()):
            return _date(match.groupdict(), this_year)
    return None


def _take_date(text: str, this_year: int) -> tuple[date | None, str]:
    for form in _DATES:
        match = re.search(rf"(?<!\w)(?:{form.pattern})(?!\w)", text, form.flags)
        if match and (found := _date(match.groupdict(), this_year)):
            return found, text[: match.start()] + " " + text[match.end() :]
    return None, text


def _date(said: dict[str, str | None], this_year: int) -> date | None:
    year = int(said["y"] or 0)
    if year < 100:  # two digits: nobody is born in the future
        year += 2000 if 2000 + year <= this_year else 1900
    named = said.get("mon")
    month = _MONTHS.index(named.lower()) + 1 if named else int(said["m"] or 0)
    try:
        return date(year, month, int(said["d"] or 0))
    except ValueError:
        return None
