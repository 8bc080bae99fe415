"""What payers agreed to pay: which contract counts, by which term, and where nothing is agreed."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.coding import operations, queries
from frontdesk.coding.models import Contract, ConversionFactor, Locality, RelativeValue
from frontdesk.coding.rules.contracts import Term, Units, gaps, medicare_price
from frontdesk.core.errors import NotPermitted, Refused

PAYER, PLAN, DOCTOR = uuid4(), uuid4(), uuid4()
DAY = date(2026, 6, 1)
JANUARY = date(2026, 1, 1)


def agree(clinic, name="2026", starts_on=JANUARY, *, modifiers="", **more):
    said = {"name": name, "payer_id": PAYER, "starts_on": starts_on, **more}
    return operations.save_contract(said, modifiers=modifiers, by=clinic.role("biller"))


def term(clinic, contract, percent, basis="charge", **more):
    by = clinic.role("biller")
    return operations.add_term(contract, basis=basis, percent=Decimal(percent), by=by, **more)


def price_list(clinic, prices, kind="charge", starts_on=JANUARY):
    by = clinic.role("biller")
    made = operations.open_schedule(f"{kind} list", kind=kind, starts_on=starts_on, by=by)
    for (code, modifier), amount in prices.items():
        operations.set_fee(made, code, Decimal(amount), modifier=modifier, by=by)
    return made


def ask(clinic, code="Z9213", modifiers=(), on=DAY, **more):
    with clinic.reading():
        found = queries.allowed(PAYER, code, modifiers, on, **more)
        return found and (found.amount, found.because)


@pytest.fixture
def ours(clinic):
    return price_list(clinic, {("Z9213", ""): "148.00", ("Z9214", ""): "208.00"})


def test_the_contracts_own_price_goes_before_its_terms(clinic, ours):
    agreed = price_list(
        clinic,
        {("Z9213", ""): "101.10", ("Z9640", "26"): "20.00", ("Z9640", ""): "60.00"},
        kind="contract",
    )
    contract = agree(clinic, schedule=agreed)
    term(clinic, contract, "80")

    assert ask(clinic) == (Decimal("101.10"), "2026: its price list")
    assert ask(clinic, "Z9214") == (Decimal("166.40"), "2026: 80 % of our charge")
    assert ask(clinic, "Z9640", ["26"]) == (Decimal("20.00"), "2026: its price list")
    assert ask(clinic, "Z9640", ["TC"]) is None  # a part is not paid like the whole
    assert ask(clinic, "Z0000") is None  # no charge of ours to take a share of


def test_a_term_for_one_code_goes_before_a_range_and_a_range_before_all(clinic, ours):
    contract = agree(clinic)
    term(clinic, contract, "50")
    term(clinic, contract, "60", first_code="Z9210", last_code="Z9219")
    term(clinic, contract, "70", first_code="Z9213")
    assert ask(clinic)[0] == Decimal("103.60")
    assert ask(clinic, "Z9214")[0] == Decimal("124.80")
    assert ask(clinic, "Z9500", charge=Decimal("10.00"))[0] == Decimal("5.00")


def test_the_lesser_of_charge_and_price_is_paid_where_the_contract_says_so(clinic, ours):
    agreed = price_list(clinic, {("Z9213", ""): "150.00"}, kind="contract")
    contract = agree(clinic, schedule=agreed)
    assert ask(clinic) == (
        Decimal("148.00"),
        "2026: our charge, which is less than its price list",
    )
    by = clinic.role("biller")
    operations.save_contract({"pays_lesser": False}, contract=contract, by=by)
    assert ask(clinic)[0] == Decimal("150.00")


def test_modifiers_change_the_price_by_the_contracts_percentages(clinic, ours):
    term(clinic, agree(clinic, modifiers="50=150, 80=16%"), "100")
    assert ask(clinic, modifiers=["50"], charge=Decimal("100.00"))[0] == Decimal("100.00")  # lesser
    assert ask(clinic, modifiers=["80", "RT"])[0] == Decimal("23.68")
    with pytest.raises(Refused, match="50=150"):
        agree(clinic, "x", date(2030, 1, 1), modifiers="50")


def test_the_plans_contract_goes_before_the_providers_and_the_sites(clinic, ours):
    for share, more in (
        ("50", {}),
        ("60", {"site": clinic.site}),
        ("70", {"provider_id": DOCTOR}),
        ("80", {"plan_id": PLAN}),
    ):
        term(clinic, agree(clinic, share, **more), share)
    everything = {"plan": PLAN, "provider": DOCTOR, "site": clinic.site.pk, "charge": Decimal(100)}
    for left_out, dollars in ((None, 80), ("plan", 70), ("provider", 60), ("site", 50)):
        everything.pop(left_out, None)
        assert ask(clinic, **everything)[0] == dollars


def test_a_new_contract_ends_the_one_before_and_one_day_has_one(clinic, ours):
    first = agree(clinic)
    term(clinic, first, "50")
    second = agree(clinic, "2027", date(2027, 1, 1))
    term(clinic, second, "90")
    assert ask(clinic, on=date(2026, 12, 31))[1].startswith("2026")
    assert ask(clinic, on=date(2027, 1, 1))[1].startswith("2027")
    assert ask(clinic, on=date(2025, 12, 31)) is None
    with pytest.raises(Refused, match="2026 holds on some of these days already"):
        agree(clinic, "again", date(2026, 6, 1), last_on=date(2026, 7, 1))
    with pytest.raises(Refused, match="before the first"):
        agree(clinic, "wrong", date(2026, 6, 1), last_on=date(2026, 5, 1))


def test_a_day_without_a_contract_is_told(clinic):
    with clinic.reading():
        assert queries.gaps_of([], DAY) == []
    agree(clinic, "a", date(2026, 1, 1), last_on=date(2026, 3, 31))
    agree(clinic, "b", date(2026, 4, 2), last_on=date(2026, 8, 15))
    with clinic.reading():
        found = queries.gaps_of(list(queries.contracts(PAYER)), DAY)
        told = [(one.name, first, last) for one, first, last in found]
    assert told == [
        ("a", date(2026, 4, 1), date(2026, 4, 1)),
        ("b", date(2026, 8, 16), date(2026, 8, 30)),
    ]


def test_without_a_contract_the_payers_own_list_counts(clinic, ours):
    agreed = price_list(clinic, {("Z9213", ""): "99.00"}, kind="contract")
    assert ask(clinic, schedule=agreed.pk) == (Decimal("99.00"), "the payer's price list")
    assert ask(clinic) is None


@pytest.fixture
def medicare(db):
    for model in (RelativeValue, Locality, ConversionFactor):
        model.objects.all().delete()
    RelativeValue.objects.create(
        year=2024, code="G0101", work="0.45", expense="0.60", expense_in_facility="0.24",
        malpractice="0.05",
    )  # fmt: skip
    Locality.objects.create(
        year=2024, code="1520200", name="Ohio", state="OH", work="1", expense="0.911",
        malpractice="1.033",
    )  # fmt: skip
    ConversionFactor.objects.create(
        first_on=date(2024, 1, 1), last_on=date(2024, 3, 8), dollars="32.7442"
    )
    ConversionFactor.objects.create(
        first_on=date(2024, 3, 9), last_on=date(2024, 12, 31), dollars="33.2875"
    )


def test_a_share_of_medicare_is_reckoned_by_its_formula(clinic, medicare):
    contract = agree(clinic, "MA", date(2024, 1, 1), locality="1520200")
    term(clinic, contract, "110", "medicare")
    # (0.45 * 1 + 0.60 * 0.911 + 0.05 * 1.033) * 33.2875 = 34.89 ; * 1.1 = 38.38
    assert ask(clinic, "G0101", on=date(2024, 6, 1)) == (
        Decimal("38.38"),
        "MA: 110 % of Medicare 2024",
    )
    assert ask(clinic, "G0101", on=date(2024, 1, 5))[0] == Decimal("37.75")
    inside = ask(clinic, "G0101", on=date(2024, 6, 1), place="22")
    assert inside[0] == Decimal("26.38")
    assert ask(clinic, "G0101", on=date(2026, 6, 1)) is None  # that year isn't here


def test_a_contract_may_keep_to_the_prices_of_a_year(clinic, medicare):
    contract = agree(clinic, "MA", locality="1520200")
    term(clinic, contract, "100", "medicare", year=2024)
    assert ask(clinic, "G0101")[0] == Decimal("34.89")


def test_many_services_take_as_many_queries_as_one(clinic, ours, django_assert_num_queries):
    for number in range(3):
        term(clinic, agree(clinic, str(number), date(2026, 1 + number, 1)), "50")
    with clinic.reading(), django_assert_num_queries(4):
        book = queries.price_book([PAYER, uuid4()], ["Z9213", "Z9214", "Z9999"])
        assert book.allowed(PAYER, "Z9214", [], DAY).amount == Decimal("104.00")
        assert book.allowed(PAYER, "Z9213", [], DAY).amount == Decimal("74.00")


def test_two_contracts_are_compared_code_by_code(clinic, ours):
    by = clinic.role("biller")
    for code in ("Z9213", "Z9214"):
        operations.save_charge(code, {"description": code}, by=by)
    first, second = agree(clinic), agree(clinic, "2027", date(2027, 1, 1))
    term(clinic, first, "50")
    term(clinic, second, "75", first_code="Z9214")
    with clinic.reading():
        rows = queries.compared(first, second)
        assert [(row.code, row.difference, row.percent) for row in rows] == [
            ("Z9214", Decimal("52.00"), Decimal("0.5")),
            ("Z9213", None, None),
        ]
        assert queries.unpriced(second) == ["Z9213"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"percent": "0"}, "more than 0"),
        ({"percent": "1001"}, "more than 0"),
        ({"first_code": "no code"}, "A code is like"),
        ({"last_code": "Z9213"}, "before the first"),
        ({"basis": "guess"}, "what the percentage is of"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(clinic, more, words):
    contract = agree(clinic)
    with pytest.raises(Refused, match=words):
        term(clinic, contract, **{"percent": "50", **more})


def test_only_who_sets_fees_sets_contracts_and_another_practice_sees_none(clinic, other, ours):
    contract = agree(clinic)
    term(clinic, contract, "50")
    with pytest.raises(NotPermitted):
        operations.withdraw_contract(contract, by=clinic.role("receptionist"))
    with other.reading():
        assert queries.allowed(PAYER, "Z9213", [], DAY, charge=Decimal(100)) is None
    operations.withdraw_contract(contract, by=clinic.role("biller"))
    assert ask(clinic) is None
    with clinic.reading():
        assert Contract.objects.count() == 1


def test_a_term_fits_codes_of_one_kind():
    assert Term("charge", Decimal(1), "99202", "99215").fits("99213")
    assert not Term("charge", Decimal(1), "99202", "99215").fits("992131")
    assert not Term("charge", Decimal(1), "99213").fits("99214")


def test_medicares_price_is_rounded_once_at_its_end():
    units = Units(Decimal("0.97"), Decimal("1.36"), Decimal("0.08"))
    one = Units(Decimal(1), Decimal(1), Decimal(1))
    assert medicare_price(units, one, Decimal("33.2875")) == Decimal("80.22")


SPANS = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(0, 40)), max_size=6
)


@given(SPANS)
def test_gaps_are_just_the_days_that_nothing_holds(spans):
    held = [(first, date.fromordinal(first.toordinal() + days)) for first, days in spans]
    until = date(2026, 6, 1)
    found = gaps(held, until)
    missing = {
        day
        for day in range(min((a.toordinal() for a, _ in held), default=1), until.toordinal() + 1)
        if held and not any(a.toordinal() <= day <= b.toordinal() for a, b in held)
    }
    told = {day for a, b in found for day in range(a.toordinal(), b.toordinal() + 1)}
    assert told == missing
