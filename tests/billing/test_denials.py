"""What payers refuse has a root cause, a worth and an end; it never writes itself off."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, ClockKind, Deadline, Denial, DenialStep
from frontdesk.billing.operations.denials_found import find_denials
from frontdesk.billing.queries.denial_patterns import Pattern, _narrow
from frontdesk.billing.rules import denials as rules
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.rulebook import lacking
from tests.billing.decisions import USUAL, claim, fresh, sent, work
from tests.billing.office import NOON
from tests.billing.payer import PAID_ON, decided, line, received, remittance

__all__ = ["claim", "sent"]

REFUSED = line("99213", "148.00", "0.00", "CO-197 148.00")
PAID = line("99213", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00")
BACK = line("99213", "-148.00", "0.00", "CO-197 -148.00")


def denials(office):
    with office.reading():
        found = Denial.objects.select_related("claim__patient", "claim__visit__site", "line")
        return list(found.order_by("pk"))


def only(office):
    [one] = denials(office)
    return one


def named(actor, name):
    """The same rights in other hands."""
    return replace(actor, name=name)


def refused(office, claim, *lines, status="1"):
    """The payer refuses the visit and pays the rest."""
    body = decided(claim.number, *(lines or (REFUSED, USUAL[1])), status=status)
    received(office, remittance(body))


@pytest.mark.parametrize(
    ("reason", "remarks", "cause"),
    [
        ("197", [], "authorization"),
        ("27", [], "eligibility"),
        ("29", [], "timely"),
        ("18", ["N522"], "duplicate"),
        ("22", [], "other_payer"),
        ("50", [], "necessity"),
        ("97", ["M15"], "bundling"),
        ("16", ["M127"], "documentation"),
        ("16", ["N999"], "remark"),
        ("16", [], "remark"),
        ("45", [], "remark"),  # a reason that should not be refused with still comes up
        ("X99", ["MA04"], "other_payer"),
        ("X99", [], "remark"),
    ],
)
def test_every_reason_has_a_root_cause(reason, remarks, cause):
    assert rules.cause_of(reason, remarks) == cause
    assert rules.cause(cause).duty


def test_the_tables_know_only_causes_there_are():
    known = set(rules.causes()) | {rules.SHARE}
    assert set(rules._reasons().values()) <= known
    assert set(rules._remarks().values()) <= known
    assert all(one.source for one in rules.causes().values())


@pytest.mark.parametrize(
    ("group", "reason", "may"),
    [("PR", "204", True), ("OA", "133", True), ("OA", "209", False), ("CO", "29", False),
     ("PI", "50", False), ("PR", "303", False)],
)  # fmt: skip
def test_a_patient_is_billed_only_where_the_group_allows_it(group, reason, may):
    assert rules.may_bill_patient(group, reason) is may


def test_odds_begin_with_the_table_and_follow_our_own_outcomes():
    table = rules.cause("authorization")
    nothing = rules.odds("authorization", None)
    some = rules.odds("authorization", rules.Ended(8, Decimal(800), Decimal(800), 4, 40))

    assert (nothing.chance, nothing.minutes, nothing.seen) == (table.chance, table.minutes, 0)
    assert some.chance == Decimal("0.7250")  # (1.00 * 8 + 0.45 * 8) / 16
    assert some.minutes == round((40 + 30 * 8) / 12)
    assert some.seen == 8


@given(
    count=st.integers(0, 5000),
    stake=st.integers(0, 10**7),
    recovered=st.integers(0, 10**7),
    worked=st.integers(0, 5000),
    cause=st.sampled_from(sorted(rules.causes())),
)
def test_odds_are_a_share_and_draw_nearer_with_every_outcome(
    count, stake, recovered, worked, cause
):
    ended = rules.Ended(count, Decimal(stake), Decimal(recovered), worked, worked * 20)

    told = rules.odds(cause, ended)

    assert 0 <= told.chance <= 1 and told.minutes >= 1
    expected = rules.expected(Decimal("100.00"), told)
    assert rules.worth(expected, told.minutes) * told.minutes <= expected + told.minutes
    if count and stake:
        own, table = min(Decimal(recovered) / stake, Decimal(1)), rules.cause(cause).chance
        low, high = sorted((own, table))
        assert low - Decimal("0.0001") <= told.chance <= high + Decimal("0.0001")


def test_days_to_appeal_follow_the_payer_and_the_level():
    day = date(2026, 11, 20)
    assert rules.last_day_to_appeal(day, filing="MB") == day + timedelta(days=125)
    assert rules.last_day_to_appeal(day, filing="MB", level=2) == day + timedelta(days=185)
    assert rules.last_day_to_appeal(day, filing="CI") == day + timedelta(days=180)
    assert rules.next_level(3) == 0


def test_a_refused_line_bears_a_denial_and_writes_nothing_off(office, claim):
    refused(office, claim)

    one = only(office)
    assert (one.carc, one.code, one.amount, one.cause) == (
        "CO-197", "99213", Decimal(148), "authorization",
    )  # fmt: skip
    assert one.status == Denial.Status.NEW
    assert one.denied_on == PAID_ON
    assert one.expected == Decimal("66.60") and one.worth == Decimal("2.22")  # 45 %, 30 minutes
    assert "adjustment.writeoff" not in office.books()
    assert office.standing(claim.patient)[1] == "148.00"
    assert work(office) == ["billing.claim_denied"]


def test_two_reasons_on_a_line_are_two_denials(office, claim):
    both = line("99213", "148.00", "0.00", "CO-16 100.00", "CO-97 48.00")
    refused(office, claim, both, USUAL[1])

    assert [(one.reason, one.amount) for one in denials(office)] == [
        ("16", Decimal(100)),
        ("97", Decimal(48)),
    ]


def test_a_patients_refusal_is_kept_with_its_cause_and_billed(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "PR-27 148.00"), USUAL[1])

    one = only(office)
    assert (one.status, one.cause) == (Denial.Status.PATIENT, "eligibility")
    assert office.standing(claim.patient)[0] == "153.00"


def test_a_usual_share_and_the_contract_are_no_denials(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))

    assert denials(office) == []


def test_paid_in_a_new_decision_it_is_won_with_what_was_allowed(office, claim):
    refused(office, claim)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))

    one = only(office)
    assert (one.status, one.recovered) == (Denial.Status.WON, Decimal("85.00"))
    assert work(office) == []


def test_the_same_refusal_again_is_the_same_denial(office, claim):
    refused(office, claim)
    operations.take_denial(only(office), at=NOON, by=office.role("biller"))
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(claim.number, REFUSED, USUAL[1])))

    one = only(office)
    assert (one.times, one.status) == (2, Denial.Status.WORKING)


def test_a_corrected_claim_waits_and_wins(office, claim):
    refused(office, claim)
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))
    assert only(office).status == Denial.Status.CORRECTED
    sent(office)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(new.number, PAID, USUAL[1], control="P2")))

    one = only(office)
    assert (one.status, one.recovered) == (Denial.Status.WON, Decimal("85.00"))


def test_a_corrected_claim_refused_for_another_reason_bears_one_that_follows(office, claim):
    refused(office, claim)
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))
    sent(office)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    other = line("99213", "148.00", "0.00", "CO-50 148.00")
    received(office, remittance(back, decided(new.number, other, USUAL[1], control="P2")))

    first, second = denials(office)
    assert (first.status, second.status) == (Denial.Status.LOST, Denial.Status.NEW)
    assert (second.follows_id, second.cause) == (first.pk, "necessity")


def test_what_is_learned_reranks_what_is_open(office, claim):
    refused(office, claim)
    later = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    refused(office, later)
    before = denials(office)[1].expected
    by = office.role("manager")

    operations.write_off_denial(denials(office)[0], because="No records", at=NOON, by=by)

    after = denials(office)[1]
    assert after.seen == 1 and after.expected < before


def test_a_contract_price_is_what_is_at_stake(office, claim):
    refused(office, claim)
    with office.writing():
        one = Denial.objects.get()
        one.stake = Decimal("85.00")
        one.weigh(rules.odds(one.cause, None))
    assert one.expected == Decimal("38.25")


def test_the_patient_is_never_billed_for_what_the_practice_bears(office, claim):
    refused(office, claim)

    with pytest.raises(Refused, match="must not be billed for CO-197"):
        operations.bill_denial_to_patient(
            only(office), because="Easier", at=NOON, by=office.role("biller")
        )
    with pytest.raises(Refused, match="must not be billed"):
        operations.bill_patient(
            fresh(office, claim), because="Easier", at=NOON, by=office.role("biller")
        )
    assert office.standing(claim.patient)[1] == "148.00"


def test_where_the_group_allows_it_the_patient_owes(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "OA-18 148.00"), USUAL[1])

    operations.bill_denial_to_patient(
        only(office), because="Agreed in writing", at=NOON, by=office.role("biller")
    )

    assert only(office).status == Denial.Status.PATIENT
    assert office.standing(claim.patient) == ("153.00", "0.00", "0.00")


def test_a_small_sum_is_written_off_alone(office, claim):
    refused(office, claim, USUAL[0], line("93000", "66.00", "0.00", "CO-97 66.00"))
    by = office.role("biller")
    assert running(office, claim) == {ClockKind.CORRECTED, ClockKind.APPEAL}

    operations.write_off_denial(only(office), because="Bundled", at=NOON, by=by)

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert office.books()["adjustment.writeoff"] == Decimal(66)
    assert work(office) == []
    assert running(office, claim) == set()


def running(office, claim):
    """The clocks of the claim that nobody has stopped."""
    with office.reading():
        held = Deadline.objects.filter(claim=claim, stopped_on=None)
        return set(held.values_list("kind", flat=True))


def test_above_the_limit_a_second_person_agrees(office, claim):
    refused(office, claim)
    biller = named(office.role("biller"), "Omar")
    asked = operations.write_off_denial(only(office), because="Hopeless", at=NOON, by=biller)
    assert (asked.status, asked.asked_by) == (Denial.Status.NEW, biller.name)
    assert "billing.write_off_asked" in work(office)
    assert "adjustment.writeoff" not in office.books()
    with pytest.raises(NotPermitted):
        operations.agree_to_write_off(only(office), at=NOON, by=biller)
    with pytest.raises(Refused, match="has asked for this already"):
        operations.write_off_denial(only(office), because="Hopeless", at=NOON, by=biller)

    operations.agree_to_write_off(only(office), at=NOON, by=named(office.role("manager"), "Grace"))

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert office.books()["adjustment.writeoff"] == Decimal(148)
    assert work(office) == []


def test_it_may_be_sent_back_to_be_worked(office, claim):
    refused(office, claim)
    operations.write_off_denial(
        only(office), because="Hopeless", at=NOON, by=named(office.role("biller"), "Omar")
    )
    manager = named(office.role("manager"), "Grace")

    operations.decline_write_off(only(office), because="Appeal it", at=NOON, by=manager)

    assert (only(office).status, only(office).asked_by) == (Denial.Status.NEW, "")
    assert work(office) == ["billing.claim_denied"]


def test_closing_the_claim_as_a_whole_asks_for_agreement_too_and_ends_its_denials(office, claim):
    refused(office, claim)
    with pytest.raises(Refused, match="second person"):
        operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("biller"))

    operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("manager"))

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert fresh(office, claim).status == Claim.Status.CLOSED


def test_a_corrected_claim_given_up_ends_what_was_refused_and_its_clocks(office, claim):
    ended = (
        line("99213", "148.00", "0.00", "CO-27 148.00"),
        line("93000", "66.00", "0.00", "CO-27 66.00"),
    )
    refused(office, claim, *ended, status="4")
    biller = office.role("biller")
    new = operations.replace_claim(claim, at=NOON, by=biller)

    with pytest.raises(Refused, match="must not be billed for CO-27"):
        operations.bill_patient(new, because="The coverage had ended", at=NOON, by=biller)
    manager = office.role("manager")
    operations.write_off_claim(new, because="The coverage had ended", at=NOON, by=manager)

    assert {one.status for one in denials(office)} == {Denial.Status.WRITTEN_OFF}
    assert [one.status for one in (fresh(office, claim), fresh(office, new))] == [
        "closed",
        "voided",
    ]
    with office.reading():
        assert not Deadline.objects.filter(stopped_on=None).exists()
    assert "billing.claim_denied" not in work(office)


def test_a_refusal_posted_before_denials_were_kept_is_found_by_night_once(office, claim):
    refused(office, claim)
    before = only(office)
    with office.writing(), connection.cursor() as cursor:  # as it was before there were any
        for table in ("billing_denialstep", "billing_denial"):
            cursor.execute(
                f"DELETE FROM {table} WHERE practice_id = %s",  # noqa: S608 - a table of ours
                [before.practice_id.hex if connection.vendor == "sqlite" else before.practice_id],
            )
    clock = office.anybody()

    assert find_denials(at=NOON, by=clock) == 1
    found = only(office)
    kept = ("code", "group", "reason", "cause", "amount", "stake", "appeal_by", "status")
    assert [getattr(found, name) for name in kept] == [getattr(before, name) for name in kept]
    assert found.pk != before.pk
    assert find_denials(at=NOON, by=clock) == 0


def test_time_between_taking_and_the_next_step_is_noted(office, claim):
    refused(office, claim)
    by = office.role("biller")
    operations.take_denial(only(office), at=NOON, by=by)
    later = NOON + timedelta(minutes=12)
    operations.note_denial(only(office), "Asked by phone", at=later, by=by)
    operations.note_denial(only(office), "Sent", at=later + timedelta(hours=5), by=by)
    operations.note_denial(only(office), "Again", minutes=7, at=later, by=by)

    with office.reading():
        steps = DenialStep.objects.filter(kind="noted").order_by("pk")
        assert list(steps.values_list("minutes", flat=True)) == [12, 0, 7]
    assert only(office).spent == 19


def test_two_people_do_not_work_the_same_denial(office, claim):
    refused(office, claim)
    operations.take_denial(only(office), at=NOON, by=named(office.role("biller"), "Omar"))

    with pytest.raises(Refused, match="Omar is working on it"):
        operations.take_denial(
            only(office), at=NOON + timedelta(minutes=2), by=named(office.role("manager"), "Grace")
        )


def test_the_list_ranks_by_dollars_a_minute(office, claim):
    refused(office, claim)  # 66.60 in 30 minutes
    later = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    refused(office, later, line("99213", "148.00", "0.00", "CO-31 148.00"), USUAL[1])
    with office.reading():
        found = queries.denial_list(show="work", number=1, today=PAID_ON)
        names = [one.claim.patient.last_name for one in found.page.object_list]

    assert names == ["Roe", "Lee"]  # 111.00 in 12 minutes
    assert found.chips[0].count == 2


def test_a_cause_told_by_a_person_changes_its_worth(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "CO-16 148.00"), USUAL[1])
    by = office.role("biller")

    operations.set_cause(only(office), "registration", at=NOON, by=by)

    assert (only(office).cause, only(office).minutes) == ("registration", 12)
    with pytest.raises(Refused):
        operations.set_cause(only(office), "weather", at=NOON, by=by)


def test_refused_again_and_again_becomes_a_pattern_tried_on_history(office, claim):
    from frontdesk.billing.queries.denial_patterns import patterns

    refused(office, claim)
    for name in ("Tom", "Uma"):
        more = office.signed(office.insured(name, "Roe"))
        sent(office)
        refused(office, more)
    fine = office.signed(office.insured("Zed", "Roe"))
    sent(office)
    received(office, remittance(decided(fine.number, *USUAL)))

    with office.reading():
        [one] = patterns(PAID_ON)

    assert (one.seen, one.caught, one.refused, one.false_alarms) == (3, 4, 3, 1)
    assert one.asks_number and one.is_sharp

    by = office.role("biller")
    rule = operations.propose_prevention(one, at=NOON, by=by)
    again = operations.propose_prevention(one, at=NOON, by=by)
    assert (rule.status, again.pk) == ("proposed", rule.pk)
    with office.reading():
        version = rule.versions.get()
    assert version.payer_id == one.payer_id
    assert version.actions == [{"do": "hold"}]
    assert "refused 99213 3 times" in version.because


def test_a_rule_is_about_the_diagnosis_that_stands_out_and_never_about_everything():
    payer, bad, good = uuid4(), [uuid4() for _ in range(3)], [uuid4() for _ in range(200)]
    wide = Pattern(payer, "Demo PPO", "99213", "CO", "50", 3, Decimal(444), 203, 3, False)
    told = {claim: frozenset({"I10"}) for claim in good}

    apart = _narrow(wide, told | {one: frozenset({"I10", "R51.9"}) for one in bad}, bad)
    alike = _narrow(wide, told | {one: frozenset({"I10"}) for one in bad}, bad)

    assert (apart.diagnoses, apart.caught, apart.refused) == (("R51.9",), 3, 3)
    assert apart.is_sharp and not apart.is_too_broad and "99213 with R51.9" in apart.says
    assert alike == wide and alike.is_too_broad


def test_the_rule_of_a_diagnosis_is_proposed_with_examples_that_hold(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "CO-50 148.00"), USUAL[1])
    found = Pattern(
        only_payer(office),
        "Demo PPO",
        "99213",
        "CO",
        "50",
        3,
        Decimal(444),
        3,
        3,
        False,
        ("R51.9",),
    )

    rule = operations.propose_prevention(found, at=NOON, by=office.role("biller"))

    with office.reading():
        version = rule.versions.get()
    assert {"fact": "diagnoses", "is": "has_any", "value": ["R51.9"]} in version.when["all"]
    assert [one["applies"] for one in version.examples] == [True, False, False]
    assert lacking(version.as_rule, version.examples) == ""


def test_a_pattern_is_proposed_from_its_screen(office, claim, client):
    client.force_login(office.member("manager").user)
    refused(office, claim)
    for name in ("Tom", "Uma"):
        more = office.signed(office.insured(name, "Roe"))
        sent(office)
        refused(office, more)
    one = only_payer(office)
    url = reverse("billing:propose_prevention")

    page = client.get(reverse("billing:denial_patterns")).content.decode()
    made = client.post(url, {"payer_id": str(one), "code": "99213", "carc": "CO-197"})
    gone = client.post(url, {"payer_id": str(one), "code": "99213", "carc": "CO-50"})

    assert "Propose" in page and "while it has no authorization number" in page
    assert made.status_code == 302 and "/rules/" in made["Location"]
    assert gone.status_code == 404


def only_payer(office):
    return {one.payer_id for one in denials(office)}.pop()
