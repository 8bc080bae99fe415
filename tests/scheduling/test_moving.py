"""Visits moved by hand: whether they fit, in words; longer and shorter; who was quicker."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import CATALOGUE
from frontdesk.practice.models import Device, Hours
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Appointment, Change, Occupancy, Override, Phase, VisitType
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.operations.moving import move_back

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


def booked(clinic, starts_at, *name):
    return operations.book(
        clinic.patient(*name), clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def spans(clinic, appointment):
    with clinic.reading():
        rows = Occupancy.objects.filter(appointment=appointment, is_active=True)
        start = appointment.starts_at
        return sorted(
            (
                row.resource_kind,
                int((row.starts_at - start).total_seconds()) // 60,
                int((row.ends_at - start).total_seconds()) // 60,
            )
            for row in rows
        )


def fresh(clinic, appointment):
    with clinic.reading():
        return queries.appointments().get(pk=appointment.pk)


def test_a_visit_is_made_longer_and_keeps_its_length_when_it_moves(clinic, nine):
    one = booked(clinic, nine)
    longer = operations.change_length(one, 40, at=now(), by=clinic.anybody())
    assert (longer.minutes, longer.own_minutes) == (40, 40)
    assert spans(clinic, one) == [("provider", 0, 40), ("room", 0, 40)]

    moved = operations.reschedule(one, nine + timedelta(hours=1), at=now(), by=clinic.anybody())
    assert moved.minutes == 40
    assert spans(clinic, moved) == [("provider", 0, 40), ("room", 0, 40)]

    back = operations.change_length(moved, 20, at=now(), by=clinic.anybody())
    assert back.own_minutes is None
    with clinic.reading():
        kinds = list(Change.objects.order_by("pk").values_list("kind", "because"))
    assert kinds == [
        ("length", "20 to 40 minutes"), ("moved", ""), ("length", "40 to 20 minutes"),
    ]  # fmt: skip


def test_what_follows_the_provider_follows_a_longer_visit(clinic, nine):
    with clinic.writing():
        clinic.visit_type.minutes = 30
        clinic.visit_type.save()
        phase = Phase.objects.get(role="room")
        phase.minutes = 30
        phase.save()
    one = booked(clinic, nine)
    operations.change_length(one, 45, at=now(), by=clinic.anybody())
    assert spans(clinic, one) == [("provider", 0, 35), ("room", 0, 45)]


def test_a_longer_visit_is_refused_in_words_and_nothing_changes(clinic, nine):
    one = booked(clinic, nine)
    booked(clinic, nine + timedelta(minutes=30), "Bo", "Reyes")
    with pytest.raises(Taken, match=r"Okafor is taken until 9:50 AM"):
        operations.change_length(one, 40, at=now(), by=clinic.anybody())
    assert fresh(clinic, one).minutes == 20
    assert spans(clinic, one) == [("provider", 0, 20), ("room", 0, 20)]
    last = booked(clinic, at_wall(clinic.site, TUESDAY, time(16, 40)), "Cy", "Wong")
    with pytest.raises(Taken, match="sees nobody at"):
        operations.change_length(last, 30, at=now(), by=clinic.anybody())
    for minutes in (0, 3, -5, 1000):
        with pytest.raises(Refused):
            operations.change_length(one, minutes, at=now(), by=clinic.anybody())


def test_the_second_who_moves_the_same_visit_hears_who_was_first(clinic, nine):
    one = booked(clinic, nine)
    seen = one.sequence
    maria = clinic.actor("scheduling.book")
    operations.move(one, nine + timedelta(hours=1), seen=seen, at=now(), by=maria)
    with pytest.raises(Refused, match=r"Maria has changed this visit.*10:00 AM.*Nothing was moved"):
        operations.move(one, nine + timedelta(hours=2), seen=seen, at=now(), by=clinic.anybody())
    assert fresh(clinic, one).starts_at == nine + timedelta(hours=1)
    whose = Appointment.CancelledBy.PATIENT
    operations.cancel(one, because="Ill", whose=whose, at=now(), by=clinic.anybody())
    with pytest.raises(Refused, match="Grace has cancelled this visit"):
        operations.move(one, nine, seen=seen + 1, at=now(), by=clinic.anybody())


def test_a_move_against_a_rule_asks_the_right_and_a_reason(clinic, nine):
    one = booked(clinic, nine)
    booked(clinic, nine + timedelta(hours=1), "Bo", "Reyes")
    there = nine + timedelta(hours=1)
    assert CATALOGUE["scheduling.move_anyway"].permission == "scheduling.override"
    with pytest.raises(Refused, match="Say why"):
        operations.move_anyway(one, there, because=" ", at=now(), by=clinic.anybody())
    moved = operations.move_anyway(
        one, there, because="Chest pain", minutes=30, at=now(), by=clinic.anybody()
    )
    assert (moved.override_reason, moved.minutes) == ("Chest pain", 30)
    with clinic.reading():
        rule = Override.objects.get()
        lanes = set(Occupancy.objects.filter(appointment=one, is_active=True).values_list("lane"))
    assert (rule.kind, rule.because) == ("taken", "Chest pain")
    assert (1,) in lanes


@pytest.mark.parametrize(
    ("hour", "minute", "minutes", "words"),
    [
        (10, 0, 20, "Okafor is taken until 10:20 AM."),
        (9, 50, 20, "Okafor is taken until 10:20 AM."),
        (9, 40, 20, ""),
        (9, 40, 25, "Okafor is taken until 10:20 AM."),
        (9, 5, 20, ""),
        (17, 0, 20, "sees nobody at Elm Street"),
        (9, 0, 60, ""),
        (9, 0, 65, "Okafor is taken until 10:20 AM."),
    ],
)
def test_what_is_said_is_what_the_move_will_find(clinic, nine, hour, minute, minutes, words):
    one = booked(clinic, nine)
    booked(clinic, nine + timedelta(hours=1), "Bo", "Reyes")
    there = at_wall(clinic.site, TUESDAY, time(hour, minute))
    with clinic.reading():
        fit = queries.fit(fresh(clinic, one), there, now(), minutes=minutes)
    assert words in fit.words
    assert bool(fit.words) == bool(words)
    if words:
        with pytest.raises(Taken, match=r"taken|sees"):
            operations.move(one, there, minutes=minutes, at=now(), by=clinic.anybody())
    else:
        moved = operations.move(one, there, minutes=minutes, at=now(), by=clinic.anybody())
        assert (moved.starts_at, moved.minutes) == (there, minutes)


def test_the_patient_is_in_one_place_only(clinic, nine):
    one = booked(clinic, nine)
    other = clinic.booked(at=nine + timedelta(hours=2), patient=one.patient)
    with clinic.reading():
        fit = queries.fit(fresh(clinic, one), other.starts_at, now())
    assert "Ann Lee has a visit with" in fit.words


def test_days_are_counted_by_the_clock_on_the_wall(clinic):
    saturday = at_wall(clinic.site, date(2027, 3, 13), time(9))
    sunday = queries.days_later(clinic.site, saturday, 1)
    assert sunday.timestamp() - saturday.timestamp() == 23 * 60 * 60
    with pytest.raises(Refused, match=r"there is no 2:30 AM\."):
        queries.days_later(clinic.site, at_wall(clinic.site, date(2027, 3, 13), time(2, 30)), 1)


class TestOverHTTP:
    @pytest.fixture
    def desk(self, clinic, client):
        client.force_login(clinic.member("receptionist").user)
        return client

    def url(self, name, one):
        return reverse(f"scheduling:{name}", args=[one.pk])

    def test_a_day_later_whose_night_skips_the_time_is_no_place(self, desk, clinic):
        one = clinic.booked(at=at_wall(clinic.site, date(2027, 3, 13), time(2, 30)))
        there = {"starts_at": one.starts_at.isoformat(), "seen": 0, "days": 1}
        words = "The clocks go forward that night: there is no 2:30 AM."
        answer = desk.get(self.url("fits", one), there)
        assert answer.json() == {"fits": False, "words": words, "when": ""}
        refused = desk.post(self.url("move", one), there, **HTMX)
        assert (refused.status_code, refused.content.decode()) == (409, words)

    def test_the_pointer_is_answered_in_words(self, desk, clinic, nine):
        one = booked(clinic, nine)
        booked(clinic, nine + timedelta(hours=1), "Bo", "Reyes")
        said = {"starts_at": (nine + timedelta(hours=1)).isoformat(), "seen": 0}
        answer = desk.get(self.url("fits", one), said).json()
        assert answer["fits"] is False
        assert "taken until 10:20 AM" in answer["words"]
        assert answer["anyway"] == ""  # a receptionist has no right to override
        free = desk.get(self.url("fits", one), {**said, "days": 1}).json()
        assert free["fits"] is True
        assert free["when"] == "Wed, Nov 25, 10:00 AM–10:20 AM"
        for wrong in ({}, {"starts_at": "x"}, {**said, "minutes": "7"}, {**said, "room": "x"}):
            assert desk.get(self.url("fits", one), wrong).json()["fits"] is False

    def test_a_manager_is_led_to_the_reason(self, client, clinic, nine):
        client.force_login(clinic.member("manager").user)
        one = booked(clinic, nine)
        booked(clinic, nine + timedelta(hours=1), "Bo", "Reyes")
        said = {"starts_at": (nine + timedelta(hours=1)).isoformat(), "seen": 0}
        anyway = client.get(self.url("fits", one), said).json()["anyway"]
        page = client.get(anyway).content.decode()
        assert "taken until 10:20 AM" in page
        assert client.post(anyway, {"because": ""}, **HTMX).status_code == 422
        assert client.post(anyway, {"because": "Pain"}, **HTMX).status_code == 200
        assert fresh(clinic, one).override_reason == "Pain"

    def test_a_drop_can_be_undone_length_and_all(self, desk, clinic, nine):
        one = booked(clinic, nine)
        said = {"starts_at": (nine + timedelta(hours=1)).isoformat(), "minutes": 40, "seen": 0}
        answer = desk.post(self.url("move", one), said, **HTMX)
        assert fresh(clinic, one).minutes == 40
        undo = answer["HX-Trigger"].split('"undo": "')[1].split('"')[0].replace("\\u0026", "&")
        assert desk.post(undo, **HTMX).status_code == 200
        back = fresh(clinic, one)
        assert (back.starts_at, back.minutes) == (nine, 20)
        again = desk.post(self.url("move", one), {**said, "seen": 0}, **HTMX)
        assert again.status_code == 409
        assert "in the meantime" in again.content.decode()


def beside(clinic, nine):
    """Ann, double-booked beside Bo at nine for a reason."""
    booked(clinic, nine, "Bo")
    return operations.double_book(
        clinic.patient("Ann"), clinic.visit_type, clinic.provider, clinic.site, nine, now(),
        because="In pain", by=clinic.role("manager"),
    )  # fmt: skip


def to(clinic, put, one, starts_at, **more):
    return put(one, starts_at, **{"at": now(), "by": clinic.role("receptionist"), **more})


def test_a_move_away_from_a_double_booking_is_undone_with_its_reason(clinic, nine):
    one = beside(clinic, nine)
    for _again in range(2):
        away = to(clinic, operations.move, one, nine + timedelta(hours=2))
        assert away.override_reason == ""
        back = to(clinic, move_back, one, nine)
        assert (back.starts_at, back.override_reason) == (nine, "In pain")
    with clinic.reading():
        assert Override.objects.filter(kind="taken").count() == 1  # counted once: it is no new one
        lanes = Occupancy.objects.filter(appointment=one, is_active=True, lane__gt=0)
        assert lanes.filter(resource_kind="provider").exists()


def test_only_ones_own_last_move_is_undone_and_only_for_a_while(clinic, nine):
    one = beside(clinic, nine)
    to(clinic, operations.move, one, nine + timedelta(hours=2))
    with pytest.raises(Taken):  # somebody else's undo is a move like any other
        to(clinic, move_back, one, nine, by=clinic.anybody())
    with pytest.raises(Taken):  # another time is not where it was
        to(clinic, move_back, one, nine + timedelta(minutes=10))
    with time_machine.travel(now() + timedelta(minutes=11), tick=False), pytest.raises(Taken):
        to(clinic, move_back, one, nine)
    assert fresh(clinic, one).starts_at == nine + timedelta(hours=2)


def test_what_somebody_took_meanwhile_stays_theirs(clinic, nine):
    one = beside(clinic, nine)
    to(clinic, operations.move, one, nine + timedelta(hours=2))
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        operations.double_book(
            clinic.patient("Cy"), clinic.visit_type, clinic.provider, clinic.site, nine, now(),
            because="Walked in", by=clinic.role("manager"),
        )  # fmt: skip
        with pytest.raises(Refused, match="in the meantime"):
            to(clinic, move_back, one, nine)


def test_an_undo_of_a_plain_move_is_a_plain_move(clinic, nine):
    one = booked(clinic, nine)
    to(clinic, operations.move, one, nine + timedelta(hours=2))
    assert to(clinic, move_back, one, nine).override_reason == ""


def test_the_toast_undoes_a_move_away_from_a_double_booking(client, clinic, nine):
    one = beside(clinic, nine)
    client.force_login(clinic.member("receptionist").user)
    answer = client.post(
        reverse("scheduling:move", args=[one.pk]),
        {"starts_at": (nine + timedelta(hours=2)).isoformat()}, **HTMX,
    )  # fmt: skip
    (undo,) = re.findall(r'"(/schedule/[^"]*back=1)"', answer.headers["HX-Trigger"])
    assert client.post(undo, **HTMX).status_code == 200
    assert fresh(clinic, one).override_reason == "In pain"


def test_closed_hours_refuse_a_longer_visit(clinic, nine):
    with clinic.writing():
        hours = Hours.objects.get(weekday=1)
        hours.closes = time(9, 30)
        hours.save()
    one = booked(clinic, nine)
    with clinic.reading():
        fit = queries.fit(fresh(clinic, one), nine, now(), minutes=40)
    assert "closed" in fit.words


@pytest.fixture
def scan(clinic):
    """Scales 10 minutes, provider 15, ultrasound 10 after that, a room for all 35; then 5 free."""
    with clinic.writing():
        kind = VisitType.objects.create(name="Scan", code="scan", minutes=35, buffer_after=5)
        for what in ("ultrasound", "scales"):
            Device.objects.create(site=clinic.site, name=what, kind=what)
        for role, after, minutes, what in (
            ("device", 0, 10, "scales"), ("provider", 10, 15, ""), ("device", 25, 10, "ultrasound"),
            ("room", 0, 35, ""),
        ):  # fmt: skip
            Phase.objects.create(
                visit_type=kind, role=role, starts_after=after, minutes=minutes, kind=what
            )
    return kind


def scanned(clinic, scan, starts_at, minutes=None, *name):
    one = operations.book(
        clinic.patient(*name), scan, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    if minutes is None:
        return one
    return operations.change_length(one, minutes, at=now(), by=clinic.anybody())


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [
        (50, [("device", 0, 10), ("device", 40, 50), ("provider", 10, 45), ("room", 0, 50)]),
        (25, [("device", 0, 10), ("device", 15, 25), ("provider", 10, 20), ("room", 0, 25)]),
    ],
)
def test_the_parts_of_a_visit_lie_alike_where_it_stands_and_where_it_goes(
    clinic, nine, scan, minutes, wanted
):
    """What follows the provider follows; the buffer after them stays as long as it was."""
    one = scanned(clinic, scan, nine, minutes)
    assert spans(clinic, one) == wanted
    elsewhere = nine + timedelta(hours=2)
    moved = operations.reschedule(one, elsewhere, at=now(), by=clinic.anybody())
    assert (moved.minutes, spans(clinic, moved)) == (minutes, wanted)


def test_a_visit_so_short_that_a_part_is_lost_is_refused_everywhere(clinic, nine, scan):
    one = scanned(clinic, scan, nine)
    with pytest.raises(Refused, match="leaves no time for everything"):
        operations.change_length(one, 20, at=now(), by=clinic.anybody())
    with clinic.reading():
        fit = queries.fit(one, nine + timedelta(hours=2), now(), minutes=20)
    assert "leaves no time for everything" in fit.words
    assert not fit.may_be_overridden


def found_for(clinic, one, days=1):
    with clinic.reading():
        one = queries.appointments().get(pk=one.pk)
        times = queries.openings(
            one.own_type, one.site, one.provider, from_on=TUESDAY, days=days, limit=500,
            patient=one.patient, moving=one, at=now(),
        )  # fmt: skip
        return one, [opening.starts_at for opening in times]


@pytest.mark.parametrize("minutes", [10, 35, 60])
def test_a_time_is_looked_for_as_long_as_the_visit_is(clinic, nine, minutes):
    """Every time that is found can be had, and no gap that is long enough is passed over."""
    one = booked(clinic, at_wall(clinic.site, TUESDAY, time(16)))
    operations.change_length(one, minutes, at=now(), by=clinic.anybody())
    booked(clinic, nine, "Bo", "Reyes")
    booked(clinic, nine + timedelta(minutes=35), "Cy", "Wong")  # leaves 15 minutes between
    one, times = found_for(clinic, one)
    assert (nine + timedelta(minutes=20) in times) == (minutes <= 15)
    with clinic.reading():
        assert times
        assert all(not queries.fit(one, when, now()).obstacles for when in times)
    moved = operations.reschedule(one, times[0], at=now(), by=clinic.anybody())
    assert (moved.starts_at, moved.minutes) == (times[0], minutes)
