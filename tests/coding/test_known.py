"""The office’s code sets as the X12 check asks them; a claim with a code of none is held."""

from datetime import date

import pytest

from frontdesk.billing import operations as billing
from frontdesk.coding.models import ChargeItem, Diagnosis, Modifier, Procedure
from frontdesk.coding.queries import KnownCodes
from tests.billing.office import NOON, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_sets():
    """None of the shipped code sets, which other tests of the room load."""
    for model in (Diagnosis, Procedure, Modifier):
        model.objects.all().delete()


@pytest.fixture
def sets(no_sets):
    Procedure.objects.create(code="G0008", description="Flu shot", valid_to=date(2026, 6, 30))
    Procedure.objects.create(code="J1100", description="Dexamethasone")
    Modifier.objects.create(code="25", description="Separate visit")


@pytest.mark.parametrize(
    ("system", "code", "on", "known"),
    [
        ("procedure", "J1100", date(2026, 11, 16), True),
        ("procedure", "G0008", date(2026, 6, 30), True),
        ("procedure", "G0008", date(2026, 7, 1), False),
        ("procedure", "G0000", date(2026, 11, 16), False),
        ("procedure", "99213", date(2026, 11, 16), None),  # CPT: the practice's own
        ("procedure", "A1000", date(2026, 11, 16), None),  # on the practice's charge list
        ("modifier", "25", None, True),
        ("modifier", "ZZ", None, False),
        ("diagnosis", "E119", date(2026, 11, 16), True),
        ("diagnosis", "E1199", date(2026, 11, 16), False),
        ("place", "11", None, True),
        ("place", "00", None, False),
        ("adjustment", "45", None, None),
    ],
)
def test_each_code_is_judged_by_the_day(sets, system, code, on, known):
    office = Office()
    with office.writing():
        ChargeItem.objects.create(code="A1000", description="Our own")
    asked = ["J1100", "G0008", "G0000", "99213", "A1000"]
    with office.reading():
        codes = KnownCodes(["E11.9", "E11.99"], asked, ["25", "ZZ"])
    assert codes.knows(system, code, on) is known


def test_of_a_set_that_is_not_loaded_nothing_is_known(no_sets):
    office = Office()
    Diagnosis.objects.all().delete()  # the office's own
    with office.reading():
        codes = KnownCodes(["E11.9"], ["G0000"], ["25"])
    for system, code in (("diagnosis", "E119"), ("procedure", "G0000"), ("modifier", "25")):
        assert codes.knows(system, code, None) is None


def test_a_code_of_none_holds_the_claim_before_it_is_sent(sets):
    office = Office()
    held = office.signed(office.insured(), lines=(("99213", "148.00", "A"), ("J1100", "9.00", "A")))
    assert held.status == "ready"
    with office.writing():
        charge = held.lines.order_by("place").last().charge
        charge.code = "J9998"
        charge.save()
    again = billing.judge_claim(held, at=NOON, by=office.anybody())
    assert again.status == "held"
    assert "the procedure was not valid on the day of service" in again.findings[0]["words"]
