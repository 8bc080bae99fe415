"""Verifying coverage: asked once, answered by a real (made-up) payer, understood, kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted
from frontdesk.core.models import AuditEntry
from frontdesk.coverage import operations
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.coverage.signals import coverage_verified
from frontdesk.staff.queries import the_clock
from tests.coverage.asking import TODAY, again, ask, benefit, change, work, work_items


def test_an_answer_gives_standing_benefits_and_where_each_stands(clinic, policy, sandbox):
    told = []
    coverage_verified.connect(lambda check, **_: told.append(check.pk), weak=False)

    check = ask(clinic, policy)

    assert (check.status, check.plan_name) == ("active", "Choice")
    assert check.plan_begins_on == date(2024, 1, 1)
    assert check.differences == []
    assert told == [check.pk]
    said = benefit(clinic, check, "98")
    assert said.copay.amount == Decimal("25.00")
    assert said.deductible.amount == 0
    assert said.needs_authorization is False
    assert said.out_of_pocket_left.amount == Decimal("4187.60")
    lines = [text for number, text in _segments(check.response) if number == said.copay.segment]
    assert lines == ["EB*B*IND*98***27*25*****Y"]
    plan = benefit(clinic, check, "30")
    assert (plan.deductible_left.amount, plan.deductible.amount) == (Decimal("912.60"), 1500)
    assert plan.deductible_met_percent == 39
    assert plan.coinsurance.amount == Decimal("0.2")
    assert work_items(clinic) == []


def _segments(response):
    from frontdesk.coverage.exchange import segments  # beside its only use in this file

    return segments(response)


def test_the_question_is_for_the_day_and_services_of_the_visit(clinic, policy, sandbox):
    day = TODAY + timedelta(days=30)

    check = ask(clinic, policy, service_on=day, service_types="98,4")

    assert f"DTP*291*D8*{day:%Y%m%d}~" in check.request
    assert "EQ*98^4^30~" in check.request
    assert "NM1*IL*1*Lee*Ann****MI*W123456789~" in check.request


def test_pressing_verify_twice_asks_once(clinic, policy):
    by, at = clinic.role("receptionist"), now()

    first = operations.verify(policy, service_on=TODAY, at=at, by=by)
    second = operations.verify(policy, service_on=TODAY, at=at, by=by)
    later = operations.verify(policy, service_on=TODAY, at=at + timedelta(minutes=2), by=by)

    assert first == second
    assert later != first


def test_a_job_run_twice_asks_once(clinic, policy, sandbox):
    check = ask(clinic, policy)

    again_ = work(clinic, check)

    assert again_.attempts == 1
    assert again_.answered_at == check.answered_at


def test_verify_needs_the_right_and_the_practice(clinic, other, policy):
    with pytest.raises(NotPermitted):
        operations.verify(policy, service_on=TODAY, at=now(), by=clinic.role("provider"))
    with pytest.raises(policy.DoesNotExist):
        operations.verify(policy, service_on=TODAY, at=now(), by=other.role("receptionist"))


def test_ended_coverage_is_not_active_and_becomes_work(clinic, sandbox):
    payer = clinic.payer("DEMOHMO", name="Demo National HMO")
    edna = clinic.patient("Edna", "Ended", birth_date=date(1970, 1, 2))
    policy = clinic.policy(edna, payer)
    change(clinic, policy.subscription, member_id="W200000001")

    check = ask(clinic, policy)

    assert (check.status, check.rejected_because) == ("inactive", "Coverage ended on Jan 31.")
    assert (check.plan_name, check.plan_ends_on) == ("National HMO", date(2026, 1, 31))
    assert check.other_payer == "DEMO UNITED EPO"
    items = {item.kind: item for item in work_items(clinic)}
    assert set(items) == {"coverage.standing", "coverage.other_payer"}
    assert items["coverage.standing"].title == "Coverage is not active"
    assert items["coverage.standing"].pool == "receptionist"
    assert items["coverage.standing"].patient_id == edna.pk


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"member_id": "W999"}, "The payer does not find the subscriber."),
        ({"birth_date": date(1981, 5, 4)}, "The birth date is not the one the payer holds."),
        ({"last_name": "Roe"}, "The subscriber's name is missing or wrong."),
    ],
)
def test_somebody_not_found_is_told_in_plain_words(clinic, policy, sandbox, what, words):
    change(clinic, policy.subscription, **what)

    check = ask(clinic, policy)

    assert (check.status, check.rejected_because) == ("not_found", words)
    [item] = work_items(clinic)
    assert item.detail == words
    assert "verify again" in item.how_to_fix


def test_what_was_wrong_is_settled_by_a_good_answer(clinic, policy, sandbox):
    change(clinic, policy.subscription, member_id="W999")
    ask(clinic, policy)
    change(clinic, policy.subscription, member_id="W123456789")

    check = ask(clinic, policy, at=now() + timedelta(minutes=3))

    assert check.status == "active"
    assert work_items(clinic) == []


def test_a_name_held_differently_is_listed(clinic, policy, sandbox):
    change(clinic, policy.subscription, first_name="Anne")

    check = ask(clinic, policy)

    assert check.status == "active"
    assert check.differences == [{"what": "First name", "ours": "Anne", "theirs": "ANN"}]
    [item] = work_items(clinic)
    assert (item.kind, item.detail) == ("coverage.differences", "Differs: First name.")


def test_another_plan_than_ours_is_listed(clinic, policy, sandbox):
    change(clinic, policy.subscription.plan, name="Silver")

    check = ask(clinic, policy)

    assert check.differences == [{"what": "Plan", "ours": "Silver", "theirs": "Choice"}]


def test_a_childs_coverage_is_asked_under_the_parent(clinic, sandbox):
    payer = clinic.payer()
    ann = clinic.patient()
    clinic.policy(ann, payer)
    tom = clinic.patient("Tom", birth_date=date(2015, 3, 9), sex="M")
    policy = operations.add_policy(
        tom,
        payer=payer,
        plan_name="Choice",
        member_id="W123456789",
        relationship="19",
        holder=ann,
        by=clinic.role("receptionist"),
    )

    check = ask(clinic, policy)

    assert check.status == "active"
    assert "NM1*03*1*Tom*Lee" not in check.request
    assert "INS*N*19~" in check.request
    assert check.differences == []


def test_an_answer_about_another_question_is_not_used(clinic, policy, sandbox):
    sandbox.faults.set({"mismatched": 1})

    check = ask(clinic, policy)

    assert check.status == "unclear"
    assert check.rejected_because == "The answer belongs to another question. It was not used."
    assert list(check.benefits.all()) == []
    assert check.response.startswith("ISA")
    assert [item.kind for item in work_items(clinic)] == ["coverage.standing"]


def test_a_refused_question_needs_a_person(clinic, policy, sandbox):
    sandbox.faults.set({"rejected": 1})

    check = ask(clinic, policy)

    assert check.status == "unclear"
    assert check.rejected_because == "The payer's system refused our question as malformed."


def test_an_answer_sent_twice_is_read_once(clinic, policy, sandbox):
    sandbox.faults.set({"twice": 1})

    check = ask(clinic, policy)

    assert check.status == "active"
    assert len([b for b in check.benefits.all() if b.code == "B"]) == 1


def test_recording_the_same_answer_again_changes_nothing(clinic, policy, sandbox):
    check = ask(clinic, policy)
    count = len(check.benefits.all())
    response = check.response.encode("latin-1")
    clock = the_clock(clinic.practice.pk)

    operations.record_answer(check, response=response, at=now(), by=clock)

    assert len(again(clinic, check).benefits.all()) == count
    assert work_items(clinic) == []


def test_a_different_second_answer_is_left_to_a_person(clinic, policy, sandbox):
    check = ask(clinic, policy)
    other = check.response.replace("EB*B*IND*98***27*25", "EB*B*IND*98***27*40")

    operations.record_answer(
        check, response=other.encode("latin-1"), at=now(), by=the_clock(clinic.practice.pk)
    )

    assert again(clinic, check).response == check.response
    assert [item.kind for item in work_items(clinic)] == ["coverage.differs"]


@pytest.mark.parametrize("fault", ["truncated", "cut", "down", "unavailable"])
def test_no_usable_answer_is_asked_again_and_then_given(clinic, policy, sandbox, fault):
    sandbox.faults.set({fault: 1})

    check = ask(clinic, policy)
    assert (check.status, check.attempts) == ("queued", 1)
    assert check.rejected_because != ""

    check = work(clinic, check)
    assert (check.status, check.attempts, check.rejected_because) == ("active", 2, "")


def test_a_payer_too_slow_is_not_waited_for(clinic, policy, sandbox, quick):
    sandbox.faults.set({"slow": 2})

    check = ask(clinic, policy)

    assert (check.status, check.rejected_because) == ("queued", "The answer took too long.")


def test_after_the_last_try_it_is_left_to_a_person(clinic, policy, settings):
    settings.CLEARINGHOUSE_URL = "http://127.0.0.1:9"  # nobody listens there
    check = ask(clinic, policy)
    for _ in range(4):
        check = work(clinic, check)

    assert (check.status, check.attempts) == ("failed", 5)
    [item] = work_items(clinic)
    assert (item.title, item.detail) == (
        "No answer about coverage",
        "The clearinghouse cannot be reached.",
    )


def test_each_retry_waits_longer(clinic, policy, settings):
    from django_tasks_db.models import DBTaskResult  # the queue itself is looked at only here

    settings.CLEARINGHOUSE_URL = "http://127.0.0.1:9"
    check = ask(clinic, policy)
    for _ in range(3):
        work(clinic, check)

    later = DBTaskResult.objects.filter(run_after__lt=now() + timedelta(days=1))
    waits = [round((row.run_after - now()).total_seconds() / 30) for row in later]
    assert sorted(waits) == [3, 10, 30]
    assert DBTaskResult.objects.count() == 5


def test_a_wrong_password_is_not_tried_again(clinic, policy, sandbox, settings):
    settings.CLEARINGHOUSE_PASSWORD = "wrong"

    check = ask(clinic, policy)

    assert check.status == "failed"
    assert "UnAuthorized" in check.rejected_because


def test_raw_messages_never_reach_the_audit(clinic, policy, sandbox):
    check = ask(clinic, policy)

    told = str([entry.changes for entry in AuditEntry.objects.filter(practice=clinic.practice)])
    assert "ISA*" not in told
    assert check.trace in told


def test_another_practice_sees_no_check(clinic, other, policy, sandbox):
    check = ask(clinic, policy)

    with other.reading():
        assert EligibilityCheck.objects.filter(pk=check.pk).first() is None
