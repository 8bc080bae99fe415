"""Many visits asked about at once: one batch, answers as they come, nothing lost when it breaks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from frontdesk.core.clock import now
from frontdesk.coverage import gateways, jobs, operations
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.coverage.rules import last_to_recheck, plan_year, why_ask
from tests.coverage.asking import TODAY, insured, work_items

Status = EligibilityCheck.Status


def batch(clinic, policy, count):
    """So many patients on Ann Lee's plan, each with a visit today, and the checks asked for."""
    due = [due_of(policy)]
    for number in range(count - 1):
        patient = insured(clinic, f"P{number}")
        due.append(operations.Due(patient.pk, patient, TODAY))
    return operations.reverify(due, at=now(), today=TODAY, by=clinic.anybody())


def due_of(policy):
    return operations.Due(policy.pk, policy.patient, TODAY)


def run(clinic, checks):
    jobs.ask_payers.func(
        practice_id=str(clinic.practice.pk), check_ids=[str(one.pk) for one in checks]
    )


def standing(clinic):
    with clinic.reading():
        return sorted(EligibilityCheck.objects.values_list("status", "attempts"))


@pytest.fixture
def policy(clinic):
    with clinic.reading():
        pass
    held = clinic.policy(clinic.patient())
    with clinic.reading():
        return type(held).objects.select_related("patient").get(pk=held.pk)


def test_a_batch_is_one_job_and_every_answer_is_kept(clinic, policy, sandbox):
    checks = batch(clinic, policy, 6)

    assert DBTaskResult.objects.filter(task_path=jobs.ask_payers.module_path).count() == 1
    run(clinic, checks)

    assert standing(clinic) == [("active", 1)] + [("not_found", 1)] * 5


def test_a_batch_asks_the_database_the_same_for_any_size(clinic, policy):
    def cost(count):
        patients = [insured(clinic, f"N{count}{n}") for n in range(count)]
        due = [operations.Due(one.pk, one, TODAY) for one in patients]
        with CaptureQueriesContext(connection) as caught:
            assert (
                len(operations.reverify(due, at=now(), today=TODAY, by=clinic.anybody())) == count
            )
        return len(caught)

    cost(2)
    assert cost(12) == cost(2)


def test_the_same_batch_again_asks_nothing_and_every_plan_is_asked(clinic, policy, sandbox):
    operations.add_policy(
        policy.patient, payer=clinic.payer("P2", name="Two"), member_id="T1", by=clinic.anybody()
    )

    checks = batch(clinic, policy, 1)
    run(clinic, checks)
    run(clinic, checks)

    assert len(checks) == 2
    assert all(attempts == 1 for _status, attempts in standing(clinic))
    assert batch(clinic, policy, 1) == []


def test_a_broken_answer_is_asked_again_with_the_others_of_its_wait(clinic, policy, sandbox):
    checks = batch(clinic, policy, 4)
    sandbox.faults.set({"unavailable": 2})

    run(clinic, checks)

    assert [status for status, _ in standing(clinic)].count("queued") == 2
    assert DBTaskResult.objects.filter(task_path=jobs.ask_payers.module_path).count() == 2
    run(clinic, checks)
    assert "queued" not in [status for status, _ in standing(clinic)]


def test_when_the_line_is_down_the_rest_is_held_back_and_not_counted(
    clinic, policy, settings, monkeypatch
):
    monkeypatch.setattr(gateways, "AT_ONCE", 1)
    settings.CLEARINGHOUSE_URL = "http://127.0.0.1:9"  # nobody listens there
    checks = batch(clinic, policy, 12)

    run(clinic, checks)

    attempts = [attempts for _status, attempts in standing(clinic)]
    assert (attempts.count(1), attempts.count(0)) == (gateways.GIVES_UP_AFTER, 4)
    assert {status for status, _ in standing(clinic)} == {"queued"}
    later = DBTaskResult.objects.filter(
        run_after__gt=now(), run_after__lt=now() + timedelta(days=1)
    )
    assert later.count() == 1


def test_a_batch_killed_half_way_goes_on_where_it_was(clinic, policy, sandbox, monkeypatch):
    monkeypatch.setattr(gateways, "AT_A_TIME", 2)
    checks = batch(clinic, policy, 6)
    real, calls = operations.record_answers, []

    def dies(told, **more):
        calls.append(len(told))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(told, **more)

    monkeypatch.setattr(operations, "record_answers", dies)
    with pytest.raises(KeyboardInterrupt):
        run(clinic, checks)
    kept = [status for status, _ in standing(clinic)].count("queued")
    monkeypatch.setattr(operations, "record_answers", real)
    run(clinic, checks)

    assert 0 < kept < 6
    assert "queued" not in [status for status, _ in standing(clinic)]
    with clinic.reading():
        answered = EligibilityCheck.objects.exclude(answered_at=None)
        assert all(one.attempts <= 2 for one in answered)


def test_a_payer_that_does_not_answer_by_message_is_work_once(clinic, policy):
    with clinic.writing():
        payer = policy.subscription.plan.payer
        payer.takes_eligibility = False
        payer.save()

    assert batch(clinic, policy, 1) == []
    assert batch(clinic, policy, 1) == []

    assert [item.kind for item in work_items(clinic)] == ["coverage.by_hand"]


@pytest.mark.parametrize(
    ("asked", "visit", "today", "begins", "why"),
    [
        (None, "2026-12-20", "2026-11-23", 1, "booked"),
        ("2026-11-22", "2026-11-23", "2026-11-23", 1, "day"),
        ("2026-11-23", "2026-11-23", "2026-11-23", 1, ""),
        ("2026-11-10", "2026-11-26", "2026-11-23", 1, "ahead"),
        ("2026-11-23", "2026-11-26", "2026-11-24", 1, ""),
        ("2026-11-20", "2026-12-20", "2026-11-30", 1, ""),
        ("2026-11-20", "2026-12-20", "2026-12-01", 1, "month"),
        ("2026-12-01", "2026-12-20", "2026-12-10", 1, ""),
        ("2026-12-20", "2027-02-20", "2027-01-01", 1, "year"),
        ("2026-12-20", "2027-02-20", "2026-12-31", 1, ""),
        ("2026-06-20", "2026-08-20", "2026-07-01", 7, "year"),
        ("2026-06-20", "2026-08-20", "2026-07-01", 1, ""),
    ],
)
def test_when_and_why_a_visit_is_asked_about(asked, visit, today, begins, why):
    def day(text):
        return text and date.fromisoformat(text)

    assert why_ask(day(asked), day(visit), day(today), begins) == why


def test_plan_years_and_how_far_to_look():
    assert plan_year(date(2026, 3, 1), 7) == date(2025, 7, 1)
    assert plan_year(date(2026, 7, 1), 7) == date(2026, 7, 1)
    assert last_to_recheck(date(2026, 12, 1)) == date(2026, 12, 31)
    assert last_to_recheck(date(2026, 12, 30)) == date(2027, 1, 2)


def test_a_question_without_an_answer_is_asked_again_after_some_hours(clinic, policy):
    by, first = clinic.anybody(), datetime(2026, 11, 10, 13, tzinfo=UTC)
    due = [operations.Due(policy.pk, policy.patient, date(2026, 11, 10))]
    [check] = operations.reverify(due, at=first, today=date(2026, 11, 10), by=by)
    operations.note_declined(check, because="No.", at=first, by=by)

    def again(hours):
        at = first + timedelta(hours=hours)
        return len(operations.reverify(due, at=at, today=date(2026, 11, 10), by=by))

    assert (again(1), again(5)) == (0, 1)


def test_an_answer_nobody_foresaw_does_not_hold_up_the_others(clinic, policy, sandbox, monkeypatch):
    from frontdesk.coverage.operations import batches  # where the batch reads answers

    checks = batch(clinic, policy, 3)
    real = batches.record_answer

    def stumbles(check, **more):
        if check.policy_id == policy.pk:
            raise ZeroDivisionError("Ann Lee")
        return real(check, **more)

    monkeypatch.setattr(batches, "record_answer", stumbles)
    run(clinic, checks)

    assert [status for status, _ in standing(clinic)] == ["failed", "not_found", "not_found"]
    assert not any("Ann" in item.detail for item in work_items(clinic))
