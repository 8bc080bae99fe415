"""What the database itself refuses, whoever writes."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from frontdesk.scheduling.models import Occupancy

NINE = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


def take(clinic, start, minutes, **more):
    said = {"resource_kind": "room", "resource_id": clinic.room.pk}
    with clinic.writing(), transaction.atomic():
        return Occupancy.objects.create(
            starts_at=NINE + timedelta(minutes=start),
            ends_at=NINE + timedelta(minutes=start + minutes),
            **{**said, **more},
        )


@pytest.mark.parametrize(
    ("start", "minutes"), [(0, 20), (5, 5), (-10, 15), (15, 30), (-10, 60), (-1430, 1431)]
)
def test_overlaps_are_refused(clinic, start, minutes):
    take(clinic, 0, 20)
    with pytest.raises(IntegrityError, match="occupancy_no_overlap"):
        take(clinic, start, minutes)


def test_neighbours_other_resources_lanes_practices_and_what_was_given_back_are_fine(clinic, other):
    taken = take(clinic, 0, 20)
    take(clinic, 20, 20)
    take(clinic, -20, 20)
    take(clinic, 0, 20, resource_id=clinic.second_room.pk)
    take(clinic, 0, 20, lane=1)
    take(clinic, 0, 20, is_active=False)
    take(other, 0, 20, resource_id=clinic.room.pk)
    with clinic.writing():
        taken.is_active = False
        taken.save()
    take(clinic, 0, 20)

    with clinic.reading():
        found = Occupancy.objects.filter(resource_id=clinic.room.pk, lane=0).order_by(
            "starts_at", "is_active"
        )
        assert [(row.starts_at - NINE, row.is_active) for row in found] == [
            (timedelta(minutes=-20), True),
            (timedelta(0), False),
            (timedelta(0), False),
            (timedelta(0), True),
            (timedelta(minutes=20), True),
        ]


def test_a_change_is_held_to_it_too(clinic):
    take(clinic, 0, 20)
    beside = take(clinic, 0, 20, lane=1)
    gone = take(clinic, 0, 20, is_active=False)
    later = take(clinic, 60, 20)
    for row, name, value in (
        (beside, "lane", 0),
        (gone, "is_active", True),
        (later, "starts_at", NINE + timedelta(minutes=10)),
    ):
        setattr(row, name, value)
        with pytest.raises(IntegrityError), clinic.writing(), transaction.atomic():
            row.save()


def test_nothing_is_taken_for_longer_than_a_day(clinic):
    take(clinic, 0, 24 * 60)
    with pytest.raises(IntegrityError, match="occupancy_within_a_day"):
        take(clinic, 2000, 24 * 60 + 1)
