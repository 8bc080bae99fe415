"""Clocks on claims: until when, what stops them, and which alarms are given."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, ClockKind, Deadline, PayerLimit
from frontdesk.billing.rules import clocks
from frontdesk.billing.rules.pace import pace
from frontdesk.core.errors import Refused
from frontdesk.coverage.models import Payer
from frontdesk.demo.claims import live_claims
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.staff.models import WorkItem
from tests.billing.office import NOON, TODAY
from tests.billing.payer import decided, line, received, remittance
from tests.billing.test_answers import payer_says, read

DENIED = (
    line("99213", "148.00", "0", "CO-197 148.00"),
    line("93000", "66.00", "0", "CO-197 66.00"),
)


@pytest.mark.parametrize(
    ("kind", "days", "filing", "last"),
    [
        ("filing", None, "CI", date(2026, 8, 29)),  # the payer's own 180 days
        ("filing", 90, "CI", date(2026, 5, 31)),  # the contract's
        ("filing", None, "MB", date(2027, 3, 2)),  # a calendar year (42 CFR 424.44)
        ("filing", None, "MA", date(2027, 3, 2)),
        ("appeal", None, "CI", date(2026, 8, 29)),
        ("appeal", None, "MA", date(2026, 7, 5)),
        ("appeal", None, "MB", date(2026, 7, 5)),  # 120 days from receipt, 5 days after notice
        ("second_appeal", None, "MB", date(2026, 9, 3)),
        ("records", None, "CI", date(2026, 4, 1)),
    ],
)
def test_the_last_day_follows_from_contract_and_law(kind, days, filing, last):
    found = clocks.last_day(kind, date(2026, 3, 2), days=days, usual=180, filing=filing)

    assert found == last


def test_medicare_counts_an_appeal_from_receipt():
    """42 CFR 405.942: a notice of January 10 is received on the 15th and due on May 15."""
    found = clocks.last_day("appeal", date(2026, 1, 10), days=None, usual=365, filing="MB")

    assert found == date(2026, 5, 15)


def test_alarms_come_at_half_three_quarters_nine_tenths_the_last_days_and_after():
    start = date(2026, 1, 1)

    assert clocks.alarms(start, start + timedelta(days=100)) == [
        (50, date(2026, 2, 20)),
        (75, date(2026, 3, 17)),
        (90, date(2026, 4, 1)),
        (99, date(2026, 4, 8)),
        (100, date(2026, 4, 12)),
    ]


@given(days=st.integers(0, 1000), steps=st.lists(st.integers(1, 40), max_size=60))
def test_no_stage_is_skipped_in_silence_whenever_somebody_looks(days, steps):
    start = date(2026, 1, 1)
    due = start + timedelta(days=days)
    day, told, given_on = start, 0, []
    for step in [*steps, 2000]:
        day += timedelta(days=step)
        alarm = clocks.next_alarm(told, start, due)
        stage = clocks.stage_on(day, start, due)
        assert (alarm is not None and alarm <= day) == (stage > told)
        if stage > told:
            told = stage
            given_on.append(day)

    assert told == clocks.OVER
    assert len(given_on) == len(set(given_on))


def test_a_payers_pace_is_learned_from_enough_decisions():
    assert pace([10] * 19) is None
    found = pace([10] * 10 + [20] * 8 + [60] * 2)
    assert (found.answers, found.median, found.late) == (20, 10, 20)
    assert pace([1] * 30).late == 7  # a quick payer is still given a week


def test_a_payer_has_decided_once_what_it_takes_back_and_decides_again(office):
    claim = office.signed(office.insured())
    exchange = operations.queue_batch(at=NOON, by=office.role("biller"))
    operations.note_sent(exchange, at=NOON, by=office.role("biller"))
    back = tuple(
        line(code, f"-{charge}", "0", f"CO-197 -{charge}")
        for code, charge in (("99213", "148.00"), ("93000", "66.00"))
    )

    received(office, remittance(decided(claim.number, *DENIED)))
    received(office, remittance(decided(claim.number, *back, status="22")))
    received(office, remittance(decided(claim.number, *DENIED)))

    with office.reading():
        assert queries.days_to_decide(office.insurer) == [4]


def clock(office, claim, kind="filing"):
    with office.reading():
        return Deadline.objects.filter(claim=claim, kind=kind).order_by("pk").last()


def alarms(office):
    with office.reading():
        found = WorkItem.objects.filter(kind="billing.claim_clock", status="open")
        return [item.title for item in found.order_by("pk")]


def test_a_claim_is_born_with_its_clock_and_a_contract_shortens_it(office):
    with office.writing():
        PayerLimit.objects.create(payer=office.insurer, kind=ClockKind.FILING, days=60)

    claim = office.signed(office.insured())

    found = clock(office, claim)
    assert (found.starts_on, found.due_on) == (TODAY, TODAY + timedelta(days=60))
    assert claim.file_by == found.due_on
    assert claim.urgent_on == TODAY + timedelta(days=45)


def test_a_limit_of_the_plan_goes_before_that_of_the_payer(office):
    policy = office.insured()
    with office.writing():
        PayerLimit.objects.create(payer=office.insurer, kind=ClockKind.FILING, days=60)
        plan = policy.subscription.plan
        PayerLimit.objects.create(payer=office.insurer, plan=plan, kind=ClockKind.FILING, days=30)

    assert clock(office, office.signed(policy)).due_on == TODAY + timedelta(days=30)


def test_a_limit_is_set_once_and_for_a_plan_of_that_payer(office):
    by = office.role("manager")
    said = {"payer": office.insurer, "plan": None, "kind": ClockKind.APPEAL, "days": 90}
    operations.save_limit(None, said, by=by)

    with pytest.raises(Refused, match="already"):
        operations.save_limit(None, said, by=by)
    other = office.payer("OTHER")
    plan = office.policy(office.patient("Bo"), other).subscription.plan
    with pytest.raises(Refused, match="another payer"):
        operations.save_limit(None, {**said, "plan": plan}, by=by)


def test_only_what_the_payer_says_stops_the_clock(office):
    claim = office.signed(office.insured())
    by = office.anybody()
    sent = operations.queue_batch(at=NOON, by=by)
    operations.note_sent(sent, at=NOON, by=by)
    assert clock(office, claim).stopped_on is None

    read(office, payer_says(claim.number, "A7", "33"), control=901)
    assert clock(office, claim).stopped_on is None  # a rejected claim was never received

    operations.judge_claim(claim, at=NOON, by=by)
    again = operations.queue_batch(at=NOON, by=by)
    operations.note_sent(again, at=NOON, by=by)
    read(office, payer_says(claim.number, "A1", "19"), control=902)
    assert clock(office, claim).stopped_on is None  # only the clearinghouse has it
    read(office, payer_says(claim.number, "A2", "20", "ICN1"), control=903)
    found = clock(office, claim)
    assert (found.stopped_on, found.stopped_why) == (TODAY, "Taken in by the payer (A2)")

    read(office, payer_says(claim.number, "A7", "33"), control=904)  # it was not, after all
    assert clock(office, claim).stopped_on is None


def test_alarms_are_given_once_grow_and_are_taken_back(office):
    claim = office.signed(office.insured(zip_code=""))
    by = office.anybody()
    due = clock(office, claim).due_on
    half = NOON + timedelta(days=90)

    assert operations.watch_clocks(at=half, by=by) == 1
    assert operations.watch_clocks(at=half, by=by) == 0
    assert alarms(office) == [f"Claim {claim.number}: 90 days left to reach the payer"]
    assert operations.watch_clocks(at=NOON + timedelta(days=162), by=by) == 1
    assert alarms(office) == [f"Claim {claim.number}: 18 days left to reach the payer"]
    over = NOON + timedelta(days=(due - TODAY).days + 1)
    assert operations.watch_clocks(at=over, by=by) == 1
    assert alarms(office) == [f"Claim {claim.number}: the time is over to reach the payer"]

    operations.stop_clock("filing", claim, why="Given up", by=by, at=over)
    assert alarms(office) == []


def test_a_refusal_lets_the_time_to_correct_run_until_the_correction_is_there(office):
    claim = office.signed(office.insured())
    by = office.anybody()
    operations.note_sent(operations.queue_batch(at=NOON, by=by), at=NOON, by=by)
    received(office, remittance(decided(claim.number, *DENIED, status="4", control="ICN9")))

    first = clock(office, claim, "corrected")
    assert (first.starts_on, first.stopped_on) == (date(2026, 11, 20), None)
    assert clock(office, claim).stopped_why == "Decided by the payer"

    new = operations.replace_claim(claim, at=NOON, by=by)
    assert clock(office, claim, "corrected").stopped_why == f"Runs on for claim {new.number}"
    assert clock(office, new, "corrected").due_on == first.due_on
    with pytest.raises(Refused, match="later version"):
        operations.replace_claim(claim, at=NOON, by=by)

    operations.void_claim(new, because="Not worth it", at=NOON, by=by)
    again = clock(office, claim, "corrected")
    assert (again.stopped_on, again.due_on) == (None, first.due_on)


def test_a_claim_without_a_clock_gets_one(office):
    claim = office.signed(office.insured())
    with office.writing():
        found = Deadline.objects.get(claim=claim)
        found.stopped_on = TODAY
        found.save()

    operations.watch_clocks(at=NOON, by=office.anybody())

    assert clock(office, claim).stopped_on is None


def test_in_a_year_of_rejections_and_refusals_no_claim_passes_its_limit_unheard(office):
    """Each claim is sent, rejected, left lying, refused, corrected or given up at random.

    Every limit is announced, and no clock runs for what is not open any more.
    """
    chance = random.Random(4)
    by = office.anybody()
    with office.writing():
        payer = Payer.objects.get(pk=office.insurer.pk)
        payer.timely_filing_days = 90
        payer.save()
    born = [office.signed(office.insured(f"P{number}")) for number in range(6)]
    for day in range(0, 365, 7):
        at = NOON + timedelta(days=day)
        operations.watch_clocks(at=at, by=by)
        made = [_one_week(office, claim, at, chance, by) for claim in born]
        born += [claim for claim in made if claim is not None]

    with office.reading():
        lost = Deadline.objects.filter(stopped_on=None, due_on__lt=TODAY + timedelta(days=355))
        assert all(one.told == clocks.OVER for one in lost)
        assert len(alarms(office)) >= lost.count() > 0
        for claim in Claim.objects.filter(status__in=("held", "ready", "rejected", "sent")):
            assert claim.deadlines.filter(stopped_on=None).exists()
        over = Claim.objects.filter(status__in=("closed", "voided"))
        assert over.filter(replaces__isnull=False).exists(), "a correction was given up"
        running = Deadline.objects.filter(stopped_on=None).select_related("claim")
        assert not running.filter(claim__in=over).exists()
        assert all(any(queries.open_on(one.claim, INSURANCE).values()) for one in running)


def _one_week(office, claim, at, chance, by):
    """What may happen to a claim in a week: nothing, sent, rejected, refused, given up.

    Returns the claim that corrects it, where one was built.
    """
    with office.reading():
        now = Claim.objects.get(pk=claim.pk)
        is_corrected = queries.later_version(now) is not None
    happens = chance.random()
    if now.status == "ready" and happens < 0.10:
        if sent := operations.queue_batch(claims=[now], at=at, by=by):
            operations.note_sent(sent, at=at, by=by)
    elif now.status == "sent" and happens < 0.25:
        operations.reject_claim(now, words="No", how_to_fix="Fix", at=at, by=by)
    elif now.status == "rejected" and happens < 0.10:
        operations.judge_claim(now, at=at, by=by)
    elif now.status == "sent" and happens > 0.9:
        received(office, remittance(decided(now.number, *DENIED, status="4")))
    elif now.status == "denied" and happens < 0.2 and not is_corrected:
        return operations.replace_claim(now, at=at, by=by)
    elif now.replaces_id and now.is_unsent and happens > 0.8:
        operations.write_off_claim(now, because="Too late", at=at, by=office.anybody())
    return None


def test_the_demo_shows_clocks_limits_and_what_is_planned(office):
    held = office.signed(office.insured(zip_code=""), at=NOON)
    office.member("biller")

    live_claims(office.practice.pk)

    with office.reading():
        claim = Claim.objects.select_related("owner").get(pk=held.pk)
        assert PayerLimit.objects.count() == 2
    assert (claim.next_step, claim.owner.name) == ("Read the card again", "Biller")
