"""Our Parquet files as another reader sees them."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.reports.exchange.parquet import DAY, MONEY, NUMBER, TEXT, WHOLE, parquet

COLUMNS = (("day", DAY), ("what", TEXT), ("paid", MONEY), ("share", NUMBER), ("days", WHOLE))
ROWS = st.lists(
    st.tuples(
        st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31)),
        st.none() | st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=40),
        st.none() | st.decimals(-(10**12), 10**12, places=2, allow_nan=False),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(-(2**62), 2**62),
    ),
    max_size=70,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Where the file of a test lies."""
    return tmp_path_factory.mktemp("parquet") / "one.parquet"


def as_read(path, columns, rows):
    path.write_bytes(parquet(columns, rows))
    found = duckdb.read_parquet(str(path))
    return found.fetchall(), [str(kind) for kind in found.types]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_another_reader_finds_the_same_values_and_types(path, rows):
    found, kinds = as_read(path, COLUMNS, rows)
    assert kinds == ["DATE", "VARCHAR", "DECIMAL(18,2)", "DOUBLE", "BIGINT"]
    assert found == rows


def test_many_columns_and_many_rows(path):
    columns = [(f"column {number}", WHOLE) for number in range(40)]
    rows = [tuple(number * place for place in range(40)) for number in range(3000)]
    assert as_read(path, columns, rows)[0] == rows


def test_money_is_exact(path):
    rows = [(Decimal("0.1"),), (Decimal("-9999999999.99"),), (Decimal(3),)]
    assert as_read(path, [("paid", MONEY)], rows)[0] == rows
