"""Numbers a practice is known by, hours as people write them, and where ZIP codes are."""

import gzip
import re
from datetime import date, time
from functools import cache
from importlib.resources import files
from itertools import pairwise

from frontdesk.solver.distance import Spot

NPI_PREFIX = (
    "80840"  # "health application, United States" of ISO/IEC 7812, before the NPI's Luhn sum
)


def is_npi(number: str) -> bool:
    """Say whether the number is a possible NPI: ten digits, check digit right (45 CFR 162.406)."""
    return (
        len(number) == 10 and number.isascii() and number.isdigit() and _luhn(NPI_PREFIX + number)
    )


def is_tax_id(number: str) -> bool:
    """Say whether the number has the form of an EIN or SSN: nine digits, dashes aside."""
    digits = number.replace("-", "")
    return len(digits) == 9 and digits.isascii() and digits.isdigit()


def age_on(born: date, day: date) -> int:
    """Return whole years lived; a Feb 29 birthday is kept on Mar 1 in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


KEPT_BY_MOST = ("New Year", "Memorial", "Independence", "Labor", "Thanksgiving", "Christmas")


def holidays_of(state: str, year: int) -> dict[date, str]:
    """Return the public holidays of a state in a year, with the days on which they are observed.

    The source is the holidays library; a state it does not know has the national ones.
    """
    import holidays

    known = holidays.country_holidays("US", subdiv=None).subdivisions
    return dict(
        holidays.country_holidays("US", subdiv=state if state in known else None, years=year)
    )


def is_kept_by_most(name: str) -> bool:
    """Say whether offices usually close on this holiday: the six that most practices keep."""
    return any(word in name for word in KEPT_BY_MOST)


Span = tuple[time, time]

_CLOSED = {"", "closed", "-", "–", "off"}
_CLOCK = re.compile(r"^(\d{1,2})(?::?(\d{2}))?\s*(am|pm|a|p)?$")


def read_hours(text: str) -> list[Span]:
    """Return the spans in hours as written: "8-12, 1 pm-5 pm", "8:00–17:00", "closed".

    A closing time without am or pm that is not after its opening is taken as afternoon, for
    "8-5" means five o'clock in the evening. Raises ValueError with words for the person.
    """
    plain = text.strip().lower().replace("noon", "12 pm").replace(".", "")
    if plain in _CLOSED:
        return []
    spans = [_span(part) for part in re.split(r"[,;]|\band\b", plain)]
    spans.sort()
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError("These hours overlap.")
    return spans


def write_hours(spans: list[Span]) -> str:
    """Return hours as people write them; the opposite of `read_hours`."""
    return ", ".join(f"{_wall(opens)} – {_wall(closes)}" for opens, closes in sorted(spans))


def _span(part: str) -> Span:
    ends = re.split(r"\s*(?:-|–|—|\bto\b)\s*", part.strip())
    if len(ends) != 2:
        raise ValueError("Write hours as 8:00 am – 5:00 pm; a comma parts morning and afternoon.")
    opens, closes = _clock(ends[0]), _clock(ends[1])
    said = ends[1].strip()[-1] in "mpa"
    if closes <= opens and not said and closes.hour < 12:
        closes = closes.replace(hour=closes.hour + 12)
    if closes <= opens:
        raise ValueError("Closing comes after opening.")
    return opens, closes


def _clock(text: str) -> time:
    found = _CLOCK.match(text.strip())
    if not found:
        raise ValueError(f"“{text.strip()}” is no time of day.")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"“{text.strip()}” is no time of day.")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"“{text.strip()}” is no time of day.")
    return time(hour, minute)


def _wall(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@cache
def spots_of_zips() -> dict[str, Spot]:
    """Return where ZIP codes are, as shipped: by their five digits."""
    packed = (files("frontdesk.practice") / "data" / "zips.tsv.gz").read_bytes()
    found = {}
    for line in gzip.decompress(packed).decode().splitlines():
        code, latitude, longitude = line.split("\t")
        found[code] = Spot(float(latitude), float(longitude))
    return found
