"""A message is written once, sent once, tried again, and left to a person when it can't arrive."""

import smtplib
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core import mail
from django_tasks_db.models import DBTaskResult

from frontdesk.comms import gateways, jobs, operations
from frontdesk.comms.models import Message
from frontdesk.comms.rules import Enclosure, pause_after
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.staff.models import WorkItem


class Mailbox:
    """What a real SMTP server received; `answer` is what it says to the next recipients."""

    def __init__(self):
        self.letters, self.answer = [], "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@pytest.fixture
def mailbox(settings):
    """A mail server of flesh and blood on this machine."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield box
    server.stop()


@pytest.fixture
def ann(clinic):
    return clinic.patient(email="ann@example.com")


def write(clinic, patient, **more):
    said = {"kind": "appointment.booked", "subject": "Your visit", "body": "At nine."}
    return operations.write_message(
        patient, **{**said, "at": now(), "by": clinic.actor("comms.send"), **more}
    )


def send(message):
    return jobs.deliver.func(str(message.pk), str(message.practice_id))


def again(clinic, message):
    with clinic.reading():
        return Message.objects.get(pk=message.pk)


def test_a_message_reaches_the_mail_server_with_its_files(clinic, ann, mailbox):
    calendar = Enclosure("visit.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:X")

    message = write(clinic, ann, attachments=[calendar])

    assert send(message) == "sent"
    (letter,) = mailbox.letters
    assert letter["To"] == "ann@example.com"
    assert letter["From"].startswith("Elm Street Family Medicine <")
    assert letter["Message-ID"].startswith(f"<{message.pk}@")
    text, file = letter.iter_parts()
    assert text.get_content().strip() == "At nine."
    assert file.get_content_type() == "text/calendar"
    assert file["Content-Type"].params["method"] == "REQUEST"
    assert (file.get_filename(), file.get_content().strip()) == ("visit.ics", "BEGIN:X")
    sent = again(clinic, message)
    assert (sent.status, sent.attempts) == ("sent", 1)
    assert sent.sent_at


def test_the_job_waits_in_the_transaction_that_wrote_the_message(clinic, ann):
    message = write(clinic, ann)

    (job,) = DBTaskResult.objects.all()
    assert job.task_path == "frontdesk.comms.jobs.deliver"
    assert job.args_kwargs["args"] == [str(message.pk), str(clinic.practice.pk)]
    assert again(clinic, message).status == "queued"


def test_the_same_message_is_written_and_sent_once(clinic, ann, mailbox):
    message = write(clinic, ann, once="appointment:1")
    assert write(clinic, ann, once="appointment:1").pk == message.pk
    assert DBTaskResult.objects.count() == 1

    assert [send(message), send(message)] == ["sent", "nothing to do"]
    assert len(mailbox.letters) == 1


def test_two_workers_send_it_once_and_a_dead_one_is_waited_for(clinic, ann, mailbox):
    message = write(clinic, ann)
    operations.begin_delivery(message, at=now(), by=clinic.actor("comms.send"))

    assert send(message) == "another worker has it"
    assert mailbox.letters == []
    soon, later = now() + timedelta(minutes=2), now() + timedelta(minutes=4)
    assert DBTaskResult.objects.filter(run_after__range=(soon, later)).count() == 1

    with time_machine.travel(now() + timedelta(minutes=4)):
        assert send(message) == "sent"


def test_a_refusal_for_now_is_tried_again_later_and_later(clinic, ann, mailbox):
    mailbox.answer = "451 Busy"
    message = write(clinic, ann)

    assert send(message) == "not delivered"

    waiting = again(clinic, message)
    assert (waiting.status, waiting.failed_because) == (
        "queued",
        "The mail server refused the address (451).",
    )
    assert timedelta(seconds=50) < waiting.next_try_at - now() < timedelta(seconds=61)
    assert DBTaskResult.objects.filter(run_after=waiting.next_try_at).count() == 1
    assert [pause_after(n) for n in (1, 5, 6)] == [
        timedelta(minutes=1),
        timedelta(hours=4),
        None,
    ]


def test_after_the_last_try_a_person_is_asked(clinic, ann, monkeypatch):
    def out_of_reach(_):
        raise gateways.NotDelivered("The mail server could not be reached.", is_final=False)

    monkeypatch.setattr(gateways, "post", out_of_reach)
    message = write(clinic, ann)
    for _ in range(6):
        send(message)

    assert again(clinic, message).status == "failed"
    with clinic.reading():
        (item,) = WorkItem.objects.all()
    assert (item.kind, item.pool, item.patient_id) == (
        "comms.not_delivered",
        "receptionist",
        ann.pk,
    )


def test_an_unknown_address_is_told_at_once_and_can_be_corrected(clinic, ann, mailbox):
    mailbox.answer = "550 No such user ann@example.com"
    message = write(clinic, ann)
    assert send(message) == "not delivered"
    failed = again(clinic, message)
    assert (failed.status, failed.failed_because) == (
        "failed",
        "The mail server refused the address (550).",
    )

    mailbox.answer = "250 OK"
    with clinic.writing():
        ann.email = "ann.lee@example.com"
        ann.save()
    operations.send_again(message, at=now(), by=clinic.actor("comms.send"))

    assert send(message) == "sent"
    assert mailbox.letters[0]["To"] == "ann.lee@example.com"
    with clinic.reading():
        assert WorkItem.objects.get().status == "done"


def test_a_dead_mail_server_names_no_patient(clinic, ann, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = write(clinic, ann)

    assert send(message) == "not delivered"
    assert again(clinic, message).failed_because == (
        "The mail server could not be reached (ConnectionRefusedError)."
    )


def test_other_errors_of_the_server_are_read_by_their_code(monkeypatch):
    def refuse(code):
        def send(_self):
            raise smtplib.SMTPDataError(code, b"said by the server")

        return send

    letter = gateways.Email("k", "Us", "", "a@example.com", "Subject", "Body")
    for code, is_final in ((452, False), (554, True)):
        monkeypatch.setattr(mail.EmailMessage, "send", refuse(code))
        with pytest.raises(gateways.NotDelivered, match=str(code)) as caught:
            gateways.post(letter)
        assert caught.value.is_final is is_final


def test_what_cannot_be_sent_is_refused(clinic, ann):
    with pytest.raises(Refused, match="Only e-mails and texts"):
        write(clinic, ann, channel="mail")
    with pytest.raises(Refused, match="no mobile number"):
        write(clinic, ann, channel="sms")
    with pytest.raises(Refused, match="no e-mail address"):
        write(clinic, clinic.patient("No", "Mail"))
    with pytest.raises(NotPermitted):
        write(clinic, ann, by=clinic.actor("people.find"))


def test_another_practice_cannot_send_it(clinic, other, ann):
    message = write(clinic, ann)
    with pytest.raises(Message.DoesNotExist):
        operations.send_again(message, at=now(), by=other.anybody())
    with pytest.raises(Message.DoesNotExist):
        jobs.deliver.func(str(message.pk), str(other.practice.pk))
