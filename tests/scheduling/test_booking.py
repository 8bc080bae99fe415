"""A time is promised once: held, booked, moved, put beside another on purpose, given back."""

from datetime import date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from frontdesk.comms.models import Message
from frontdesk.core.clock import at_wall
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.practice.models import Closure, Device, Room
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    Change,
    Hold,
    Occupancy,
    Phase,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.signals import (
    appointment_booked,
    appointment_cancelled,
    appointment_moved,
)

TUESDAY = date(2026, 11, 24)
AT = datetime.fromisoformat("2026-11-20T15:00:00+00:00")


@pytest.fixture
def nine(clinic):
    return at_wall(clinic.site, TUESDAY, time(9))


def book(clinic, starts_at, **more):
    said = {
        "patient": more.pop("patient", None) or clinic.patient(),
        "visit_type": clinic.visit_type,
        "provider": clinic.provider,
        "site": clinic.site,
        "at": AT,
        "by": clinic.actor("scheduling.book"),
    }
    return operations.book(starts_at=starts_at, **{**said, **more})


def hold(clinic, starts_at, **more):
    said = {"at": AT, "by": clinic.actor("scheduling.hold")}
    return operations.hold(
        clinic.visit_type, clinic.provider, clinic.site, starts_at, **{**said, **more}
    )


def taken(clinic):
    with clinic.reading():
        rows = Occupancy.objects.filter(is_active=True).order_by("resource_kind", "starts_at")
        return [(row.resource_kind, row.resource_id, row.lane) for row in rows]


def test_a_booking_takes_the_provider_and_a_room(clinic, nine):
    appointment = book(clinic, nine, reason="Knee")

    assert (appointment.status, appointment.ends_at) == ("booked", nine + timedelta(minutes=20))
    assert (appointment.room, appointment.booked_by, appointment.reason) == (
        clinic.room,
        "Maria",
        "Knee",
    )
    assert taken(clinic) == [("provider", clinic.provider.pk, 0), ("room", clinic.room.pk, 0)]


def test_a_taken_time_is_refused_in_words(clinic, nine):
    book(clinic, nine)

    for start in (nine, nine + timedelta(minutes=15), nine - timedelta(minutes=10)):
        with pytest.raises(Taken, match=r"^Dr\. Okafor is taken until 9:20 AM\.$"):
            book(clinic, start)
    assert book(clinic, nine + timedelta(minutes=20))  # visits may touch
    with clinic.reading():
        assert Appointment.objects.count() == 2


def test_a_free_room_is_chosen_and_no_room_is_told(clinic, nine):
    with clinic.writing():
        for room in (clinic.room, clinic.second_room):
            Occupancy.objects.create(
                resource_kind="room",
                resource_id=room.pk,
                starts_at=nine,
                ends_at=nine + timedelta(minutes=5 if room == clinic.room else 60),
            )

    assert book(clinic, nine + timedelta(minutes=5)).room == clinic.room
    with pytest.raises(Taken, match=r"^No room is free at this time\.$"):
        book(clinic, nine + timedelta(minutes=-15))
    with pytest.raises(Taken, match=r"^Room 2 is taken until 10:00 AM\.$"):
        book(clinic, nine + timedelta(minutes=30), room=clinic.second_room)


@pytest.mark.parametrize(
    ("wall", "words"),
    [
        (time(7), "Dr. Okafor sees nobody at Elm Street at this time."),
        (time(16, 50), "Dr. Okafor sees nobody at Elm Street at this time."),
        (time(9, 2), "Visits start on five-minute marks."),
    ],
)
def test_a_time_that_is_none_is_refused(clinic, wall, words):
    with pytest.raises(Refused) as refusal:
        book(clinic, at_wall(clinic.site, TUESDAY, wall))
    assert str(refusal.value) == words


def test_closures_and_time_off_are_told_apart(clinic, nine):
    with clinic.writing():
        Closure.objects.create(on=TUESDAY, because="Holiday")
        TimeOff.objects.create(
            resource_kind="provider",
            resource_id=clinic.provider.pk,
            starts_at=nine + timedelta(days=1),
            ends_at=nine + timedelta(days=1, hours=1),
            because="Training",
        )
    with pytest.raises(Taken, match="Elm Street is closed at this time"):
        book(clinic, nine)
    with pytest.raises(Taken, match=r"Dr\. Okafor is away at this time"):
        book(clinic, nine + timedelta(days=1))


def test_a_session_for_other_visits_and_the_past_are_refused(clinic, nine):
    with clinic.writing():
        procedure = VisitType.objects.create(name="Procedure", code="procedure", minutes=20)
        for session in Session.objects.all():
            session.visit_type_ids = [str(procedure.pk)]
            session.save()
    with pytest.raises(Taken, match="keeps this time for other visits than: Follow-up"):
        book(clinic, nine)
    with pytest.raises(Refused, match="This time has passed"):
        book(clinic, nine, at=nine + timedelta(minutes=20))


def test_a_visit_that_needs_more_takes_more(clinic, nine):
    with clinic.writing():
        scan = VisitType.objects.create(name="Scan", code="scan", minutes=30)
        procedure = Room.objects.create(site=clinic.site, name="Room 9", kind="procedure")
        device = Device.objects.create(site=clinic.site, name="Sono", kind="ultrasound")
        for role, kind, after, minutes in (
            ("assistant", "", 0, 10),
            ("provider", "", 10, 20),
            ("room", "procedure", 0, 30),
            ("device", "ultrasound", 10, 10),
        ):
            Phase.objects.create(
                visit_type=scan, role=role, kind=kind, starts_after=after, minutes=minutes
            )
    with pytest.raises(Taken, match=r"Elm Street has no assistant\. Scan needs one\."):
        book(clinic, nine, visit_type=scan)
    sam = clinic.member("assistant")

    assert book(clinic, nine, visit_type=scan).room == procedure

    with clinic.reading():
        spans = {
            row.resource_id: (row.starts_at - nine, row.ends_at - nine)
            for row in Occupancy.objects.all()
        }
    minutes = {
        key: tuple(int(m.total_seconds()) // 60 for m in span) for key, span in spans.items()
    }
    assert minutes == {
        sam.pk: (0, 10),
        clinic.provider.pk: (10, 30),
        procedure.pk: (0, 30),
        device.pk: (10, 20),
    }
    assert book(clinic, nine - timedelta(minutes=10))  # the provider is free until ten past


def test_nobody_is_in_two_places_at_once(clinic, nine):
    ann = clinic.patient()
    book(clinic, nine, patient=ann)
    with clinic.writing():
        other = Room.objects.get(pk=clinic.second_room.pk)
        second = type(clinic.provider).objects.create(
            first_name="Bo", last_name="Reyes", npi="1679576722", site=clinic.site
        )
        Session.objects.create(
            provider=second,
            site=clinic.site,
            weekday=1,
            starts=time(8),
            ends=time(17),
            from_on=TUESDAY,
        )
    with pytest.raises(Taken, match=r"Ann Lee has a visit with Dr\. Okafor at 9:00 AM already"):
        book(clinic, nine, patient=ann, provider=second, room=other)
    assert book(clinic, nine + timedelta(minutes=20), patient=ann, provider=second)


def test_a_hold_keeps_the_time_until_it_runs_out(clinic, nine):
    kept = hold(clinic, nine)
    assert kept.expires_at == AT + timedelta(minutes=5)

    with pytest.raises(Taken, match=r"Dr\. Okafor is taken until 9:20 AM"):
        book(clinic, nine)

    assert book(clinic, nine, at=AT + timedelta(minutes=5)).starts_at == nine
    with clinic.reading():
        assert Hold.objects.get().status == "released"


def test_a_hold_becomes_a_booking_and_can_be_taken_over(clinic, nine):
    kept = hold(clinic, nine)
    colleague = clinic.role("receptionist")
    colleague = type(colleague)("Lena", colleague.practice_id, colleague.permissions)

    with pytest.raises(Taken, match=r"Maria is holding this time\. Take it over first\."):
        book(clinic, nine, hold=kept, by=colleague)
    kept = operations.take_over(kept, at=AT + timedelta(minutes=1), by=colleague)
    appointment = book(clinic, nine, hold=kept, by=colleague)

    assert appointment.room == clinic.room
    with clinic.reading():
        assert Hold.objects.get().status == "booked"
    assert len(taken(clinic)) == 2
    assert operations.release(kept, by=colleague).status == "booked"
    assert len(taken(clinic)) == 2


def test_a_released_hold_gives_its_time_back_once(clinic, nine):
    kept = hold(clinic, nine)
    by = clinic.actor("scheduling.hold")
    assert [operations.release(kept, by=by).status for _ in range(2)] == ["released"] * 2
    assert taken(clinic) == []
    with pytest.raises(Refused, match="Nobody holds this time any more"):
        operations.take_over(kept, at=AT, by=by)


def test_double_booking_needs_its_right_and_a_reason(clinic, nine):
    book(clinic, nine)
    said = {
        "visit_type": clinic.visit_type,
        "provider": clinic.provider,
        "site": clinic.site,
        "starts_at": nine,
        "at": AT,
    }
    with pytest.raises(NotPermitted):
        operations.double_book(
            clinic.patient(), because="Fever", by=clinic.actor("scheduling.book"), **said
        )
    manager = clinic.actor("scheduling.override")
    with pytest.raises(Refused, match="Say why"):
        operations.double_book(clinic.patient(), because=" ", by=manager, **said)

    beside = operations.double_book(clinic.patient(), because="Fever", by=manager, **said)
    third = operations.double_book(clinic.patient(), because="Fever", by=manager, **said)

    assert beside.override_reason
    assert (beside.room, third.room) == (clinic.second_room, clinic.room)
    assert [row[2] for row in taken(clinic) if row[0] == "provider"] == [0, 1, 2]


def test_moving_keeps_the_visit_and_remembers(clinic, nine):
    appointment = book(clinic, nine, room=clinic.second_room)
    later = nine + timedelta(minutes=10)  # over its own old time
    by = clinic.actor("scheduling.book")

    moved = operations.reschedule(appointment, later, at=AT, by=by)

    assert (moved.pk, moved.starts_at, moved.room) == (appointment.pk, later, clinic.second_room)
    assert (moved.sequence, moved.confirmed_at) == (1, None)
    with clinic.reading():
        change = Change.objects.get()
        assert (change.kind, change.was_starts_at, change.was_provider) == (
            "moved",
            nine,
            clinic.provider,
        )
    assert len(taken(clinic)) == 2
    assert book(clinic, nine - timedelta(minutes=10))
    with pytest.raises(Taken, match="until 9:30 AM"):
        operations.reschedule(book(clinic, nine + timedelta(hours=2)), nine, at=AT, by=by)


def test_cancelling_gives_the_time_back_and_can_be_undone(clinic, nine):
    appointment = book(clinic, nine)
    by = clinic.actor("scheduling.book", "scheduling.cancel")
    with pytest.raises(Refused, match="Say why"):
        operations.cancel(appointment, because="", whose="patient", at=AT, by=by)
    with pytest.raises(Refused, match="Say who"):
        operations.cancel(appointment, because="Ill", whose="weather", at=AT, by=by)

    told = nine - timedelta(hours=2)
    cancelled = operations.cancel(appointment, because="Ill", whose="patient", at=told, by=by)
    assert (cancelled.status, cancelled.cancelled_late) == ("cancelled", True)
    assert taken(clinic) == []

    assert operations.restore(cancelled, at=told, by=by).status == "booked"
    operations.cancel(appointment, because="Ill", whose="patient", at=told, by=by)
    book(clinic, nine)
    with pytest.raises(Taken):
        operations.restore(cancelled, at=told, by=by)


def test_what_becomes_of_a_promise_follows_its_table(clinic, nine):
    appointment = book(clinic, nine)
    by = clinic.anybody()
    assert operations.confirm(appointment, at=AT, by=by).confirmed_at == AT
    assert operations.confirm(appointment, at=nine, by=by).confirmed_at == AT
    with pytest.raises(Refused, match="not begun"):
        operations.no_show(appointment, at=AT, by=by)
    missed = operations.no_show(appointment, at=nine + timedelta(minutes=20), by=by)
    assert missed.status == "no_show"
    assert operations.arrive(appointment, at=nine, by=by).status == "arrived"
    assert operations.unarrive(appointment, by=by).status == "booked"
    with pytest.raises(Refused):
        operations.unarrive(appointment, by=by)
    operations.arrive(appointment, at=nine, by=by)
    assert operations.fulfil(appointment, by=by).status == "fulfilled"
    with pytest.raises(Refused, match="Kept cannot become cancelled"):
        operations.cancel(appointment, because="Ill", whose="patient", at=nine, by=by)
    with pytest.raises(Refused, match="still to come"):
        operations.reschedule(appointment, nine, at=AT, by=by)


def test_rooms_above_are_told(clinic, nine):
    heard = []

    def hear(sender, appointment, by, signal, **_):
        heard.append((signal, appointment.pk, by.name))

    for signal in (appointment_booked, appointment_moved, appointment_cancelled):
        signal.connect(hear)
    by = clinic.actor("scheduling.book", "scheduling.cancel")
    appointment = book(clinic, nine)
    operations.reschedule(appointment, nine + timedelta(hours=1), at=AT, by=by)
    operations.cancel(appointment, because="Ill", whose="patient", at=AT, by=by)
    for signal in (appointment_booked, appointment_moved, appointment_cancelled):
        signal.disconnect(hear)

    assert heard == [
        (appointment_booked, appointment.pk, "Maria"),
        (appointment_moved, appointment.pk, "Maria"),
        (appointment_cancelled, appointment.pk, "Maria"),
    ]


def test_a_patient_who_agreed_is_told_with_a_calendar_file(clinic, nine):
    ann = clinic.patient(email="ann@example.com", preferred_channel="email")
    by = clinic.actor("scheduling.book", "scheduling.cancel")
    appointment = book(clinic, nine, patient=ann, reason="Chest pain")
    operations.reschedule(appointment, nine + timedelta(days=7), at=AT, by=by)
    operations.cancel(appointment, because="Ill", whose="patient", at=AT, by=by)

    with clinic.reading():
        told = list(Message.objects.order_by("written_at", "pk"))
        files = [message.attachments.get() for message in told]
    assert [message.kind for message in told] == [
        "appointment.booked",
        "appointment.moved",
        "appointment.cancelled",
    ]
    assert "Tuesday, November 24, 2026, 9:00 AM" in told[0].subject
    events = [Calendar.from_ical(bytes(file.content)) for file in files]
    first, second, last = (calendar.walk("VEVENT")[0] for calendar in events)
    assert {str(event["uid"]) for event in (first, second, last)} == {f"{appointment.pk}@frontdesk"}
    assert [int(event["sequence"]) for event in (first, second, last)] == [0, 1, 2]
    assert [str(calendar["method"]) for calendar in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert first.decoded("dtstart") == nine
    assert first["dtstart"].params["TZID"] == "America/New_York"
    assert "America/New_York" in str(events[0].walk("VTIMEZONE")[0]["tzid"])
    for message, file in zip(told, files, strict=True):
        said = message.subject + message.body + bytes(file.content).decode()
        assert "Follow-up" not in said
        assert "Chest" not in said
    assert files[0].content_type == "text/calendar; method=REQUEST; charset=utf-8"


def test_a_patient_who_did_not_agree_is_not_written_to(clinic, nine):
    book(clinic, nine, patient=clinic.patient(email="a@example.com", preferred_channel="voice"))
    with clinic.reading():
        assert not Message.objects.exists()


def test_a_refused_booking_leaves_nothing_behind(clinic, nine):
    ann = clinic.patient(email="ann@example.com")
    book(clinic, nine)
    before = AuditEntry.objects.filter(practice_id=clinic.practice.pk).count()
    with pytest.raises(Taken):
        book(clinic, nine, patient=ann)
    with pytest.raises(NotPermitted):
        book(clinic, nine, patient=ann, by=clinic.actor("scheduling.view"))
    with clinic.reading():
        assert not Message.objects.exists()
        assert not Appointment.objects.filter(patient=ann).exists()
    assert AuditEntry.objects.filter(practice_id=clinic.practice.pk).count() == before


def test_another_practice_moves_nothing(clinic, other, nine):
    appointment, kept = book(clinic, nine), hold(clinic, nine + timedelta(hours=1))
    by = other.anybody()
    with pytest.raises(Appointment.DoesNotExist):
        operations.cancel(appointment, because="Ill", whose="patient", at=AT, by=by)
    with pytest.raises(Appointment.DoesNotExist):
        operations.reschedule(appointment, nine, at=AT, by=by)
    with pytest.raises(Hold.DoesNotExist):
        operations.release(kept, by=by)
    with pytest.raises(Refused, match="not one of this practice"):
        book(clinic, nine + timedelta(hours=3), by=by)
