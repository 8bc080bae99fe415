"""What leaves the book: the downtime kit on paper and as a file, calendars without names."""

from datetime import date, time, timedelta

import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import Refused
from frontdesk.core.models import AuditEntry
from frontdesk.scheduling import exchange, operations, queries
from frontdesk.scheduling.jobs import downtime

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(
        at_wall(clinic.site, TUESDAY - timedelta(days=1), time(10)), tick=False
    ):
        yield


@pytest.fixture
def ann(clinic):
    patient = clinic.patient(mobile_phone="+16145550142")
    nine = at_wall(clinic.site, TUESDAY, time(9))
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, nine, now(), reason="Knee",
        by=clinic.anybody(),
    )  # fmt: skip


@pytest.fixture
def manager(clinic, client):
    client.force_login(clinic.member("manager").user)
    return client


def text_of(made):
    document = pypdfium2.PdfDocument(made)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_kit_has_what_a_day_without_power_needs(manager, clinic, ann):
    answer = manager.get(reverse("scheduling:kit"), {"on": "2026-11-24"})
    said = text_of(b"".join(answer) if answer.streaming else answer.content)
    for words in ("Ann Lee", "9:00 AM", "(614) 555-0142", "Tuesday, November 24", "Phone list",
                  "Check-in on paper", "Encounter form", "Confidential", "Lee, Ann"):  # fmt: skip
        assert words in said
    assert "Knee" not in said
    with clinic.reading():
        mine = AuditEntry.objects.filter(practice=clinic.practice)
        assert mine.filter(operation="scheduling.hand_out_kit").count() == 1


def test_a_receptionist_prints_no_kit(client, clinic):
    client.force_login(clinic.member("receptionist").user)
    assert client.get(reverse("scheduling:kit")).status_code == 403


def test_the_kit_is_kept_as_a_file_whole_and_not_for_ever(clinic, ann, settings, tmp_path):
    settings.VAR = tmp_path
    for day in range(5):
        with time_machine.travel(now() + timedelta(days=day), tick=False):
            assert downtime.keep_kits.func(str(clinic.practice.pk)) == 1
            assert downtime.keep_kits.func(str(clinic.practice.pk)) == 1  # a job may run twice
    files = sorted((tmp_path / "downtime").rglob("*"))
    kept = [file for file in files if file.is_file()]
    assert [file.name[:10] for file in kept] == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert {oct(file.stat().st_mode)[-3:] for file in kept} == {"600"}


def feed_of(client, url):
    return client.get("/" + url.split("/", 3)[3] + "schedule.ics")


def test_a_calendar_says_when_and_where_and_never_who(client, clinic, ann):
    made = operations.make_feed(clinic.provider, at=now(), by=clinic.anybody())
    answer = feed_of(client, made.url)
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Booked: 20 min"
    assert event["LOCATION"] == "Elm Street"
    assert event.decoded("DTSTART") == ann.starts_at
    assert event.decoded("DTEND") == ann.ends_at
    for secret in (b"Ann", b"Lee", b"Knee", b"Follow-up", ann.patient.chart_number.encode()):
        assert secret not in answer.content


def test_the_same_calendar_is_not_sent_twice(client, clinic, ann):
    made = operations.make_feed(clinic.provider, at=now(), by=clinic.anybody())
    path = "/" + made.url.split("/", 3)[3] + "schedule.ics"
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    operations.move(ann, ann.starts_at + timedelta(hours=1), at=now(), by=clinic.anybody())
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_an_address_is_taken_back_and_replaced(client, clinic, ann, manager):
    first = operations.make_feed(clinic.provider, at=now(), by=clinic.anybody())
    page = manager.post(reverse("scheduling:feed_make", args=[clinic.provider.pk]))
    assert b"schedule.ics" in page.content
    closed = feed_of(client, first.url)
    assert closed.status_code == 410
    assert "This calendar address was taken back" in closed.content.decode()
    assert "tel:" not in closed.content.decode()
    with clinic.reading():
        (feed,) = queries.feeds(now())
    shown = manager.get(reverse("scheduling:feeds")).content.decode()
    assert "schedule.ics" not in shown  # shown once
    assert manager.post(reverse("scheduling:feed_end", args=[feed.link.pk])).status_code == 302
    with clinic.reading():
        assert queries.feeds(now())[0].link is None
    other = operations.make_feed(clinic.provider, at=now(), by=clinic.anybody()).link
    with clinic.writing():
        other.purpose = "lobby"
    with pytest.raises(Refused):
        operations.end_feed(other, by=clinic.anybody())


def test_a_feed_is_the_same_byte_for_byte(clinic, ann):
    with clinic.reading():
        visits = queries.visits_in_feed(clinic.provider, now())
        assert exchange.feed(visits, "A") == exchange.feed(visits, "A")
