"""The settings of the week on screen: blocks, preferences, phases, leave, holidays."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.practice.models import Closure, Device, Interpreter
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Block,
    Phase,
    Preference,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.staff.models import Member, WorkItem

TUESDAY = date(2026, 11, 24)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _monday(clinic):
    monday = at_wall(clinic.site, TUESDAY - timedelta(days=1), time(10))
    with time_machine.travel(monday, tick=False):
        yield


@pytest.fixture
def manager(clinic, client):
    client.force_login(clinic.member("manager").user)
    return client


@pytest.fixture
def tuesdays(clinic):
    with clinic.reading():
        return Session.objects.get(weekday=1)


def url(name, *args):
    return reverse(f"scheduling:{name}", args=args)


def phase(number, role, minutes, after=0, which="", wait=""):
    said = {"role": role, "minutes": minutes, "starts_after": after, "which": which}
    return {f"phase{number}-{name}": value for name, value in {**said, "may_wait": wait}.items()}


def test_a_visit_of_five_phases_is_typed_in_and_drawn(manager, clinic):
    sam = clinic.member("assistant")
    with clinic.writing():
        Device.objects.create(site=clinic.site, name="US 1", kind="ultrasound")
        sam.skills = ["phlebotomy"]
        sam.save()
    said = {
        "name": "Scan",
        "code": "scan",
        "mode": "in_person",
        "capacity": 1,
        "notice_hours": 24,
        "keeps_room": "on",
        "is_active": "on",
        **phase(0, "desk", 5),
        **phase(1, "assistant", 10, 5, "skill:phlebotomy"),
        **phase(2, "provider", 15, 15, f"provider:{clinic.provider.pk}", 10),
        **phase(3, "device", 15, 30, "kind_device:ultrasound"),
        **phase(4, "room", 45, 5, "kind_room:exam"),
        **phase(5, "", "", ""),
    }
    drawn = manager.post(url("phases"), said, **HTMX).content.decode()
    assert drawn.count('class="bar"') == 5
    assert "assistant, phlebotomy: 5–15" in drawn

    answer = manager.post(url("visit_type_new"), said, **HTMX)
    assert "Nobody works at Elm Street as: front desk." in answer["HX-Trigger"]
    with clinic.reading():
        scan = VisitType.objects.get(code="scan")
        rows = {one.role: one for one in scan.active_phases}
        assert (scan.minutes, scan.notice_hours, len(rows)) == (45, 24, 5)
        assert (rows["assistant"].skill, rows["device"].kind) == ("phlebotomy", "ultrasound")
        assert (rows["provider"].named_id, rows["provider"].may_wait) == (clinic.provider.pk, 10)
    page = manager.get(url("visit_types")).content.decode()
    assert "Can't be given" in page or "Can&#x27;t be given" in page
    again = manager.get(url("visit_type", scan.pk), **HTMX).content.decode()
    assert '<option value="skill:phlebotomy" selected>' in again
    assert again.count('name="phase') == 7 * 5
    more = manager.post(url("visit_type", scan.pk), {**said, "more": "1"}, **HTMX)
    assert more.content.decode().count("-role") >= 8


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (phase(0, "room", 20), "needs a provider"),
        (phase(0, "provider", ""), "How many minutes?"),
        (phase(0, "provider", 7), "multiple of step size 5"),
        (phase(0, "provider", 20, 0, "kind_room:exam"), "This is not one of: Provider."),
        (phase(0, "", 20), "Who or what?"),
        (phase(0, "nurse", 20), "not one of the available choices"),
    ],
)
def test_phases_that_make_no_sense_are_said_on_the_form(manager, clinic, wrong, words):
    said = {"name": "X", "code": "x", "capacity": "0", **wrong}
    answer = manager.post(url("visit_type_new"), said, **HTMX)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_block_is_made_changed_and_given_up(manager, clinic, tuesdays):
    key = str(clinic.visit_type.pk)
    said = {"name": "Same day", "starts": "09:00", "ends": "10:00", "visit_types": [key]}
    manager.post(url("block_new", tuesdays.pk), {**said, "release": 2, "unit": "days"}, **HTMX)
    with clinic.reading():
        block = Block.objects.get()
        assert (block.release_hours, block.visit_type_ids) == (48, [key])
    page = manager.get(url("block", block.pk), **HTMX).content.decode()
    assert 'name="release" value="2"' in page
    manager.post(url("block", block.pk), {**said, "release": 5, "unit": "hours"}, **HTMX)
    week = manager.get(url("week_of", clinic.provider.pk)).content.decode()
    assert "Same day: 9:00 AM to 10:00 AM" in week
    assert "opens 5 h before" in week
    wrong = manager.post(url("block", block.pk), {**said, "ends": "19:00"}, **HTMX)
    assert wrong.status_code == 422
    assert "is not within the session" in wrong.content.decode()
    assert "Same day" in manager.get(url("sessions")).content.decode()
    manager.post(url("block_end", block.pk), **HTMX)
    with clinic.reading():
        assert not Block.objects.get().is_active


@pytest.mark.parametrize(
    ("kind", "asks"),
    [
        ("most_new", {"number", "weekdays", "is_hard", "cost"}),
        ("most_of_type", {"number", "visit_types", "weekdays", "is_hard", "cost"}),
        ("not_after", {"starts", "visit_types", "weekdays", "is_hard", "cost"}),
        ("lunch", {"starts", "ends", "number", "weekdays", "is_hard", "cost"}),
        ("overtime", {"number", "site", "weekdays"}),
        ("nonsense", set()),
        ("", set()),
    ],
)
def test_a_preference_asks_only_what_its_kind_needs(manager, clinic, kind, asks):
    page = manager.get(url("preference_new", clinic.provider.pk), {"kind": kind}, **HTMX)
    drawn = set(re.findall(r'name="([a-z_]+)"', page.content.decode()))
    assert drawn - {"csrfmiddlewaretoken"} == asks
    assert ('value="10" selected' in page.content.decode()) == ("cost" in asks)


def test_staying_after_hours_is_agreed_without_saying_how_firm(manager, clinic):
    said = {"kind": "overtime", "number": 30}
    manager.post(url("preference_new", clinic.provider.pk), said, **HTMX)
    with clinic.reading():
        assert Preference.objects.get().is_hard


def test_a_preference_is_made_changed_and_ended(manager, clinic):
    said = {"kind": "lunch", "number": 30, "starts": "12:00", "ends": "13:00", "is_hard": "yes"}
    manager.post(url("preference_new", clinic.provider.pk), said, **HTMX)
    with clinic.reading():
        kept = Preference.objects.get()
        assert (kept.number, kept.starts, kept.is_hard) == (30, time(12), True)
    drawn = manager.get(url("preference", kept.pk), **HTMX).content.decode()
    assert "Minutes that stay free" in drawn and 'name="visit_types"' not in drawn
    wish = {"is_hard": "no", "cost": "3", "weekdays": ["4", "0"]}
    manager.post(url("preference", kept.pk), {**said, **wish}, **HTMX)
    with clinic.reading():
        kept = Preference.objects.get()
        assert (kept.is_hard, kept.cost, kept.weekdays) == (False, 3, [0, 4])
    week = manager.get(url("week_of", clinic.provider.pk)).content.decode()
    assert "30 minutes free between 12:00 PM and 1:00 PM" in week
    wrong = manager.post(
        url("preference_new", clinic.provider.pk), {"kind": "gap", "is_hard": "yes"}, **HTMX
    )
    assert wrong.status_code == 422
    assert "Say how many" in wrong.content.decode()
    manager.post(url("preference_end", kept.pk), **HTMX)
    with clinic.reading():
        assert not Preference.objects.get().is_active


def test_a_contradiction_stands_on_the_week(manager, clinic, tuesdays):
    with clinic.writing():
        Preference.objects.create(
            provider=clinic.provider, kind="lunch", number=90, starts=time(12), ends=time(13)
        )
    page = manager.get(url("week_of", clinic.provider.pk)).content.decode()
    assert "These contradict each other." in page
    assert "there are no 90 minutes" in page
    assert "Look here" in manager.get(url("sessions")).content.decode()


def test_a_session_gets_its_limits(manager, clinic, tuesdays):
    said = {"starts": "08:00", "ends": "17:00", "from_on": "2020-01-01"}
    key = str(clinic.visit_type.pk)
    limits = {"most_visits": 12, "least_visits": 4, "type_0": key, "most_0": 6}
    manager.post(url("session", tuesdays.pk), {**said, **limits}, **HTMX)
    with clinic.reading():
        kept = Session.objects.get(pk=tuesdays.pk)
        assert (kept.most_visits, kept.least_visits) == (12, 4)
        assert kept.most_of_type == {key: 6}
    page = manager.get(url("session", tuesdays.pk), **HTMX).content.decode()
    assert 'name="most_0" value="6"' in page
    wrong = manager.post(url("session", tuesdays.pk), {**said, "type_0": key}, **HTMX)
    assert wrong.status_code == 422
    assert "How many?" in wrong.content.decode()


def test_leave_says_whose_visits_it_hits(manager, clinic):
    nine = at_wall(clinic.site, TUESDAY, time(9))
    ann = clinic.patient("Ann", "Lee")
    operations.book(
        ann, clinic.visit_type, clinic.provider, clinic.site, nine, now(), by=clinic.anybody()
    )
    said = {"who": f"provider:{clinic.provider.pk}", "first": "2026-11-24", "because": "Ill"}
    answer = manager.post(url("time_off_new"), said, **HTMX)
    assert "1 visit is booked then" in answer["HX-Trigger"]
    with clinic.reading():
        off, item = TimeOff.objects.get(), WorkItem.objects.get()
    page = manager.get(url("off_visits", off.pk)).content.decode()
    assert "Ann Lee" in page
    shown = manager.get(reverse("workspace:work", args=[item.pk]), **HTMX).content.decode()
    assert url("off_visits", off.pk) in shown
    again = {**said, "again": "2", "starts": "13:00", "ends": "14:00", "because": "Teaching"}
    manager.post(url("time_off_new"), again, **HTMX)
    with clinic.reading():
        weekly = RecurringOff.objects.get()
        assert (weekly.every_weeks, weekly.weekday) == (2, 1)
    assert "every 2 weeks" in manager.get(url("time_off")).content.decode()
    assert "No visit is booked then" in manager.get(url("again_visits", weekly.pk)).content.decode()
    manager.post(url("recurring_off_end", weekly.pk), **HTMX)
    manager.post(url("time_off_end", off.pk), **HTMX)
    assert "Nobody is away" in manager.get(url("time_off")).content.decode()
    backwards = manager.post(url("time_off_new"), {**again, "last": "2026-11-01"}, **HTMX)
    assert backwards.status_code == 422


@pytest.mark.parametrize(("name", "day"), [("time_off_new", "first"), ("out", "on")])
@pytest.mark.parametrize(("starts", "ends"), [("02:00", "03:00"), ("02:30", "03:00")])
def test_the_hour_that_spring_skips_is_no_time(manager, clinic, name, day, starts, ends):
    said = {
        "who": f"provider:{clinic.provider.pk}", day: "2027-03-14", "because": "Ill",
        "starts": starts, "ends": ends,
    }  # fmt: skip
    refused = manager.post(url(name), said, **HTMX)
    assert refused.status_code == 422
    assert "The clocks go forward then" in refused.content.decode()
    with clinic.writing():
        assert not TimeOff.objects.exists()
        weekly = RecurringOff(
            site=clinic.site, resource_kind="provider", resource_id=clinic.provider.pk, weekday=6,
            every_weeks=1, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends),
            from_on=date(2027, 3, 7),
        )  # fmt: skip
        days = [one.date() for one, _ends in weekly.spans(date(2027, 3, 7), date(2027, 3, 21))]
    assert days == [date(2027, 3, 7), date(2027, 3, 21)]


def test_holidays_interpreters_and_skills_on_screen(manager, clinic):
    page = manager.get(reverse("practice:holidays"), {"year": 2027}).content.decode()
    assert "Christmas Day" in page
    keep = {"year": 2027, "kept": ["2027-12-25:", "nonsense"]}
    answer = manager.post(reverse("practice:decide_holidays"), keep)
    assert answer["Location"].endswith("year=2027")
    with clinic.reading():
        assert [one.because for one in Closure.objects.all()] == ["Christmas Day"]
    assert manager.get(reverse("practice:holidays"), {"year": "x"}).status_code == 200
    manager.post(
        reverse("practice:interpreters_new"),
        {"name": "Rosa", "mode": "video", "languages": ["es", "ase"], "is_active": "on"},
        **HTMX,
    )
    with clinic.reading():
        assert Interpreter.objects.get().languages == ["es", "ase"]
    assert "American Sign" in manager.get(reverse("practice:interpreters")).content.decode()
    half = {"on": "2026-12-24", "because": "Eve", "starts": "12:00", "is_kept": "on"}
    manager.post(reverse("practice:closures_new"), half, **HTMX)
    assert "from 12:00 PM on" in manager.get(reverse("practice:closures")).content.decode()
    sam = clinic.member("assistant")
    said = {"name": "Sam", "roles": ["assistant"], "is_active": "on", "skills": "ECG, x-ray, ecg,"}
    manager.post(reverse("staff:people_edit", args=[sam.pk]), said, **HTMX)
    with clinic.reading():
        assert Member.objects.get(pk=sam.pk).skills == ["ecg", "x-ray"]


def test_lists_ask_the_same_for_one_and_many(manager, clinic, tuesdays):
    def cost(name, *args):
        with CaptureQueriesContext(connection) as asked:
            assert manager.get(url(name, *args)).status_code == 200
        return len(asked)

    key = str(clinic.visit_type.pk)

    def fill(numbers):
        with clinic.writing():
            for n in numbers:
                made = VisitType.objects.create(name=f"T{n}", code=f"t{n}", minutes=10)
                Phase.objects.create(visit_type=made, role="provider", minutes=10)
                span = {"starts": time(8), "ends": time(9)}
                Block.objects.create(session=tuesdays, name=f"B{n}", visit_type_ids=[key], **span)
                Preference.objects.create(
                    provider=clinic.provider, kind="gap", number=5, is_hard=False
                )
                away = {"resource_kind": "room", "resource_id": clinic.room.pk}
                TimeOff.objects.create(
                    **away, starts_at=now(), ends_at=now() + timedelta(days=n), because="Paint"
                )
                RecurringOff.objects.create(
                    **away, **span, site=clinic.site, weekday=1, from_on=TUESDAY, because="Clean"
                )

    pages = (("visit_types",), ("sessions",), ("time_off",), ("week_of", clinic.provider.pk))
    fill([1])
    few = [cost(*page) for page in pages]
    fill(range(2, 13))
    assert [cost(*page) for page in pages] == few
