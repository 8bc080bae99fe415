"""What leaves the house as a table runs nothing where it is opened."""

import csv
from decimal import Decimal

import pytest

from frontdesk.core.spreadsheet import harmless, table


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("+15551230000", "+15551230000"),
        ("O'Neil-Ray", "O'Neil-Ray"),
        ("", ""),
        (-5, -5),
        (None, None),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_shown_instead(said, stands):
    assert harmless(said) == stands


def test_a_table_is_csv_with_whole_cents_and_every_row():
    rows = [["a, b", Decimal("-7.5")], ['say "hi"\n=1', 3]]
    lines = list(table(["Who", "Amount"], iter(rows)))
    assert len(lines) == 3
    assert list(csv.reader("".join(lines).splitlines(keepends=True))) == [
        ["Who", "Amount"],
        ["a, b", "-7.50"],
        ['say "hi"\n=1', "3"],
    ]
