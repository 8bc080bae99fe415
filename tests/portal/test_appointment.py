"""A patient answers for a visit by link: confirms, cancels, moves; too late they call."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms.models import Link, Message
from frontdesk.core.clock import at_wall, now, today
from frontdesk.core.models import AuditEntry
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Change, Reminder

MONDAY_MORNING = "2026-11-23T15:00:00Z"


@pytest.fixture(autouse=True)
def _a_monday():
    with time_machine.travel(MONDAY_MORNING, tick=False):
        yield


@pytest.fixture
def ann(clinic):
    return clinic.patient(email="ann@example.com", birth_date="1968-03-14")


def wall(clinic, days, hour, minute=0):
    day = today(clinic.site) + timedelta(days=days)
    return at_wall(clinic.site, day, time(hour, minute))


@pytest.fixture
def visit(clinic, ann):
    return operations.book(
        ann, clinic.visit_type, clinic.provider, clinic.site, wall(clinic, 3, 9), now(),
        reason="Chest pain", by=clinic.anybody(),
    )  # fmt: skip


@pytest.fixture
def door(clinic, visit):
    """The address in the e-mail that the patient really got."""
    with clinic.reading():
        message = Message.objects.get(kind="appointment.booked")
    assert "/l/" not in message.body  # what is kept leads nowhere
    comms_jobs.deliver.func(str(message.pk), str(clinic.practice.pk))
    (found,) = re.findall(r"https?://[^/]+(/l/[\w-]+/)", mail.outbox[0].body)
    return found


def again(clinic, visit):
    with clinic.reading():
        return Appointment.objects.get(pk=visit.pk)


def phone():
    return Client(enforce_csrf_checks=True)


def test_the_page_shows_when_where_and_a_first_name_and_nothing_more(clinic, visit, door):
    first = phone().get(door)
    page = phone().get(first.headers["Location"]).content.decode()

    assert "Thursday, November 26, 9:00 AM" in page
    assert "Elm Street" in page
    assert "<dd>Ada</dd>" in page
    for secret in ("Okafor", "Follow-up", "Chest", "Lee", "Ann"):
        assert secret not in page
    assert again(clinic, visit).confirmed_at is None  # a mail scanner confirms nothing


def test_confirmed_in_one_tap_and_twice_is_once(clinic, visit, door):
    browser = phone()
    for _ in range(2):
        answer = browser.post(f"{door}confirm/", follow=True)
        assert "We will see you then" in answer.content.decode()

    assert again(clinic, visit).confirmed_at == now()
    with clinic.reading():
        assert Change.objects.get().by_name == "Ann Lee (by link)"
    entry = AuditEntry.objects.filter(practice_id=clinic.practice.pk).get(
        operation="scheduling.confirm_by_patient", changes__0__record="scheduling.Appointment"
    )
    assert entry.actor == "Ann Lee (by link)"


def test_cancelled_with_a_reason_and_the_link_is_over(clinic, visit, door):
    browser = phone()
    empty = browser.post(f"{door}cancel/")
    assert (empty.status_code, again(clinic, visit).status) == (422, "booked")

    done = browser.post(f"{door}cancel/", {"reason": "ride", "words": "bus  strike"})
    assert "Your visit is cancelled" in done.content.decode()
    gone = again(clinic, visit)
    assert (gone.status, gone.cancelled_by, gone.cancelled_late) == ("cancelled", "patient", False)
    assert gone.cancelled_because == "No way to get here: bus strike"
    assert browser.get(f"{door}appointment/").status_code == 410
    assert browser.post(f"{door}confirm/").status_code == 410


def test_less_than_a_day_before_is_said_and_noted(clinic, visit, door):
    with time_machine.travel(wall(clinic, 3, 9) - timedelta(hours=20), tick=False):
        assert "less than a day" in phone().get(f"{door}cancel/").content.decode()
        phone().post(f"{door}cancel/", {"reason": "sick"})
    assert again(clinic, visit).cancelled_late


def test_too_late_means_call_us_and_nothing_is_changed(clinic, visit, door):
    operations.save_reminder_policy(None, steps=[], is_on=True, notice_hours=4, by=clinic.anybody())
    with time_machine.travel(wall(clinic, 3, 9) - timedelta(hours=3), tick=False):
        browser = phone()
        for answer in (
            browser.get(f"{door}cancel/"),
            browser.post(f"{door}cancel/", {"reason": "sick"}),
            browser.get(f"{door}times/"),
            browser.post(f"{door}move/", {"starts_at": wall(clinic, 4, 9).isoformat()}),
        ):
            assert "too late to change" in answer.content.decode()
        assert browser.post(f"{door}confirm/").status_code == 302
    assert again(clinic, visit).starts_at == wall(clinic, 3, 9)


def test_moved_to_an_offered_time_in_one_step(clinic, visit, door):
    browser = phone()
    page = browser.get(f"{door}times/").content.decode()
    first = re.search(
        r'name="starts_at" value="([^"]+)".*?name="provider" value="([^"]+)".*?'
        r'name="site" value="([^"]+)"',
        page,
    )
    said = dict(zip(("starts_at", "provider", "site"), first.groups(), strict=True))

    moved = browser.post(f"{door}move/", said, follow=True).content.decode()

    assert "We will see you then" in moved  # whoever chooses a time will come
    now_at = again(clinic, visit)
    assert now_at.starts_at.isoformat() == said["starts_at"].replace("Z", "+00:00")
    assert now_at.pk == visit.pk
    assert now_at.confirmed_at is not None
    with clinic.reading():
        kinds = set(Change.objects.values_list("kind", flat=True))
        told = Message.objects.get(kind="appointment.moved")
    assert kinds == {"moved", "confirmed"}
    assert told.patient_id == visit.patient_id


@pytest.mark.parametrize("how", ["taken", "outside hours", "past", "nonsense", "nobody's"])
def test_a_time_that_is_not_offered_is_refused_in_words(clinic, visit, door, how):
    starts_at = wall(clinic, 4, 10)
    said = {"provider": clinic.provider.pk, "site": clinic.site.pk}
    if how == "taken":
        operations.book(
            clinic.patient("Bo", "Reyes"), clinic.visit_type, clinic.provider, clinic.site,
            starts_at, now(), by=clinic.anybody(),
        )  # fmt: skip
    starts_at = {"outside hours": wall(clinic, 4, 3), "past": wall(clinic, -2, 10)}.get(
        how, starts_at
    )
    said["starts_at"] = "soon" if how == "nonsense" else starts_at.isoformat()
    if how == "nobody's":
        said["provider"] = clinic.site.pk

    answer = phone().post(f"{door}move/", said)

    words = "Choose a time" if how in ("nonsense", "nobody's") else "has just taken this time"
    assert words in answer.content.decode()
    assert again(clinic, visit).starts_at == visit.starts_at


def test_a_visit_that_the_office_moved_is_shown_at_its_new_time(clinic, visit, door):
    operations.reschedule(visit, wall(clinic, 5, 14), at=now(), by=clinic.anybody())
    page = phone().get(f"{door}appointment/").content.decode()
    assert "Saturday, November 28, 2:00 PM" in page


def test_a_visit_that_was_cancelled_or_has_begun_asks_nothing(clinic, visit, door):
    operations.cancel(visit, because="Ill", whose="practice", at=now(), by=clinic.anybody())
    page = phone().get(f"{door}appointment/").content.decode()
    assert "Your visit is cancelled" in page
    assert "<form" not in page
    assert "(614) 555-0100" in page
    assert phone().post(f"{door}confirm/").status_code == 200
    assert again(clinic, visit).confirmed_at is None


def test_the_link_expires_when_the_visit_begins(clinic, visit, door):
    with time_machine.travel(visit.starts_at + timedelta(minutes=1), tick=False):
        assert phone().get(f"{door}appointment/").status_code == 410


def test_the_visit_goes_into_the_patients_calendar(clinic, visit, door):
    file = phone().get(f"{door}calendar/")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in file.content


def test_the_patients_language_is_spoken(clinic, visit, door):
    page = phone().get(f"{door}appointment/?lang=es").content.decode()
    assert "¿Vendrá a su cita?" in page
    assert "jueves 26 de noviembre" in page


def test_one_click_in_a_mailbox_ends_e_mails(clinic, visit, door):
    letter = mail.outbox[0]
    where = letter.extra_headers["List-Unsubscribe"].strip("<>").partition("/l/")[2]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    opened = phone().get(f"/l/{where}", follow=True)
    assert "No more e-mails?" in opened.content.decode()
    with clinic.reading():
        assert not visit.patient.channel_consents.exists()

    for _ in range(2):
        done = phone().post(f"/l/{where}unsubscribe/", {"List-Unsubscribe": "One-Click"})
        assert "no more e-mails" in done.content.decode()
    with clinic.reading():
        said = visit.patient.channel_consents.get()
        assert (said.channel, said.is_given) == ("email", False)
        assert Link.objects.filter(purpose="unsubscribe").count() == 1
        assert not Reminder.objects.exists()
