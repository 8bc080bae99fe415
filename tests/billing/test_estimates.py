"""Estimates beside decisions: claims in flight, errors by payer, bills beyond good faith."""

from datetime import timedelta
from decimal import Decimal

from frontdesk.billing.models import Claim
from frontdesk.billing.operations import compare_estimates, estimates
from frontdesk.core.clock import now
from frontdesk.coverage.models import (
    Benefit,
    ClaimInFlight,
    EligibilityCheck,
    Estimate,
    EstimateOutcome,
)


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
