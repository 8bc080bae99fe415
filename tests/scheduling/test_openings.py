"""Which times can be had: what every calendar leaves free, and why none is."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import at_wall, local
from frontdesk.practice.models import Closure, Device, Hours, Room, Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Occupancy, Phase, Session, TimeOff, VisitType
from frontdesk.staff.models import Provider

TUESDAY = date(2026, 11, 24)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)


def walls(clinic, **more):
    """The openings of a day as the wall shows them."""
    said = {"from_on": TUESDAY, "days": 1, "limit": 100, "at": AT}
    with clinic.reading():
        found = queries.openings(more.pop("visit_type", clinic.visit_type), **{**said, **more})
        return [f"{local(one.site, one.starts_at):%a %H:%M}" for one in found]


def why(clinic, **more):
    said = {"from_on": TUESDAY, "days": 1, "at": AT}
    with clinic.reading():
        visit_type = more.pop("visit_type", clinic.visit_type)
        return queries.find_a_time(visit_type, **{**said, **more}).why_none


def take(clinic, resource_id, start, minutes, **more):
    nine = at_wall(clinic.site, TUESDAY, time(9))
    with clinic.writing():
        return Occupancy.objects.create(
            resource_kind="room",
            resource_id=resource_id,
            starts_at=nine + timedelta(minutes=start),
            ends_at=nine + timedelta(minutes=start + minutes),
            **more,
        )


def test_a_free_day_offers_one_time_per_visit_length(clinic):
    found = walls(clinic)
    assert found[:3] == ["Tue 08:00", "Tue 08:20", "Tue 08:40"]
    assert (len(found), found[-1]) == (27, "Tue 16:40")
    assert len(walls(clinic, limit=3)) == 3


def test_each_gap_offers_its_first_minute(clinic):
    take(clinic, clinic.provider.pk, -55, 30)  # 8:05 to 8:35
    assert walls(clinic)[:2] == ["Tue 08:35", "Tue 08:55"]


def test_parts_of_the_day_and_the_present_limit_it(clinic):
    assert walls(clinic, part="morning")[-1] == "Tue 11:40"
    assert walls(clinic, part="afternoon")[0] == "Tue 12:00"
    nine_oh_one = at_wall(clinic.site, TUESDAY, time(9, 1))
    assert walls(clinic, at=nine_oh_one)[0] == "Tue 09:05"


def test_sessions_hold_between_their_days_and_inside_the_hours(clinic):
    with clinic.writing():
        for session in Session.objects.all():
            session.until_on = TUESDAY
            session.starts = time(7)
            session.save()
        for hours in Hours.objects.all():
            hours.opens = time(10)
            hours.save()
    assert walls(clinic, from_on=TUESDAY - timedelta(days=1), days=3)[0] == "Mon 10:00"
    assert walls(clinic) == []


def test_a_second_provider_and_a_second_site_come_in_order_of_time(clinic):
    with clinic.writing():
        west = Site.objects.create(name="West", time_zone="America/Chicago")
        Hours.objects.create(site=west, weekday=1, opens=time(7), closes=time(9))
        Room.objects.create(site=west, name="Room 1")
        reyes = Provider.objects.create(first_name="Bo", last_name="Reyes", npi="1679576722")
        for provider, site, starts in (
            (reyes, west, time(7)),
            (reyes, clinic.site, time(8)),
        ):
            Session.objects.create(
                provider=provider,
                site=site,
                weekday=1,
                starts=starts,
                ends=starts.replace(minute=20),
                from_on=TUESDAY,
            )
    with clinic.reading():
        found = queries.openings(clinic.visit_type, from_on=TUESDAY, days=1, limit=3, at=AT)
        told = [(one.provider.last_name, one.site.name, one.room.name) for one in found]
        only = queries.openings(
            clinic.visit_type, clinic.site, reyes, from_on=TUESDAY, days=7, at=AT
        )
    assert told == [
        ("Okafor", "Elm Street", "Room 1"),
        ("Reyes", "Elm Street", "Room 1"),
        ("Reyes", "West", "Room 1"),  # seven in Chicago is eight in New York
    ]
    assert len(only) == 1


def test_the_room_and_all_else_is_named(clinic):
    with clinic.writing():
        scan = VisitType.objects.create(name="Scan", code="scan", minutes=20)
        Device.objects.create(site=clinic.site, name="Sono 2", kind="ultrasound")
        for role, kind in (("provider", ""), ("room", ""), ("device", "ultrasound")):
            Phase.objects.create(visit_type=scan, role=role, kind=kind, minutes=20)
    take(clinic, clinic.room.pk, -60, 20)
    with clinic.reading():
        first, second, *_ = queries.openings(scan, from_on=TUESDAY, days=1, at=AT)
        assert (first.room.name, first.also) == ("Room 2", ("Sono 2",))
        assert second.room.name == "Room 1"


def test_a_hold_that_ran_out_does_not_block(clinic):
    eight = at_wall(clinic.site, TUESDAY, time(8))
    by = clinic.actor("scheduling.hold")
    operations.hold(clinic.visit_type, clinic.provider, clinic.site, eight, AT, by=by)
    assert walls(clinic)[0] == "Tue 08:20"
    assert walls(clinic, at=AT + timedelta(minutes=5))[0] == "Tue 08:00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 8), ["Sun 00:00", "Sun 01:00", "Sun 03:00", "Sun 04:00"]),
        (date(2026, 11, 1), ["Sun 00:00", "Sun 01:00", "Sun 01:00", "Sun 02:00"]),
    ],
)
def test_the_days_on_which_clocks_change_are_right(clinic, day, expected):
    with clinic.writing():
        hour = VisitType.objects.create(name="Hour", code="hour", minutes=60)
        for held in (*Session.objects.all(), *Hours.objects.all()):
            for name in ("starts", "opens"):
                if hasattr(held, name):
                    setattr(held, name, time(0))
            held.save()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert walls(clinic, visit_type=hour, from_on=day, at=at, limit=4) == expected


def test_why_there_is_none_names_what_binds_first(clinic):
    okafor = clinic.provider
    assert why(clinic) == ""
    take(clinic, clinic.room.pk, -60, 9 * 60)
    take(clinic, clinic.second_room.pk, -60, 9 * 60)
    assert why(clinic) == "No room is free when the provider is."
    take(clinic, okafor.pk, -60, 9 * 60)
    assert why(clinic, provider=okafor) == "Dr. Okafor is fully booked in these days."
    with clinic.writing():
        nine = at_wall(clinic.site, TUESDAY, time(9))
        TimeOff.objects.create(
            resource_kind="provider",
            resource_id=okafor.pk,
            starts_at=nine - timedelta(hours=1),
            ends_at=nine + timedelta(hours=8),
            because="Leave",
        )
    assert why(clinic, provider=okafor) == "Dr. Okafor is away in these days."
    with clinic.writing():
        Closure.objects.create(on=TUESDAY, because="Holiday", site=clinic.site)
    assert why(clinic) == "Elm Street is closed whenever there would be a time."
    with clinic.writing():
        other = VisitType.objects.create(name="Procedure", code="procedure", minutes=20)
        for session in Session.objects.all():
            session.visit_type_ids = [str(other.pk)]
            session.save()
    assert why(clinic, provider=okafor) == "Dr. Okafor has no hours at Elm Street for: Follow-up."
    with clinic.writing():
        for session in Session.objects.all():
            session.until_on = TUESDAY
            session.save()
    assert why(clinic, provider=okafor) == (
        "Dr. Okafor sees no patients at Elm Street in these days."
    )


def test_a_missing_kind_of_room_is_named(clinic):
    with clinic.writing():
        procedure = VisitType.objects.create(name="Procedure", code="procedure", minutes=20)
        Phase.objects.create(visit_type=procedure, role="provider", minutes=20)
        Phase.objects.create(visit_type=procedure, role="room", kind="procedure", minutes=20)
    assert why(clinic, visit_type=procedure) == (
        "Elm Street has no procedure room. Procedure needs one."
    )


def test_a_visit_whose_provider_and_device_are_at_different_sites(clinic):
    """The office works in these days; it is this visit that nobody there can give."""
    with clinic.writing():
        west = Site.objects.create(name="West Side", time_zone="America/New_York")
        scanner = Device.objects.create(name="Scanner 1", kind="scan", site=west)
        echo = VisitType.objects.create(name="Echo", code="echo", minutes=20)
        Phase.objects.create(
            visit_type=echo, role="provider", minutes=20, named_id=clinic.provider.pk
        )
        Phase.objects.create(visit_type=echo, role="device", minutes=20, named_id=scanner.pk)
    assert why(clinic, visit_type=echo, site=clinic.site) == (
        "Scanner 1 is not at Elm Street. Echo needs it."
    )
    assert why(clinic, visit_type=echo, site=west) == (
        "Dr. Okafor sees no patients at West Side in these days."
    )
    assert why(clinic, visit_type=echo) == (
        "Echo can't be given. Scanner 1 is not at Elm Street. "
        "Dr. Okafor has no session for Echo at West Side."
    )


def test_the_same_queries_for_a_day_and_for_weeks_of_many(clinic):
    def count(days):
        with (
            clinic.reading(),
            CaptureQueriesContext(
                connection,
            ) as made,
        ):
            queries.openings(clinic.visit_type, clinic.site, from_on=TUESDAY, days=days, at=AT)
        return len(made)

    few = count(1)
    with clinic.writing():
        for number, npi in enumerate(("1679576722", "1104023674", "1831192848")):
            more = Provider.objects.create(first_name="P", last_name=f"N{number}", npi=npi)
            for weekday in range(5):
                Session.objects.create(
                    provider=more,
                    site=clinic.site,
                    weekday=weekday,
                    starts=time(8),
                    ends=time(12),
                    from_on=TUESDAY,
                )
    assert few <= 15  # everything is read once,
    assert count(28) == few
    assert count(28) <= 2  # and then remembered


def test_another_practice_is_never_looked_at(clinic, other):
    assert walls(clinic, limit=1) == ["Tue 08:00"]
    with other.reading():
        assert queries.openings(clinic.visit_type, from_on=TUESDAY, days=1, at=AT)[0].site == (
            other.site
        )
