"""Estimates beside decisions: claims in flight, errors by payer, bills beyond good faith."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing.models import Claim
from frontdesk.billing.operations import compare_estimates, estimates
from frontdesk.billing.queries.told import told_of
from frontdesk.billing.rules.told import Share, together, why_apart
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.coverage.models import (
    Benefit,
    ClaimInFlight,
    EligibilityCheck,
    Estimate,
    EstimateOutcome,
)
from frontdesk.ledger.operations import save_payment_policy
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL, sent
from tests.billing.payer import decided, line, received, remittance


def answered(office, claim, left="100.00"):
    """What the plan had said before the claim: a fifth of the rest, this much deductible left."""
    at = claim.built_at - timedelta(hours=1)
    with office.writing():
        check = EligibilityCheck.objects.create(
            policy=claim.policy, patient_id=claim.patient_id, service_on=claim.on,
            status="active", trace=claim.pk.hex, asked_at=at, answered_at=at,
        )  # fmt: skip
        for code, more in (
            ("A", {"percent": Decimal("0.2")}),
            ("C", {"period": "29", "amount": Decimal(left)}),
        ):
            Benefit.objects.create(asked=check, code=code, service_types="30", segment=9, **more)


def change(office, claim, **values):
    with office.writing():
        held = Claim.objects.get(pk=claim.pk)
        for name, value in values.items():
            setattr(held, name, value)
        held.save()


def run(office):
    at = now()
    return compare_estimates(at=at, by=office.anybody())


def test_a_claim_flies_until_it_is_decided_and_is_compared_once(office):
    claim = office.signed(office.insured())
    answered(office, claim)
    change(office, claim, status="sent", built_at=now())

    assert (run(office), run(office)) == (0, 0)
    with office.reading():
        [flying] = ClaimInFlight.objects.filter(decided_at=None)
    assert flying.claim_id == claim.pk
    assert flying.deductible == min(claim.total, Decimal("100.00"))
    assert flying.owes == flying.deductible + (claim.total - flying.deductible) / 5

    change(office, claim, status="paid", patient_responsibility=flying.owes + 7)
    assert (run(office), run(office)) == (1, 0)
    with office.reading():
        [outcome] = EstimateOutcome.objects.all()
        assert not ClaimInFlight.objects.filter(decided_at=None).exists()
    assert (outcome.off_by, outcome.is_within) == (7, False)
    assert outcome.estimate_id is None


def test_what_the_patient_was_told_counts_before_what_would_be_told(office):
    claim = office.signed(office.insured())
    answered(office, claim)
    change(office, claim, status="paid", patient_responsibility=Decimal("30.00"), built_at=now())
    with office.writing():
        told = Estimate.objects.create(
            patient_id=claim.patient_id, policy=claim.policy, service_on=claim.on,
            appointment_id=claim.visit.appointment_id, charged=claim.total, allowed=claim.total,
            plan_pays=claim.total - 25, patient_owes=Decimal(25), low=Decimal(20),
            high=Decimal(40), made_at=now() - timedelta(days=1),
        )  # fmt: skip

    assert run(office) == 1

    with office.reading():
        [outcome] = EstimateOutcome.objects.all()
    assert (outcome.estimate_id, outcome.off_by, outcome.is_within) == (told.pk, 5, True)


def test_a_denied_claim_lands_and_one_never_answered_is_left_alone(office):
    claim = office.signed(office.insured())
    change(office, claim, status="sent", built_at=now())
    run(office)
    with office.reading():
        assert not ClaimInFlight.objects.exists()
    answered(office, claim)
    run(office)
    change(office, claim, status="denied")

    assert run(office) == 0

    with office.reading():
        assert ClaimInFlight.objects.get().decided_at is not None
        assert not EstimateOutcome.objects.exists()


def test_claims_of_which_nothing_was_known_do_not_stand_in_the_way(office, monkeypatch):
    monkeypatch.setattr(estimates, "AT_A_TIME", 1)
    known = office.signed(office.insured())
    answered(office, known)
    change(office, known, status="paid", built_at=now() - timedelta(days=2))
    late = office.signed(office.insured())
    change(office, late, status="paid", built_at=now() - timedelta(days=1))
    with office.writing():
        EligibilityCheck.objects.create(
            policy=late.policy, patient_id=late.patient_id, service_on=late.on,
            status="active", trace="later", asked_at=now(), answered_at=now(),
        )  # fmt: skip

    assert run(office) == 1

    with office.reading():
        assert EstimateOutcome.objects.get().claim_id == known.pk


def _told(office, claim, owes):
    """What Ann was told before the visit: one line, a deductible of so much."""
    with office.writing():
        Estimate.objects.create(
            patient_id=claim.patient_id, policy=claim.policy, service_on=claim.on,
            appointment_id=claim.visit.appointment_id, charged=claim.total, allowed=85,
            plan_pays=85 - owes, patient_owes=owes, made_at=claim.built_at - timedelta(days=3),
            lines=[{"code": "99213", "units": 1, "service_type": "98", "charged": "148",
                    "allowed": "85", "deductible": str(owes), "copay": "0", "coinsurance": "0"}],
        )  # fmt: skip


@pytest.mark.parametrize(("least", "items"), [("50", 0), ("39.99", 1)])
def test_the_practice_sets_from_how_much_more_it_explains_unasked(office, least, items):
    save_payment_policy({"told_beyond": Decimal(least)}, by=office.role("manager"))
    claim = office.signed(office.insured())
    _told(office, claim, Decimal(20))
    sent(office)
    dearer = line("99213", "148.00", "30.00", "CO-45 63.00", "PR-1 55.00")
    received(office, remittance(decided(claim.number, dearer, USUAL[1])))

    run(office)

    with office.reading():
        assert WorkItem.objects.filter(kind="billing.estimate_apart").count() == items
        assert told_of(Claim.objects.get(pk=claim.pk)).is_much == bool(items)


def test_what_was_told_and_what_came_of_it_is_explained_and_the_patient_is_told(office, client):
    claim = office.signed(office.insured(email="ann@example.org"))
    _told(office, claim, Decimal(10))
    with office.reading():
        stays_silent = told_of(claim)
    sent(office)
    dearer = line("99213", "148.00", "0.00", "CO-45 63.00", "PR-1 85.00")
    received(office, remittance(decided(claim.number, dearer, USUAL[1])))
    assert (stays_silent, run(office)) == (None, 1)

    with office.reading():
        found = told_of(Claim.objects.get(pk=claim.pk))
        item = WorkItem.objects.get(kind="billing.estimate_apart", status="open")
    assert (found.told, found.owes, found.more, item.amount) == (10, 90, 80, 80)
    assert [(one.words, one.amount) for one in found.why] == [
        ("Deductible for 99213: $85.00 and not $10.00", 75),
        ("93000 was done and was not part of the estimate", 5),
    ]
    client.force_login(office.member("biller").user)
    url = reverse("billing:told", args=[claim.pk])
    assert "More than told" in client.get(url).text
    other = office.signed(office.insured("Tom", "Roe"))
    nothing = client.get(reverse("billing:told", args=[other.pk]))
    assert "Nothing was estimated" in nothing.text
    assert "$80.00 more: why" in client.get(reverse("billing:claim", args=[claim.pk])).text
    letter = reverse("billing:told_letter", args=[claim.pk])
    for _ in range(2):  # printed again it is the same letter
        printed = client.post(letter).content
    pages = pypdfium2.PdfDocument(printed)
    read = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    for said in (
        "About your estimate",
        "99213 $10.00 $85.00",
        "93000 $0.00 $5.00",
        "$10.00 $90.00",
    ):
        assert said in " ".join(read.split())
    with office.reading():
        assert claim.events.filter(kind="told_letter").count() == 1
        assert WorkItem.objects.get(pk=item.pk).status != "open"
    assert "letter printed by" in client.get(url).text
    assert client.post(reverse("billing:told_letter", args=[other.pk])).status_code == 302
    client.post(url)
    with office.reading():
        [message] = Message.objects.filter(kind="estimate.apart")
        assert WorkItem.objects.get(pk=item.pk).status != "open"
    assert "$90.00" in message.body
    assert "99213" not in message.body


shares = st.builds(
    Share,
    st.sampled_from(["99213", "93000", "85025"]),
    *[st.integers(0, 9999).map(lambda cents: Decimal(cents).scaleb(-2))] * 5,
)


@given(st.lists(shares, max_size=4), st.lists(shares, max_size=4), st.integers(-9999, 9999))
def test_the_reasons_always_come_to_the_whole_difference(told, came, rest):
    was = sum((one.owes for one in told), Decimal(0))
    owed = sum((one.owes for one in came), Decimal(0)) + Decimal(rest).scaleb(-2)

    assert together(why_apart(told, came, told_sum=was, owed=owed)) == owed - was
