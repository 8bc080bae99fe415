"""Are two charts one person? A score from 0 to 100, and why, in plain words.

Weights are evidence for and against, as a front desk weighs them: a birth date and a name say
most, an address something, a phone that a family or a test system shares says little.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import jellyfish
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from frontdesk.people.rules.names import is_short_for, plain, sound

PROPOSE = 70  # from here on two charts are worth a look
SURE = 85  # from here on a new chart needs a reason

_SPACES = re.compile(r"[^a-z0-9]+")
_HEARD = 0.80  # Jaro-Winkler, above which names that sound the same are one name
_ALIKE = 0.88  # Jaro-Winkler, above which two names are one name mistyped


@dataclass(frozen=True, slots=True)
class Identity:
    """What is compared: plain lower-case text, digits, a date."""

    first: str
    last: str
    birth_date: date | None
    sex: str = "U"
    middle: str = ""
    suffix: str = ""
    preferred: str = ""
    phones: frozenset[str] = frozenset()
    email: str = ""
    address: str = ""
    zip_code: str = ""

    @classmethod
    def of(
        cls, *, phones: Iterable[str] = (), birth_date: date | None = None, **said: str
    ) -> "Identity":
        """Return the identity from fields as they are written."""
        text = {name: _SPACES.sub(" ", plain(value)).strip() for name, value in said.items()}
        text["zip_code"] = text.get("zip_code", "")[:5]
        text["sex"] = said.get("sex", "U").upper()
        text["email"] = said.get("email", "").casefold().strip()
        return cls(
            birth_date=birth_date,
            phones=frozenset(phone[-10:] for phone in phones if phone),
            first=text.pop("first", ""),
            last=text.pop("last", ""),
            **text,
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two charts are one person, and what speaks for it."""

    score: int
    reasons: tuple[str, ...]


def compare(one: Identity, two: Identity) -> Likeness:
    """Weigh everything two identities share and contradict."""
    weighed = [
        _birth_dates(one, two),
        _first_names(one, two),
        _last_names(one, two),
        _places(one, two),
        *_ways_to_reach(one, two),
        *_contradictions(one, two),
    ]
    score = sum(points for points, _ in weighed)
    return Likeness(max(0, min(100, score)), tuple(reason for _, reason in weighed if reason))


def blocks(who: Identity) -> set[tuple[str, ...]]:
    """Return the keys under which somebody who may be the same is looked for."""
    found: set[tuple[str, ...]] = set()
    if who.birth_date:
        born = who.birth_date.isoformat()
        found.add(("born", born, who.last[:2]))
        found.add(("born", born, who.first[:2]))
    for number in who.phones:
        found.add(("phone", number, who.first[:2]))
    if who.email:
        found.add(("email", who.email))
    if who.last and who.first:
        found.add(("name", sound(who.last), sound(who.first)))
        found.add(("name", who.last, who.first[:3]))
    return found


def _birth_dates(one: Identity, two: Identity) -> tuple[int, str]:
    if not one.birth_date or not two.birth_date:
        return 0, ""
    if one.birth_date == two.birth_date:
        return 40, "same birth date"
    ours, theirs = one.birth_date, two.birth_date
    if ours.year == theirs.year and (ours.month, ours.day) == (theirs.day, theirs.month):
        return 30, "day and month of birth swapped"
    if DamerauLevenshtein.distance(f"{ours:%Y%m%d}", f"{theirs:%Y%m%d}") == 1:
        return 22, "birth date differs by one digit"
    return -35, ""


def _first_names(one: Identity, two: Identity) -> tuple[int, str]:
    ours, theirs = one.first, two.first
    if not ours or not theirs:
        return 0, ""
    if ours == theirs:
        return 22, "same first name"
    if ours == two.preferred or theirs == one.preferred:
        return 20, "one first name is the other's preferred name"
    return _unequal_first_names(*sorted((ours, theirs), key=len))


def _unequal_first_names(ours: str, theirs: str) -> tuple[int, str]:
    """Weigh two first names, the shorter one first."""
    if is_short_for(ours, theirs) or (len(ours) >= 3 and theirs.startswith(ours)):
        return 18, "one first name is short for the other"
    if theirs.startswith(ours):
        return 6, ""
    if sound(ours) == sound(theirs) and JaroWinkler.similarity(ours, theirs) >= _HEARD:
        return 16, "first name sounds alike"
    return (12, "first name nearly the same") if _alike(ours, theirs) else (-30, "")


def _last_names(one: Identity, two: Identity) -> tuple[int, str]:
    ours, theirs = one.last, two.last
    if not ours or not theirs:
        return 0, ""
    if ours == theirs:
        return 22, "same last name"
    if set(ours.split()) & set(theirs.split()):
        return 18, "one last name is part of the other"
    if sound(ours) == sound(theirs):
        return 18, "last name sounds alike"
    if _alike(ours, theirs) or DamerauLevenshtein.distance(ours, theirs) == 1:
        return 16, "last name nearly the same"
    return (-4, "") if one.sex == two.sex == "F" else (-18, "")


def _places(one: Identity, two: Identity) -> tuple[int, str]:
    if one.address and one.address == two.address:
        return 16, "same address"
    if one.zip_code and one.zip_code == two.zip_code:
        return 4, "same ZIP"
    return 0, ""


def _ways_to_reach(one: Identity, two: Identity) -> Iterable[tuple[int, str]]:
    if one.phones & two.phones:
        yield 10, "same phone"
    if one.email and one.email == two.email:
        yield 12, "same e-mail"


def _contradictions(one: Identity, two: Identity) -> Iterable[tuple[int, str]]:
    if one.sex != two.sex and "U" not in (one.sex, two.sex):
        yield -15, ""
    if one.suffix and two.suffix and one.suffix != two.suffix:
        yield -30, ""  # a father and a son
    if one.middle and two.middle and one.middle[0] != two.middle[0]:
        yield -12, ""


def _alike(one: str, two: str) -> bool:
    if min(len(one), len(two)) < 3:
        return False
    close = JaroWinkler.similarity(one, two) >= _ALIKE
    return close and jellyfish.damerau_levenshtein_distance(one, two) <= 2
