"""Coverage on screen: who may see it, what it says, and what it costs."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry
from frontdesk.coverage import jobs, operations
from frontdesk.coverage.forms import FILINGS
from frontdesk.coverage.models import Payer, Policy
from frontdesk.people.models import Patient
from frontdesk.rulebook.facts import FILING

HTMX = {"HTTP_HX_REQUEST": "true"}
TODAY = now().date()


@pytest.fixture
def desk(client, clinic):
    """A browser in which somebody of the front desk is signed in."""
    client.force_login(clinic.member("receptionist").user)
    return client


@pytest.fixture
def ann(clinic, policy):
    """Ann Lee, who has a policy."""
    with clinic.reading():
        return Patient.objects.get(pk=policy.patient_id)


def verified(clinic, policy):
    check = operations.verify(
        policy, service_on=TODAY, service_types="98", at=now(), by=clinic.anybody()
    )
    jobs.ask_payer.func(practice_id=str(clinic.practice.pk), check_id=str(check.pk))
    return check


def test_the_card_shows_standing_copay_and_what_is_left(clinic, desk, ann, policy, sandbox):
    before = desk.get(reverse("coverage:panel", args=[ann.pk])).content.decode()
    verified(clinic, policy)
    after = desk.get(reverse("coverage:panel", args=[ann.pk])).content.decode()

    assert "Not verified" in before
    assert "Active" in after
    assert "$25.00" in after
    assert "$912.60" in after
    assert "39 percent of the deductible used" in after


def test_verify_on_the_card_asks_and_the_card_says_so(clinic, desk, ann, policy, sandbox):
    answer = desk.post(reverse("coverage:verify", args=[policy.pk]), **HTMX)

    assert answer.status_code == 200
    assert "Asking the payer" in answer.content.decode()
    assert "every 3s" in answer.content.decode()


def test_the_answer_shows_every_line_and_the_messages_word_for_word(
    clinic, desk, ann, policy, sandbox
):
    check = verified(clinic, policy)

    page = desk.get(reverse("coverage:check", args=[check.pk])).content.decode()

    assert "EB*B*IND*98***27*25*****Y" in page
    assert 'href="#raw-25"' in page
    assert "NM1*IL*1*Lee*Ann****MI*W123456789" in page
    entry = AuditEntry.objects.filter(
        practice_id=clinic.practice.pk, operation="people.open_chart"
    ).last()
    assert entry.patient_id == ann.pk


def test_a_plan_is_added_from_its_card(clinic, desk, ann):
    payer = clinic.payer("P2", name="Second Payer")
    url = reverse("coverage:add", args=[ann.pk])
    said = {"payer": payer.pk, "member_id": "s 77", "relationship": "18", "rank": ""}

    assert "Add a plan" in desk.get(url).content.decode()
    answer = desk.post(url, said, **HTMX)

    assert answer.status_code == 200
    assert "coverage:changed" in answer.headers["HX-Trigger"]
    with clinic.reading():
        added = Policy.objects.select_related("subscription").get(rank=2)
        assert added.subscription.member_id == "S77"


def test_what_is_missing_is_said_at_its_field(clinic, desk, ann):
    url = reverse("coverage:add", args=[ann.pk])

    nothing = desk.post(url, {"relationship": "18"}, **HTMX)
    spouse = desk.post(
        url, {"payer": clinic.payer("P2").pk, "member_id": "1", "relationship": "01"}, **HTMX
    )
    strange = desk.post(url, {"payer": "nonsense", "member_id": "1", "relationship": "18"}, **HTMX)

    assert nothing.status_code == spouse.status_code == strange.status_code == 422
    assert "The plan asks for it." in spouse.content.decode()


def test_policies_are_corrected_ordered_and_ended(clinic, desk, ann, policy):
    operations.add_policy(
        ann, payer=clinic.payer("P2", name="Two"), member_id="T1", by=clinic.anybody()
    )
    with clinic.reading():
        second = Policy.objects.get(rank=2)
        version = Policy.objects.get(pk=policy.pk).version
    corrected = {"member_id": "W7", "plan_name": "Choice", "group_number": "9", "version": version}

    def press(name, held, **said):
        return desk.post(reverse(f"coverage:{name}", args=[held.pk]), said, **HTMX).status_code

    assert press("policy", policy, **corrected) == 200
    assert press("policy", policy, **corrected) == 422  # it is no longer as it was seen
    assert press("move_up", second) == 200
    assert press("end", policy, on="2026-01-31") == 200
    with clinic.reading():
        assert Policy.objects.get(pk=second.pk).rank == 1
        assert Policy.objects.get(pk=policy.pk).ends_on == date(2026, 1, 31)


def test_an_estimate_is_reckoned_in_the_drawer(clinic, desk, ann, policy):
    url = reverse("coverage:estimate", args=[ann.pk])

    wrong = desk.post(url, {"codes": "what?", "on": "2026-11-23", "policy": ""}, **HTMX)
    unpriced = desk.post(url, {"codes": "99213", "on": "2026-11-23", "policy": ""}, **HTMX)

    assert wrong.status_code == 422
    assert "is no service code" in wrong.content.decode()
    assert "99213 has no price" in unpriced.content.decode()


def test_payers_are_looked_up_and_set_up(clinic, client):
    clinic.payer("P1", name="Blue One")
    clinic.payer("P9", name="Old", is_active=False)
    client.force_login(clinic.member("manager").user)

    found = client.get(reverse("coverage:payer_options"), {"q": "blue p1"}).content.decode()
    listed = client.get(reverse("coverage:payers")).content.decode()
    said = {"name": "New Payer", "payer_id": "n1", "filing_indicator": "CI"}
    added = client.post(
        reverse("coverage:payers_new"), {**said, "timely_filing_days": "90"}, **HTMX
    )
    twice = client.post(
        reverse("coverage:payers_new"), {**said, "timely_filing_days": "90"}, **HTMX
    )

    assert "Blue One" in found
    assert "Old" in listed
    assert (added.status_code, twice.status_code) == (200, 422)
    with clinic.reading():
        assert Payer.objects.get(payer_id="N1").timely_filing_days == 90


def test_every_kind_of_payer_keeps_its_kind_when_it_is_changed(clinic, client):
    """X12 SBR09: a Medicare Advantage plan is 16, MA is Medicare's Part A."""
    kinds = dict(FILINGS)
    assert (str(kinds["16"]), str(kinds["MA"])) == ("Medicare Advantage", "Medicare Part A")
    assert set(kinds) == {code for code, _words in FILING}
    payer = clinic.payer("NORTH", name="Northstar Advantage", filing_indicator="16")
    client.force_login(clinic.member("manager").user)
    url = reverse("coverage:payers_edit", args=[payer.pk])

    form = client.get(url).context["form"]
    said = {"name": "Northstar", "payer_id": "NORTH", "timely_filing_days": "180"}
    client.post(url, {**said, "filing_indicator": form["filing_indicator"].value()}, **HTMX)
    wrong = client.post(url, {**said, "filing_indicator": "XX"}, **HTMX)

    assert 'value="16" selected' in str(form["filing_indicator"])
    assert wrong.status_code == 422
    with clinic.reading():
        kept = Payer.objects.get(pk=payer.pk)
    assert (kept.name, kept.filing_indicator) == ("Northstar", "16")


PAGES = {
    "panel": "patient",
    "patient": "patient",
    "add": "patient",
    "estimate": "patient",
    "policy": "policy",
    "end": "policy",
    "authorize": "policy",
    "check": "check",
}


@pytest.mark.parametrize("name", PAGES)
def test_another_practice_finds_nothing(clinic, other, client, ann, policy, sandbox, name):
    key = {"patient": ann.pk, "policy": policy.pk, "check": verified(clinic, policy).pk}
    client.force_login(other.member("manager").user)

    answer = client.get(reverse(f"coverage:{name}", args=[key[PAGES[name]]]))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "verify", "move_up", "payers", "payer_options"])
def test_a_records_clerk_is_refused(clinic, client, ann, policy, name):
    client.force_login(clinic.member("records_clerk").user)
    arguments = [] if name.startswith("payer") else [policy.pk]

    assert client.get(reverse(f"coverage:{name}", args=arguments)).status_code == 403
    assert client.post(reverse(f"coverage:{name}", args=arguments)).status_code == 403


def test_a_provider_sees_and_does_not_change(clinic, client, ann, policy):
    client.force_login(clinic.member("provider").user)

    assert client.get(reverse("coverage:patient", args=[ann.pk])).status_code == 200
    assert client.get(reverse("coverage:add", args=[ann.pk])).status_code == 403
    assert client.post(reverse("coverage:verify", args=[policy.pk])).status_code == 403


def test_pages_cost_the_same_for_one_policy_and_many(clinic, desk, ann, policy, sandbox):
    def cost(name):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert desk.get(reverse(f"coverage:{name}", args=[ann.pk])).status_code == 200
        return len(caught)

    verified(clinic, policy)
    operations.add_authorization(policy, codes=["1"], by=clinic.anybody())
    cost("patient")
    one = [cost("patient"), cost("panel")]
    for name in ("P2", "P3"):
        more = operations.add_policy(
            ann, payer=clinic.payer(name, name=name), member_id=name, by=clinic.anybody()
        )
        verified(clinic, more)
        operations.add_authorization(more, codes=["1"], by=clinic.anybody())

    assert [cost("patient"), cost("panel")] == one


def test_no_page_tells_patients_in_its_address(policy):
    urls = [reverse(f"coverage:{name}", args=[policy.pk]) for name in PAGES]

    assert all(str(policy.pk) in url and "lee" not in url.lower() for url in urls)
