"""Texts go out once, by a carrier or by a modem in the office."""

import subprocess
import time as clock
from datetime import timedelta
from shutil import which
from urllib.parse import urlencode

import httpx
import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from frontdesk.comms import gateways, jobs, operations, queries
from frontdesk.comms.gateways import NotDelivered, Spool, Twilio
from frontdesk.comms.models import Message
from frontdesk.comms.queries import Asked
from frontdesk.core.clock import now
from frontdesk.people.operations import say_consent
from frontdesk.people.queries import may_reach
from frontdesk.sandbox import phones
from frontdesk.sandbox.grounds import ACCOUNT, TOKEN
from tests.comms.texting import (
    ANNS,
    NOON,
    OURS,
    _at_noon,
    again,
    ann,
    carrier,
    carrier_says,
    line,
    send,
    work,
    write,
)

__all__ = ["_at_noon", "ann", "carrier", "line"]


# --- going out ---------------------------------------------------------------------------------


def test_a_text_reaches_the_carrier_and_the_phone(clinic, ann, line, carrier):
    message = write(clinic, ann, "Hola Ann: sábado a las nueve")

    assert send(message) == "sent"
    (taken,) = carrier.texts
    assert (taken["to"], taken["from"]) == (ANNS, OURS)
    assert taken["body"] == "Hola Ann: sabado a las nueve"
    assert again(clinic, message).gateway_id == taken["sid"]

    assert carrier_says("status/", MessageSid=taken["sid"], MessageStatus="sent").status_code == 204
    assert again(clinic, message).status == "sent"
    carrier_says("status/", MessageSid=taken["sid"], MessageStatus="delivered")
    arrived = again(clinic, message)
    assert (arrived.status, bool(arrived.delivered_at)) == ("delivered", True)
    carrier_says("status/", MessageSid=taken["sid"], MessageStatus="failed", ErrorCode="30008")
    assert again(clinic, message).status == "delivered"  # late and untrue


def test_what_the_carrier_took_before_we_died_is_not_sent_again(clinic, ann, line, carrier):
    carrier.faults = {"cut": 1}  # it takes the text, and we never hear of it
    message = write(clinic, ann)
    assert send(message) == "not delivered"
    assert len(carrier.texts) == 1

    with time_machine.travel(now() + timedelta(minutes=10)):
        assert send(message) == "sent"

    assert len(carrier.texts) == 1
    assert again(clinic, message).gateway_id == carrier.texts[0]["sid"]


def test_a_carrier_that_is_down_is_tried_again_later(clinic, ann, line, carrier):
    carrier.faults = {"down": 1}
    message = write(clinic, ann)
    assert send(message) == "not delivered"
    assert again(clinic, message).status == "queued"
    assert send(message) == "sent"


def test_a_number_where_nothing_arrives_is_not_texted_again(clinic, line, carrier):
    bo = clinic.patient(
        "Bo", mobile_phone="+15005550001", preferred_channel="sms", email="bo@example.com"
    )
    message = write(clinic, bo)
    send(message)

    failed = again(clinic, message)
    assert (failed.status, failed.is_bad_address) == ("failed", True)
    assert "No text arrives at this number (21211)." in failed.failed_because
    (item,) = work(clinic)
    assert item.title == "A text was not delivered: Reminder"
    assert "mobile number" in item.how_to_fix
    with clinic.writing():
        way = queries.route(bo, Asked(now()))
        assert (way.channel, "Nothing arrives by text" in way.why) == ("", True)
    say_consent(bo, channel="email", is_given=True, how="desk", at=now(), by=clinic.anybody())
    with clinic.reading():
        assert queries.route(bo, Asked(now())).channel == "email"


def test_what_comes_back_undelivered_is_told(clinic, line, carrier):
    bo = clinic.patient("Bo", mobile_phone="+15005550005", preferred_channel="sms")
    message = write(clinic, bo)
    send(message)
    sid = again(clinic, message).gateway_id
    carrier_says("status/", MessageSid=sid, MessageStatus="undelivered", ErrorCode="30005")
    failed = again(clinic, message)
    assert (failed.status, failed.is_bad_address) == ("failed", True)
    assert len(work(clinic)) == 1


def test_a_carrier_quicker_than_our_own_note_is_heard_all_the_same(clinic, line, carrier):
    bo = clinic.patient("Bo", mobile_phone="+15005550005", preferred_channel="sms")
    message = write(clinic, bo)
    early = {"MessageSid": "SM" + "e" * 32, "MessageStatus": "undelivered", "ErrorCode": "30005"}

    assert carrier_says("status/", **early).status_code == 202
    carrier_says("status/", **{**early, "MessageStatus": "sent"})
    [kept] = DBTaskResult.objects.filter(task_path=jobs.note_early_state.module_path)
    assert kept.run_after > now()
    with clinic.writing():
        message.status, message.gateway_id = "sent", early["MessageSid"]
        message.save()
    jobs.note_early_state.func(*kept.args_kwargs["args"])

    failed = again(clinic, message)
    assert (failed.status, failed.is_bad_address) == ("failed", True)
    assert len(work(clinic)) == 1


def test_a_report_of_nobodys_text_is_looked_for_a_few_times_only(clinic, line, carrier):
    found = [jobs.note_early_state.func("SMx", "delivered", "", n) for n in range(4)]

    assert found == ["later", "later", "later", "not ours"]


def test_who_told_the_carrier_stop_has_told_us(clinic, ann, line, carrier):
    carrier.stopped.add(ANNS)
    message = write(clinic, ann)
    send(message)
    assert again(clinic, message).status == "failed"
    with clinic.reading():
        assert not may_reach(ann, "sms")
    assert work(clinic) == []


def test_without_a_carrier_or_a_number_nothing_is_lost(clinic, ann, settings):
    settings.SMS_TOKEN = settings.SMS_SPOOL = ""
    with clinic.reading():
        assert "Texts are not set up." in queries.route(ann, Asked(now())).why
    message = write(clinic, ann)
    assert send(message) == "not delivered"
    assert again(clinic, message).status == "failed"
    assert len(work(clinic)) == 1


def test_a_message_whose_job_was_lost_is_swept_up(clinic, ann, line, carrier):
    message = write(clinic, ann)
    assert jobs.sweep.func() == 0
    with time_machine.travel(now() + timedelta(hours=1)):
        assert jobs.sweep.func() == 1
        assert send(message) == "sent"
        assert jobs.sweep.func() == 0


def test_a_message_no_longer_true_is_dropped(clinic, ann, line, carrier):
    message = write(clinic, ann, not_before=now() + timedelta(hours=2))
    assert send(message) == "nothing to do"
    operations.drop(message, because="It has moved.", at=now(), by=clinic.anybody())
    with time_machine.travel(now() + timedelta(hours=3)):
        assert send(message) == "nothing to do"
    assert again(clinic, message).status == "dropped"
    assert carrier.texts == []


# --- a modem in the office ---------------------------------------------------------------------


@pytest.fixture
def spool(tmp_path, settings):
    for folder in ("inbox", "outbox", "sent", "error"):
        (tmp_path / "spool" / folder).mkdir(parents=True)
    settings.SMS_SPOOL = str(tmp_path / "spool")
    return tmp_path / "spool"


def test_a_text_lies_in_the_outbox_once(clinic, ann, spool):
    operations.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())
    message = write(clinic, ann, "At nine.")
    assert send(message) == "sent"
    (file,) = (spool / "outbox").iterdir()
    assert file.read_text() == "At nine."
    assert ANNS in file.name
    text_ = gateways.Text(str(message.pk), OURS, ANNS, "At nine.", now(), is_repeat=True)
    file.rename(spool / "sent" / file.name)
    assert Spool(spool).send(text_).id == str(message.pk)
    assert list((spool / "outbox").iterdir()) == []

    assert jobs.fetch_texts.func() == 1
    assert again(clinic, message).status == "delivered"
    assert jobs.fetch_texts.func() == 0  # put away


def test_texts_that_came_in_are_joined_kept_and_put_away(clinic, ann, spool):
    operations.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())
    stem = "IN20261124_120000_00_+16145550147"
    (spool / "inbox" / f"{stem}_00.txt").write_text("I will be ")
    (spool / "inbox" / f"{stem}_01.txt").write_text("late, sorry")
    (spool / "inbox" / "notes.txt").write_text("not a text")

    assert jobs.fetch_texts.func() == 1
    assert jobs.fetch_texts.func() == 0
    with clinic.reading():
        kept = Message.objects.get(direction="in")
    assert (kept.body, kept.address, kept.patient_id) == ("I will be late, sorry", ANNS, ann.pk)


def test_what_the_modem_could_not_send_is_told(clinic, ann, spool):
    operations.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())
    message = write(clinic, ann)
    send(message)
    (file,) = (spool / "outbox").iterdir()
    file.rename(spool / "error" / file.name)
    jobs.fetch_texts.func()
    assert again(clinic, message).status == "failed"
    assert len(work(clinic)) == 1


def test_a_spool_that_is_gone_is_tried_again(clinic, ann, spool, tmp_path):
    with pytest.raises(NotDelivered, match="can't be written") as caught:
        Spool(tmp_path / "nowhere").send(gateways.Text("k", OURS, ANNS, "Hi", now()))
    assert not caught.value.is_final


@pytest.mark.skipif(which("gammu-smsd") is None, reason="apt install gammu-smsd to run this")
def test_gammu_smsd_with_its_dummy_phone_sends_what_lies_in_the_outbox(clinic, ann, spool):
    """The real program, with a phone that is a folder."""
    operations.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())
    phone = spool / "phone"
    phone.mkdir()
    config = spool / "smsdrc"
    config.write_text(
        f"[gammu]\nport = {phone}\nconnection = none\nmodel = dummy\n"
        "[smsd]\nservice = files\nlogfile = stderr\n"
        f"inboxpath = {spool}/inbox/\noutboxpath = {spool}/outbox/\n"
        f"sentsmspath = {spool}/sent/\nerrorsmspath = {spool}/error/\n"
        "commtimeout = 1\nsendtimeout = 5\ninboxformat = unicode\noutboxformat = unicode\n"
    )
    message = write(clinic, ann, "At nine.")
    send(message)
    smsd = subprocess.Popen(
        ["gammu-smsd", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with time_machine.travel(NOON, tick=True):
            for _ in range(150):
                if list((spool / "sent").iterdir()) or list((spool / "error").iterdir()):
                    break
                clock.sleep(0.1)
        assert jobs.fetch_texts.func() >= 1
    finally:
        smsd.terminate()
        smsd.wait(timeout=10)
    assert again(clinic, message).status == "delivered"


# --- the sandbox's phones ----------------------------------------------------------------------


def test_the_phones_speak_as_the_carrier_does(carrier):
    twilio = Twilio(carrier.url, ACCOUNT, TOKEN)
    with pytest.raises(NotDelivered, match="20003"):
        Twilio(carrier.url, ACCOUNT, "wrong").send(gateways.Text("k", OURS, ANNS, "Hi", now()))
    assert twilio.send(gateways.Text("k", OURS, ANNS, "Hi <b>", now())).id.startswith("SM")
    page = httpx.get(carrier.url + "/").text
    assert "Hi &lt;b&gt;" in page
    body = urlencode({"from": ANNS, "to": OURS, "body": "STOP"})
    httpx.post(carrier.url + "/answer", content=body)
    assert ANNS in carrier.stopped
    with pytest.raises(NotDelivered) as caught:
        twilio.send(gateways.Text("k2", OURS, ANNS, "Hi", now()))
    assert caught.value.has_opted_out
    assert phones.call("http://127.0.0.1:1/", {}) == 0
