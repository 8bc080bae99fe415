"""A provider runs late: the rest of the day, who is told, what they answer by their link."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from frontdesk.comms.models import Link, Message
from frontdesk.comms.queries import secret_of
from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Lateness, LateNotice, Session, TimeOff
from frontdesk.scheduling.queries import lateness as queries
from frontdesk.staff.models import WorkItem

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _nine(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(9)), tick=False):
        yield


def wall(clinic, hour, minute=0):
    return at_wall(clinic.site, TUESDAY, time(hour, minute))


def book(clinic, hour, minute, first, **more):
    patient = clinic.patient(first, email=f"{first.lower()}@example.com", **more)
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, wall(clinic, hour, minute),
        now() - timedelta(days=2), by=clinic.anybody(),
    )  # fmt: skip


def late(clinic, minutes, **more):
    return operations.run_late(
        clinic.provider, clinic.site, minutes,
        **{"at": now(), "by": clinic.role("receptionist"), **more},
    )  # fmt: skip


def told(clinic):
    with clinic.reading():
        return {
            one.patient.first_name: one.body
            for one in Message.objects.filter(kind="appointment.late").select_related("patient")
        }


def expected(clinic, minutes):
    with clinic.reading():
        rows = queries.rest_of_day(clinic.provider, clinic.site, minutes, now())
    return {row.appointment.patient.first_name: row.minutes for row in rows}


def door_of(clinic, first):
    """Where the link in a patient's message leads; the secret is filled in when it is sent."""
    with clinic.reading():
        links = Link.objects.filter(patient__first_name=first, purpose="late")
        return f"/l/{secret_of(links.order_by('made_at', 'pk').last())}/late/"


def test_gaps_absorb_and_lunch_is_kept(clinic):
    with clinic.writing():
        for session in Session.objects.filter(weekday=1):
            session.ends = time(9, 50)
            session.save()
        for starts, ends in ((time(10, 20), time(17)),):
            Session.objects.create(
                provider=clinic.provider, site=clinic.site, weekday=1, starts=starts, ends=ends,
                from_on=date(2020, 1, 1),
            )  # fmt: skip
    book(clinic, 9, 0, "Ann")
    book(clinic, 9, 20, "Bo")
    book(clinic, 10, 20, "Cy")
    book(clinic, 11, 0, "Di")
    # Bo ends at 10:10; of the break until 10:20 twenty minutes are kept
    assert expected(clinic, 30) == {"Ann": 30, "Bo": 30, "Cy": 10, "Di": 0}


def test_who_is_on_the_way_is_told_once_and_again_when_it_changes(clinic):
    book(clinic, 9, 0, "Ann")
    book(clinic, 9, 20, "Bo")
    here = book(clinic, 9, 40, "Cy")
    book(clinic, 10, 20, "Di")
    operations.arrive(here, at=now(), by=clinic.anybody())
    lateness = late(clinic, 25)
    assert set(told(clinic)) == {"Ann", "Bo"}  # Cy is here, Di only five minutes later
    assert "9:20 AM begins at about 9:45 AM" in told(clinic)["Bo"]
    assert "Knee" not in told(clinic)["Bo"]
    late(clinic, 28)
    assert len(told(clinic)) == 2
    with clinic.reading():
        assert Message.objects.filter(kind="appointment.late").count() == 2
    late(clinic, 45)
    with clinic.reading():
        assert Message.objects.filter(kind="appointment.late").count() == 5  # Di now too
        assert Lateness.objects.get().minutes == 45
        assert Lateness.objects.get().told_count == 3
    operations.caught_up(lateness, at=now(), by=clinic.role("receptionist"))
    with clinic.reading():
        assert not Link.objects.filter(purpose="late", ended_at=None).exists()
        assert Lateness.objects.get().status == "caught_up"


def test_somebody_without_an_address_is_to_be_called(clinic):
    patient = clinic.patient("Ann", mobile_phone="+16145550111")
    operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, wall(clinic, 9),
        now() - timedelta(days=2), by=clinic.anybody(),
    )  # fmt: skip
    late(clinic, 25)
    with clinic.reading():
        notice = LateNotice.objects.get()
    assert (notice.told_at, notice.why_not_told) == (None, "No way to write to them: call.")


def test_the_patient_keeps_takes_another_time_or_asks_for_a_call(clinic, client):
    for number, first in enumerate(("Ann", "Bo", "Cy")):
        book(clinic, 9, 20 * number, first)
    late(clinic, 40)
    doors = {first: door_of(clinic, first) for first in told(clinic)}

    page = client.get(doors["Ann"])
    assert b"We are running late" in page.content
    assert b"Follow-up" not in page.content
    with clinic.reading():
        assert not LateNotice.objects.exclude(answer="").exists()  # looking does nothing
    assert b"Thank you" in client.post(doors["Ann"], {"answer": "keep"}).content
    again = client.post(doors["Ann"], {"answer": "call"})
    assert b"This link was used already" in again.content

    times = client.get(doors["Bo"]).content.decode()
    starts_at = re.search(r'name="starts_at" value="([^"]+)"', times).group(1)
    said = {"answer": "moved", "starts_at": starts_at, "provider": clinic.provider.pk}
    assert b"You have another time" in client.post(doors["Bo"], said).content

    assert b"We will call you" in client.post(doors["Cy"], {"answer": "call"}).content
    with clinic.reading():
        answers = dict(LateNotice.objects.values_list("appointment__patient__first_name", "answer"))
        assert answers == {"Ann": "keep", "Bo": "moved", "Cy": "call"}
        moved = Appointment.objects.get(patient__first_name="Bo")
        assert moved.starts_at.isoformat() == starts_at
        assert WorkItem.objects.get(kind="scheduling.late").patient_id


def test_a_time_that_is_gone_is_refused_and_the_link_still_works(clinic, client):
    book(clinic, 9, 0, "Ann")
    book(clinic, 9, 20, "Bo")
    late(clinic, 30)
    door = door_of(clinic, "Ann")
    said = {
        "answer": "moved",
        "starts_at": wall(clinic, 9, 20).isoformat(),
        "provider": clinic.provider.pk,
    }
    refused = client.post(door, said)
    assert refused.status_code == 409
    for nonsense in ({}, {"answer": "x"}, {"answer": "moved"}, {**said, "starts_at": "never"}):
        assert client.post(door, nonsense).status_code in (200, 422)
    assert b"Thank you" in client.post(door, {"answer": "keep"}).content


def test_the_board_measures_until_they_have_caught_up(clinic):
    by = clinic.anybody()
    assert operations.measure_late(clinic.provider, clinic.site, 30, at=now(), by=by) is None
    late(clinic, 30)
    found = operations.measure_late(clinic.provider, clinic.site, 15, at=now(), by=by)
    assert (found.minutes, found.is_measured) == (15, True)
    found = operations.measure_late(clinic.provider, clinic.site, 2, at=now(), by=by)
    assert found.status == "caught_up"


def away(clinic, starts, ends):
    with clinic.writing():
        TimeOff.objects.create(
            resource_kind="provider", resource_id=clinic.provider.pk,
            starts_at=wall(clinic, starts), ends_at=wall(clinic, ends), because="Ill",
        )  # fmt: skip


def test_who_is_out_for_the_day_is_not_late(clinic, client):
    book(clinic, 10, 0, "Ann")
    late(clinic, 30)
    away(clinic, 8, 13)
    away(clinic, 13, 17)
    with pytest.raises(Refused, match="marked out for the rest of the day"):
        late(clinic, 30)
    client.force_login(clinic.member("receptionist").user)
    shown = client.post(reverse("scheduling:late"), {"provider": clinic.provider.pk, "minutes": 30})
    assert b"marked out for the rest of the day" in shown.content
    by = clinic.anybody()
    found = operations.measure_late(clinic.provider, clinic.site, 30, at=now(), by=by)
    assert found.status == "caught_up"


def test_visits_within_time_off_are_for_the_plan(clinic):
    book(clinic, 10, 0, "Ann")
    book(clinic, 14, 0, "Bo")
    away(clinic, 13, 17)
    assert expected(clinic, 90) == {"Ann": 30}
    assert (
        operations.run_late(
            clinic.provider, clinic.site, 20, at=now(), by=clinic.role("receptionist")
        ).status
        == "running"
    )


def test_wrong_minutes_and_wrong_people_are_refused(clinic):
    for minutes in (0, -5, 481):
        with pytest.raises(Refused, match="1 to 480"):
            late(clinic, minutes)
    with pytest.raises(NotPermitted):
        late(clinic, 10, by=clinic.role("biller"))


def test_lunch_that_is_a_preference_is_kept_too(clinic):
    said = {"kind": "lunch", "number": 30, "starts": time(11, 30), "ends": time(12, 50)}
    operations.save_preference(
        None, clinic.provider, {**said, "visit_type_ids": [], "weekdays": []}, on=TUESDAY,
        by=clinic.role("manager"),
    )  # fmt: skip
    for hour, minute, first in ((11, 20, "Ann"), (11, 40, "Bo"), (12, 30, "Cy")):
        book(clinic, hour, minute, first)
    # Lunch lies from 12 to 12:30; of it twenty minutes are kept, however late it is.
    assert expected(clinic, 150) == {"Ann": 10, "Bo": 10, "Cy": 0}
    assert expected(clinic, 170) == {"Ann": 30, "Bo": 30, "Cy": 20}
