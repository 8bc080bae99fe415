"""What can be booked and when: kept by day, so that the past stays as it was."""

from datetime import date, time, timedelta

import pytest

from frontdesk.core.clock import at_wall
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Appointment, Occupancy, Session, VisitType
from frontdesk.scheduling.operations import AppointmentRow, PhaseSaid

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def by(clinic):
    return clinic.actor("scheduling.templates")


def test_a_visit_type_takes_its_minutes_from_its_phases(clinic, by):
    said = {"name": "Scan", "code": "scan"}
    phases = [PhaseSaid("provider", 10, 20), PhaseSaid("device", 10, 15, "ultrasound")]
    scan = operations.save_visit_type(None, said, phases=phases, by=by)
    assert scan.minutes == 30

    changed = operations.save_visit_type(
        scan, {"name": "Scan, short"}, phases=[PhaseSaid("provider", 0, 15)], by=by
    )

    assert (changed.name, changed.minutes) == ("Scan, short", 15)
    with clinic.reading():
        (phase,) = VisitType.objects.get(pk=scan.pk).active_phases
    assert (phase.role, phase.starts_after, phase.minutes) == ("provider", 0, 15)


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        ([PhaseSaid("room", 0, 20)], "needs a provider"),
        ([PhaseSaid("provider", 0, 0)], "steps of five minutes"),
        ([PhaseSaid("provider", 2, 20)], "steps of five minutes"),
    ],
)
def test_phases_that_make_no_sense_are_refused(clinic, by, phases, words):
    with pytest.raises(Refused, match=words):
        operations.save_visit_type(None, {"name": "X", "code": "x"}, phases=phases, by=by)


def test_a_code_names_one_visit_type(clinic, by):
    with pytest.raises(Refused, match="code follow-up"):
        operations.save_visit_type(None, {"name": "X", "code": "follow-up", "minutes": 10}, by=by)
    with pytest.raises(NotPermitted):
        operations.save_visit_type(None, {}, by=clinic.actor("scheduling.book"))


def test_a_session_changes_from_a_day_on(clinic, by):
    with clinic.reading():
        tuesdays = Session.objects.get(weekday=1)

    later = operations.change_session(tuesdays, starts=time(12), ends=time(15), on=TUESDAY, by=by)
    with clinic.reading():
        old = Session.objects.get(pk=tuesdays.pk)
        assert (old.until_on, old.starts) == (TUESDAY, time(8))
        assert (later.from_on, later.until_on) == (TUESDAY, None)
        found = queries.openings(
            clinic.visit_type, from_on=TUESDAY, days=1, at=at_wall(clinic.site, TUESDAY, time(1))
        )
        assert found[0].starts_at == at_wall(clinic.site, TUESDAY, time(12))

    same = operations.change_session(later, starts=time(13), ends=time(15), on=TUESDAY, by=by)
    assert (same.pk, same.starts) == (later.pk, time(13))
    ended = operations.end_session(same, on=TUESDAY + timedelta(days=7), by=by)
    assert ended.until_on == TUESDAY + timedelta(days=7)


def test_nobody_works_at_two_places_at_once(clinic, by):
    with clinic.writing():
        west = Site.objects.create(name="West")
    said = {"weekday": 1, "from_on": TUESDAY, "by": by}
    with pytest.raises(Refused, match=r"Dr\. Okafor has a session at Elm Street then"):
        operations.add_session(clinic.provider, west, starts=time(16), ends=time(18), **said)
    with pytest.raises(Refused, match="ends after it starts"):
        operations.add_session(clinic.provider, west, starts=time(18), ends=time(18), **said)
    with pytest.raises(Refused, match="five-minute"):
        operations.add_session(clinic.provider, west, starts=time(18, 1), ends=time(19), **said)
    assert operations.add_session(clinic.provider, west, starts=time(17), ends=time(18), **said)

    late = {"starts": time(17), "ends": time(18), "from_on": TUESDAY, "by": by}
    with pytest.raises(Refused, match="has a session at West then"):
        operations.add_sessions(clinic.provider, west, weekdays=[4, 1], **late)
    assert len(operations.add_sessions(clinic.provider, west, weekdays=[4, 5], **late)) == 2


def test_time_off_can_be_taken_back(clinic, by):
    nine = at_wall(clinic.site, TUESDAY, time(9))
    said = {
        "resource_kind": "provider",
        "resource_id": clinic.provider.pk,
        "because": "Leave",
        "by": by,
    }
    with pytest.raises(Refused):
        operations.take_time_off(starts_at=nine, ends_at=nine, **said)
    off = operations.take_time_off(starts_at=nine, ends_at=nine + timedelta(hours=1), **said)

    def is_free():
        with clinic.reading():
            found = queries.openings(
                clinic.visit_type, from_on=TUESDAY, days=1, at=nine - timedelta(days=1)
            )
            return nine in [one.starts_at for one in found]

    assert not is_free()
    operations.end_time_off(off, by=by)
    assert is_free()


def test_appointments_are_brought_in_at_once_and_never_overlap_unseen(clinic):
    nine = at_wall(clinic.site, TUESDAY, time(9))
    ann, bo = clinic.patient(), clinic.patient("Bo")

    def row(patient, starts_at, status="booked"):
        return AppointmentRow(
            patient_id=patient.pk,
            provider_id=clinic.provider.pk,
            site_id=clinic.site.pk,
            visit_type_id=clinic.visit_type.pk,
            room_id=clinic.room.pk,
            starts_at=starts_at,
            booked_at=nine - timedelta(days=30),
            booked_by="Old system",
            status=status,
        )

    rows = [
        row(ann, nine - timedelta(days=20), "fulfilled"),
        row(ann, nine),
        row(bo, nine + timedelta(minutes=10)),
        row(bo, nine + timedelta(hours=1), "cancelled"),
    ]
    made = operations.bring_in_appointments(
        rows, at=nine - timedelta(days=1), by=clinic.actor("people.import")
    )

    assert [bool(one.override_reason) for one in made] == [False, False, True, False]
    with clinic.reading():
        assert Appointment.objects.count() == 4
        lanes = Occupancy.objects.order_by("starts_at", "resource_kind").values_list(
            "resource_kind", "lane"
        )
        assert list(lanes) == [("provider", 0), ("room", 0), ("provider", 1), ("room", 1)]
    (entry,) = AuditEntry.objects.filter(
        practice_id=clinic.practice.pk, operation="scheduling.bring_in_appointments"
    )
    assert {change["record"] for change in entry.changes} == {
        "scheduling.Appointment",
        "scheduling.Occupancy",
    }
