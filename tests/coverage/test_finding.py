"""Other plans: named in an answer, found by asking, noted from a call; plans apart from persons."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage import jobs, operations, queries
from frontdesk.coverage.models import (
    Discovery,
    DiscoveryQuestion,
    Payer,
    PlanVerification,
    Policy,
    Proposal,
)
from tests.coverage.asking import TODAY, ask, benefit, change, work_items


@pytest.fixture
def edna(clinic):
    """Edna Ended, whose HMO ended and names another payer."""
    payer = clinic.payer("DEMOHMO", name="Demo National HMO")
    patient = clinic.patient("Edna", "Ended", birth_date=date(1970, 1, 2))
    policy = clinic.policy(patient, payer)
    change(clinic, policy.subscription, member_id="W200000001")
    return policy


def proposals(clinic):
    with clinic.reading():
        return list(queries.proposals().order_by("pk"))


def look(clinic):
    with clinic.reading():
        waiting = list(Discovery.objects.filter(status="asking"))
    for one in waiting:
        jobs.look_elsewhere.func(str(clinic.practice.pk), str(one.pk))


def accept(clinic, proposal, **more):
    with clinic.reading():
        payer = proposal.payer or Payer.objects.get(name="Demo United EPO")
    return operations.accept_proposal(
        proposal,
        **{
            "payer": payer,
            "member_id": proposal.member_id or "E77",
            "at": now(),
            "today": TODAY,
            "by": clinic.role("receptionist"),
            **more,
        },
    )


def test_another_payer_in_the_answer_is_proposed_once_with_its_line(clinic, edna, sandbox):
    epo = clinic.payer("DEMOEPO", name="Demo United EPO")

    ask(clinic, edna)
    ask(clinic, edna, at=now() + timedelta(minutes=3))

    [proposal] = proposals(clinic)
    assert (proposal.kind, proposal.payer_id, proposal.status) == ("named", epo.pk, "open")
    assert proposal.segment > 0
    items = [item for item in work_items(clinic) if item.kind == "coverage.other_payer"]
    assert [item.detail for item in items] == [
        "It may have to be billed first or second: Demo United EPO."
    ]


def test_a_payer_on_file_is_not_proposed(clinic, edna, sandbox):
    epo = clinic.payer("DEMOEPO", name="Demo United EPO")
    with clinic.reading():
        patient = edna.patient
    operations.add_policy(patient, payer=epo, member_id="E1", by=clinic.anybody())

    ask(clinic, edna)

    assert proposals(clinic) == []


def test_accepting_adds_the_plan_first_and_ends_the_old_one(clinic, edna, sandbox):
    clinic.payer("DEMOEPO", name="Demo United EPO")
    ask(clinic, edna)
    [proposal] = proposals(clinic)

    added = accept(clinic, proposal, goes_first=True, ends_old=True)

    with clinic.reading():
        old = Policy.objects.get(pk=edna.pk)
    assert (added.rank, added.is_active) == (1, True)
    assert (old.is_active, old.ends_on) == (False, date(2026, 1, 31))
    assert [item.kind for item in work_items(clinic)] == ["coverage.standing"]
    with pytest.raises(Refused):
        accept(clinic, proposal)


def test_declining_needs_a_reason_and_is_not_proposed_again(clinic, edna, sandbox):
    by = clinic.role("receptionist")
    ask(clinic, edna)
    [proposal] = proposals(clinic)

    with pytest.raises(Refused, match="Say why"):
        operations.decline_proposal(proposal, because="", at=now(), by=by)
    operations.decline_proposal(proposal, because="Left that job", at=now(), by=by)
    ask(clinic, edna, at=now() + timedelta(minutes=3))

    assert [one.status for one in proposals(clinic)] == ["declined"]


def test_a_plan_not_active_makes_us_look_elsewhere_and_propose_what_is_found(clinic, edna, sandbox):
    clinic.payer("DEMOPPO", name="Demo Blue PPO", finds_by_name=True)
    clinic.payer("DEMOMCD", name="Demo State Medicaid", finds_by_name=True)
    covers(sandbox, "Ended", "Edna", "1970-01-02")

    ask(clinic, edna)
    look(clinic)

    with clinic.reading():
        told = {
            one.payer.payer_id: (one.status, one.attempts)
            for one in DiscoveryQuestion.objects.select_related("payer")
        }
        assert Discovery.objects.get().status == "found"
    assert told == {"DEMOPPO": ("found", 1), "DEMOMCD": ("none", 1)}
    found = next(one for one in proposals(clinic) if one.kind == "found")
    assert (found.member_id, found.payer_name) == ("W555", "Demo Blue PPO")
    added = accept(clinic, found, goes_first=True)
    check = ask(clinic, added)
    assert check.status == "active"


def covers(sandbox, last, first, born):
    sandbox.desk.world.merge(
        {
            "members": [
                {"id": "W555", "plan": "DEMOPPO-1", "last": last, "first": first, "born": born}
            ]
        }
    )


def test_the_search_keeps_to_the_practices_limits(clinic, edna, sandbox):
    by = clinic.anybody()
    with clinic.reading():
        patient = edna.patient

    def search(who):
        return operations.discover(who, service_on=TODAY, at=now(), by=by)

    with pytest.raises(Refused, match="without a member ID"):
        search(patient)
    for name in ("AA", "BB", "CC"):
        clinic.payer(name, name=name, finds_by_name=True)
    operations.save_discovery_rule(
        is_on=False, most_payers=2, again_after_days=30, most_a_day=2, by=by
    )
    ask(clinic, edna)
    with clinic.reading():
        assert not Discovery.objects.exists()  # it was switched off
    search(patient)
    with clinic.reading():
        assert DiscoveryQuestion.objects.count() == 2
    with pytest.raises(Refused, match="within the last 30 days"):
        search(patient)
    with pytest.raises(Refused, match="limit of searches"):
        search(clinic.patient("Bo"))


def test_somebody_else_of_that_name_is_not_proposed(clinic, edna, sandbox):
    clinic.payer("DEMOPPO", name="Demo Blue PPO", finds_by_name=True)
    covers(sandbox, "Ended", "Edna", "1970-01-03")

    ask(clinic, edna)
    look(clinic)

    assert [one.kind for one in proposals(clinic)] == ["named"]


def test_a_call_counts_like_an_answer_and_settles_the_work(clinic, policy):
    by = clinic.role("receptionist")
    change(clinic, policy.subscription.plan.payer, takes_eligibility=False)
    with clinic.reading():
        patient = policy.patient
    operations.verify_for(patient, service_on=TODAY, at=now(), by=by)

    with pytest.raises(Refused, match="who told it"):
        operations.note_by_hand(
            policy, service_on=TODAY, standing="active", how="phone", at=now(), by=by
        )
    check = operations.note_by_hand(
        policy,
        service_on=TODAY,
        standing="active",
        how="phone",
        told_by="Dana",
        reference="C-1",
        copay=Decimal("30.00"),
        at=now(),
        by=by,
    )

    assert work_items(clinic) == []
    assert benefit(clinic, check, "98").copay.amount == 30
    mine = clinic.booked(at=now(), patient=patient)
    with clinic.reading():
        assert queries.readiness([mine], on=TODAY)[mine.pk].state == "ok"


def test_a_plan_is_verified_apart_from_its_patients(clinic, policy, sandbox):
    by = clinic.role("receptionist")
    ask(clinic, policy)
    ask(clinic, policy, at=now() + timedelta(minutes=3))

    with clinic.reading():
        [first] = PlanVerification.objects.all()
        plan = type(policy.subscription.plan).objects.get()
    assert first.benefits["98"]["copay"] == "25"
    assert first.benefits["30"]["deductible"] == "1500"
    assert "deductible_left" not in str(first.benefits)
    second = operations.verify_plan(
        plan,
        how="phone",
        told_by="Dana",
        benefits={"98": {"copay": "40"}},
        year_begins=7,
        at=now(),
        by=by,
    )
    assert second.changed == [{"service": "98", "what": "copay", "was": "25", "is": "40"}]
    assert second.benefits["98"]["coinsurance"] == first.benefits["98"]["coinsurance"]
    with clinic.reading():
        assert type(plan).objects.get().year_begins == 7


def test_a_proposal_is_seen_by_its_own_practice_only(clinic, other, edna, sandbox):
    ask(clinic, edna)

    with other.reading():
        assert not Proposal.objects.exists()
