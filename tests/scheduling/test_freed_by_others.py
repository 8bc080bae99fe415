"""Times that a repair, or one of a group, leaves free are offered to the waitlist too."""

from datetime import timedelta

from frontdesk.core.clock import now
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, FreedTime, Phase, Seat, VisitType
from tests.scheduling.test_repair import apply, out, wall
from tests.scheduling.test_repair import book as book_at
from tests.scheduling.test_waitlist import (
    MONDAY,
    cancel,
    clock,
    desk,
    freed,
    offers,
    person,
    waiting,
    work,
)

__all__ = ["clock", "desk"]


def test_what_the_doctor_who_is_out_leaves_is_no_time_to_offer(clinic, desk, clock):
    clock.move_to(wall(clinic, 8, 5))
    book_at(clinic, wall(clinic, 9))
    apply(clinic, out(clinic))
    assert freed(clinic) == []


def test_a_doctors_time_that_a_flooded_room_frees_is_offered_to_who_needs_no_room(
    clinic, desk, clock
):
    with clinic.writing():  # there is one room in all
        clinic.second_room.is_active = False
        clinic.second_room.save()
        call = VisitType.objects.create(name="Call", code="call", minutes=20, mode="telephone")
        Phase.objects.create(visit_type=call, role=Phase.Role.PROVIDER, starts_after=0, minutes=20)
    clock.move_to(wall(clinic, 8, 5))
    ann = person(clinic, "Ann")
    operations.join_waitlist(ann, call, at=now(), by=desk, notice_hours=2)
    gone = book_at(clinic, wall(clinic, 16), person(clinic, "Bo"))
    repair = out(
        clinic, wall(clinic, 15, 30), wall(clinic, 17),
        resource_kind="room", resource_id=clinic.room.pk, because="Flooded",
    )  # fmt: skip
    apply(clinic, repair)
    with clinic.reading():
        assert Appointment.objects.get(pk=gone.pk).starts_at != gone.starts_at
        assert FreedTime.objects.get().starts_at == gone.starts_at
    work(clinic)
    (offer,) = offers(clinic)
    assert (offer.patient_id, offer.starts_at) == (ann.pk, gone.starts_at)


def group(clinic, patients, days=4):
    """Three seats in an hour of Dr. Okafor."""
    with clinic.writing():
        shared = VisitType.objects.create(name="Class", code="class", minutes=60, capacity=3)
        for role in (Phase.Role.PROVIDER, Phase.Role.ROOM):
            Phase.objects.create(visit_type=shared, role=role, starts_after=0, minutes=60)
    start = wall(clinic, 9, day=MONDAY + timedelta(days=days))
    return shared, [
        operations.book(
            one, shared, clinic.provider, clinic.site, start, now(), by=clinic.anybody()
        )
        for one in patients
    ]


def test_a_seat_that_is_left_is_offered_and_taken(clinic, desk):
    shared, held = group(clinic, [person(clinic, name) for name in ("Bo", "Cy", "Di")])
    eve, fay = person(clinic, "Eve"), person(clinic, "Fay")
    for one in (eve, fay):
        operations.join_waitlist(one, shared, at=now(), by=desk, notice_hours=2)
    cancel(held[0], desk)
    work(clinic)
    found = offers(clinic)
    assert found and {one.patient.first_name for one in found} <= {"Eve", "Fay"}
    taken = operations.accept_offer(found[0], at=now(), by=desk)
    assert taken.status == "accepted"
    with clinic.reading():
        assert Appointment.objects.get(patient=taken.patient_id).starts_at == held[0].starts_at
        assert Seat.objects.filter(is_active=True).count() == 3
    for other in found[1:]:  # the group is full again
        assert operations.accept_offer(other, at=now(), by=desk).status == "gone"


def test_a_seat_is_for_who_wants_that_group_and_a_full_one_is_taken(clinic, desk):
    _shared, held = group(clinic, [person(clinic, name) for name in ("Bo", "Cy", "Di")])
    waiting(clinic, "Ann", 20)  # for a visit alone: the doctor is with the group
    cancel(held[0], desk)
    work(clinic)
    assert offers(clinic) == []
    assert freed(clinic)[0].says == "Nobody on the waitlist fits."
    with clinic.reading():
        shared = VisitType.objects.get(code="class")
    cancel(held[1], desk)
    for name in ("Gil", "Hal"):
        operations.book(
            person(clinic, name), shared, clinic.provider, clinic.site, held[0].starts_at, now(),
            by=clinic.anybody(),
        )  # fmt: skip
    work(clinic)
    assert freed(clinic)[1].status == "taken"
