"""The nightly look over the schedule: what can't be given, overlaps, or is of no use."""

from datetime import date, time, timedelta

import pytest
import time_machine

from frontdesk.core.clock import at_wall
from frontdesk.core.errors import Refused
from frontdesk.people.models import Patient
from frontdesk.practice.models import Device, Room
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import auditing
from frontdesk.scheduling.models import (
    Block,
    Hold,
    Occupancy,
    Phase,
    Preference,
    Session,
    VisitType,
)
from frontdesk.scheduling.operations import PhaseSaid
from frontdesk.scheduling.queries import feasible
from frontdesk.scheduling.queries.audit import findings
from frontdesk.scheduling.rules.audit import Taken as Span
from frontdesk.scheduling.rules.audit import outside, overlapping
from frontdesk.staff.models import WorkItem

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def by(clinic):
    return clinic.role("manager")


@pytest.fixture
def tuesdays(clinic):
    with clinic.reading():
        return Session.objects.select_related("provider", "site").get(weekday=1)


@pytest.fixture
def sick(clinic):
    with clinic.writing():
        made = VisitType.objects.create(name="Sick visit", code="sick", minutes=20)
        Phase.objects.create(visit_type=made, role="provider", minutes=20)
    return made


def book(clinic, clock, *, at=None, kind=None, day=TUESDAY, by=None):
    hour, _colon, minute = clock.partition(":")
    return operations.book(
        clinic.patient("Pat", clock.replace(":", "")),
        kind or clinic.visit_type,
        clinic.provider,
        clinic.site,
        at_wall(clinic.site, day, time(int(hour), int(minute or 0))),
        at or at_wall(clinic.site, MONDAY, time(8)),
        by=by or clinic.anybody(),
    )


def test_what_no_site_can_give_is_said(clinic, by):
    said = {"name": "Scan", "code": "scan"}
    phases = [
        PhaseSaid("desk", 0, 5),
        PhaseSaid("assistant", 5, 10, skill="phlebotomy"),
        PhaseSaid("provider", 15, 15),
        PhaseSaid("device", 30, 15, "ultrasound"),
        PhaseSaid("room", 0, 50),
    ]
    scan = operations.save_visit_type(None, said, phases=phases, by=by)
    assert scan.minutes == 45

    def wrong():
        with clinic.reading():
            kept = VisitType.objects.prefetch_related("phases").get(pk=scan.pk)
            return " ".join(feasible.troubles_by([kept], TUESDAY).get(kept.pk, []))

    assert wrong()
    with clinic.writing():
        Device.objects.create(site=clinic.site, name="US 1", kind="ultrasound")
    clinic.member("receptionist")
    assert wrong() == "Nobody at Elm Street has the skill phlebotomy."
    sam = clinic.member("assistant")
    with clinic.writing():
        sam.skills = ["phlebotomy"]
        sam.save()
    assert wrong() == ""
    two = [PhaseSaid("provider", 0, 15), *[PhaseSaid("device", 0, 15, "ultrasound")] * 2]
    operations.save_visit_type(scan, {}, phases=two, by=by)
    assert wrong() == "Elm Street has 1, not 2 at once: Device."
    rooms = [PhaseSaid("provider", 0, 15), PhaseSaid("room", 0, 5, "exam")]
    rooms.append(PhaseSaid("room", 5, 5, "procedure"))
    operations.save_visit_type(scan, {}, phases=rooms, by=by)
    assert "stays in one room throughout, but asks for: exam room and procedure room" in wrong()
    with clinic.writing():
        Phase.objects.create(visit_type=scan, role="provider", starts_after=10, minutes=20)
    assert "until minute 30, but the visit takes 15" in wrong()


def test_a_clean_clinic_has_nothing_to_look_at(clinic, by):
    at = at_wall(clinic.site, MONDAY, time(8))
    book(clinic, "9")
    with clinic.reading():
        assert findings(at) == []
    assert operations.audit_schedule(at=at, by=by) == []
    with clinic.reading():
        assert not WorkItem.objects.exists()


def test_the_nightly_look_finds_what_should_not_be(clinic, by, tuesdays, sick):
    at = at_wall(clinic.site, MONDAY, time(2))
    with clinic.writing():
        Session.objects.create(
            provider=clinic.provider,
            site=clinic.site,
            weekday=1,
            starts=time(16),
            ends=time(19),
            from_on=date(2020, 1, 1),
            least_visits=3,
        )
        Block.objects.create(
            session=tuesdays, name="Unused", starts=time(9), ends=time(10),
            visit_type_ids=[str(sick.pk)],
        )  # fmt: skip
        Preference.objects.create(
            provider=clinic.provider, kind="lunch", number=90, starts=time(12), ends=time(13)
        )
        VisitType.objects.create(name="Scan", code="scan", minutes=10)
        Phase.objects.create(
            visit_type=VisitType.objects.get(code="scan"), role="device", minutes=10
        )
        Occupancy.objects.create(
            resource_kind="room",
            resource_id=clinic.room.pk,
            starts_at=at + timedelta(days=1),
            ends_at=at + timedelta(days=1, hours=1),
        )
    held = operations.hold(
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        at_wall(clinic.site, date(2026, 12, 15), time(11)),
        at - timedelta(days=3),
        by=by,
    )
    with clinic.reading():
        assert Hold.objects.get(pk=held.pk).status == "held"
        found = findings(at)
        text = "\n".join(one.words for one in found)
    for words in (
        "Tuesday session (8:00 AM to 5:00 PM, Elm Street) overlaps Dr. Okafor's Tuesday",
        "(4:00 PM to 7:00 PM, Elm Street): Elm Street is not open for all of it.",
        "1 stretch of time is taken by no visit at all.",
        "2 stretches of time are kept by holds that are over.",
        "Scan can't be given: Elm Street has no device.",
        "there are no 90 minutes",
        "The block Unused",
        "Nov 24: 0 of at least 3 visits.",
    ):
        assert words in text
    for _twice in range(2):
        operations.audit_schedule(at=at, by=by)
    with clinic.reading():
        (item,) = WorkItem.objects.filter(kind="scheduling.odd", status="open")
        assert item.title == f"The schedule has {len(found)} things to look at"
    with time_machine.travel(at, tick=False):
        assert auditing.audit_schedule.call(str(clinic.practice.pk)) == len(found)


def test_spans_that_overlap_are_found_behind_a_longer_one():
    long, one, two = Span("a", 0, 100), Span("a", 10, 20), Span("a", 50, 60)
    assert overlapping([two, long, one, Span("b", 0, 5), Span("b", 5, 9)]) == [
        (long, one),
        (long, two),
    ]
    day = [(time(8), time(12)), (time(12), time(17))]
    assert not outside(time(8), time(17), day)
    assert outside(time(7, 55), time(12), day)
    assert outside(time(8), time(17), [(time(8), time(12)), (time(13), time(17))])
    assert outside(time(8), time(9), [])


def test_a_group_is_somebody_and_who_is_away_has_nobody_to_see(clinic, by, tuesdays):
    with clinic.writing():
        Room.objects.create(site=clinic.site, name="Hall", kind="group")
        group = VisitType.objects.create(name="Group", code="group", minutes=40, capacity=3)
        Phase.objects.create(visit_type=group, role="provider", minutes=40)
        Phase.objects.create(visit_type=group, role="room", kind="group", minutes=40)
        tuesdays.least_visits = 6
        tuesdays.save()
    book(clinic, "9", kind=group)
    morning = at_wall(clinic.site, MONDAY, time(3))
    with clinic.reading():
        assert [one.kind for one in findings(morning)] == ["few"]
    operations.take_time_off(
        resource_kind="provider", resource_id=clinic.provider.pk, because="Ill", by=by,
        starts_at=at_wall(clinic.site, TUESDAY, time(0)),
        ends_at=at_wall(clinic.site, TUESDAY, time(23)),
    )  # fmt: skip
    with clinic.reading():
        assert findings(morning) == []


def test_who_died_is_booked_nowhere_and_visits_to_come_are_told(clinic, by):
    visit = book(clinic, "9")
    with clinic.writing():
        visit.patient.status = Patient.Status.DECEASED
        visit.patient.save()
    with clinic.reading():
        found = findings(at_wall(clinic.site, MONDAY, time(3)))
    assert [one.words for one in found] == [
        "Nov 24, 9:00 AM, Dr. Okafor: the patient has died. Cancel it."
    ]
    wish = (visit.patient, clinic.visit_type, clinic.provider, clinic.site)
    ten, monday = at_wall(clinic.site, TUESDAY, time(10)), at_wall(clinic.site, MONDAY, time(8))
    with pytest.raises(Refused, match="marked: deceased"):
        operations.book(*wish, ten, monday, by=clinic.anybody())
    with pytest.raises(Refused, match="marked: deceased"):
        operations.double_book(*wish, ten, monday, because="x", by=clinic.anybody())
