"""What a code costs, and price lists brought in."""

from datetime import date
from decimal import Decimal

import pytest

from frontdesk.coding import operations, queries
from frontdesk.coding.models import ChargeItem, Fee
from frontdesk.coding.operations.trial import try_prices
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused

TODAY = date(2026, 11, 21)
FILE = (
    b"\xef\xbb\xbfCode;Description;Charge;Modifier\r\n"
    b"Z9213;Follow-up;$1,155.00;\r\nZ9213;;120.5;TC\r\n"
)


@pytest.fixture
def schedule(clinic):
    return operations.open_schedule("2026", starts_on=date(2026, 1, 1), by=clinic.role("manager"))


def take(schedule, clinic, content=FILE, **more):
    return operations.import_prices(
        schedule,
        content,
        at=now(),
        by=clinic.role("manager"),
        **{"file_name": "fees.csv", "system": "local", **more},
    )


def test_a_price_for_a_modifier_goes_before_the_price_without(clinic, schedule):
    take(schedule, clinic)
    with clinic.reading():
        assert queries.fee("z9213", [], TODAY) == Decimal("1155.00")
        assert queries.fee("Z9213", ["25", "TC"], TODAY) == Decimal("120.50")
        assert queries.fee("Z9213", ["25"], TODAY) == Decimal("1155.00")
        assert queries.fee("Z0000", [], TODAY) is None


def test_the_list_that_counts_is_that_of_the_day(clinic, schedule):
    by = clinic.role("manager")
    operations.set_fee(schedule, "Z1", Decimal("10.00"), by=by)
    newer = operations.open_schedule("2027", starts_on=date(2027, 1, 1), by=by)
    operations.set_fee(newer, "Z1", Decimal("11.00"), by=by)
    with clinic.reading():
        assert queries.fee("Z1", [], date(2026, 12, 31)) == Decimal("10.00")
        assert queries.fee("Z1", [], date(2027, 1, 1)) == Decimal("11.00")
        assert queries.fee("Z1", [], date(2025, 12, 31)) is None


def test_the_same_file_twice_is_brought_in_once(clinic, schedule):
    assert take(schedule, clinic).pk == take(schedule, clinic).pk
    with clinic.reading():
        assert Fee.objects.count() == 2
        assert ChargeItem.objects.get().description == "Follow-up"


def test_one_bad_row_and_nothing_is_brought_in(clinic, schedule):
    with pytest.raises(Refused, match=r"row 3, amount: Not an amount") as refused:
        take(schedule, clinic, b"code,amount\nZ1,5.00\nZ2,secret\n")
    assert "secret" not in str(refused.value)
    with clinic.reading():
        assert not Fee.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"name,price\nx,1\n", b"code,amount\nZ1,1.005\n", b"\x00"]
)
def test_a_file_without_prices_is_refused(clinic, schedule, content):
    with pytest.raises(Refused):
        take(schedule, clinic, content)


def test_cpt_needs_the_practices_word_that_it_is_licensed(clinic, schedule):
    with pytest.raises(Refused, match="licensed by the AMA"):
        take(schedule, clinic, system="cpt")
    with pytest.raises(Refused, match="licensed by the AMA"):
        take(schedule, clinic, system="cpt", attested=True)

    done = take(schedule, clinic, system="cpt", attested=True, licence="AMA 123")

    assert (done.has_cpt, done.attested_by, done.licence) == (True, "Maria", "AMA 123")


def test_the_front_desk_sets_no_prices(clinic, schedule):
    with pytest.raises(NotPermitted):
        operations.set_fee(schedule, "Z1", Decimal("1.00"), by=clinic.role("receptionist"))


def test_another_practices_prices_are_not_seen(clinic, schedule, other):
    take(schedule, clinic)
    with other.reading():
        assert queries.fee("Z9213", [], TODAY) is None
        assert not any(one.is_own for one in queries.find_procedures("follow-up", on=TODAY))


def test_a_file_is_tried_without_changing_anything(clinic, schedule):
    operations.set_fee(schedule, "Z9213", Decimal("100.00"), by=clinic.role("manager"))
    file = b"Proc,Words,What we ask\nZ9213,Visit,110.00\nZ1,One,5.00\nZ1,One,6.00\nbad code,x,1\n"
    mapping = {"code": "proc", "amount": "What we ask"}
    with clinic.reading():
        found = try_prices(schedule, file, mapping)
        assert (found.rows, found.new_prices, found.new_codes, found.same) == (2, 1, 2, 0)
        assert found.changed == [("Z9213", "", Decimal("100.00"), Decimal("110.00"))]
        assert [(one.row, one.column) for one in found.rejected] == [(5, "code")]
        assert found.twice == ["Z1"]
        assert Fee.objects.count() == 1
    with pytest.raises(Refused, match="row 5, code"):
        take(schedule, clinic, file, mapping=mapping)
    take(schedule, clinic, file.rpartition(b"bad")[0], mapping=mapping)
    with clinic.reading():
        assert queries.fee("Z1", [], TODAY) == Decimal("6.00")
