"""Texts go out once, by a carrier or a modem; answers come in once, signed, and mean something."""

import subprocess
import threading
import time as clock
from datetime import UTC, datetime, time, timedelta
from shutil import which
from urllib.parse import urlencode

import httpx
import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.comms import gateways, jobs, operations, queries, rules
from frontdesk.comms.gateways import NotDelivered, Spool, Twilio, signature_of
from frontdesk.comms.models import Line, Message
from frontdesk.comms.queries import Asked
from frontdesk.comms.rules import Said, as_sent, choice_in, meaning_of, parts_of, when_allowed
from frontdesk.core.clock import local, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.operations import say_consent
from frontdesk.people.queries import may_reach
from frontdesk.practice.models import Site
from frontdesk.sandbox import phones
from frontdesk.sandbox.phones import ACCOUNT, TOKEN, Phones
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


# --- which way ---------------------------------------------------------------------------------

CONTEXT = {"practice": "Elm Street", "when": "Tuesday", "site": "Elm Street", "phone": "1"}


def tell(clinic, patient, **more):
    said = {"once": "", "subject": None, "by": clinic.anybody(), **more}
    return operations.tell(patient, "appointment.reminder", CONTEXT, **said)


@pytest.mark.parametrize(
    ("preferred", "consents", "asked", "channel"),
    [
        ("sms", {}, "", "sms"),
        ("email", {}, "", "email"),
        ("sms", {"sms": False}, "", None),
        ("sms", {"sms": False, "email": True}, "", "email"),
        ("voice", {}, "", None),
        ("voice", {"email": True}, "", "email"),
        ("email", {"sms": True}, "sms", "sms"),
        ("email", {"sms": True}, "", "email"),
        ("email", {"email": False, "sms": True}, "email", "sms"),
    ],
)
def test_the_way_is_what_they_prefer_and_agreed_to(
    clinic, line, preferred, consents, asked, channel
):
    bo = clinic.patient(mobile_phone=ANNS, email="bo@example.com", preferred_channel=preferred)
    for one, is_given in consents.items():
        say_consent(bo, channel=one, is_given=is_given, how="desk", at=now(), by=clinic.anybody())
    told = tell(clinic, bo, channel=asked)
    assert (told and told.channel) == channel
    if channel is None:
        with clinic.reading():
            assert "agreed" in queries.route(bo, Asked(now(), asked)).why


def test_nobody_is_told_of_a_patient_who_has_died(clinic, line, ann):
    with clinic.writing():
        ann.status = "deceased"
        ann.save()
    assert tell(clinic, ann) is None
    with clinic.reading():
        assert "deceased" in queries.route(ann, Asked(now())).why


def test_a_text_waits_for_the_morning_where_the_patient_is(clinic, line, ann):
    with clinic.writing():
        west = Site.objects.create(name="West", time_zone="America/Los_Angeles")
    late = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)  # 10:30 PM in New York, 7:30 PM out west
    with time_machine.travel(late, tick=False):
        here, there = tell(clinic, ann, place=clinic.site), tell(clinic, ann, place=west)
        urgent = tell(clinic, ann, place=clinic.site, is_urgent=True)
        useless = tell(clinic, ann, place=clinic.site, until=late + timedelta(hours=9))
    assert here.not_before == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)  # 8 AM
    assert (there.not_before, urgent.not_before, useless) == (None, None, None)


@given(
    st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda since: NOON + since),
    st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_are_always_over_when_a_text_goes(at, zone, quiet_from, quiet_until):
    place = Site(time_zone=zone)
    quiet_from, quiet_until = (
        one.replace(second=0, microsecond=0) for one in (quiet_from, quiet_until)
    )
    when = when_allowed(at, place, quiet_from=quiet_from, quiet_until=quiet_until)
    assert at <= when <= at + timedelta(hours=25)
    wall = local(place, when).time()
    if quiet_from < quiet_until:
        assert not quiet_from <= wall < quiet_until
    elif quiet_from > quiet_until:
        assert quiet_until <= wall < quiet_from
    else:
        assert when == at


def test_the_law_s_hours_are_the_house_s():
    assert (Line().quiet_from, Line().quiet_until) == (time(21), time(8))


def test_said_once_however_often(clinic, line, ann):
    first = tell(clinic, ann, once="reminder:1")
    assert tell(clinic, ann, once="reminder:1").pk == first.pk


# --- parts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "letters", "parts", "is_plain"),
    [
        ("a" * 160, 160, 1, True),
        ("a" * 161, 161, 2, True),
        ("a" * 306, 306, 2, True),
        ("a" * 307, 307, 3, True),
        ("€" * 80, 160, 1, True),  # each takes two places
        ("€" * 81, 162, 2, True),
        ("á" * 160, 160, 1, True),  # sent without its accent
        ("ñ" * 160, 160, 1, True),
        ("“quoted”…", 11, 1, True),
        ("你" * 70, 70, 1, False),
        ("你" * 71, 71, 2, False),
        ("😀" * 35, 70, 1, False),  # two places each
        ("😀" * 36, 72, 2, False),
        ("", 0, 1, True),
    ],
)
def test_parts_are_counted_as_the_carrier_counts(body, letters, parts, is_plain):
    assert parts_of(body) == (letters, parts, is_plain)


@given(st.text(max_size=400))
def test_a_plain_text_says_the_same_and_is_never_longer_in_parts(body):
    sent = as_sent(body)
    assert parts_of(sent) == parts_of(body)
    assert as_sent(sent) == sent


def test_every_wording_fits_three_parts_in_both_languages():
    long = {
        **rules.EXAMPLES,
        "practice": "Riverside Family Medicine",
        "link": "https://office.example.org/l/" + "x" * 24 + "/",
    }
    for kind, wording in rules.WORDINGS.items():
        for text_ in wording.texts.values():
            assert parts_of(text_.filled(long).short).parts <= 3, kind
            assert parts_of(text_.filled(long).short).is_plain, kind


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
