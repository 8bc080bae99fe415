"""Which site and practice one looks at: chosen in the top bar, within one's own."""

import pytest

from frontdesk.practice import operations
from frontdesk.staff.models import Member


@pytest.fixture
def west(clinic):
    """A second site of the practice."""
    with clinic.reading():
        return operations.save_site(None, {"name": "West"}, by=clinic.role("manager"))


@pytest.fixture
def maria(client, clinic):
    """Somebody at the front desk, signed in."""
    member = clinic.member("receptionist")
    client.force_login(member.user)
    return member


def test_a_site_is_chosen_and_remembered(client, clinic, maria, west):
    answer = client.post(f"/sites/{west.pk}/", HTTP_REFERER="http://testserver/inbox/")

    assert answer.status_code == 302
    assert client.get("/inbox/").wsgi_request.site == west


def test_one_is_led_back_only_within_the_house(client, maria, west):
    answer = client.post(f"/sites/{west.pk}/", HTTP_REFERER="https://evil.example/x")
    assert answer.headers["Location"] == "/"


def test_only_sites_at_which_one_works_are_offered(client, clinic, maria, west):
    with clinic.writing():
        maria.site_ids = [str(clinic.site.pk)]
        maria.save()

    assert "West" not in client.get("/sites/").content.decode()
    assert client.post(f"/sites/{west.pk}/").status_code == 404


def test_a_site_that_was_chosen_and_then_closed_is_left(client, clinic, maria, west):
    client.post(f"/sites/{west.pk}/")
    with clinic.reading():
        operations.save_site(west, {"is_active": False}, by=clinic.role("manager"))

    assert client.get("/inbox/").wsgi_request.site == clinic.site


def test_another_practice_is_offered_to_those_who_belong_to_one(client, clinic, other, maria):
    assert "/practices/" not in client.get("/sites/").content.decode()
    session = client.session
    session["practice_id"] = str(clinic.practice.pk)
    session.save()
    with other.writing():
        Member.objects.create(user=maria.user, name="Maria", roles=["biller"])

    assert "/practices/" in client.get("/sites/").content.decode()
