"""The book in its other looks: rooms, devices, sites, month, list; as few queries for any size."""

import csv
import io
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.core.models import AuditEntry
from frontdesk.practice.models import Closure, Device, Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Appointment, Phase, Session, TimeOff
from frontdesk.scheduling.rules.spoken import day_said

TUESDAY = date(2026, 11, 24)


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
def manager(clinic, client):
    client.force_login(clinic.member("manager").user)
    return client


def booked(clinic, starts_at, *name):
    return operations.book(
        clinic.patient(*name), clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def show(client, name, **said):
    return client.get(reverse(f"scheduling:{name}"), {"on": "2026-11-24", **said}).content.decode()


def test_a_device_has_a_column_with_its_part_of_the_visit(manager, clinic, nine):
    with clinic.writing():
        Device.objects.create(site=clinic.site, name="Ultrasound 1", kind="ultrasound")
        Phase.objects.create(
            visit_type=clinic.visit_type, role="device", kind="ultrasound", starts_after=10,
            minutes=10,
        )  # fmt: skip
    booked(clinic, nine)
    with clinic.reading():
        plan = queries.things_plan(clinic.site, TUESDAY, now())
    (column,) = plan.columns
    (card,) = column.cards
    assert (column.title, card.time, card.length) == ("Ultrasound 1", "9:10", 2)
    page = show(manager, "day", by="things")
    assert "Ultrasound 1" in page
    assert "data-move" not in page  # a part is not moved without its visit


def test_sites_stand_side_by_side(manager, clinic, nine):
    with clinic.writing():
        west = Site.objects.create(name="West Side", time_zone="America/New_York")
        Session.objects.create(
            provider=clinic.provider, site=west, weekday=1, starts=time(6), ends=time(8),
            from_on=date(2020, 1, 1),
        )  # fmt: skip
    booked(clinic, nine)
    with clinic.reading():
        plan = queries.sites_plan([clinic.site, west], TUESDAY, now())
    assert [column.says.partition(":")[0] for column in plan.columns] == ["Elm Street", "West Side"]
    assert {column.grid.starts_at.hour for column in plan.columns} == {6}
    assert plan.visits == 1
    assert "West Side" in show(manager, "day", by="sites")


def test_the_month_says_how_full_each_day_is(manager, clinic, nine):
    for number in range(3):
        booked(clinic, nine + timedelta(hours=number), f"P{number}", "Lee")
    with clinic.reading():
        weeks = queries.month_plan([clinic.site], TUESDAY, TUESDAY)
    day = next(one for row in weeks for one in row if one.day == TUESDAY)
    assert (day.all.visits, day.all.booked, day.all.worked) == (3, 60, 540)
    assert day.all.percent == 11
    assert day.by_provider[0].name == "Ada Okafor, MD"
    page = show(manager, "month")
    assert "11 %" in page
    assert f"{reverse('scheduling:day')}?on=2026-11-24" in page
    only = show(manager, "month", provider=clinic.provider.pk, site="all")
    assert (
        f"&amp;provider={clinic.provider.pk}" in only or f"&provider={clinic.provider.pk}" in only
    )


def test_the_list_is_narrowed_and_sorted(manager, clinic, nine):
    booked(clinic, nine, "Zoe", "Young")
    booked(clinic, nine + timedelta(hours=1), "Bo", "Adams")
    page = show(manager, "agenda")
    assert page.index("Zoe Young") < page.index("Bo Adams")
    page = show(manager, "agenda", order="patient")
    assert page.index("Bo Adams") < page.index("Zoe Young")
    assert "Bo Adams" not in show(manager, "agenda", status="no_show")
    assert "Nothing is booked" in show(manager, "agenda", on="2026-11-25")
    for wrong in ({"on": "x"}, {"until": "1"}, {"order": "; drop"}, {"page": "-3"}):
        assert manager.get(reverse("scheduling:agenda"), wrong).status_code == 200


def test_a_list_that_leaves_the_house_is_remembered(manager, clinic, nine):
    booked(clinic, nine, "=cmd()", "Lee")
    url = reverse("scheduling:agenda_export")
    answer = manager.post(url, {"on": "2026-11-24"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert lines[1][:4] == ["2026-11-24", "09:00", "20", "'=cmd() Lee"]
    with clinic.reading():
        mine = AuditEntry.objects.filter(practice=clinic.practice)
        assert mine.filter(operation="scheduling.export_book").exists()


def test_a_receptionist_takes_no_list_out(client, clinic):
    client.force_login(clinic.member("receptionist").user)
    assert client.post(reverse("scheduling:agenda_export")).status_code == 403
    assert "As a file" not in show(client, "agenda")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", (2026, 11, 24)), ("Tomorrow", (2026, 11, 25)), ("+14", (2026, 12, 8)),
        ("-7", (2026, 11, 17)), ("6w", (2027, 1, 5)), ("fri", (2026, 11, 27)),
        ("tue", (2026, 12, 1)), ("next friday", (2026, 12, 4)), ("12/3", (2026, 12, 3)),
        ("1/5", (2027, 1, 5)), ("12/3/27", (2027, 12, 3)), ("Dec 3", (2026, 12, 3)),
        ("3 December 2028", (2028, 12, 3)), ("2026-12-24", (2026, 12, 24)),
        ("feb 30", None), ("13/45", None), ("", None), ("soon", None), ("frx1", None),
        ("14", None), ("999m", (2108, 12, 14)),
    ],
)  # fmt: skip
def test_a_day_is_typed_as_one_says_it(said, day):
    assert day_said(said, TUESDAY) == (day and date(*day))


def test_the_typed_day_is_gone_to(manager):
    answer = manager.get(reverse("scheduling:jump"), {"to": "12/3", "view": "week"})
    assert answer["Location"] == f"{reverse('scheduling:week')}?on=2026-12-03"
    lost = manager.get(reverse("scheduling:jump"), {"to": "soon", "view": "../x"})
    assert lost["Location"] == reverse("scheduling:day")


def test_the_browser_opens_the_book_as_it_was_looked_at_last(manager):
    url = reverse("scheduling:day")
    assert manager.get(url).status_code == 200
    manager.get(reverse("scheduling:month"))
    assert manager.get(url)["Location"] == reverse("scheduling:month")
    manager.get(url, {"by": "rooms"})
    assert manager.get(url)["Location"] == f"{url}?by=rooms"
    manager.get(url, {"by": ""})
    assert manager.get(url).status_code == 200


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("day", {}), ("day", {"by": "rooms"}), ("day", {"by": "things"}), ("day", {"by": "sites"}),
        ("week", {}), ("month", {"site": "all"}), ("agenda", {}),
    ],
)  # fmt: skip
def test_a_full_book_takes_no_more_queries(manager, clinic, nine, name, said):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            show(manager, name, **said)
        return len(found)

    clinic.booked(at=nine)
    show(manager, name, **said)
    few = asked()
    patient = clinic.patient("Bo", "Reyes")
    with clinic.writing():
        Appointment.objects.bulk_create(
            Appointment(
                site=clinic.site, provider=clinic.provider, patient=patient, room=clinic.room,
                visit_type=clinic.visit_type, starts_at=nine + timedelta(minutes=number % 90 * 5),
                ends_at=nine + timedelta(minutes=number % 90 * 5 + 20), booked_at=now(),
                booked_by="Maria",
            )
            for number in range(300)
        )  # fmt: skip
    assert asked() <= few + 1


def off(clinic, opens, closes):
    with clinic.writing():
        TimeOff.objects.create(
            resource_kind="provider", resource_id=clinic.provider.pk, because="Leave",
            starts_at=at_wall(clinic.site, TUESDAY, time(opens)),
            ends_at=at_wall(clinic.site, TUESDAY, time(closes)),
        )  # fmt: skip


def test_time_in_which_nobody_sees_patients_counts_neither_as_open_nor_as_empty(
    manager, clinic, nine
):
    booked(clinic, nine + timedelta(hours=5), "Bo", "Lee")
    off(clinic, 0, 12)  # of 8 to 5, five hours are left, and one of them is closed
    with clinic.writing():
        Closure.objects.create(
            site=clinic.site, on=TUESDAY, because="Staff meeting", starts=time(16), ends=time(17)
        )
    with clinic.reading():
        day = month_day(clinic, [clinic.site])
        assert (day.all.worked, day.all.percent, day.all.open_hours) == (240, 8, "3.7")
        assert queries.busy_days(clinic.site, TUESDAY, 1) == {TUESDAY: 8}
        assert queries.day_plan(clinic.site, TUESDAY, now()).filled == 8
    off(clinic, 12, 17)
    with clinic.reading():
        assert month_day(clinic, [clinic.site]).all.worked == 0
        assert queries.busy_days(clinic.site, TUESDAY, 2)[TUESDAY] == 100  # to be moved


def test_a_closed_site_closes_no_other(clinic):
    with clinic.writing():
        north = Site.objects.create(name="North", time_zone=clinic.site.time_zone)
        Closure.objects.create(site=north, on=TUESDAY, because="Flood")
    with clinic.reading():
        day = month_day(clinic, [north, clinic.site])
    assert (day.all.worked, day.closed) == (540, "")


def month_day(clinic, sites):
    weeks = queries.month_plan(sites, TUESDAY, TUESDAY)
    return next(one for row in weeks for one in row if one.day == TUESDAY)
