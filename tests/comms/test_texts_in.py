"""Answers by text come in once, signed, and mean something."""

from datetime import time

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.comms import operations, queries
from frontdesk.comms.gateways import signature_of
from frontdesk.comms.models import Message
from frontdesk.comms.rules import Said, choice_in, meaning_of
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.queries import may_reach
from frontdesk.sandbox.grounds import TOKEN
from tests.comms.texting import (
    ANNS,
    OURS,
    _at_noon,
    ann,
    carrier,
    carrier_says,
    line,
    replies,
    text,
    work,
)

__all__ = ["_at_noon", "ann", "carrier", "line"]


# --- coming in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        *((word, Said.YES) for word in ["C", "c.", "1", "Yes!", "sí", "SI", "Ok", "confirmo"]),
        *((word, Said.NO) for word in ["X", "cancel", "CANCELAR", "no", "2"]),
        *((word, Said.MOVE) for word in ["R", "reschedule", "cambiar", "3"]),
        *((word, Said.STOP) for word in ["STOP", "stop.", "ALTO", "Stop all", "no más"]),
        *((word, Said.START) for word in ["START", "Unstop"]),
        *((word, Said.HELP) for word in ["HELP", "ayuda?"]),
        *((word, Said.WORDS) for word in ["Yes but my son comes too", "call me", "", "👍", "12"]),
    ],
)  # fmt: skip
def test_what_an_answer_means(body, said):
    assert meaning_of(body) == said


@given(st.text(max_size=300))
def test_whatever_is_typed_means_something(body):
    assert meaning_of(body) in Said
    assert all(0 <= one < 3 for one in choice_in(body, 3))


def test_the_signature_is_the_carriers():
    # The worked example of Twilio's "Webhooks security" page.
    told = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234",
        "From": "+12349013030", "To": "+18005551212",
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature_of(url, told, "12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_only_the_carrier_is_heard(clinic, line, settings):
    told = {"MessageSid": "SM9", "From": ANNS, "To": OURS, "Body": "C"}
    where = "/messages/texts/"
    unsigned = Client().post(where, told)
    wrong = Client().post(where, told, HTTP_X_TWILIO_SIGNATURE="nonsense")
    other_url = signature_of("http://127.0.0.1:1/elsewhere/", told, TOKEN)
    moved = Client().post(where, told, HTTP_X_TWILIO_SIGNATURE=other_url)
    tampered = Client().post(
        where, {**told, "Body": "X"},
        HTTP_X_TWILIO_SIGNATURE=signature_of(f"http://127.0.0.1:1{where}", told, TOKEN),
    )  # fmt: skip
    settings.SMS_TOKEN = ""
    unset = Client().post(
        where, told, HTTP_X_TWILIO_SIGNATURE=signature_of(f"http://127.0.0.1:1{where}", told, "")
    )
    assert {a.status_code for a in (unsigned, wrong, moved, tampered, unset)} == {403}
    with clinic.reading():
        assert not Message.objects.exists()


def test_a_text_to_a_number_that_is_nobodys_and_one_told_twice(clinic, line, ann):
    assert carrier_says("", MessageSid="S", From=ANNS, To="+1999", Body="C").status_code == 404
    text(clinic, "Running late", sid="SM7")
    text(clinic, "Running late", sid="SM7")
    with clinic.reading():
        assert Message.objects.filter(direction="in").count() == 1
    assert len(work(clinic)) == 1


def test_another_practices_line_hears_its_own_texts(clinic, other, line):
    theirs = operations.set_line({"number": "+16145550199", "is_on": True}, by=other.anybody())
    with pytest.raises(Refused, match="Another practice here uses this number"):
        operations.set_line({"number": OURS}, by=other.anybody())
    carrier_says("", MessageSid="SM5", From=ANNS, To=theirs.number, Body="Hello")
    with clinic.reading():
        assert not Message.objects.exists()
    with other.reading():
        assert Message.objects.get().body == "Hello"


def test_stop_is_kept_for_everybody_at_the_number_and_start_too(clinic, line, ann):
    bo = clinic.patient("Bo", mobile_phone=ANNS, preferred_channel="sms")
    assert text(clinic, "ALTO", sid="S1").kind == "text.stop"
    with clinic.reading():
        assert not may_reach(ann, "sms")
        assert not may_reach(bo, "sms")
        assert ann.channel_consents.get().how == "by text"
    assert replies(clinic) == [("reply.stopped", ANNS)]
    text(clinic, "START", sid="S2")
    with clinic.reading():
        assert may_reach(ann, "sms")


def test_what_the_carrier_stopped_by_itself_is_not_answered_again(clinic, line, ann):
    text(clinic, "STOP", OptOutType="STOP")
    assert replies(clinic) == []
    with clinic.reading():
        assert not may_reach(ann, "sms")


def test_help_is_answered(clinic, line, ann):
    text(clinic, "HELP")
    assert replies(clinic) == [("reply.help", ANNS)]


def test_a_text_from_an_unknown_number_is_left_to_a_person(clinic, line):
    text(clinic, "Is Dr. Okafor in today?", sender="+13305550111")
    (item,) = work(clinic)
    assert item.title == "A text from an unknown number"
    assert "Is Dr. Okafor in today?" in item.detail
    assert item.patient_id is None
    assert replies(clinic) == []


def test_words_without_a_question_are_left_to_a_person_and_thanked(clinic, line, ann):
    text(clinic, "Can I get my results?")
    (item,) = work(clinic)
    assert (item.patient_id, item.title) == (ann.pk, "A text from Ann Lee")
    assert replies(clinic) == [("reply.person", ANNS)]


def test_a_receptionist_answers_in_their_own_words(clinic, line, ann, client):
    message = text(clinic, "Can I get my results?")
    client.force_login(clinic.member("receptionist").user)
    where = f"/messages/{message.pk}/reply/"
    assert "Can I get my results?" in client.get(where).content.decode()
    assert client.post(where, {"body": " "}).status_code == 422
    assert (
        client.post(where, {"body": "Please call us."}, HTTP_HX_REQUEST="true").status_code == 200
    )
    with clinic.reading():
        sent = Message.objects.get(kind="text.written")
    assert (sent.address, sent.body) == (ANNS, "Elm Street Family Medicine: Please call us.")
    assert work(clinic) == []
    with pytest.raises(Refused, match="Only a text that came in"):
        operations.reply_to(sent, body="And", at=now(), by=clinic.role("receptionist"))

    text(clinic, "STOP", sid="SM2")
    refused = client.post(where, {"body": "But"}, HTTP_HX_REQUEST="true")
    assert "asked for no more texts" in refused.content.decode()


def test_two_machines_do_not_answer_each_other_for_ever(clinic, line, ann):
    for number in range(12):
        text(clinic, "I am away from my phone.", sid=f"S{number}")
    assert len(replies(clinic)) == 6
    assert len(work(clinic)) == 12


def test_a_manager_sets_the_line_and_a_receptionist_does_not(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    assert client.get("/messages/line/").status_code == 403
    client.force_login(clinic.member("manager").user)
    assert "No carrier is connected" in client.get("/messages/line/").content.decode()
    said = {
        "number": "(614) 555-0100",
        "is_on": "on",
        "quiet_from": "20:00",
        "quiet_until": "09:00",
    }
    assert client.post("/messages/line/", {**said, "number": "front desk"}).status_code == 422
    assert client.post("/messages/line/", {**said, "number": ""}).status_code == 422
    assert client.post("/messages/line/", said).status_code == 302
    with clinic.reading():
        assert (queries.the_line().number, queries.the_line().quiet_from) == (OURS, time(20))
    with pytest.raises(NotPermitted):
        operations.set_line({"is_on": False}, by=clinic.role("receptionist"))
