"""Later plans: billed once the plan before decided, with all it decided, balanced to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk import x12
from frontdesk.billing import operations, queries
from frontdesk.billing.exchange import batch, envelope
from frontdesk.billing.models import Claim, Denial, RemittanceClaim
from frontdesk.billing.rules import facts, secondary
from frontdesk.billing.rules.scrub import scrub
from frontdesk.core.errors import Refused
from tests.billing.decisions import USUAL, fresh, sent, work
from tests.billing.office import NOON
from tests.billing.payer import decided, line, received, remittance
from tests.billing.ruled import in_force
from tests.billing.test_checks import ANN, SOUND

CENT = Decimal("0.01")


@pytest.fixture
def policy(office):
    """Ann Lee's first plan; Second Mutual comes after it."""
    found = office.insured()
    office.second_plan(found)
    return found


def claims(office):
    with office.reading():
        return list(Claim.objects.select_related("payer", "patient", "visit").order_by("pk"))


def medicare_second(office, **more):
    found = office.insured(**more)
    payer = office.payer("MEDB", name="Medicare B", filing_indicator="MB")
    second = office.policy(found.patient, payer, rank=2).subscription
    with office.writing():
        second.member_id = "1EG4TE5MK73"
        second.save()
    return found


def test_the_secondary_goes_by_itself_and_leaves_the_rest_to_the_patient(office, policy):
    first = office.signed(policy)
    sent(office)
    assert first.level == 1
    received(office, remittance(decided(first.number, *USUAL)))

    _, second = claims(office)
    assert (second.level, second.status, second.crossed_over) == (2, Claim.Status.READY, False)
    assert office.standing(policy.patient) == ("0.00", "30.00", "0.00")  # no bill until it decides
    content = bytes(sent(office).content)
    for segment in (b"SBR*S*18", b"SBR*P*18", b"AMT*D*80", b"AMT*EAF*30", b"DTP*573*D8*20261120",
                    b"SVD*", b"CAS*CO*45*63", b"CAS*PR*3*25"):  # fmt: skip
        assert segment in content, segment
    answer = decided(
        second.number,
        line("99213", "148.00", "20.00", "OA-23 123.00", "PR-2 5.00"),
        line("93000", "66.00", "5.00", "OA-23 61.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")


def test_medicare_as_a_later_plan_is_billed_within_a_year_of_the_service(office):
    """42 CFR 424.44 knows no longer time for what another plan had to decide first."""
    first = office.signed(medicare_second(office))
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))

    _, second = claims(office)
    with office.reading():
        [clock] = queries.running([second.pk])
    assert clock.kind == "secondary"
    assert second.file_by == clock.due_on == first.on.replace(year=first.on.year + 1)


def second_pays(visit, reading):
    """The second plan pays its part of both, each under a number of its own."""
    left = ("OA-23 123.00", "PR-2 5.00")
    one = decided(visit, line("99213", "148.00", "20.00", *left), status="2")
    other = decided(reading, line("93000", "66.00", "5.00", "OA-23 61.00"), status="2")
    return remittance(one, other, payer="SECOND MUTUAL")


def test_each_claim_of_a_split_visit_goes_on_with_its_own_lines(office, policy):
    in_force(office, "APART", actions=[{"do": "split"}])
    office.signed(policy)
    one, other = claims(office)
    sent(office)

    received(office, remittance(decided(one.number, USUAL[0]), trace="A"))
    with office.reading():
        [later] = Claim.objects.filter(level=2)
        assert [line.charge.code for line in later.lines.all()] == ["99213"]
        assert (later.total, later.status) == (Decimal(148), Claim.Status.READY)
    assert office.standing(policy.patient) == ("0.00", "91.00", "0.00")  # 25 of it with the second

    received(office, remittance(decided(other.number, USUAL[1]), trace="B"))
    with office.reading():
        _, last = Claim.objects.filter(level=2).order_by("pk")
        assert [line.charge.code for line in last.lines.all()] == ["93000"]
    content = bytes(sent(office).content)
    assert content.count(b"SBR*S*18") == 2
    received(office, second_pays(later.number, last.number))
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")


@pytest.mark.parametrize("first", [0, 1], ids=["in order", "the other way round"])
def test_each_claim_of_a_split_visit_that_is_sent_on_is_awaited(office, policy, first):
    in_force(office, "APART", actions=[{"do": "split"}])
    office.signed(policy)
    both = claims(office)
    sent(office)
    for number in (first, 1 - first):
        body = decided(both[number].number, USUAL[number], status="19")
        received(office, remittance(body, trace=f"T{number}"))
    with office.reading():
        later = list(Claim.objects.filter(level=2).order_by("pk"))
        assert [one.crossed_over for one in later] == [True, True]
    assert office.standing(policy.patient) == ("0.00", "30.00", "0.00")

    received(office, second_pays(both[0].number, both[1].number))
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")
    assert {fresh(office, one).status for one in later} == {Claim.Status.PAID}


def test_a_later_plans_discount_that_the_first_took_already_is_not_taken_twice(office, policy):
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    sent(office)
    _, second = claims(office)

    answer = decided(
        second.number,
        line("99213", "148.00", "20.00", "CO-45 63.00", "OA-23 60.00", "PR-2 5.00"),
        line("93000", "66.00", "0.00", "CO-45 46.00", "OA-23 20.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))

    assert fresh(office, second).status == Claim.Status.PAID
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")
    assert office.books()["adjustment.contractual"] == Decimal(109)  # 104 of the first, 5 new


def test_a_later_plans_refusal_is_of_what_was_open_only(office, policy):
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    sent(office)
    _, second = claims(office)

    answer = decided(
        second.number,
        line("99213", "148.00", "0.00", "CO-27 148.00"),
        line("93000", "66.00", "0.00", "OA-23 61.00", "PR-2 5.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))

    with office.reading():
        one = Denial.objects.get()
    assert (one.amount, one.claim_id) == (Decimal("25.00"), second.pk)
    assert office.standing(policy.patient) == ("5.00", "25.00", "0.00")


def test_a_claim_sent_on_waits_and_is_not_sent_again(office, policy):
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL, status="19")))

    _, second = claims(office)
    assert (second.crossed_over, second.status, second.level) == (True, Claim.Status.ACCEPTED, 2)
    assert office.standing(policy.patient) == ("0.00", "30.00", "0.00")
    assert operations.queue_batch(at=NOON, by=office.role("biller")) is None

    # The second plan answers under the number the first one had from us.
    answer = decided(
        first.number,
        line("99213", "148.00", "20.00", "OA-23 123.00", "PR-2 5.00"),
        line("93000", "66.00", "5.00", "OA-23 61.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))

    assert fresh(office, second).status == Claim.Status.PAID
    assert fresh(office, first).paid == Decimal(80)
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")


def test_a_claim_sent_on_twice_waits_once(office, policy):
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL, status="19"), trace="A"))
    received(office, remittance(decided(first.number, *USUAL, status="19"), trace="A"))

    assert len(claims(office)) == 2


def test_sent_on_to_a_plan_we_do_not_know_asks_which(office):
    first = office.signed(office.insured())
    sent(office)

    received(office, remittance(decided(first.number, *USUAL, status="19")))

    assert work(office) == ["billing.next_plan_unknown"]


def test_the_second_plan_is_not_billed_before_the_first_decided(office, policy):
    first = office.signed(policy)
    with office.reading():
        second = policy.patient.policies.get(rank=2)

    held = operations.choose_policy(first, second, at=NOON, by=office.role("biller"))

    assert held.status == Claim.Status.HELD
    words = " ".join(found["words"] for found in held.findings)
    assert "The plan before this one has not decided yet" in words and "Demo PPO" in words
    assert operations.queue_batch(at=NOON, by=office.role("biller")) is None


def test_a_decision_that_was_taken_back_is_no_decision(office, policy):
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    _, second = claims(office)
    back = decided(
        first.number,
        line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
        line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
        status="22",
    )
    with office.writing():
        row = RemittanceClaim.objects.get()
        row.status_code = back.status
        row.save()

    judged = operations.judge_claim(second, at=NOON, by=office.role("biller"))

    assert judged.status == Claim.Status.HELD


def test_a_third_plan_reads_what_both_before_decided(office, policy):
    third = office.payer("THIRD", name="Third Fund")
    office.policy(policy.patient, third, rank=3)
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    sent(office)
    second = claims(office)[1]
    answer = decided(
        second.number,
        line("99213", "148.00", "20.00", "OA-23 123.00", "PR-2 5.00"),
        line("93000", "66.00", "5.00", "OA-23 61.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))

    last = claims(office)[2]
    assert (last.level, last.status) == (3, Claim.Status.READY), last.findings
    assert office.standing(policy.patient) == ("0.00", "5.00", "0.00")
    content = bytes(sent(office).content)
    assert b"SBR*T*18" in content and b"SBR*P*18" in content and b"SBR*S*18" in content
    assert content.count(b"SVD*") == 4


@pytest.mark.parametrize(
    ("age", "filing", "code"),
    [(70, "CI", "12"), (64, "CI", "43"), (70, "WC", "15"), (30, "AM", "14"), (80, "LM", "47")],
)
def test_why_medicare_pays_second(age, filing, code):
    assert secondary.msp_type(age=age, first_filing=filing) == code
    assert code in secondary.MSP_TYPES


def test_medicare_second_says_why_and_a_person_may_correct_it(office):
    policy = medicare_second(office, birth_date=date(1950, 3, 1))
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    second = claims(office)[1]
    assert (second.status, second.msp_type) == (Claim.Status.READY, "12"), second.findings
    by = office.role("biller")

    with pytest.raises(Refused):
        operations.set_msp_type(second, "99", at=NOON, by=by)
    operations.set_msp_type(second, "13", at=NOON, by=by)

    assert b"*13****MB~" in bytes(sent(office).content)


def test_medicare_second_without_why_is_held():
    claim = replace(SOUND, level=2, payer=replace(SOUND.payer, filing="MB"), msp_type="")
    assert "coordination.msp" in {found.rule for found in scrub(claim)}
    assert "coordination.msp" not in {found.rule for found in scrub(replace(claim, msp_type="12"))}


charge = st.integers(1, 50_000)
reasons = st.lists(
    st.tuples(
        st.sampled_from(["CO", "PR", "OA", "PI"]),
        st.sampled_from(["45", "1", "2", "3", "97", "197", "253", "B7"]),
        st.integers(-2_000, 20_000),
    ),
    max_size=7,
    unique_by=lambda one: one[:2],
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(st.tuples(charge, reasons), min_size=1, max_size=4), by_two=st.booleans())
def test_what_the_plans_before_decided_balances_whatever_they_said(lines, by_two):
    """Charge = paid + all reasons, per line and payer, by our validator's balancing (SNIP 3)."""
    ours, decided_lines = [], []
    for place, (cents, said) in enumerate(lines, start=1):
        amount = Decimal(cents).scaleb(-2)
        given_ = [(group, reason, Decimal(off).scaleb(-2)) for group, reason, off in said if off]
        paid = amount - sum((one[2] for one in given_), Decimal(0))
        if paid < 0:  # what was taken off too much is given back as another reason
            given_.append(("OA", "94", paid))
            paid = Decimal("0.00")
        ours.append(replace(SOUND.lines[0], place=place, control=str(9000 + place), charge=amount))
        decided_lines.append(facts.PriorLineFacts(place, paid, tuple(given_), date(2026, 11, 20)))
    first = facts.PriorFacts(
        replace(SOUND.payer, payer_id="FIRST"), SOUND.policy, ANN,
        sum((one.paid for one in decided_lines), Decimal(0)), decided_lines,
    )  # fmt: skip
    second = replace(first, payer=replace(SOUND.payer, payer_id="SECOND"), level=2)
    claim = replace(
        SOUND, lines=ours, total=sum((one.charge for one in ours), Decimal(0)),
        prior=second if by_two else first, earlier=[first] if by_two else [],
        level=3 if by_two else 2,
    )  # fmt: skip

    content = batch([claim], TRIAL, receiver="DEMO", reference="B1")

    [read] = list(x12.read(content))
    assert [one for one in read.errors if one.snip <= 3] == []
    [body] = read.bodies
    for one in body.lines:
        for payment in one.payments:
            taken = sum((each.amount for each in payment.adjustments), Decimal(0))
            assert payment.paid + taken == one.charge
    share = sum((one[2] for x in decided_lines for one in x.adjustments if one[0] == "PR"),
                Decimal(0))  # fmt: skip
    assert all((other.remaining or 0) == max(share, 0) for other in body.other_payers)


TRIAL = envelope(sender="1234567893", receiver="DEMO", control=1, at=NOON, is_production=False)


def test_the_level_is_kept_when_the_plans_change_places(office, policy):
    first = office.signed(policy)
    sent(office)
    with office.writing():
        second = policy.patient.policies.get(rank=2)
        second.is_active = False
        second.save()
        policy.rank = 2
        policy.save()
        facts_then = queries.facts_of(
            queries.with_all(Claim.objects.filter(pk=first.pk)).get(), date(2026, 11, 16)
        )
    assert facts_then.level == 1


def test_the_claims_drawer_says_why_medicare_pays_second_and_what_was_sent_on(office, client):
    client.force_login(office.member("biller").user)
    first = office.signed(medicare_second(office, birth_date=date(1950, 3, 1)))
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    second = claims(office)[1]
    url = reverse("billing:set_msp_type", args=[second.pk])

    page = client.get(reverse("billing:claim", args=[second.pk])).content.decode()
    assert "Why Medicare pays second" in page
    assert client.post(url, {"code": "13"}).status_code == 200
    assert client.post(url, {"code": "x"}).status_code == 422
    assert fresh(office, second).msp_type == "13"

    two = office.insured("Tom", "Roe")
    office.second_plan(two)
    other = office.signed(two)
    sent(office)
    received(office, remittance(decided(other.number, *USUAL, status="19")))
    crossed = next(one for one in claims(office) if one.crossed_over)
    page = client.get(reverse("billing:claim", args=[crossed.pk])).content.decode()
    assert "The plan before sent it on" in page
