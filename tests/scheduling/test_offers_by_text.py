"""An offered time answered by text: yes and no as by the link, and nothing that could mean else."""

from datetime import date, time, timedelta

import pytest
import time_machine

from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.comms.rules import is_about_visit
from frontdesk.core.clock import at_wall, now
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, Wait
from frontdesk.staff.models import WorkItem
from frontdesk.staff.queries import the_clock

MONDAY = date(2026, 11, 23)
OURS, ANNS, CYS = "+16145550100", "+16145550147", "+16145550148"


@pytest.fixture(autouse=True)
def clock(clinic, settings):
    settings.SMS_SPOOL = "/nonexistent"  # a carrier there is; nothing is sent in these tests
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False) as traveller:
        comms.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())
        yield traveller


def booked(clinic, patient, starts_at):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def offered(clinic, *numbers, language="en", day=4):
    """A freed time on Friday at nine, offered by text to each of these."""
    friday = at_wall(clinic.site, MONDAY + timedelta(days=day), time(9))
    for n, number in enumerate(numbers):
        ann = clinic.patient(
            f"Ann{n}", mobile_phone=number, preferred_channel="sms", language=language
        )
        later = booked(clinic, ann, friday + timedelta(days=17 + n))
        operations.want_earlier(later, at=now(), by=clinic.anybody())
    lost = booked(clinic, clinic.patient("Bo"), friday)
    rule = {"mode": "auto", "target": 99, "most_at_once": 20}
    operations.save_refill_rule(None, rule, by=clinic.anybody())
    operations.cancel(lost, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    with clinic.reading():
        freed = FreedTime.objects.get(appointment=lost)
        keys = list(Wait.objects.filter(status="waiting").values_list("pk", flat=True))
    operations.offer_to(freed, keys, at=now(), by=the_clock(clinic.practice.pk))
    sent(clinic)
    with clinic.reading():
        return list(Offer.objects.select_related("wait").filter(freed=freed).order_by("pk"))


def sent(clinic):
    """Let everything that waits leave."""
    with clinic.writing():
        for message in Message.objects.filter(status="queued"):
            message.status = "sent"
            message.save()


def text(clinic, body, sender=ANNS):
    """Let a text come in; return what is answered."""
    with clinic.reading():
        number = Message.objects.count()
    message = comms.hear(
        sender=sender, body=body, gateway_id=f"SM{number}", at=now(), by=clinic.anybody()
    )
    comms_jobs.understand.func(str(message.pk), str(clinic.practice.pk))
    with clinic.reading():
        found = Message.objects.filter(answers=message).first()
    sent(clinic)
    return (found.kind, found.body) if found else None


def fresh(clinic, record):
    with clinic.reading():
        return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize(("word", "language"), [("Yes", "en"), ("SÍ", "es"), ("si", "es")])
def test_yes_takes_the_time_as_the_link_does(clinic, word, language):
    (offer,) = offered(clinic, ANNS, language=language)
    with clinic.reading():
        asked = Message.objects.get(kind="waitlist.offer")
    assert ("Reply YES or NO" if language == "en" else "Responda SÍ o NO") in asked.body
    kind, body = text(clinic, word)
    assert kind == "reply.offer_taken"
    assert ("Friday, November 27" if language == "en" else "27 de noviembre") in body
    held = fresh(clinic, offer)
    assert (held.status, held.answered_by) == ("accepted", "Ann0 Lee (by text)")
    assert fresh(clinic, offer.wait).status == "placed"
    with clinic.reading():
        assert Appointment.objects.get(patient=offer.patient_id).starts_at == offer.starts_at
    assert text(clinic, word)[0] == "reply.offer_taken"  # said twice it is one yes


def test_no_keeps_everything_as_it_is(clinic):
    (offer,) = offered(clinic, ANNS)
    assert text(clinic, "No")[0] == "reply.offer_declined"
    assert fresh(clinic, offer).status == "declined"
    assert fresh(clinic, offer.wait).status == "waiting"


def test_the_first_yes_gets_it_and_the_second_is_told_kindly(clinic):
    first, second = offered(clinic, ANNS, CYS)
    assert text(clinic, "yes", CYS)[0] == "reply.offer_taken"
    kind, body = text(clinic, "yes", ANNS)
    assert kind == "reply.offer_gone" and "stay on our list" in body
    assert sorted(fresh(clinic, one).status for one in (first, second)) == ["accepted", "gone"]


def test_a_yes_that_comes_too_late_moves_nothing(clinic, clock):
    (offer,) = offered(clinic, ANNS)
    clock.move_to(offer.expires_at + timedelta(seconds=1))
    assert text(clinic, "yes")[0] == "reply.offer_gone"
    assert fresh(clinic, offer.wait).status == "waiting"


def test_beside_an_open_reminder_it_is_asked_which(clinic):
    (offer,) = offered(clinic, ANNS)
    with clinic.reading():
        mine = Appointment.objects.select_related("patient").get(patient=offer.patient_id)
    remind(clinic, mine)
    kind, body = text(clinic, "yes")
    assert kind == "reply.which"
    number = body.split(": Ann0, earlier")[0][-1]
    assert fresh(clinic, offer).is_open and fresh(clinic, mine).confirmed_at is None
    assert text(clinic, number)[0] == "reply.offer_taken"
    assert fresh(clinic, offer).status == "accepted"


def test_words_of_a_reminder_never_answer_an_offer(clinic):
    (offer,) = offered(clinic, ANNS)
    with clinic.reading():
        mine = Appointment.objects.select_related("patient").get(patient=offer.patient_id)
    assert text(clinic, "CANCEL")[0] == "reply.person"  # no reminder went out: a person reads it
    assert fresh(clinic, offer).is_open and fresh(clinic, mine).status == "booked"
    remind(clinic, mine)
    assert text(clinic, "C")[0] == "reply.confirmed"
    assert text(clinic, "1")[0] == "reply.confirmed"
    assert fresh(clinic, offer).is_open
    assert text(clinic, "yes")[0] == "reply.offer_taken"  # the visit has its answer


def test_other_words_come_to_a_person(clinic):
    (offer,) = offered(clinic, ANNS)
    assert text(clinic, "Yes, but at ten?")[0] == "reply.person"
    assert fresh(clinic, offer).is_open
    with clinic.reading():
        item = WorkItem.objects.get(kind="scheduling.patient_asks")
    assert item.detail == "Yes, but at ten?" and "offered time" in item.title


def test_a_time_that_the_office_holds_is_asked_for_again(clinic):
    (offer,) = offered(clinic, ANNS)
    operations.hold(
        clinic.visit_type, clinic.provider, clinic.site, offer.starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    assert text(clinic, "yes")[0] == "reply.offer_busy"
    assert fresh(clinic, offer).is_open


def remind(clinic, appointment):
    comms.tell(
        appointment.patient, "appointment.reminder", {"when": "then"}, once="r", channel="sms",
        subject=appointment, at=now(), by=clinic.anybody(),
    )  # fmt: skip
    sent(clinic)


@pytest.mark.parametrize("word", ["C", "cancel", "1", "R", "mover"])
def test_what_only_a_reminder_asks(word):
    assert is_about_visit(word)
    assert not any(is_about_visit(one) for one in ("yes", "sí", "NO", "ok"))
