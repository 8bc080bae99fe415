"""Coverage policies as practices keep them: a CSV with a row for a procedure and a diagnosis."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from frontdesk.coding.exchange.codes import Rejected, table_of
from frontdesk.coding.rules import is_procedure_code, looks_like_diagnosis, with_point

_HEADERS = {
    "policy": ("policy", "lcd", "ncd", "article", "lcd id", "article id", "policy number"),
    "title": ("title", "policy title", "lcd title", "name"),
    "code": ("code", "hcpcs", "cpt", "cpt/hcpcs", "procedure", "hcpcs code", "cpt code"),
    "diagnosis": ("diagnosis", "icd-10", "icd10", "icd-10-cm", "icd", "dx", "icd-10 code"),
    "covered": ("covered", "supports", "supported", "covers"),
    "first day": ("first day", "effective", "effective date", "from", "starts"),
    "last day": ("last day", "end", "end date", "until", "retired"),
    "source": ("source", "citation", "url", "link"),
}
_NEEDED = ("policy", "code", "diagnosis", "first day")
_YES, _NO = ("", "y", "yes", "true", "1", "covered"), ("n", "no", "false", "0", "not covered")
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")


class NecessityRow(NamedTuple):
    """One diagnosis that a version of a policy lists for a procedure."""

    policy: str
    title: str
    code: str
    diagnosis: str  # with its point
    is_covered: bool
    starts_on: date
    last_on: date | None
    source: str


def read_necessity(content: bytes) -> tuple[list[NecessityRow], list[Rejected]]:
    """Read coverage policies (CSV with a heading row); unusable rows come back with why."""
    reader = table_of(content)
    headings = [heading.strip().casefold() for heading in next(reader, [])]
    where = {
        name: next((headings.index(one) for one in spelled if one in headings), None)
        for name, spelled in _HEADERS.items()
    }
    if missing := [name for name in _NEEDED if where[name] is None]:
        return [], [Rejected(1, name, "No column with this heading") for name in missing]
    rows: list[NecessityRow] = []
    rejected: list[Rejected] = []
    for number, cells in enumerate(reader, start=2):
        said = {name: _cell(cells, at) for name, at in where.items()}
        if not any(said.values()):
            continue
        if trouble := _trouble(said):
            rejected.append(Rejected(number, *trouble))
        else:
            rows.append(_row(said))
    return rows, rejected


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _trouble(said: dict[str, str]) -> tuple[str, str] | None:
    """Return the first column that can't be used, and why."""
    first, last = _day(said["first day"]), _day(said["last day"])
    ends = not said["last day"] or (last is not None and first is not None and last >= first)
    tried = (
        ("policy", 1 <= len(said["policy"]) <= 20, "A policy has a number, 20 characters at most"),
        ("code", is_procedure_code(said["code"]), "Not a procedure code"),
        ("diagnosis", looks_like_diagnosis(said["diagnosis"]), "Not an ICD-10-CM code"),
        ("covered", said["covered"].casefold() in _YES + _NO, "Say yes or no"),
        ("first day", first is not None, "Not a day like 2026-01-31"),
        ("last day", ends, "Not a day on or after the first"),
    )
    return next(((column, why) for column, is_right, why in tried if not is_right), None)


def _row(said: dict[str, str]) -> NecessityRow:
    first = _day(said["first day"])
    assert first is not None  # noqa: S101 -- a row without it is in trouble
    return NecessityRow(
        said["policy"].upper(),
        said["title"][:200],
        said["code"].upper(),
        with_point(said["diagnosis"]),
        said["covered"].casefold() in _YES,
        first,
        _day(said["last day"]),
        said["source"][:300],
    )


def _day(text: str) -> date | None:
    for shape in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 -- a day has no zone
    return None
