"""Reminders go out when they are due, once, to whoever needs one."""

from datetime import timedelta

import pytest
import time_machine

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.operations import say_consent
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import ReminderPolicy
from frontdesk.scheduling.queries import reminders
from frontdesk.scheduling.rules.reminders import Step, before_words, troubles_of, why_not
from tests.scheduling.reminding import (
    ANNS,
    MONDAY,
    OURS,
    TWO_DAYS,
    noted,
    policy,
    reminders_of,
    run,
    sent,
    visit,
)


@pytest.fixture(autouse=True)
def _on_monday(settings):
    settings.SMS_SPOOL = "/nonexistent"  # a carrier there is; nothing is sent in these tests
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def line(clinic):
    return comms.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())


@pytest.fixture
def ann(clinic):
    return clinic.patient(
        mobile_phone=ANNS, email="ann@example.com", preferred_channel="sms", site=clinic.site
    )


def test_without_any_setting_patients_are_reminded_two_days_before(clinic, line, ann):
    visit(clinic, ann, 47)
    run(clinic)
    (message,) = sent(clinic)
    assert (message.channel, message.address, message.kind) == ("sms", ANNS, "appointment.reminder")
    assert "Reply C to confirm" in message.body
    assert "[link " in message.body
    for secret in ("Follow-up", "follow"):
        assert secret not in message.body
    assert noted(clinic) == [
        ("48h:sms:all:0", "sent", ""),
        ("168h:email:all:0", "skipped", "A later reminder is due already."),
    ]


def test_run_again_or_twice_it_reminds_once(clinic, line, ann):
    visit(clinic, ann, 47)
    with clinic.reading():
        stale = reminders.due(now())
    assert [run(clinic), run(clinic)] == [1, 0]
    for due in stale:  # another worker that looked at the same moment
        assert operations.remind(due, at=now(), by=clinic.anybody()) == []
    assert len(sent(clinic)) == 1


def test_who_booked_after_a_reminder_was_due_or_will_come_is_left_alone(clinic, line, ann):
    visit(clinic, ann, 47, booked_at=now() - timedelta(minutes=5))
    visit(clinic, clinic.patient("Bo", mobile_phone=OURS), 46, confirmed_at=now())
    run(clinic)
    assert sent(clinic) == []
    assert {because for *_, because in noted(clinic)} == {
        "Booked after this reminder was due.",
        "They said they will come.",
    }


def test_a_moved_visit_is_reminded_anew_and_what_waited_is_dropped(clinic, line, ann):
    found = operations.book(
        ann, clinic.visit_type, clinic.provider, clinic.site, MONDAY + timedelta(days=10), now(),
        by=clinic.anybody(),
    )  # fmt: skip
    two_days = found.starts_at - timedelta(hours=48)
    with time_machine.travel(two_days.replace(hour=3), tick=False):  # 10 at night: it waits
        policy(clinic, Step(60, "sms"))
        run(clinic)
        (waiting,) = [one for one in sent(clinic) if one.kind == "appointment.reminder"]
        assert waiting.not_before == two_days.replace(hour=13)
        operations.reschedule(
            found, found.starts_at + timedelta(days=7), at=now(), by=clinic.anybody()
        )
    with clinic.reading():
        waiting.refresh_from_db()
    assert (waiting.status, waiting.failed_because) == ("dropped", "The visit has moved.")
    with time_machine.travel(found.starts_at + timedelta(days=7, hours=-59), tick=False):
        run(clinic)
    assert [one.sequence for one in reminders_of(clinic)] == [0, 1]


def test_a_cancelled_visit_and_one_about_to_begin_are_not_reminded(clinic, line, ann):
    visit(clinic, ann, 47, status="cancelled")
    visit(clinic, clinic.patient("Bo", mobile_phone=OURS), 0.25)
    assert run(clinic) == 0
    assert noted(clinic) == []


def test_each_type_of_visit_has_its_policy_or_the_general_one(clinic, line, ann):
    policy(clinic, Step(24, "email"))
    policy(clinic, visit_type=clinic.visit_type, is_on=False)
    visit(clinic, ann, 20)
    assert run(clinic) == 0
    with clinic.writing():
        policy_of_type = ReminderPolicy.objects.get(visit_type=clinic.visit_type)
        policy_of_type.is_on = True
        policy_of_type.steps = [Step(72, "sms").as_json()]
        policy_of_type.save()
    assert run(clinic) == 1
    assert sent(clinic)[0].channel == "sms"


@pytest.mark.parametrize(("mode", "kind"), [("telephone", "_phone"), ("video", "_video")])
def test_who_comes_by_telephone_or_video_is_reminded_on_the_day(clinic, line, ann, mode, kind):
    with clinic.writing():
        clinic.visit_type.mode = mode
        clinic.visit_type.save()
    visit(clinic, ann, 1.5, confirmed_at=now())
    visit(clinic, clinic.patient("Bo"), 30)
    run(clinic)
    (message,) = sent(clinic)
    assert message.kind == f"appointment.reminder{kind}"
    assert noted(clinic)[0][:2] == ("2h:any:remote:0", "sent")


def test_an_extra_step_is_for_those_who_are_likely_to_be_missed(clinic, line, ann, monkeypatch):
    class Risk:
        probability = 0.4

    policy(clinic, Step(24, "sms", risk=25))
    ben = clinic.patient("Ben", mobile_phone=OURS, preferred_channel="sms")
    risky, safe = visit(clinic, ann, 20), visit(clinic, ben, 21)
    monkeypatch.setattr(
        queries, "no_show_risk", lambda found: {risky.pk: Risk(), safe.pk: None}, raising=False
    )
    run(clinic)
    assert [one.patient_id for one in sent(clinic)] == [ann.pk]
    assert ("24h:sms:all:25", "skipped", "Not likely to be missed.") in noted(clinic)


def test_nobody_reachable_is_noted_for_whoever_calls(clinic, line):
    bo = clinic.patient("Bo", home_phone="+13305550111", preferred_channel="voice")
    visit(clinic, bo, 47)
    run(clinic)
    assert sent(clinic) == []
    (first, _) = noted(clinic)
    assert first[1] == "skipped"
    assert first[2].startswith("No way to reach them. No")
    with clinic.reading():
        left = reminders.unreached(now() - timedelta(days=1), now(), now() + timedelta(days=3))
        assert {one.appointment.patient_id for one in left} == {bo.pk}


def test_a_reminder_that_came_back_and_went_another_way_needs_no_call(clinic, line, ann):
    visit(clinic, ann, 47)
    say_consent(ann, channel="email", is_given=True, how="desk", at=now(), by=clinic.anybody())
    run(clinic)
    (text,) = sent(clinic)

    def fail(message):
        comms.begin_delivery(message, at=now(), by=clinic.anybody())
        comms.note_failed(message, because="Refused.", is_final=True, at=now(), by=clinic.anybody())

    def to_call():
        with clinic.reading():
            return len(reminders.to_call(now() - timedelta(days=1), now(), now() + TWO_DAYS))

    fail(text)
    mail = sent(clinic)[-1]
    assert (mail.channel, to_call()) == ("email", 0)
    fail(mail)
    assert to_call() == 1


def test_many_visits_are_looked_at_with_the_same_queries(
    clinic, line, django_assert_max_num_queries
):
    for number in range(30):
        bo = clinic.patient("Bo", str(number), preferred_channel="voice")
        visit(clinic, bo, 100 + number)
    with clinic.reading(), django_assert_max_num_queries(6):
        assert len(reminders.due(now())) == 30


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, ""),
        ({"known_since": MONDAY + timedelta(minutes=1)}, "Booked after this reminder was due."),
        ({"is_confirmed": True}, "They said they will come."),
        ({"step": Step(2, even_confirmed=True), "is_confirmed": True}, ""),
        ({"step": Step(2, risk=25)}, "Not likely to be missed."),
        ({"step": Step(2, risk=25), "risk": 24}, "Not likely to be missed."),
        ({"step": Step(2, risk=25), "risk": 25}, ""),
    ],
)
def test_why_a_step_is_left_out(more, why):
    said = {"step": Step(48), "due_at": MONDAY, "known_since": MONDAY, "is_confirmed": False}
    said |= {"risk": None, **more}
    assert why_not(said.pop("step"), **said) == why


def test_a_plan_that_contradicts_itself_is_refused(clinic):
    assert troubles_of([Step(48, "sms"), Step(24, "email")]) == []
    assert len(troubles_of([Step(48, "sms"), Step(48, "sms")])) == 2
    assert troubles_of([Step(48, "sms"), Step(48, "email")]) == [
        "Two reminders go out at the same time for the same visits."
    ]
    with pytest.raises(Refused, match="needs no extra"):
        policy(clinic, Step(24, risk=30, even_confirmed=True))
    with pytest.raises(NotPermitted):
        operations.save_reminder_policy(
            None, steps=[], is_on=True, notice_hours=2, by=clinic.role("receptionist")
        )
    assert [before_words(hours) for hours in (1, 2, 24, 48, 30)] == [
        "1 hour before", "2 hours before", "1 day before", "2 days before", "30 hours before",
    ]  # fmt: skip
    assert [Step.read(step.key).key for step in (Step(48), Step(2, "sms", "remote", 25))] == [
        "48h:any:all:0", "2h:sms:remote:25",
    ]  # fmt: skip
