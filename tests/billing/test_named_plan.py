"""A claim to Medicaid whose answer names the managed plan waits, and goes there by one key."""

import pytest
from django.urls import reverse

from frontdesk import x12
from frontdesk.billing import operations
from frontdesk.billing.models import Claim
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.coverage.exchange.eligibility import others
from frontdesk.coverage.models import EligibilityCheck, Policy, Proposal
from frontdesk.coverage.operations import decline_proposal
from tests.billing.office import NOON, TODAY, Office


@pytest.fixture
def named(office):
    """Ann's claim to Medicaid, which says that Cascadia manages her care."""
    office.insurer = office.payer("MCAID", name="State Medicaid", filing_indicator="MC")
    policy = office.insured()
    with office.writing():
        check = EligibilityCheck.objects.create(
            policy=policy, patient_id=policy.patient_id, service_on=TODAY, status="active",
            trace="t1", asked_at=NOON, answered_at=NOON,
        )  # fmt: skip
        office.named = Proposal.objects.create(
            patient_id=policy.patient_id, kind="named", asked=check, payer_name="Cascadia Plan",
            segment=9, made_at=NOON,
        )  # fmt: skip
    return office.signed(policy)


def told(office: Office, payer):
    with office.writing():
        office.named.payer = payer
        office.named.save()


def test_it_is_held_and_goes_to_the_managed_plan_by_one_key(office, named, client):
    assert named.status == Claim.Status.HELD
    [finding] = [one for one in named.findings if one["severity"] == "hold"]
    assert finding["rule"] == "coverage.named_plan"
    assert "Cascadia Plan" in finding["words"]
    by = office.role("biller")
    with pytest.raises(Refused, match="no payer here yet"):
        operations.choose_named_plan(named, at=NOON, by=by)
    cascadia = office.payer("CASC", name="Cascadia Plan")
    told(office, cascadia)
    with pytest.raises(NotPermitted):
        operations.choose_named_plan(named, at=NOON, by=office.actor("billing.claim"))

    client.force_login(office.member("biller").user)
    page = client.get(reverse("billing:claim", args=[named.pk]))
    assert "Change the coverage to it" in page.text
    client.post(reverse("billing:choose_named_plan", args=[named.pk]))

    with office.reading():
        claim = Claim.objects.select_related("payer", "policy__subscription").get(pk=named.pk)
        held = list(Policy.objects.filter(patient=named.patient_id).order_by("rank"))
    assert (claim.payer, claim.status, claim.level) == (cascadia, Claim.Status.READY, 1)
    assert claim.policy.subscription.member_id == "W123456789"  # Medicaid's number goes with it
    assert [one.is_active for one in held if one.pk != claim.policy_id] == [False]
    with pytest.raises(Refused, match="names no other plan"):
        operations.choose_named_plan(claim, at=NOON, by=by)


def test_a_plan_that_is_set_aside_holds_nothing(office, named):
    decline_proposal(office.named, because="Left it", at=NOON, by=office.anybody())

    operations.judge_claim(named, at=NOON, by=office.role("biller"))

    with office.reading():
        assert Claim.objects.get(pk=named.pk).status == Claim.Status.READY


@pytest.mark.parametrize(
    ("code", "entity", "names"),
    [("1", "Y2", ["CASCADIA"]), ("MC", "Y2", ["CASCADIA"]), ("R", "PRP", ["CASCADIA"]),
     ("1", "PR", []), ("MC", "1P", [])],
)  # fmt: skip
def test_a_managed_plan_is_heard_whatever_the_benefit_says(code, entity, names):
    party = x12.Party(entity=entity, name="CASCADIA")
    told = x12.Benefit(code=code, related=[party])
    assert [one.name for one in others([told])] == names
