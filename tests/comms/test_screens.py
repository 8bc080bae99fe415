"""Messages on screen: what was sent, what did not arrive, and in whose words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.comms import operations
from frontdesk.comms.models import Message, Wording
from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def desk(clinic, client):
    """A receptionist at the screen."""
    client.force_login(clinic.member("receptionist").user)
    return client


def write(clinic, patient, subject="Your visit"):
    return operations.write_message(
        patient,
        kind="appointment.booked",
        subject=subject,
        body="At nine.",
        at=now(),
        by=clinic.actor("comms.send"),
    )


def fail(clinic, message):
    return operations.note_failed(
        message,
        because="The mail server refused the address (550).",
        is_final=True,
        at=now(),
        by=clinic.anybody(),
    )


def url(name, *args):
    return reverse(f"comms:{name}", args=args)


def test_messages_are_listed_by_what_became_of_them(desk, clinic):
    write(clinic, clinic.patient("Ann", "Lee", email="a@example.com"), "Waiting")
    fail(clinic, write(clinic, clinic.patient("Bo", "Reyes", email="b@example.com"), "Lost"))

    everything = desk.get(url("messages")).content.decode()
    failed = desk.get(url("messages"), {"status": "failed"}).content.decode()

    assert "Waiting" in everything
    assert "Lost" in everything
    assert "1 was not delivered" in everything
    assert "Lost" in failed
    assert "Waiting</td>" not in failed
    assert desk.get(url("messages"), {"status": "' OR 1=1", "page": "x"}).status_code == 200


def test_the_same_queries_for_one_message_and_for_twenty(desk, clinic):
    ann = clinic.patient(email="a@example.com")

    def count():
        with CaptureQueriesContext(connection) as made:
            assert desk.get(url("messages"), **HTMX).status_code == 200
        return len(made)

    write(clinic, ann)
    desk.get(url("messages"))
    one = count()
    for _ in range(19):
        write(clinic, ann)
    assert count() == one


def test_a_message_is_read_and_sent_again(desk, clinic):
    message = fail(clinic, write(clinic, clinic.patient(email="a@example.com")))

    drawer = desk.get(url("message", message.pk), **HTMX).content.decode()
    assert "At nine." in drawer
    assert "refused the address (550)" in drawer
    assert "Send again" in drawer
    last = AuditEntry.objects.filter(practice_id=clinic.practice.pk).latest("number")
    assert (last.operation, last.patient_id) == ("people.open_chart", message.patient_id)

    assert desk.post(url("send_again", message.pk), **HTMX).status_code == 200
    with clinic.reading():
        assert Message.objects.get().status == "queued"
    twice = desk.post(url("send_again", message.pk), **HTMX)
    assert twice.status_code == 409


def test_the_chart_shows_its_own_messages_alone(desk, clinic):
    ann = clinic.patient(email="a@example.com")
    write(clinic, ann, "For Ann")
    write(clinic, clinic.patient("Bo", email="b@example.com"), "For Bo")
    panel = desk.get(url("panel", ann.pk), **HTMX).content.decode()
    assert "For Ann" in panel
    assert "For Bo" not in panel


def test_a_manager_words_a_message_and_a_receptionist_does_not(clinic, client):
    said = {"subject": "See you $when", "body": "Hi $patient", "short": "$patient: $when"}
    where = url("wording", "appointment.booked", "en")
    client.force_login(clinic.member("receptionist").user)
    assert client.post(where, said, **HTMX).status_code == 403
    client.force_login(clinic.member("manager").user)
    assert "Spanish" in client.get(url("wordings")).content.decode()
    assert "Your visit on $when" in client.get(where, **HTMX).content.decode()
    refused = client.post(where, {**said, "body": "$diagnosis"}, **HTMX)
    assert (refused.status_code, "$diagnosis" in refused.content.decode()) == (422, True)
    assert client.post(where, said, **HTMX).status_code == 200
    with clinic.reading():
        assert Wording.objects.get().subject == "See you $when"
    assert client.get(url("wording", "appointment.lost", "en")).status_code == 404
    assert client.get(url("wording", "appointment.booked", "xx")).status_code == 404


def test_another_practices_messages_lead_nowhere(clinic, other, client):
    ann = clinic.patient(email="a@example.com")
    message = fail(clinic, write(clinic, ann))
    client.force_login(other.member("manager").user)
    assert client.get(url("message", message.pk)).status_code == 404
    assert client.post(url("send_again", message.pk)).status_code == 404
    assert client.get(url("panel", ann.pk)).status_code == 404
    assert "Your visit" not in client.get(url("messages")).content.decode()
