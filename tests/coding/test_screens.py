"""The screens about codes and prices."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.coding import operations
from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule

HTMX = {"headers": {"HX-Request": "true"}}
CHARGE = {"code": "Z9213", "description": "Follow-up", "system": "local", "amount": "155.00"}


@pytest.fixture
def grace(client, clinic):
    client.force_login(clinic.member("manager").user)
    return client


def test_codes_are_offered_while_typing(codes, grace):
    page = grace.get(reverse("coding:diagnoses"), {"q": "heart attack"}, **HTMX).content.decode()
    assert 'role="option" data-value="I21.9"' in page
    page = grace.get(reverse("coding:procedures"), {"q": "j3420"}, **HTMX).content.decode()
    assert 'data-value="J3420"' in page
    page = grace.get(reverse("coding:modifiers"), {"q": "25"}, **HTMX).content.decode()
    assert 'data-value="25"' in page


def test_a_day_of_service_chooses_the_codes(codes, grace):
    url = reverse("coding:diagnoses")
    assert "Z68.18" in grace.get(url, {"q": "Z68.18", "on": "2026-10-01"}).content.decode()
    assert "Z68.18" not in grace.get(url, {"q": "Z68.18", "on": "2026-09-30"}).content.decode()
    assert grace.get(url, {"q": "I10", "on": "whenever"}).status_code == 200


def test_a_charge_is_put_on_the_list_with_its_price(grace, clinic):
    grace.post(reverse("coding:charge_new"), CHARGE, **HTMX)
    page = grace.get(reverse("coding:charges")).content.decode()
    assert "Z9213" in page and "$155.00" in page
    twice = grace.post(reverse("coding:charge_new"), CHARGE, **HTMX)
    assert twice.status_code == 422 and "on the charge list already" in twice.content.decode()

    with clinic.reading():
        item = ChargeItem.objects.get()
    url = reverse("coding:charge", args=[item.pk])
    grace.post(url, {**CHARGE, "amount": "160", "version": item.version}, **HTMX)
    with clinic.reading():
        assert str(Fee.objects.get().amount) == "160.00"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "no code", "A code is like"),
        ("amount", "-1", "greater than"),
        ("amount", "x", "number"),
    ],
)
def test_a_bad_charge_is_told_beside_its_field(grace, field, value, words):
    page = grace.post(reverse("coding:charge_new"), {**CHARGE, field: value}, **HTMX)
    assert page.status_code == 422 and words in page.content.decode()


def test_a_price_list_is_begun_filled_and_brought_in(grace, clinic):
    grace.post(
        reverse("coding:schedule_new"),
        {"name": "2026", "kind": "charge", "starts_on": "2026-01-01"},
    )
    with clinic.reading():
        schedule = FeeSchedule.objects.get()
    grace.post(reverse("coding:price", args=[schedule.pk]), {"code": "z1", "amount": "5"}, **HTMX)
    file = io.BytesIO(b"code,description,price\nZ2,Two,7.50\n")
    file.name = "prices.csv"
    url = reverse("coding:import_prices", args=[schedule.pk])
    refused = grace.post(url, {"file": file, "system": "cpt"}, **HTMX)
    assert "licensed by the AMA" in refused.content.decode()
    file.seek(0)
    grace.post(url, {"file": file, "system": "local"}, **HTMX)

    page = grace.get(reverse("coding:schedule", args=[schedule.pk])).content.decode()
    assert "Z1" in page and "$7.50" in page
    assert "2026" in grace.get(reverse("coding:fees")).content.decode()


def test_the_charge_list_takes_as_many_queries_for_one_as_for_five(grace, clinic):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            grace.get(reverse("coding:charges"))
        return len(queries)

    by = clinic.role("manager")
    operations.save_charge("Z1", {"description": "One"}, by=by)
    one = asked()
    for at in range(2, 6):
        operations.save_charge(f"Z{at}", {"description": "More"}, by=by)
    assert asked() == one


def test_the_front_desk_sees_prices_and_changes_none(client, clinic, other):
    client.force_login(clinic.member("receptionist").user)
    assert client.get(reverse("coding:charges")).status_code == 200
    assert client.get(reverse("coding:charge_new")).status_code == 403
    theirs = operations.save_charge("Z1", {"description": "One"}, by=other.role("manager"))
    client.force_login(clinic.member("manager").user)
    assert client.get(reverse("coding:charge", args=[theirs.pk])).status_code == 404


def test_charges_are_listed_before_there_is_a_site(client, clinic):
    member = clinic.member("manager")
    with clinic.writing():
        member.default_site = None
        member.save()
        clinic.site.is_active = False
        clinic.site.save()
    client.force_login(member.user)
    assert client.get(reverse("coding:charges")).status_code == 200
    assert client.get(reverse("coding:diagnoses"), {"q": "I10"}).status_code == 200
