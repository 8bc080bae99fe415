"""Reminders go out when they are due, once, to whoever needs one; answers reach the visit."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.operations import say_consent
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import reminders as reminding
from frontdesk.scheduling.models import Appointment, Reminder, ReminderPolicy
from frontdesk.scheduling.queries import reminders
from frontdesk.scheduling.rules.reminders import Step, before_words, troubles_of, why_not
from frontdesk.staff.models import WorkItem

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 10 in the morning in New York
TWO_DAYS = timedelta(days=2)
OURS, ANNS = "+16145550100", "+16145550147"
HTMX = {"HTTP_HX_REQUEST": "true"}


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


def visit(clinic, patient, in_hours, **more):
    made = clinic.booked(at=now() + timedelta(hours=in_hours), patient=patient)
    with clinic.writing():
        made.booked_at = now() - timedelta(days=30)
        for name, value in more.items():
            setattr(made, name, value)
        made.save()
    return made


def run(clinic):
    return reminding.remind.func(str(clinic.practice.pk))


def noted(clinic):
    with clinic.reading():
        rows = Reminder.objects.order_by("done_at", "-due_at", "pk")
        return [(one.step, one.status, one.because) for one in rows]


def sent(clinic):
    with clinic.reading():
        return list(Message.objects.filter(kind__startswith="appointment.").order_by("pk"))


def again(clinic, found):
    with clinic.reading():
        return Appointment.objects.get(pk=found.pk)


def policy(clinic, *steps, visit_type=None, is_on=True, notice_hours=2):
    return operations.save_reminder_policy(
        visit_type, steps=steps, is_on=is_on, notice_hours=notice_hours, by=clinic.anybody()
    )


# --- when -------------------------------------------------------------------------------------


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
    assert [one.sequence for one in _reminders(clinic)] == [0, 1]


def _reminders(clinic):
    with clinic.reading():
        return list(Reminder.objects.order_by("done_at", "pk"))


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


# --- answers by text --------------------------------------------------------------------------


def asked(clinic):
    """Remind, and note that the carrier took it."""
    run(clinic)
    for message in sent(clinic):
        if message.status == "queued":
            comms.note_sent(message, at=now(), by=clinic.anybody())


def answer(clinic, body, sid="SM1", sender=ANNS):
    message = comms.hear(sender=sender, body=body, gateway_id=sid, at=now(), by=clinic.anybody())
    comms_jobs.understand.func(str(message.pk), str(clinic.practice.pk))
    with clinic.reading():
        message.refresh_from_db()
        last = Message.objects.filter(kind__startswith="reply.").order_by("-pk").first()
    return message, last


def work(clinic):
    with clinic.reading():
        return list(WorkItem.objects.filter(status="open").order_by("pk"))


@pytest.mark.parametrize("body", ["C", "1", "yes", "Sí"])
def test_c_confirms(clinic, line, ann, body):
    found = visit(clinic, ann, 47)
    asked(clinic)
    message, back = answer(clinic, body)
    assert again(clinic, found).confirmed_at == now()
    assert back.kind == "reply.confirmed"
    assert (message.answers_id, message.subject_id) == (sent(clinic)[0].pk, found.pk)
    answered = [one for one in _reminders(clinic) if one.answer]
    assert [(one.answer, one.answered_via) for one in answered] == [("confirmed", "text")]
    with clinic.reading():
        assert found.changes.get().by_name == "Ann Lee (by text)"
    assert work(clinic) == []


def test_x_cancels_and_says_so(clinic, line, ann):
    found = visit(clinic, ann, 47)
    asked(clinic)
    _, back = answer(clinic, "CANCEL")
    gone = again(clinic, found)
    assert (gone.status, gone.cancelled_by, gone.cancelled_because) == (
        "cancelled", "patient", "By text",
    )  # fmt: skip
    assert back.kind == "reply.cancelled"
    _, back = answer(clinic, "C", sid="SM2")  # too late: it is gone
    assert again(clinic, found).status == "cancelled"
    assert (back.kind, len(work(clinic))) == ("reply.person", 1)


def test_too_close_to_the_visit_the_office_is_asked(clinic, line, ann):
    found = visit(clinic, ann, 1)
    policy(clinic, Step(3, "sms"), notice_hours=2)
    asked(clinic)
    for sid, body in (("SM1", "X"), ("SM2", "R")):
        _, back = answer(clinic, body, sid=sid)
        assert back.kind == "reply.call_us"
    assert again(clinic, found).status == "booked"
    items = work(clinic)
    assert [item.subject_id for item in items] == [found.pk, found.pk]
    assert "too late to change" in items[0].detail


def test_r_gets_a_link_to_other_times(clinic, line, ann, client):
    visit(clinic, ann, 47)
    asked(clinic)
    _, back = answer(clinic, "R")
    assert back.kind == "reply.move"
    from frontdesk.comms.queries import with_addresses

    with clinic.reading():
        text = with_addresses(back.body)
    where = "/l/" + text.partition("/l/")[2].split()[0]
    assert client.get(where).status_code == 200


def test_words_go_to_a_person_beside_the_visit(clinic, line, ann):
    found = visit(clinic, ann, 47)
    asked(clinic)
    _, back = answer(clinic, "Yes, but can my son come too?")
    assert again(clinic, found).confirmed_at is None
    (item,) = work(clinic)
    assert (item.subject_kind, item.subject_id) == ("scheduling.Appointment", found.pk)
    assert item.title == "Ann Lee: wrote by text"
    assert back.kind == "reply.person"


def test_a_family_on_one_number_is_asked_which_visit(clinic, line, ann):
    ben = clinic.patient("Ben", mobile_phone=ANNS, preferred_channel="sms")
    hers, his = visit(clinic, ann, 46), visit(clinic, ben, 47)
    asked(clinic)
    _, back = answer(clinic, "C")
    assert back.kind == "reply.which"
    assert "1: " in back.body and "2: " in back.body
    assert again(clinic, hers).confirmed_at is None
    comms.note_sent(back, at=now(), by=clinic.anybody())
    number = 1 if back.body.index("Ben") < back.body.index("Ann") else 2
    _, back = answer(clinic, str(number), sid="SM2")
    assert back.kind == "reply.confirmed"
    assert again(clinic, his).confirmed_at is not None
    assert again(clinic, hers).confirmed_at is None
    _, back = answer(clinic, "C", sid="SM3")  # one open question is left
    assert again(clinic, hers).confirmed_at is not None


def test_all_of_a_family_at_once(clinic, line, ann):
    ben = clinic.patient("Ben", mobile_phone=ANNS, preferred_channel="sms")
    found = [visit(clinic, ann, 46), visit(clinic, ben, 47)]
    asked(clinic)
    _, back = answer(clinic, "C")
    comms.note_sent(back, at=now(), by=clinic.anybody())
    answer(clinic, "ALL", sid="SM2")
    assert all(again(clinic, one).confirmed_at for one in found)


def test_an_answer_to_a_reminder_of_the_old_time_confirms_nothing(clinic, line, ann):
    found = visit(clinic, ann, 47)
    asked(clinic)
    with clinic.writing():
        moved = again(clinic, found)
        moved.starts_at += timedelta(days=1)
        moved.ends_at += timedelta(days=1)
        moved.sequence += 1
        moved.save()
    _, back = answer(clinic, "C")
    assert again(clinic, found).confirmed_at is None
    assert (back.kind, len(work(clinic))) == ("reply.person", 1)


# --- on screen --------------------------------------------------------------------------------


def test_the_drawer_shows_the_life_of_the_reminders(clinic, line, ann, client):
    found = visit(clinic, ann, 47)
    client.force_login(clinic.member("receptionist").user)
    where = reverse("scheduling:appointment", args=[found.pk])
    page = client.get(where, **HTMX).content.decode()
    assert "Planned: text, 1 day before" in page
    assert "only if likely to be missed" in page
    asked(clinic)
    answer(clinic, "C")
    page = client.get(where, **HTMX).content.decode()
    assert "Reminded: text, 2 days before" in page
    assert "Will come, by text" in page
    assert "Planned:" not in page  # they said they will come
    assert "Not reminded: e-mail, 7 days before" in page
    later = visit(clinic, ann, 400)
    page = client.get(reverse("scheduling:appointment", args=[later.pk]), **HTMX).content.decode()
    assert "Planned: e-mail, 7 days before" in page


def test_how_many_confirm_is_counted_by_step(clinic, line, ann):
    ben = clinic.patient("Ben", mobile_phone=OURS, preferred_channel="sms")
    visit(clinic, ann, 47)
    visit(clinic, ben, 46)
    asked(clinic)
    answer(clinic, "C")
    with clinic.reading():
        rates = {rate.step: rate for rate in reminders.rates(now() - timedelta(days=1))}
    text = rates["48h:sms:all:0"]
    assert (text.sent, text.percent, text.words) == (2, 50, "text, 2 days before")
    assert rates["168h:email:all:0"].left_out == 2


def row(number, **more):
    said = {"hours": "", "channel": "", "mode": "", "risk": "0", **more}
    return {f"steps-{number}-{name}": value for name, value in said.items()}


def form(*rows, **more):
    said = {
        "is_on": "on",
        "notice_hours": "4",
        "steps-TOTAL_FORMS": "6",
        "steps-INITIAL_FORMS": "6",
    }
    for number in range(6):
        said |= row(number, **(rows[number] if number < len(rows) else {}))
    return {**said, **more}


def test_a_manager_plans_reminders_and_a_receptionist_looks(clinic, client):
    where = reverse("scheduling:reminder_policy")
    of_type = reverse("scheduling:reminder_policy_of", args=[clinic.visit_type.pk])
    client.force_login(clinic.member("receptionist").user)
    assert client.get(where).status_code == 403
    page = client.get(reverse("scheduling:reminders")).content.decode()
    assert "e-mail, 7 days before" in page
    assert "as every visit" in page

    client.force_login(clinic.member("manager").user)
    drawer = client.get(where, **HTMX).content.decode()
    assert "Reply C to confirm" in drawer
    assert "Responda C para confirmar" in drawer
    same = form({"hours": "24", "channel": "sms"}, {"hours": "24", "channel": "sms"})
    refused = client.post(where, same, **HTMX)
    assert (refused.status_code, "are the same" in refused.content.decode()) == (422, True)
    assert client.post(where, form(notice_hours="soon"), **HTMX).status_code == 422
    assert client.post(where, form({"hours": "900"}), **HTMX).status_code == 422
    with clinic.reading():
        assert not ReminderPolicy.objects.exists()  # no such hour: nothing was kept

    good = form({"hours": "24", "channel": "sms"}, {"hours": "168", "channel": "email"})
    assert client.post(where, good, **HTMX).status_code == 200
    assert client.post(of_type, form(is_on=""), **HTMX).status_code == 200
    with clinic.reading():
        general = ReminderPolicy.objects.get(visit_type=None)
        own = ReminderPolicy.objects.get(visit_type=clinic.visit_type)
    assert [step.hours for step in general.plan] == [168, 24]
    assert (general.notice_hours, own.plan) == (4, ())


def test_the_list_of_whom_to_call_asks_no_more_of_many(clinic, line, client):
    client.force_login(clinic.member("receptionist").user)
    where = reverse("scheduling:reminders")

    def count():
        with CaptureQueriesContext(connection) as made:
            assert client.get(where).status_code == 200
        return len(made)

    def unreachable(number):
        bo = clinic.patient("Bo", str(number), home_phone=OURS, preferred_channel="voice")
        visit(clinic, bo, 40 + number / 10)

    unreachable(0)
    run(clinic)
    client.get(where)
    first = count()
    for number in range(1, 12):
        unreachable(number)
    run(clinic)
    assert count() == first
    assert "(614) 555-0100" in client.get(where).content.decode()
