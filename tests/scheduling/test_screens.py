"""The book on screen: drawn for whoever may see it, from the same queries however full it is."""

import re
from datetime import date, time, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core import kept
from frontdesk.core.clock import at_wall, local, now, today
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import Line
from frontdesk.practice.models import Hours
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    Hold,
    Occupancy,
    Session,
    TimeOff,
    VisitType,
)
from tests.clinic import dollars

TUESDAY = date(2026, 11, 24)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(
        at_wall(clinic.site, TUESDAY - timedelta(days=1), time(10)), tick=False
    ):
        yield


@pytest.fixture
def nine(clinic):
    return at_wall(clinic.site, TUESDAY, time(9))


@pytest.fixture
def desk(clinic, client):
    """A receptionist at the screen."""
    member = clinic.member("receptionist")
    client.force_login(member.user)
    return client


@pytest.fixture
def manager(clinic, client):
    """A manager at the screen."""
    member = clinic.member("manager")
    client.force_login(member.user)
    return client


def booked(clinic, starts_at, **more):
    return operations.book(
        more.pop("patient", None) or clinic.patient(),
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        starts_at,
        now(),
        by=clinic.anybody(),
        **more,
    )


def said(clinic, starts_at, **more):
    """What the booking drawer sends."""
    return {
        "provider": clinic.provider.pk,
        "site": clinic.site.pk,
        "visit_type": clinic.visit_type.pk,
        "starts_at": starts_at.isoformat(),
        **more,
    }


def url(name, *args):
    return reverse(f"scheduling:{name}", args=args)


def test_the_day_shows_visits_breaks_and_held_times(desk, clinic, nine):
    booked(clinic, nine, patient=clinic.patient("Ann", "Lee"))
    hold = operations.hold(
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        nine + timedelta(hours=1),
        now(),
        by=clinic.anybody(),
    )
    with clinic.writing():
        TimeOff.objects.create(
            resource_kind="provider",
            resource_id=clinic.provider.pk,
            starts_at=nine + timedelta(hours=3),
            ends_at=nine + timedelta(hours=4),
            because="Huddle",
        )

    page = desk.get(url("day"), {"on": "2026-11-24"}).content.decode()

    assert '<b>Ann Lee</b><span class="at">9:00</span>' in page
    assert '<span class="visually-hidden">Follow-up, Booked</span>' in page
    assert "Huddle" in page
    assert f"{hold.held_by} is holding this" in page
    assert "1 visit, " in page
    rooms = desk.get(url("day"), {"on": "2026-11-24", "by": "rooms"}).content.decode()
    assert "Room 1" in rooms
    assert "Room 2" in rooms
    week = desk.get(url("week"), {"on": "2026-11-24"}).content.decode()
    assert "Ann Lee" in week
    assert "Thu, Nov 26" in week
    paper = desk.get(url("paper"), {"on": "2026-11-24"}).content.decode()
    assert "Ann Lee" in paper


def test_nonsense_in_the_address_shows_today(desk):
    for query in ({"on": "'; DROP"}, {"by": "x"}, {"provider": "1"}, {"on": "2026-13-40"}):
        page = desk.get(url("day"), query)
        assert page.status_code == 200
        assert "Mon, Nov 23" in page.content.decode()


def test_the_same_queries_for_one_visit_and_for_twenty(desk, clinic, nine):
    def count():
        with CaptureQueriesContext(connection) as made:
            assert desk.get(url("day"), {"on": "2026-11-24"}, **HTMX).status_code == 200
        return len(made)

    booked(clinic, nine)
    desk.get(url("day"))
    one = count()
    for number in range(1, 20):
        starts_at = nine + timedelta(minutes=20 * number)
        booked(clinic, starts_at, patient=clinic.patient(f"P{number}"))
    desk.get(url("day"))  # which rooms changed is asked once
    assert count() == one


def test_an_unchanged_day_costs_less_and_every_change_is_seen(desk, clinic, nine, settings):
    settings.BOARDS_KEPT = 50
    kept.forget()

    def look():
        with CaptureQueriesContext(connection) as made:
            page = desk.get(url("day"), {"on": "2026-11-24"}, **HTMX).content.decode()
        return len(made), page

    ann = clinic.patient("Ann", "Lee")
    booked(clinic, nine, patient=ann)
    first, _page = look()
    again, before = look()
    assert again < first - 5 and "data-move" in before
    desk.force_login(clinic.member("biller").user)
    assert "data-move" not in look()[1], "who may not book is drawn a page of their own"
    desk.force_login(clinic.member("scheduler").user)

    line = Line(
        "income.services", "receivable.patient", dollars("20"), "charge",
        patient_id=ann.pk, provider_id=clinic.provider.pk, site_id=clinic.site.pk,
    )  # fmt: skip
    day = today(clinic.site)
    ledger.post(kind="charge", key="k", lines=[line], on=day, at=now(), by=clinic.anybody())
    _many, after = look()
    assert after != before, "what Ann owes is on her card"
    booked(clinic, nine + timedelta(minutes=20), patient=clinic.patient("Bo", "Reyes"))
    assert "Bo Reyes" in look()[1]
    kept.forget()


def test_a_booking_asks_no_more_of_a_full_day(desk, clinic, nine):
    first, last = (clinic.patient(name, email="a@example.com") for name in ("First", "Last"))
    others = [clinic.patient(f"P{number}") for number in range(1, 20)]

    def count(starts_at, ann):
        with CaptureQueriesContext(connection) as made:
            sent = said(clinic, starts_at, patient=ann.pk)
            assert desk.post(url("book"), sent, **HTMX).status_code == 200
        return len(made)

    booked(clinic, nine - timedelta(minutes=20))  # the practice's first entry in its audit
    few = count(nine, first)
    for number, patient in enumerate(others, start=1):
        booked(clinic, nine + timedelta(minutes=20 * number), patient=patient)
    assert count(nine + timedelta(minutes=20 * 20), last) == few
    assert few <= 37  # two more on PostgreSQL, which is asked to wait for its turn


def test_times_are_found_held_and_booked(desk, clinic, nine):
    ann = clinic.patient()
    finder = desk.get(url("find"), {"from_on": "2026-11-24"}, **HTMX).content.decode()
    assert "8:00 AM" in finder
    assert "Tue, Nov 24" in finder
    drawer = desk.get(url("book"), said(clinic, nine), **HTMX).content.decode()
    assert "Tue, Nov 24, 9:00 AM" in drawer

    held = desk.post(url("hold"), said(clinic, nine), **HTMX)
    with clinic.reading():
        hold = Hold.objects.get()
    assert str(hold.pk) in held.content.decode()

    answer = desk.post(
        url("book"), said(clinic, nine, patient=ann.pk, reason="Knee", hold=hold.pk), **HTMX
    )
    assert answer.status_code == 200
    assert "schedule" in answer["HX-Trigger"]
    with clinic.reading():
        appointment = Appointment.objects.get()
        assert (appointment.patient, appointment.reason) == (ann, "Knee")
        assert Hold.objects.get().status == "booked"
    desk.post(url("unbook", appointment.pk), **HTMX)
    with clinic.reading():
        assert Appointment.objects.get().status == "cancelled"


def test_a_new_hold_gives_the_old_one_back(desk, clinic, nine):
    desk.post(url("hold"), said(clinic, nine), **HTMX)
    with clinic.reading():
        first = Hold.objects.get()
    desk.post(url("hold"), said(clinic, nine, hold=first.pk), **HTMX)
    with clinic.reading():
        assert sorted(Hold.objects.values_list("status", flat=True)) == ["held", "released"]
        second = Hold.objects.get(status="held")
    assert desk.post(url("release", second.pk), **HTMX).status_code == 204
    with clinic.reading():
        assert not Occupancy.objects.filter(is_active=True).exists()


def test_a_caller_without_a_chart_gets_one_and_the_time_that_was_held(desk, clinic, nine):
    """The drawer's link leads to the new chart, and from there back with the same held time."""
    page = desk.post(url("hold"), said(clinic, nine), **HTMX).content.decode()
    link = unescape(re.search(r'href="([^"]*)" data-open-drawer data-keeps-hold', page)[1])
    then = parse_qs(urlsplit(link).query)["then"][0]
    ann = clinic.patient()
    drawer = desk.get(f"{then}&patient={ann.pk}", **HTMX).content.decode()
    kept_before = re.search(r'name="hold" value="([^"]*)"', drawer)[1]
    assert f'value="{ann.pk}"' in drawer
    assert "data-keeps-hold" not in drawer
    again = desk.post(url("hold"), said(clinic, nine, patient=ann.pk, hold=kept_before), **HTMX)
    assert "Held for you" in again.content.decode()
    assert "data-keeps-hold" not in again.content.decode()
    with clinic.reading():
        assert sorted(Hold.objects.values_list("status", flat=True)) == ["held", "released"]


def test_a_colleagues_hold_is_named_and_taken_over(desk, clinic, nine):
    hold = operations.hold(
        clinic.visit_type, clinic.provider, clinic.site, nine, now(), by=clinic.anybody()
    )
    refused = desk.post(url("hold"), said(clinic, nine), **HTMX).content.decode()
    assert "Dr. Okafor is taken until 9:20 AM." in refused
    assert "Take over from Grace" in refused
    taken = desk.post(url("take_over", hold.pk), **HTMX).content.decode()
    assert "Held for you" in taken
    with clinic.reading():
        assert Hold.objects.get().held_by == "Receptionist"


def test_a_refusal_stands_on_the_form_and_only_some_may_go_beside(clinic, client, nine):
    booked(clinic, nine)
    bo = clinic.patient("Bo")
    for role, may in (("receptionist", False), ("manager", True)):
        member = clinic.member(role)
        client.force_login(member.user)
        refused = client.post(url("book"), said(clinic, nine, patient=bo.pk), **HTMX)
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Dr. Okafor is taken until 9:20 AM." in page
        assert ("Book it all the same, because" in page) is may
    answer = client.post(url("book"), said(clinic, nine, patient=bo.pk, because="Fever"), **HTMX)
    assert answer.status_code == 200
    with clinic.reading():
        assert Appointment.objects.get(patient=bo).override_reason == "Fever"


def test_a_receptionist_cannot_go_beside_by_hand(desk, clinic, nine):
    booked(clinic, nine)
    answer = desk.post(
        url("book"), said(clinic, nine, patient=clinic.patient("Bo").pk, because="Me"), **HTMX
    )
    assert answer.status_code in (403, 422)
    with clinic.reading():
        assert Appointment.objects.count() == 1


def test_a_visit_is_moved_and_moved_back(desk, clinic, nine):
    appointment = booked(clinic, nine)
    later = nine + timedelta(hours=1)
    moved = desk.post(url("move", appointment.pk), {"starts_at": later.isoformat()}, **HTMX)
    assert moved.status_code == 200
    with clinic.reading():
        assert Appointment.objects.get().starts_at == later
    wall = local(clinic.site, nine)
    desk.post(f"{url('move', appointment.pk)}?starts_at={wall.isoformat()}", **HTMX)
    with clinic.reading():
        assert Appointment.objects.get().starts_at == nine

    booked(clinic, later, patient=clinic.patient("Bo"))
    refused = desk.post(url("move", appointment.pk), {"starts_at": later.isoformat()}, **HTMX)
    assert refused.status_code == 409
    assert refused.content.decode() == "Dr. Okafor is taken until 10:20 AM."
    assert desk.post(url("move", appointment.pk), {"starts_at": "x"}, **HTMX).status_code == 409
    times = desk.get(url("times", appointment.pk), **HTMX).content.decode()
    assert "8:00 AM" in times


def test_a_visit_is_confirmed_cancelled_and_put_back(desk, clinic, nine):
    appointment = booked(clinic, nine)
    desk.post(url("confirm", appointment.pk), **HTMX)
    drawer = desk.get(url("appointment", appointment.pk), **HTMX).content.decode()
    assert "Confirmed" in drawer
    asked = desk.post(url("cancel", appointment.pk), {"whose": "patient", "because": ""}, **HTMX)
    assert asked.status_code == 422
    desk.post(url("cancel", appointment.pk), {"whose": "patient", "because": "Ill"}, **HTMX)
    drawer = desk.get(url("appointment", appointment.pk), **HTMX).content.decode()
    assert "Ill" in drawer
    assert "Find a new time" in drawer
    desk.post(url("restore", appointment.pk), **HTMX)
    with clinic.reading():
        assert Appointment.objects.get().status == "booked"
    early = desk.post(url("no_show", appointment.pk), **HTMX)
    assert (early.status_code, early.content.decode()) == (
        409,
        "The visit has not begun yet: cancel it instead.",
    )


def test_the_patients_visits_are_listed(desk, clinic, nine):
    ann = clinic.patient()
    booked(clinic, nine, patient=ann)
    clinic.booked(at=nine - timedelta(days=30), patient=ann)
    panel = desk.get(url("panel", ann.pk), **HTMX).content.decode()
    assert "Tue, Nov 24, 9:00 AM" in panel
    assert "Oct 25, 2026" in panel


def test_looking_at_a_visit_is_remembered(desk, clinic, nine):
    from frontdesk.core.models import AuditEntry

    appointment = booked(clinic, nine)
    desk.get(url("appointment", appointment.pk), **HTMX)
    last = AuditEntry.objects.filter(practice_id=clinic.practice.pk).latest("number")
    assert (last.operation, last.patient_id) == ("people.open_chart", appointment.patient_id)


def test_settings_are_made_and_changed(manager, clinic):
    manager.post(
        url("visit_type_new"),
        {
            "name": "Scan",
            "code": "scan",
            "is_active": "on",
            "charge_codes": "76700, 99213",
            "phase0-role": "provider",
            "phase0-starts_after": 10,
            "phase0-minutes": 20,
            "phase1-role": "room",
            "phase1-minutes": 30,
        },
        **HTMX,
    )
    with clinic.reading():
        scan = VisitType.objects.get(code="scan")
        assert (scan.minutes, scan.charge_codes) == (30, ["76700", "99213"])
    assert "76700 99213" in manager.get(url("visit_type", scan.pk), **HTMX).content.decode()
    refused = manager.post(url("visit_type_new"), {"name": "X", "code": "x"}, **HTMX)
    assert refused.status_code == 422

    with clinic.reading():
        tuesdays = Session.objects.get(weekday=1)
    manager.post(
        url("session", tuesdays.pk),
        {"starts": "09:00", "ends": "12:00", "from_on": "2026-12-01"},
        **HTMX,
    )
    manager.post(url("session_end", tuesdays.pk), {"on": "2026-11-30"}, **HTMX)
    with clinic.reading():
        held = Session.objects.filter(weekday=1).order_by("from_on")
        assert [(one.starts, one.until_on) for one in held] == [
            (time(8), date(2026, 11, 30)),
            (time(9), None),
        ]
    clash = manager.post(
        url("session_new"),
        {
            "provider": clinic.provider.pk,
            "site": clinic.site.pk,
            "weekday": 2,
            "starts": "09:00",
            "ends": "12:00",
            "from_on": "2026-12-01",
        },
        **HTMX,
    )
    assert "has a session at Elm Street then" in clash.content.decode()

    manager.post(
        url("time_off_new"),
        {"who": f"room:{clinic.room.pk}", "first": "2026-11-24", "because": "Paint"},
        **HTMX,
    )
    with clinic.reading():
        off = TimeOff.objects.get()
        assert off.starts_at == at_wall(clinic.site, TUESDAY, time(0))
        assert off.ends_at == at_wall(clinic.site, TUESDAY + timedelta(days=1), time(0))
    assert "Room 1" in manager.get(url("time_off")).content.decode()
    manager.post(url("time_off_end", off.pk), **HTMX)
    assert "Nobody is away" in manager.get(url("time_off")).content.decode()
    for name in ("visit_types", "sessions"):
        assert manager.get(url(name)).status_code == 200


@pytest.mark.parametrize("name", ["find", "found", "soonest", "book"])
def test_who_may_not_book_is_refused(clinic, client, name):
    member = clinic.member("biller")
    client.force_login(member.user)
    assert client.get(url(name)).status_code == 403
    assert client.get(url("day")).status_code == 200
    assert client.get(url("visit_type_new")).status_code == 403


def test_another_practices_keys_lead_nowhere(clinic, other, client, nine):
    appointment = booked(clinic, nine)
    hold = operations.hold(
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        nine + timedelta(hours=2),
        now(),
        by=clinic.anybody(),
    )
    member = other.member("manager")
    client.force_login(member.user)
    for name in ("appointment", "times", "cancel"):
        assert client.get(url(name, appointment.pk)).status_code == 404
    for name in ("confirm", "no_show", "restore", "unbook", "move", "cancel"):
        assert client.post(url(name, appointment.pk), **HTMX).status_code == 404
    for name in ("take_over", "release"):
        assert client.post(url(name, hold.pk), **HTMX).status_code == 404
    assert client.get(url("panel", appointment.patient_id)).status_code == 404
    with clinic.reading():
        session = Session.objects.first()
    assert client.get(url("session", session.pk)).status_code == 404
    assert client.get(url("visit_type", clinic.visit_type.pk)).status_code == 404
    foreign = client.post(url("book"), said(clinic, nine, patient=appointment.patient_id), **HTMX)
    assert "Find a time" in foreign.content.decode()  # nothing of it is known here
    with other.reading():
        assert not Appointment.objects.exists()


def test_a_full_day_says_how_a_visit_could_be_moved_all_the_same(desk, clinic, nine):
    ann = clinic.patient()
    mine = booked(clinic, nine, patient=ann)
    first = nine - timedelta(hours=1)
    for number in range(27):
        starts_at = first + timedelta(minutes=20 * number)
        if starts_at != nine:
            booked(clinic, starts_at, patient=clinic.patient(f"P{number}"))
    times = desk.get(url("times", mine.pk), **HTMX).content.decode()
    assert url("times_why", mine.pk) in times
    why = desk.get(url("times_why", mine.pk), **HTMX).content.decode()
    assert "double-booked with" in why
    assert url("move_anyway", mine.pk) not in why  # the receptionist may not
    manager = desk.__class__()
    manager.force_login(clinic.member("manager", email="boss@example.com").user)
    assert (
        url("move_anyway", mine.pk)
        in manager.get(url("times_why", mine.pk), **HTMX).content.decode()
    )


def test_a_visit_in_the_book_is_drawn_anew_when_it_says_something_else(clinic, monkeypatch):
    from frontdesk.scheduling.queries.shapes import COLUMNS, Booked, Card
    from frontdesk.scheduling.templatetags import book

    booked = clinic.booked(at=now())
    with clinic.reading():
        [row] = Appointment.objects.filter(pk=booked.pk).values_list(*COLUMNS)
    drawn = []
    monkeypatch.setattr(book.loader, "render_to_string", lambda *said: drawn.append(said) or "one")
    card = Card(Booked(*row), "9:00", 0, 4, ("slate", 0, "open", "appt"))
    for _ in range(2):
        book.book_card(card, "2", "", True)
    assert len(drawn) == 1
    card.booked.last = "Reyes"
    book.book_card(card, "2", "", True)
    card.ready = {"coverage": "ok"}
    book.book_card(card, "2", "", True)
    book.book_card(card, "2", "", False)
    assert len(drawn) == 4


def test_times_are_shown_by_the_part_of_the_day_they_are_in(desk, clinic):
    with clinic.writing():
        for session in Session.objects.all():
            session.ends = time(20)
            session.save()
        for hours in Hours.objects.all():
            hours.closes = time(20)
            hours.save()
    asked = f"visit_type={clinic.visit_type.pk}&site={clinic.site.pk}"
    page = desk.get(f"/schedule/find/times/?{asked}").content.decode()
    parts = re.findall(r'<p class="sm dim">(\w+)</p>', page)
    assert parts[-3:] == ["Morning", "Afternoon", "Evening"]
