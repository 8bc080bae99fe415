"""What patients answer to a reminder by text reaches their visit."""

from datetime import timedelta

import pytest
import time_machine

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.scheduling.rules.reminders import Step
from frontdesk.staff.models import WorkItem
from tests.scheduling.reminding import (
    ANNS,
    MONDAY,
    OURS,
    again,
    answer,
    asked,
    policy,
    reminders_of,
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
    answered = [one for one in reminders_of(clinic) if one.answer]
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
