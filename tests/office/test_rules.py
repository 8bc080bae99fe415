"""Terms, matching, banks, duplicates, budgets, weeks: by value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.office.exchange import nacha
from frontdesk.office.exchange.lists import amount_of, read_budget
from frontdesk.office.rules import banking, planning, terms, yearly
from frontdesk.office.rules.approving import is_enough
from frontdesk.office.rules.duplicates import are_alike, number_key
from frontdesk.office.rules.matching import Billed, Ordered, Tolerance, differences
from tests.office.house import ROUTING, day

D = Decimal


@pytest.mark.parametrize(
    ("discount", "total", "pay_on", "due", "expected"),
    [
        ("2.00", "100.00", "2026-11-10", "2026-11-30", "37.2"),  # 2/98 × 365/20
        ("1.00", "100.00", "2026-11-01", "2026-12-31", "6.1"),
        ("0.00", "100.00", "2026-11-10", "2026-11-30", "0"),
        ("2.00", "100.00", "2026-11-30", "2026-11-30", "999"),
    ],
)
def test_what_paying_early_earns_in_a_year(discount, total, pay_on, due, expected):
    assert terms.yearly_yield(D(discount), D(total), day(pay_on), day(due)) == D(expected)


def test_a_discount_is_taken_until_its_day():
    assert terms.discount_of(D("149.25"), D("2")) == D("2.99")
    assert terms.takes_discount(day("2026-11-10"), day("2026-11-10"))
    assert not terms.takes_discount(day("2026-11-11"), day("2026-11-10"))
    assert not terms.takes_discount(day("2026-11-11"), None)


@pytest.mark.parametrize(
    ("on", "every", "of", "comes"),
    [
        ("2026-01-31", "month", 31, "2026-02-28"),
        ("2026-02-28", "month", 31, "2026-03-31"),
        ("2026-12-15", "month", 15, "2027-01-15"),
        ("2026-11-30", "quarter", 30, "2027-02-28"),
        ("2024-02-29", "year", 29, "2025-02-28"),
        ("2026-11-23", "week", 23, "2026-11-30"),
        ("2026-08-31", "half", 31, "2027-02-28"),
    ],
)
def test_when_a_recurring_bill_comes_again(on, every, of, comes):
    assert terms.next_date(day(on), every, of) == day(comes)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Acme Medical Supply, Inc.", "ACME MEDICAL SUPPLY", True),
        ("The Acme Co.", "Acme LLC", True),
        ("Acme Medical Supply", "Acme Medcal Supply", True),
        ("Buckeye Gas", "Buckeye Power", False),
        ("Inc.", "LLC", False),
    ],
)
def test_vendors_that_are_likely_the_same(one, other, alike):
    assert are_alike(one, other) is alike


def test_a_number_is_compared_without_its_marks():
    assert number_key(" inv 00-12/a") == number_key("INV0012A") == "INV0012A"
    assert number_key("000123") == number_key("123")
    assert number_key("--") == ""


def ordered(**more):
    said = {"what": "Gloves", "quantity": D(10), "price": D("12.50"), "received": D(10), **more}
    return Ordered(**said)


@pytest.mark.parametrize(
    ("amount", "quantity", "state", "words"),
    [
        ("125.00", 10, {}, []),
        ("130.00", 10, {}, []),  # within $5
        ("130.01", 10, {}, ["Gloves: $130.01 billed, $125.00 agreed."]),
        ("100.00", 10, {}, []),  # cheaper is no trouble
        ("125.00", 10, {"received": D(8)}, ["Gloves: 10 billed, 8 received."]),
        (
            "137.50",
            11,
            {"received": D(11)},
            ["Gloves: 11 billed, 10 ordered."],
        ),
        (
            "62.50",
            5,
            {"billed_before": D("5.5")},
            ["Gloves: 10.5 billed, 10 ordered.", "Gloves: 10.5 billed, 10 received."],
        ),
        ("125.00", None, {}, ["Gloves: the bill does not say how many."]),
    ],
)
def test_order_receipt_and_bill(amount, quantity, state, words):
    line = Billed(
        "x", D(amount), D(quantity) if quantity is not None else None, ordered(**state)
    )  # fmt: skip
    assert differences([line], Tolerance()) == words


def test_two_lines_for_one_thing_are_looked_at_together_and_a_share_may_be_the_larger_tolerance():
    same = ordered()
    half = Billed("x", D("75.00"), D(6), same)
    assert differences([half, half], Tolerance()) == [
        "Gloves: 12 billed, 10 ordered.",
        "Gloves: 12 billed, 10 received.",
    ]
    large = ordered(price=D(1000))
    line = Billed("x", D("10199.99"), D(10), large)
    assert differences([line], Tolerance()) == []
    assert differences([line], Tolerance(D(1), D(5))) != []
    assert differences([Billed("x", D(9))], Tolerance()) == []
    assert differences([Billed("x", D(9))], Tolerance(), wants_order=True) == [
        "There is no order for this bill."
    ]


def test_one_limit_covers_it_or_two_people_do():
    assert is_enough(D(500), [D(500)])
    assert not is_enough(D("500.01"), [D(500)])
    assert is_enough(D(99999), [D(0), D(0)])
    assert not is_enough(D(1), [])


@pytest.mark.parametrize(
    ("number", "right"),
    [("072000326", True), ("072000327", False), ("021000021", True), ("000000000", False),
     ("12345678", False), ("07200032６", False)],
)  # fmt: skip
def test_a_routing_number_has_a_check_digit(number, right):
    assert banking.is_routing(number) is right


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.05", "Zero and 05/100"),
        ("148.05", "One hundred forty-eight and 05/100"),
        ("1000.00", "One thousand and 00/100"),
        ("21019.30", "Twenty-one thousand nineteen and 30/100"),
        ("1200300.00", "One million two hundred thousand three hundred and 00/100"),
    ],
)
def test_dollars_as_a_check_says_them(amount, words):
    assert banking.in_words(D(amount)) == words


def test_what_is_reported_from_which_sum():
    assert yearly.reported_from(2025) == 600
    assert yearly.reported_from(2026) == 2000
    assert yearly.is_fixed(2026)
    assert not yearly.is_fixed(2027)


@given(st.integers(-(10**9), 10**9))
def test_a_year_in_equal_parts_comes_to_the_year(cents):
    total = D(cents).scaleb(-2)
    parts = planning.spread(total)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= D("0.01")


def test_weeks_ahead_carry_what_is_late_into_the_first_and_add_up():
    first = day("2026-11-23")
    expected = [
        planning.Expected(day("2026-11-01"), D(-100), "bills", "Late"),
        planning.Expected(day("2026-11-29"), D(-50), "bills", "Sunday"),
        planning.Expected(day("2026-11-30"), D(-7), "recurring", "Monday"),
        planning.Expected(day("2030-01-01"), D(-9999), "bills", "Far"),
        planning.Expected(day("2026-12-01"), D(20), "bills", "Credit"),
    ]
    weeks = planning.weeks_ahead(D(1000), first, D(10), expected, 3)
    assert [week.closing for week in weeks] == [860, 883, 893]
    assert weeks[0].goes == {"bills": 150}
    assert weeks[1].goes == {"recurring": 7, "bills": -20}
    assert weeks[1].out == -13


def test_the_usual_week_is_the_middle_one():
    assert planning.usual_week([D(0), D(100), D(5000)]) == 100
    assert planning.usual_week([D(0), D(100), D(200), D(5000)]) == 150
    assert planning.usual_week([]) == 0


def test_income_below_the_plan_and_costs_above_it_are_worse():
    cost = planning.Compared("c", "Rent", False, D(100), D(130))
    income = planning.Compared("i", "Services", True, D(100), D(130))
    assert (cost.better, income.better, cost.percent) == (-30, 30, 130)
    assert planning.Compared("c", "Rent", False, D(0), D(1)).percent is None


ORIGIN = nacha.Origin(ROUTING, "First of Ohio", "9876543210", "Elm Street Family Medicine")


def credit(amount="240.00", **more):
    said = {
        "routing": "021000021", "account": "998877665544", "name": "Müller & Söhne GmbH",
        "identifier": "12", **more,
    }  # fmt: skip
    return nacha.Credit(amount=D(amount), **said)


def test_an_ach_file_by_its_fields_counts_hash_and_totals():
    at = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
    text = nacha.write(
        ORIGIN,
        [
            credit("240.00", remittance=[("A-17", "240.00")]),
            credit("0.01", routing=ROUTING, is_savings=True),
        ],
        effective_on=date(2026, 11, 24),
        made_at=at,
        batch=7,
    )
    lines = text.split("\r\n")[:-1]
    assert len(lines) == 10
    assert {len(line) for line in lines} == {94}
    head, batch, first, addenda, second, batch_end, end = lines[:7]
    assert head == (
        "101 072000326987654321026112317" "05A094101FIRST OF OHIO          "
        "ELM STREET FAMILY MEDIC        "
    )  # fmt: skip
    assert batch[:50] == "5220ELM STREET FAMIL                    9876543210"
    assert (batch[50:53], batch[53:63], batch[69:75]) == ("CCD", "VENDOR PAY", "261124")
    assert (batch[78], batch[79:87], batch[87:]) == ("1", "07200032", "0000007")
    assert first[:39] == "622021000021998877665544     0000024000"
    assert (first[39:54], first[54:76]) == ("12             ", "MULLER & SOHNE GMBH   ")
    assert (first[78], first[79:]) == ("1", "072000320000001")
    assert addenda == "705" + "RMR*IV*A-17**240.00\\".ljust(80) + "0001" + "0000001"
    assert second[:3] == "632"
    assert second[78:] == "0072000320000002"
    hashed = 2100002 + 7200032
    assert batch_end == (
        f"8220000003{hashed:010}000000000000000000024001"
        "9876543210                         072000320000007"
    )  # fmt: skip
    assert end == (
        f"900000100000100000003{hashed:010}000000000000000000024001" + " " * 39
    )  # fmt: skip
    assert lines[7:] == ["9" * 94] * 3


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=40))
def test_any_ach_file_adds_up(cents):
    text = nacha.write(
        ORIGIN,
        [credit(str(D(one).scaleb(-2))) for one in cents],
        effective_on=date(2026, 11, 24),
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    lines = text.split("\r\n")[:-1]
    entries = [line for line in lines if line[0] == "6"]
    [end] = [line for line in lines if line[0] == "9" and line != "9" * 94]
    assert len(lines) % 10 == 0
    assert int(end[7:13]) == len(lines) // 10
    assert int(end[43:55]) == sum(int(line[29:39]) for line in entries) == sum(cents)
    assert int(end[21:31]) == sum(int(line[3:11]) for line in entries) % 10**10


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.001"])
def test_an_ach_file_pays_whole_cents_above_zero(amount):
    with pytest.raises(ValueError, match="cents"):
        nacha.write(
            ORIGIN, [credit(amount)], effective_on=date(2026, 1, 1),
            made_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip


ACCOUNTS = {"rent": "expense.rent", "expense.rent": "expense.rent", "services": "income.services"}
SITES = {"elm street": "S"}


def read(text):
    return read_budget(text.encode(), 2026, ACCOUNTS, SITES)


def test_a_budget_file_wide_and_long():
    wide = read('Account,Site,Jan,Feb\nRent,,"$1,200",1300\nServices,Elm Street,(5.50),\n')
    assert wide.wrong == []
    assert [(row.account, row.site_id, row.month.month, row.amount) for row in wide.rows] == [
        ("expense.rent", None, 1, 1200),
        ("expense.rent", None, 2, 1300),
        ("income.services", "S", 1, D("-5.50")),
    ]
    long = read("account;month;amount\nexpense.rent;2026-03;10\nRENT;apr;20\n")
    assert [(row.month, row.amount) for row in long.rows] == [
        (day("2026-03-01"), 10),
        (day("2026-04-01"), 20),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        ("Rent,5", "The first line names the columns"),
        ("Account,Site,Jan\nRnet,,5", "Line 2: there is no account “Rnet”. Did you mean “Rent”?"),
        ("Account,Site,Jan\nRent,Nowhere,5", "Line 2: there is no site “Nowhere”."),
        ("Account,Site,Jan\nRent,,five", "Line 2: “five” is no amount."),
        ("Account,Site,Jan\nRent,,1.005", "Line 2: “1.005” is no amount."),
        ("Account,Site,Jan\nRent,,5\nRent,,6", "Line 3: this account has January in line 2"),
        ("Account,Month,Amount\nRent,13,5", "Line 2: “13” is no month."),
        ("Account,Month,Amount\nRent,2026-00,5", "Line 2: “2026-00” is no month."),
        ("Account,Month,Amount\nRent,2025-03,5", "Line 2: 2025-03 is not in 2026."),
        ("Account,Site,Jan\n", "The file names no figure."),
        ("a\x00b", "This is no CSV file"),
        ("Account,Site,Jan\n,,5", "Line 2: there is no account “”."),
    ],
)
def test_what_is_wrong_with_a_budget_file_is_told_by_line(text, words):
    found = read(text)
    assert any(line.startswith(words) for line in found.wrong), found.wrong


@given(
    st.sampled_from([b"", b"Account,Site,Jan,Feb\n", b"Account,Site,Jan,Feb\nRent,,"]),
    st.binary(max_size=300),
)
def test_any_budget_file_gives_figures_of_the_year_or_says_what_is_wrong(head, content):
    found = read_budget(head + content, 2026, ACCOUNTS, SITES)

    assert found.rows or found.wrong
    for row in found.rows:
        assert (row.account in ACCOUNTS.values(), row.month.year) == (True, 2026)
        assert row.amount == row.amount.quantize(D("0.01"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,200.50", "1200.50"), ("−5", "-5"), ("1e5", None), ("NaN", None), ("", None),
     ("9" * 13, None), ("$ 12", "12"), ("1.10000", "1.10")],
)  # fmt: skip
def test_amounts_as_people_write_them(text, amount):
    assert amount_of(text) == (D(amount) if amount is not None else None)


@pytest.mark.parametrize(
    ("on", "moves"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-28", "2026-11-30"),  # a Saturday
        ("2026-12-25", "2026-12-28"),  # Christmas on a Friday
        ("2026-07-03", "2026-07-03"),  # the Friday before a holiday on Saturday: banks work
        ("2027-07-04", "2027-07-06"),  # a holiday on a Sunday is kept on Monday
        ("2027-12-31", "2027-12-31"),  # New Year on a Saturday is kept on no other day
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_days_on_which_banks_settle(on, moves):
    assert banking.banking_day(date.fromisoformat(on)) == date.fromisoformat(moves)
