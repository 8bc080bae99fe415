"""Values written for PostgreSQL a column at a time come back as they were, on either database."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.database import written
from frontdesk.staff.models import WorkItem
from tests.clinic import Clinic

KEY = UUID("01890000-0000-7000-8000-00000000002a")
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ODD = (
    "plain",
    "",
    " ",
    "\\N",
    "NULL",
    "null",
    "a\tb\nc\rd\\e\\t",
    '{"a","b"}',
    "it's %s, 100 %",
    "é ñ 中 😀",
    "\\.",
    "\x0b\x0c",
)


def test_a_row_is_written_as_copy_reads_it() -> None:
    columns: list[list[Any]] = [
        [KEY, KEY],
        ["a\tb\\c", None],
        [True, False],
        [7, None],
        [date(2026, 1, 2), None],
    ]
    [text] = written.lines(columns)
    assert text.decode() == (
        f"{KEY.hex}\ta\\tb\\\\c\tt\t7\t2026-01-02\n{KEY.hex}\t\\N\tf\t\\N\t\\N\n"
    )


def test_many_rows_are_written_in_parts_and_whole() -> None:
    parts = list(written.lines([[str(number) for number in range(2500)]]))
    assert len(parts) == 3
    assert b"".join(parts).split() == [str(number).encode() for number in range(2500)]


def test_an_array_is_written_with_what_stands_for_nothing() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)
    assert written.array([KEY, None]) == f"{{{KEY.hex},NULL}}"
    assert written.array(['say "no"', "NULL", "", "a\\b"]) == r'{"say \"no\"","NULL","","a\\b"}'
    assert written.array([at, None]) == "{2026-01-02T03:04:05.000600+00:00,NULL}"
    assert written.array([Decimal("1.50"), 2]) == "{1.50,2}"
    assert written.array([time(8, 30), time(8, 30, 0, 5)]) == "{08:30:00,08:30:00.000005}"
    assert written.array([b"\x00\xff"]) == '{"\\\\x00ff"}'
    assert written.array([None, None]) == "{NULL,NULL}"
    assert written.array([]) == "{}"


def test_what_no_record_keeps_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(TypeError, match="complex"):
        list(written.lines([[1, 2j]]))


@pytest.mark.database
def test_odd_texts_are_kept_as_they_were_said(clinic: Clinic) -> None:
    items = [
        WorkItem(
            kind="t.odd",
            title=f"{place} {text}",
            detail=text,
            once=f"odd:{place}",
            pool="biller",
            opened_at=NOON,
        )
        for place, text in enumerate(ODD)
    ]
    with clinic.writing():
        WorkItem.objects.create_many(items)
        found = {one.once: one for one in WorkItem.objects.filter(kind="t.odd")}
        assert [found[one.once].detail for one in items] == list(ODD)
        assert [found[one.once].patient_id for one in items] == [None] * len(items)
        for one, text in zip(items, reversed(ODD), strict=True):
            one.detail = text
        WorkItem.objects.update_many(items, ["detail", "amount"])
        found = {one.once: one for one in WorkItem.objects.filter(kind="t.odd")}
        assert [found[one.once].detail for one in items] == list(reversed(ODD))
        assert [found[one.once].amount for one in items] == [one.amount for one in items]
