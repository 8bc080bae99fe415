"""A day as somebody types it in a hurry: 12/3, dec 3, fri, +14, 6w, tomorrow."""

import re
from datetime import date, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"d": 1, "": 1, "w": 7, "m": 30}
BACK = timedelta(days=60)  # a day without its year, so long ago, is one of the next year


def day_said(text: str, here: date) -> date | None:
    """Return the day that is meant, as seen from today; None when it can't be read."""
    said = " ".join(text.lower().replace(",", " ").replace(".", " ").split())
    for read in (_word, _ahead, _iso, _slashes, _named):
        try:
            if (found := read(said, here)) is not None:
                return found
        except (ValueError, OverflowError):
            return None
    return None


def _word(said: str, here: date) -> date | None:
    plain = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if said in plain:
        return here + timedelta(days=plain[said])
    is_next = said.startswith("next ")
    name = said.removeprefix("next ")
    if len(name) < 3 or name[:3] not in WEEKDAYS or not name.isalpha():
        return None
    ahead = (WEEKDAYS.index(name[:3]) - here.weekday()) % 7 or 7
    return here + timedelta(days=ahead + (7 if is_next and ahead < 7 - here.weekday() else 0))


def _ahead(said: str, here: date) -> date | None:
    found = re.fullmatch(r"([+-]?)(\d{1,3}) ?([dwm]?)", said)
    if found is None or not (found[1] or found[3]):
        return None
    days = int(found[2]) * UNITS[found[3]]
    return here + timedelta(days=-days if found[1] == "-" else days)


def _iso(said: str, here: date) -> date | None:
    return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else None


def _slashes(said: str, here: date) -> date | None:
    found = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2}|\d{4}))?", said)
    return _dated(int(found[1]), int(found[2]), found[3], here) if found else None


def _named(said: str, here: date) -> date | None:
    found = re.fullmatch(r"([a-z]{3,9}) (\d{1,2})(?: (\d{4}))?", said)
    if found is None:
        turned = re.fullmatch(r"(\d{1,2}) ([a-z]{3,9})(?: (\d{4}))?", said)
        if turned is None:
            return None
        name, day, year = turned[2], turned[1], turned[3]
    else:
        name, day, year = found[1], found[2], found[3]
    if name[:3] not in MONTHS:
        return None
    return _dated(MONTHS.index(name[:3]) + 1, int(day), year, here)


def _dated(month: int, day: int, year: str | None, here: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = date(here.year, month, day)
    return found if found > here - BACK else date(here.year + 1, month, day)
