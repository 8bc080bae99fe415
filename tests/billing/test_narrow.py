"""The claims list narrowed to a payer or a person, and a claim found by a number."""

import pytest
from django.test import Client

from frontdesk.billing.queries import listing
from tests.billing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def biller(office):
    client = Client()
    client.member = office.member("biller")
    client.force_login(client.member.user)
    return client


def test_a_payer_and_a_person_narrow_the_list_and_stay_in_its_addresses(office, biller):
    first = office.signed(office.insured("Ann", "Lee"))
    other = office.payer("OTHER", name="Other Mutual")
    second = office.signed(office.policy(office.patient("Bo", "Ray"), other))
    with office.writing():
        second.owner = biller.member
        second.save()

    def shown(**said):
        page = biller.get("/billing/", said).content.decode()
        return {one.number for one in (first, second) if f">{one.number}<" in page}, page

    every = {"show": "ready"} if second.status == "ready" else {"show": "held"}
    assert shown(**every, payer=str(other.pk))[0] == {second.number}
    assert shown(**every, owner=str(biller.member.pk))[0] == {second.number}
    found, page = shown(show="ready", payer=str(office.insurer.pk))
    assert found == {first.number}
    assert f"?show=held&amp;payer={office.insurer.pk}" in page
    assert shown(show="ready", payer="nobody")[0] >= {first.number}  # narrows nothing


def test_a_claim_is_found_by_our_number_and_by_the_payers(office, biller):
    claim = office.signed(office.insured())
    with office.writing():
        claim.payer_control_number = "ICN778"
        claim.save()
    for words, is_found in ((claim.number, True), ("880", True), ("icn778", True), ("9", False)):
        page = biller.post("/billing/find/", {"q": words}).content.decode()
        assert (f">{claim.number}<" in page) == is_found, words


def test_a_long_list_is_counted_to_its_limit_and_says_so(office, biller, monkeypatch):
    for name in ("Ann", "Bo", "Cy"):
        claim = office.signed(office.insured(name, "Lee"))
        with office.writing():
            claim.status = "held"
            claim.save()
    assert "3 need someone" in biller.get("/billing/").content.decode()
    monkeypatch.setattr(listing.counted, "__kwdefaults__", {"most": 2})
    page = biller.get("/billing/").content.decode()
    assert "More than 2 need someone" in page
    assert ">2+</span>" in page
