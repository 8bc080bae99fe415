"""Find a patient while one types: the hottest question of the house, so asked in SQL by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from frontdesk.core.clock import now
from frontdesk.core.scoping import current_practice_id
from frontdesk.people.models import NameHint, Patient, SearchKey
from frontdesk.people.rules import looking, names, phones

LIKE = 0.80  # Jaro-Winkler, below which a word is not taken for a slip of another
WORDS_LIKE = 8  # how many similar words are tried for each word typed
CANDIDATES = 60  # rows ranked for a page of results
SHORTEST_NUMBER = 4  # digits from which on a phone number is looked for by its end
SHORTEST_ALIKE = 3  # letters from which on words that sound alike are tried
_AFTER_ALL = "\uffff"

_PATIENTS = """
    SELECT "id", "first_name", "last_name", "preferred_name", "status", "merged_into_id"
    FROM "people_patient" WHERE "practice_id" = %s AND {fits} LIMIT %s
"""
_KEYED = """
    "id" IN (SELECT "patient_id" FROM "people_searchkey"
    WHERE "practice_id" = %s AND "kind" = %s AND ({fits}))
"""
_HINTS = """
    SELECT DISTINCT "word" FROM "people_namehint"
    WHERE "practice_id" = %s AND "kind" = %s AND "value" IN ({marks})
"""


@dataclass(slots=True)
class _Conditions:
    """Conditions of a WHERE, all of which must hold, and what goes into them."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        self.parts.append(part)
        self.values.extend(values)

    def add_keyed(self, kind: str, part: str, *values: Any) -> None:
        self.add(_KEYED.format(fits=part), _practice(), str(kind), *values)


def find(text: str, limit: int = 8) -> list[Patient]:
    """Return the patients whom the text fits, the best first.

    Names in any order and half typed, a birth date in any usual form, a phone (its start or its
    last four digits), a chart number, an e-mail; every part must fit. Where that leaves room,
    names that sound alike or differ by one letter follow. A chart merged into another leads to
    the chart that was kept.
    """
    wanted = looking.read(text, this_year=now().year)
    if not wanted:
        return []
    keys = _fitting(wanted, [[] for _ in wanted.words])
    if len(keys) < limit and wanted.words:
        alike = [words_like(word) for word in wanted.words]
        if any(alike):
            keys = list(dict.fromkeys([*keys, *_fitting(wanted, alike)]))
    patients = Patient.objects.in_bulk(keys[:limit])
    return [patients[key] for key in keys[:limit] if key in patients]


def words_like(word: str) -> list[str]:
    """Return words of patients' names that sound like this one or differ by one letter."""
    if len(word) < SHORTEST_ALIKE:
        return []
    found = set(_hinted(NameHint.Kind.SLIP, names.slips(word)))
    if heard := names.sound(word):
        found.update(_hinted(NameHint.Kind.SOUND, {heard}))
    scored = [(JaroWinkler.similarity(word, other), other) for other in found - {word}]
    likely = sorted((pair for pair in scored if pair[0] >= LIKE), reverse=True)
    return [other for _, other in likely[:WORDS_LIKE]]


def _fitting(wanted: looking.Wanted, alike: Sequence[Sequence[str]]) -> list[UUID]:
    """Return the charts that fit, ranked; `alike` gives others that may stand for each word."""
    rows = _asked(
        wanted, [_begun(word, more) for word, more in zip(wanted.words, alike, strict=True)]
    )
    if len(rows) == CANDIDATES and wanted.words:  # more fit: do not lose those who fit whole
        rows += _asked(wanted, [('"value" = %s', word) for word in wanted.words])
    rows.sort(key=lambda row: _rank(row[1:5], wanted.words))
    return list(dict.fromkeys(_key(row[5] or row[0]) for row in rows))


def _asked(wanted: looking.Wanted, named: Sequence[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """Return patients for whom every part holds; `named` are conditions, one a word."""
    fits = _Conditions()
    if wanted.born:
        fits.add('"birth_date" = %s', wanted.born)
    if wanted.digits:
        _add_digits(fits, wanted.digits)
    if wanted.email:
        fits.add_keyed(SearchKey.Kind.EMAIL, *_starts('"value"', wanted.email))
    for part, *values in named:
        fits.add_keyed(SearchKey.Kind.WORD, part, *values)
    sql = _PATIENTS.format(fits=" AND ".join(fits.parts))
    return _rows(sql, [_practice(), *fits.values, CANDIDATES])


def _begun(word: str, others: Sequence[str]) -> tuple[str, ...]:
    """Return the condition that a name begins with the word, or is one of the others."""
    part, *values = _starts('"value"', word)
    if others:
        part += f' OR "value" IN ({_marks(others)})'
    return part, *values, *others


def _add_digits(fits: _Conditions, digits: str) -> None:
    part, *values = _starts('"chart_number"', digits)
    either = _Conditions([part], list(values))
    if len(digits) >= SHORTEST_NUMBER:
        either.add_keyed(SearchKey.Kind.END, *_starts('"value"', digits[::-1]))
        either.add_keyed(SearchKey.Kind.PHONE, *_starts('"value"', phones.digits(digits)))
    fits.add(f"({' OR '.join(either.parts)})", *either.values)


def _starts(column: str, start: str) -> tuple[str, ...]:
    """Return a condition that an index serves on either database, and its values."""
    if connection.vendor == "sqlite":
        return f"{column} >= %s AND {column} < %s", start, start + _AFTER_ALL
    escaped = start.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"{column} LIKE %s", f"{escaped}%"


def _hinted(kind: str, values: set[str]) -> list[str]:
    sql = _HINTS.format(marks=_marks(values))
    return [word for (word,) in _rows(sql, [_practice(), str(kind), *values])]


def _rank(row: Sequence[Any], typed: Sequence[str]) -> tuple[int, float, str, str]:
    """Sort active charts first, then names nearest to what was typed, then by name."""
    first, last, preferred, status = row
    own = names.search_words(first, last, preferred)
    near = sum(max((_nearness(word, one) for one in own), default=0) for word in typed)
    gone = int(status not in (Patient.Status.ACTIVE, Patient.Status.MERGED))
    return gone, -near, last, first


def _nearness(typed: str, own: str) -> float:
    if typed == own:
        return 2.0
    if own.startswith(typed):
        return 1.5
    return JaroWinkler.similarity(typed, own)


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _marks(values: Sequence[str] | set[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _practice() -> Any:
    practice_id = current_practice_id()
    return practice_id if connection.features.has_native_uuid_field else practice_id.hex


def _key(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
