"""Policies, payers and estimates: kept as the cards say, and as they were told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.coverage import jobs, operations, queries
from frontdesk.coverage.models import Estimate, Policy, Subscription
from tests.sandbox.office import YESTERDAY, batch, claim, files, line, post, read_one

TODAY = now().date()


@pytest.fixture
def by(clinic):
    """Somebody of the front desk."""
    return clinic.role("receptionist")


@pytest.fixture
def priced(clinic):
    """What we charge, and what Demo PPO's contract allows."""
    payer = clinic.payer()
    with clinic.writing():
        charges = FeeSchedule.objects.create(name="Charges", starts_on=date(2020, 1, 1))
        contract = FeeSchedule.objects.create(
            name="PPO", kind=FeeSchedule.Kind.CONTRACT, starts_on=date(2020, 1, 1)
        )
        for code, charge, allowed in (
            ("99213", "150.00", "87.00"),
            ("71046", "1000.00", "580.00"),
            ("74177", "2000.00", "1160.00"),
        ):
            Fee.objects.create(schedule=charges, code=code, amount=Decimal(charge))
            Fee.objects.create(schedule=contract, code=code, amount=Decimal(allowed))
        payer.allowed = contract
        payer.save()
    return payer


def held(clinic, patient):
    with clinic.reading():
        return [
            (p.get_rank_display(), p.subscription.plan.payer.name)
            for p in queries.policies_of(patient)
        ]


def add(clinic, patient, payer, by, **more):
    return operations.add_policy(patient, payer=payer, **{"member_id": "W1", "by": by, **more})


def test_policies_take_the_next_free_rank(clinic, by):
    ann = clinic.patient()
    one, two = clinic.payer("P1", name="One"), clinic.payer("P2", name="Two")

    add(clinic, ann, one, by)
    add(clinic, ann, two, by)

    assert held(clinic, ann) == [("Primary", "One"), ("Secondary", "Two")]
    with pytest.raises(Refused, match="primary policy already"):
        add(clinic, ann, two, by, rank=1)


def test_the_order_can_be_changed_and_is_never_ambiguous(clinic, by):
    ann = clinic.patient()
    made = [add(clinic, ann, clinic.payer(name, name=name), by) for name in ("A", "B", "C")]

    operations.raise_policy(made[2], by=by)
    assert [name for _, name in held(clinic, ann)] == ["A", "C", "B"]

    operations.rank_policies(ann, order=[made[1], made[0], made[2]], by=by)
    assert [name for _, name in held(clinic, ann)] == ["B", "A", "C"]

    with pytest.raises(Refused, match="changed in the meantime"):
        operations.rank_policies(ann, order=made[:2], by=by)


def test_an_ended_policy_frees_its_rank_and_still_covers_the_days_before(clinic, by):
    ann = clinic.patient()
    old = add(clinic, ann, clinic.payer("P1", name="Old"), by)
    operations.end_policy(old, on=TODAY - timedelta(days=10), by=by)
    add(clinic, ann, clinic.payer("P2", name="New"), by, starts_on=TODAY - timedelta(days=9))

    with clinic.reading():
        before = [
            str(p.subscription.plan.payer)
            for p in queries.policies_of(ann, TODAY - timedelta(days=20))
        ]
        after = [str(p.subscription.plan.payer) for p in queries.policies_of(ann, TODAY)]
        past = list(queries.past_policies_of(ann))
    assert (before, after) == (["Old"], ["New"])
    assert past == [old]
    with pytest.raises(Refused, match="ended already"):
        operations.end_policy(old, on=TODAY, by=by)


def test_a_family_shares_one_subscription(clinic, by):
    payer = clinic.payer()
    ann, tom = clinic.patient(), clinic.patient("Tom", birth_date=date(2015, 3, 9))

    mine = add(clinic, ann, payer, by, member_id="w 123-x")
    his = add(clinic, tom, payer, by, member_id="W123-X", relationship="19", holder=ann)

    assert his.subscription_id == mine.subscription_id
    with clinic.reading():
        assert Subscription.objects.get().member_id == "W123-X"


def test_what_a_card_cannot_say_is_refused(clinic, by):
    ann, payer = clinic.patient(), clinic.payer()

    with pytest.raises(Refused, match="member ID is missing"):
        add(clinic, ann, payer, by, member_id="  ")
    with pytest.raises(Refused, match="who holds the policy"):
        add(clinic, ann, payer, by, relationship="01")
    with pytest.raises(Refused, match="end before it starts"):
        add(clinic, ann, payer, by, starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(NotPermitted):
        add(clinic, ann, payer, clinic.role("provider"))
    assert held(clinic, ann) == []


def test_a_correction_sees_what_somebody_else_changed(clinic, by):
    policy = add(clinic, clinic.patient(), clinic.payer(), by)
    seen = policy.version
    start = date(2026, 1, 1)
    operations.change_policy(policy, member_id="W2", starts_on=start, by=by, version=seen)

    with pytest.raises(Changed):
        operations.change_policy(policy, member_id="W3", by=by, version=seen)

    with clinic.reading():
        kept = Policy.objects.select_related("subscription").get()
        assert (kept.subscription.member_id, kept.starts_on) == ("W2", start)


def test_a_payer_id_is_one_payers(clinic):
    by = clinic.role("manager")
    clinic.payer("P1", name="One")
    values = {"name": "Two", "payer_id": " p1 "}

    with pytest.raises(Refused, match="has this ID already"):
        operations.save_payer(None, values, by=by)
    made = operations.save_payer(None, {**values, "payer_id": "p2"}, by=by)

    assert made.payer_id == "P2"
    with pytest.raises(NotPermitted):
        operations.save_payer(made, {"name": "Three"}, by=clinic.role("receptionist"))


def verified(clinic, policy, by):
    check = operations.verify(policy, service_on=TODAY, service_types="98", at=now(), by=by)
    jobs.ask_payer.func(practice_id=str(clinic.practice.pk), check_id=str(check.pk))


def test_an_estimate_names_the_source_of_each_number(clinic, by, priced, sandbox):
    ann = clinic.patient()
    policy = clinic.policy(ann, priced)
    verified(clinic, policy, by)

    made = operations.estimate(
        ann, codes=[{"code": "99213"}], on=TODAY, policy=policy, at=now(), by=by
    )

    assert (made.charged, made.allowed, made.plan_pays, made.patient_owes) == (150, 87, 62, 25)
    day = f"{TODAY:%b} {TODAY.day}"
    assert [one["words"] for one in made.because] == [
        "Plan discount $63.00: what our contract with the plan takes off.",
        "Allowed for 99213: the payer's price list.",
        f"No deductible: plan's answer of {day}, line 27 (office visit).",
        f"Copay $25.00: plan's answer of {day}, line 25 (office visit).",
    ]
    with clinic.reading():
        kept = Estimate.objects.get()
        assert kept.told_lines[0]["owes"] == Decimal("25.00")
        assert kept.discount == 63


def test_what_was_estimated_is_what_the_payer_decides(clinic, by, priced, sandbox):
    ann = clinic.patient()
    policy = clinic.policy(ann, priced)
    verified(clinic, policy, by)
    codes = [{"code": "99213"}, {"code": "71046"}, {"code": "74177"}]

    made = operations.estimate(ann, codes=codes, on=TODAY, policy=policy, at=now(), by=by)
    services = [
        line("99213", "150.00", service_date=YESTERDAY),
        line("71046", "1000.00"),
        line("74177", "2000.00"),
    ]
    post(sandbox, "X12_837_Request_005010X222A1", batch(claim("CLM", *services)))

    [remittance] = [read_one(one) for one in files(sandbox, "835")]
    [decided] = remittance.claims
    assert made.patient_owes == decided.patient_responsibility
    assert made.plan_pays == decided.paid
    assert [one["owes"] for one in made.told_lines] == [
        sum(a.amount for a in ln.adjustments if a.group == "PR") for ln in decided.lines
    ]


def test_without_a_good_answer_the_whole_charge_is_told_and_why(clinic, by, priced, sandbox):
    ann = clinic.patient()
    policy = clinic.policy(ann, priced)
    codes = [{"code": "99213", "units": 2}]

    unasked = operations.estimate(ann, codes=codes, on=TODAY, policy=policy, at=now(), by=by)
    selfpay = operations.estimate(ann, codes=codes, on=TODAY, at=now(), by=by)

    assert unasked.patient_owes == selfpay.patient_owes == 300
    assert unasked.because[0]["words"] == (
        "Demo PPO has not answered yet: the whole charge is shown."
    )
    assert selfpay.because[0]["words"].startswith("Self-pay")


def test_a_service_without_a_price_is_refused(clinic, by, priced):
    with pytest.raises(Refused, match="99999 has no price"):
        operations.estimate(clinic.patient(), codes=[{"code": "99999"}], on=TODAY, at=now(), by=by)


def test_a_modifier_has_its_own_price_where_there_is_one(clinic, by, priced):
    with clinic.writing():
        charges = FeeSchedule.objects.get(kind=FeeSchedule.Kind.CHARGE)
        Fee.objects.create(schedule=charges, code="71046", modifier="26", amount=Decimal("90.00"))

    made = operations.estimate(
        clinic.patient(),
        codes=[{"code": "71046", "modifiers": ["26"]}, {"code": "71046", "modifiers": ["59"]}],
        on=TODAY,
        at=now(),
        by=by,
    )

    assert [one["charged"] for one in made.told_lines] == [90, 1000]
