"""Letters that come back are read once, their address is given up, and nothing is lost."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.comms import gateways, jobs, operations, queries
from frontdesk.comms.gateways import Bounce
from frontdesk.comms.models import Message
from frontdesk.comms.queries import Asked, route
from frontdesk.core.clock import now
from frontdesk.people.operations import say_consent
from frontdesk.staff.models import WorkItem

KEY = "01a208eb-cb25-7adf-8e50-a0f992269fce"
ANN = "ann@example.com"


def postfix(key=KEY, *, address=ANN, action="failed", status="5.1.1", whole=True):
    """A notification as Postfix writes it: the letter of ours whole at its end, or its head."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: frontdesk@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.
<{address}>: host mx.example.com said: 550 {status} User unknown

--B1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4Qx
Arrival-Date: Tue, 24 Nov 2026 12:00:00 -0500 (EST)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 {status} <{address}>: Recipient address rejected

--B1
Content-Description: Undelivered Message
Content-Type: {kind}

From: Elm Street <frontdesk@example.org>
To: {address}
Subject: Your visit
Message-ID: <{key}@example.org>

At nine.

--B1--
""".encode()


# As Exchange writes it: no Original-Recipient, the code in the diagnosis alone, long lines folded.
EXCHANGE = f"""From: "Microsoft Outlook" <postmaster@example.com>
To: <frontdesk@example.org>
Subject: Undeliverable: Your visit
MIME-Version: 1.0
Content-Type: multipart/report;
\treport-type=delivery-status; boundary="_a_"
X-Auto-Response-Suppress: All

--_a_
Content-Type: multipart/alternative; boundary="_b_"

--_b_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGI+VW5kZWxpdmVyYWJsZTwvYj4=

--_b_--

--_a_
Content-Type: message/delivery-status

Reporting-MTA: dns;BN8.prod.outlook.com
Received-From-MTA: dns;mail.example.org

Final-recipient: RFC822;{ANN}
Action: failed
Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 not found by SMTP address lookup

--_a_
Content-Type: message/rfc822

Message-ID:
 <{KEY}@example.org>
To: {ANN}
Subject: Your visit

At nine.
--_a_--
""".encode()
HOLIDAY = b"From: ann@example.com\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away.\n"
LETTER = b"From: ann@example.com\nSubject: Re: Your visit\n\nCan I come at ten?\n"


@pytest.mark.parametrize(
    ("raw", "code", "is_bad"),
    [
        (postfix(), "5.1.1", True),
        (postfix(whole=False), "5.1.1", True),
        (EXCHANGE, "5.1.10", True),
        (postfix(status="5.2.2"), "5.2.2", False),  # the mailbox is full
        (postfix(status="5.7.1"), "5.7.1", False),  # a filter did not like it
        (postfix(status="5.4.4"), "5.4.4", True),  # there is no such domain
    ],
)
def test_what_a_mail_server_says(raw, code, is_bad):
    (bounce,) = gateways.read_bounce(raw)
    assert bounce == Bounce(KEY, ANN, "failed", code)
    assert (bounce.is_final, bounce.is_bad_address) == (True, is_bad)


def test_what_says_nothing_of_a_letter():
    (late,) = gateways.read_bounce(postfix(action="delayed", status="4.4.1"))
    assert not late.is_final and not late.is_bad_address
    assert gateways.read_bounce(HOLIDAY) == gateways.read_bounce(LETTER) == ()
    (foreign,) = gateways.read_bounce(postfix("1234.abc"))
    assert foreign.key == ""


@given(
    st.one_of(st.binary(max_size=400), st.integers(0, len(EXCHANGE)).map(lambda n: EXCHANGE[:n]))
)
def test_anything_at_all_is_read_without_a_fault(raw):
    assert isinstance(gateways.read_bounce(raw), tuple)


# --- the mailbox --------------------------------------------------------------------------------


@pytest.fixture
def box(tmp_path, settings):
    settings.BOUNCES = str(tmp_path)
    (tmp_path / "new").mkdir()

    def drop(raw, name="1.M2.host"):
        (tmp_path / "new" / name).write_bytes(raw)

    return drop


@pytest.fixture
def ann(clinic):
    return clinic.patient(email=ANN)


def written(clinic, patient, **more):
    said = {"kind": "appointment.booked", "subject": "Your visit", "body": "At nine.", **more}
    by = clinic.anybody()
    message = operations.write_message(patient, **said, at=now(), by=by)
    operations.begin_delivery(message, at=now(), by=by)
    return operations.note_sent(message, at=now(), by=by)


def again(clinic, message):
    with clinic.reading():
        return Message.objects.get(pk=message.pk)


def work(clinic):
    with clinic.reading():
        return list(WorkItem.objects.filter(status="open"))


def left(tmp_path, folder):
    return [path.name for path in (tmp_path / folder).iterdir()]


def test_a_bounce_gives_the_address_up_and_asks_a_person(clinic, ann, box, tmp_path):
    message = written(clinic, ann)
    box(postfix(str(message.pk)))
    assert jobs.read_bounces.func() == 1
    held = again(clinic, message)
    assert (held.status, held.is_bad_address) == ("failed", True)
    assert held.failed_because == "It came back: nobody is at this address (5.1.1)."
    (item,) = work(clinic)
    assert item.kind == "comms.not_delivered" and "correct it in the chart" in item.how_to_fix
    assert (left(tmp_path, "new"), left(tmp_path, "cur")) == ([], ["1.M2.host:2,S"])
    with clinic.reading():  # kept: nothing goes there any more, until the chart says another
        assert queries.is_dead(ANN)
        assert "Nothing arrives by e-mail" in route(ann, Asked(now())).why
    with clinic.writing():
        ann.email = "ann.lee@example.com"
        ann.save()
    with clinic.reading():
        assert route(ann, Asked(now())).channel == "email"


def test_read_again_after_a_crash_it_counts_once(clinic, ann, box, tmp_path, monkeypatch):
    message = written(clinic, ann)
    box(postfix(str(message.pk)))
    with monkeypatch.context() as patched:
        patched.setattr(gateways.Mailbox, "seen", lambda self, came: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.read_bounces.func()
    assert jobs.read_bounces.func() == 1
    assert len(work(clinic)) == 1
    assert jobs.read_bounces.func() == 0


def test_a_full_mailbox_is_no_dead_address_and_a_delay_is_nothing(clinic, ann, box):
    full, late = written(clinic, ann), written(clinic, ann)
    box(postfix(str(full.pk), status="5.2.2"), "1")
    box(postfix(str(late.pk), action="delayed", status="4.4.1"), "2")
    assert jobs.read_bounces.func() == 2
    assert again(clinic, full).status == "failed" and not again(clinic, full).is_bad_address
    assert again(clinic, late).status == "sent"


def test_what_is_not_about_a_letter_of_ours_comes_to_a_person(clinic, box):
    box(HOLIDAY, "1")
    box(LETTER, "2")
    box(postfix(str(UUID(int=7))), "3")
    box(b"", "4")
    assert jobs.read_bounces.func() == 4
    assert sorted(item.detail.rpartition(" ")[2] for item in work(clinic)) == ["2", "3", "4"]


def test_without_a_mailbox_nothing_is_read(settings, tmp_path):
    settings.BOUNCES = ""
    assert jobs.read_bounces.func() == 0
    settings.BOUNCES = str(tmp_path / "gone")
    assert jobs.read_bounces.func() == 0


# --- the other way ------------------------------------------------------------------------------


@pytest.fixture
def line(clinic, settings):
    settings.SMS_SPOOL = "/nonexistent"  # a carrier there is; nothing is sent in these tests
    with time_machine.travel("2026-11-24 17:00Z", tick=False):
        yield operations.set_line({"number": "+16145550100", "is_on": True}, by=clinic.anybody())


def person(clinic, **more):
    """Somebody who agreed to e-mails and texts."""
    ann = clinic.patient(mobile_phone="+16145550147", **more)
    for channel in ("email", "sms"):
        agree(clinic, ann, channel)
    return ann


def agree(clinic, patient, channel, *, is_given=True):
    say_consent(
        patient, channel=channel, is_given=is_given, how="desk", at=now(), by=clinic.anybody()
    )


def told(clinic, patient, **more):
    by = clinic.anybody()
    context = {"when": "Tue 9:20", "patient": patient.name, "practice": "Elm Street"}
    message = operations.tell(
        patient, "appointment.reminder", context, once="r1", subject=None, at=now(), by=by, **more
    )
    operations.begin_delivery(message, at=now(), by=by)
    return operations.note_sent(message, at=now(), by=by, gateway_id="SM1")


def fail(clinic, message, **more):
    said = {"because": "No text arrives (30005).", "is_final": True, **more}
    return operations.note_failed(message, **said, at=now(), by=clinic.anybody())


def others(clinic, message):
    with clinic.reading():
        return list(Message.objects.filter(instead_of=message))


def test_a_text_that_does_not_arrive_goes_by_mail_once(clinic, line):
    ann = person(clinic, email=ANN, preferred_channel="sms")
    text = told(clinic, ann)
    fail(clinic, text)
    fail(clinic, text)  # the carrier says so twice
    (mail,) = others(clinic, text)
    assert (mail.channel, mail.address, mail.status) == ("email", ANN, "queued")
    assert "Tue 9:20" in mail.body and "Reply C" not in mail.body
    assert work(clinic) == []
    operations.begin_delivery(mail, at=now(), by=clinic.anybody())
    fail(clinic, mail, because="It came back.")
    assert others(clinic, mail) == []  # not back and forth
    assert [item.kind for item in work(clinic)] == ["comms.not_delivered"]


def test_a_dead_number_is_put_right_though_the_mail_went(clinic, line):
    ann = person(clinic, email=ANN, preferred_channel="sms")
    text = told(clinic, ann)
    fail(clinic, text, is_bad_address=True)
    assert len(others(clinic, text)) == 1
    (item,) = work(clinic)
    assert "mobile number" in item.how_to_fix and "went by e-mail instead" in item.detail


@pytest.mark.parametrize("more", [{"email": ""}, {"email": ANN, "refused": True}])
def test_where_no_other_way_is_open_a_person_is_asked(clinic, line, more):
    refused = more.pop("refused", False)
    ann = person(clinic, preferred_channel="sms", **more)
    if refused:
        with time_machine.travel(now() + timedelta(seconds=1), tick=False):
            agree(clinic, ann, "email", is_given=False)
    text = told(clinic, ann)
    fail(clinic, text)
    assert others(clinic, text) == []
    assert len(work(clinic)) == 1


def test_what_is_of_no_use_any_more_is_not_said_another_way(clinic, line):
    ann = person(clinic, email=ANN, preferred_channel="sms")
    text = told(clinic, ann, until=now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        fail(clinic, text)
    assert others(clinic, text) == []


def test_a_mail_that_comes_back_goes_by_text(clinic, line, box):
    ann = person(clinic, email=ANN, preferred_channel="email")
    mail = told(clinic, ann)
    box(postfix(str(mail.pk)))
    jobs.read_bounces.func()
    (text,) = others(clinic, mail)
    assert (text.channel, text.address) == ("sms", "+16145550147")
    assert text.body.startswith("Elm Street: ")
