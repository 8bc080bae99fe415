"""Sites, rooms, days off: what may be said about them and what is kept."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.practice import operations, queries
from frontdesk.practice.models import Closure, Hours, Practice, Room, Site
from frontdesk.practice.rules import is_npi, read_hours, write_hours


@pytest.fixture
def grace(client, clinic):
    """The office manager, signed in."""
    client.force_login(clinic.member("manager").user)
    return client


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("closed", []),
        ("8-5", [(time(8), time(17))]),
        ("8:00 am – 5:00 pm", [(time(8), time(17))]),
        ("8:30-noon, 1 pm to 5:15 pm", [(time(8, 30), time(12)), (time(13), time(17, 15))]),
        ("13:00-17:00; 8-12", [(time(8), time(12)), (time(13), time(17))]),
        ("7am-3", [(time(7), time(15))]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert read_hours(text) == spans


@pytest.mark.parametrize("text", ["whenever", "8", "25-26", "8-12, 11-3", "5 pm - 8 am", "8:75-9"])
def test_hours_that_make_no_sense_are_refused(text):
    with pytest.raises(ValueError, match=r"[a-z]"):
        read_hours(text)


@given(st.lists(st.integers(0, 24 * 12 - 1), min_size=2, max_size=6, unique=True))
def test_hours_as_written_are_read_back(marks):
    walls = [time(m * 5 // 60, m * 5 % 60) for m in sorted(marks)[: len(marks) // 2 * 2]]
    spans = list(zip(walls[::2], walls[1::2], strict=True))

    assert read_hours(write_hours(spans)) == spans


def test_an_npi_has_a_check_digit():
    assert is_npi("1234567893")
    assert not is_npi("1234567890")
    assert not is_npi("123456789")


def test_a_site_changes_its_week_and_keeps_what_did_not_change(clinic):
    with clinic.reading():
        monday = Hours.objects.get(site=clinic.site, weekday=0)
        week = {0: [(time(8), time(17))], 1: [(time(8), time(12)), (time(13), time(16))]}
        operations.save_site(clinic.site, {"hours": week}, by=clinic.role("manager"))
        found = [(h.weekday, h.opens, h.closes) for h in Hours.objects.order_by("weekday", "opens")]

        assert found == [
            (0, time(8), time(17)),
            (1, time(8), time(12)),
            (1, time(13), time(16)),
        ]
        assert Hours.objects.get(weekday=0).pk == monday.pk


def test_hours_can_close_and_open_again(clinic):
    by = clinic.role("manager")
    with clinic.reading():
        operations.save_site(clinic.site, {"hours": {}}, by=by)
        assert not Hours.objects.exists()
        operations.save_site(clinic.site, {"hours": {0: [(time(8), time(17))]}}, by=by)
        assert Hours.objects.count() == 1


def test_the_last_open_site_stays_open(clinic):
    by = clinic.role("manager")
    with clinic.reading():
        with pytest.raises(Refused, match="at least one"):
            operations.save_site(clinic.site, {"is_active": False}, by=by)
        operations.save_site(None, {"name": "Second"}, by=by)
        operations.save_site(clinic.site, {"is_active": False}, by=by)
        assert not Site.objects.get(pk=clinic.site.pk).is_active


def test_a_day_off_is_withdrawn_and_not_deleted(clinic):
    by = clinic.role("manager")
    with clinic.reading():
        values = {"on": date(2026, 12, 25), "because": "Christmas", "site": None}
        closure = operations.save_closure(None, values, by=by)
        assert queries.is_closed(clinic.site, date(2026, 12, 25))

        operations.save_closure(closure, {"is_kept": False}, by=by)
        assert not queries.is_closed(clinic.site, date(2026, 12, 25))
        assert not Closure.objects.exists()


def test_only_whoever_may_changes_the_practice(clinic):
    with pytest.raises(NotPermitted):
        operations.save_room(None, {"site": clinic.site, "name": "X"}, by=clinic.role("biller"))


def test_the_practice_is_changed_on_screen(grace, clinic):
    page = grace.get("/settings/practice/")
    values = {k: v for k, v in page.context["form"].initial.items() if v is not None}

    answer = grace.post("/settings/practice/", {**values, "logoff_minutes": 5})
    refused = grace.post(
        "/settings/practice/", {**values, "npi": "1234567890", "logoff_minutes": 0}
    )

    assert answer.status_code == 302
    assert Practice.objects.get(pk=clinic.practice.pk).logoff_minutes == 5
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"npi", "logoff_minutes"}


def test_a_room_is_added_and_changed_on_screen(grace, clinic):
    new = {"site": str(clinic.site.pk), "name": "Lab", "kind": "lab", "is_active": "on"}

    assert grace.post("/settings/practice/rooms/new/", new).status_code == 302
    with clinic.reading():
        room = Room.objects.get(name="Lab")
    changed = grace.post(f"/settings/practice/rooms/{room.pk}/", {**new, "name": "Big lab"})

    assert changed.status_code == 302
    with clinic.reading():
        assert Room.objects.get(pk=room.pk).name == "Big lab"


def test_a_site_is_added_with_its_week_on_screen(grace, clinic):
    new = {
        "name": "West",
        "time_zone": "America/Denver",
        "place_of_service": "11",
        "is_active": "on",
        "day_0": "8-12, 1-5",
        "day_1": "closed",
    }
    assert grace.post("/settings/practice/sites/new/", new).status_code == 302
    wrong = grace.post("/settings/practice/sites/new/", {**new, "name": "East", "day_2": "late-9"})

    with clinic.reading():
        assert Hours.objects.filter(site__name="West").count() == 2
    assert "late" in wrong.context["form"].errors["day_2"][0]


def test_another_practices_places_are_not_there(grace, other):
    for path in (f"rooms/{other.room.pk}/", f"sites/{other.site.pk}/"):
        assert grace.get(f"/settings/practice/{path}").status_code == 404
    new = {"site": str(other.site.pk), "name": "X", "kind": "lab", "is_active": "on"}
    assert grace.post("/settings/practice/rooms/new/", new).status_code == 422


@pytest.mark.parametrize("table", ["sites", "rooms", "devices", "closures"])
def test_a_list_costs_the_same_for_one_and_many(
    grace, clinic, table, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    grace.get(f"/settings/practice/{table}/")
    with CaptureQueriesContext(connection) as few:
        grace.get(f"/settings/practice/{table}/")
    by = clinic.role("manager")
    with clinic.reading():
        for n in range(5):
            site = operations.save_site(
                None, {"name": f"S{n}", "hours": {0: [(time(8), time(9))]}}, by=by
            )
            operations.save_room(None, {"site": site, "name": "R"}, by=by)
            operations.save_device(None, {"site": site, "name": "D", "kind": "ecg"}, by=by)
            day = {"site": site, "on": date(2099, 1, 1 + n), "because": "x"}
            operations.save_closure(None, day, by=by)
    with CaptureQueriesContext(connection) as many:
        grace.get(f"/settings/practice/{table}/")
    # an empty list needs no second query for its rows
    assert len(many) - len(few) <= (1 if table in ("devices", "closures") else 0)
