"""A line, a carrier and somebody to text, for tests of texts."""

import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from frontdesk.comms import jobs, operations
from frontdesk.comms.gateways import signature_of
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.sandbox.grounds import ACCOUNT, TOKEN
from frontdesk.sandbox.phones import Phones
from frontdesk.staff.models import WorkItem

OURS, ANNS = "+16145550100", "+16145550147"
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # in New York


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def carrier(tmp_path, settings):
    """A carrier of flesh and blood on this machine; it calls nobody back."""
    server = Phones(0, tmp_path)
    running = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    running.start()
    settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_TOKEN = server.url, ACCOUNT, TOKEN
    settings.PUBLIC_URL = "http://127.0.0.1:1"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def line(clinic, carrier):
    return operations.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())


@pytest.fixture
def ann(clinic):
    return clinic.patient(mobile_phone=ANNS, preferred_channel="sms")


def write(clinic, patient, body="Your visit is at nine.", **more):
    said = {"channel": "sms", "kind": "appointment.reminder", "subject": "Reminder", **more}
    return operations.write_message(patient, **said, body=body, at=now(), by=clinic.anybody())


def send(message):
    return jobs.deliver.func(str(message.pk), str(message.practice_id))


def again(clinic, message):
    with clinic.reading():
        return Message.objects.get(pk=message.pk)


def work(clinic):
    with clinic.reading():
        return list(WorkItem.objects.filter(status="open").order_by("opened_at"))


def carrier_says(path, **told):
    url = f"http://127.0.0.1:1/messages/texts/{path}"
    signature = signature_of(url, told, TOKEN)
    return Client(enforce_csrf_checks=True).post(
        f"/messages/texts/{path}", told, HTTP_X_TWILIO_SIGNATURE=signature
    )


def text(clinic, body, sid="SM1", sender=ANNS, **more):
    answer = carrier_says("", MessageSid=sid, From=sender, To=OURS, Body=body, **more)
    assert answer.status_code == 200
    with clinic.reading():
        message = Message.objects.get(gateway_id=sid)
    jobs.understand.func(str(message.pk), str(clinic.practice.pk))
    return again(clinic, message)


def replies(clinic):
    with clinic.reading():
        sent = Message.objects.filter(kind__startswith="reply.").order_by("written_at", "pk")
        return [(one.kind, one.address) for one in sent]
