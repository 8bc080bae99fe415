"""Nobody is in two places at once, whichever way a visit comes to its time."""

from datetime import timedelta

import pytest

from frontdesk.core.clock import now
from frontdesk.practice.models import Room
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Override
from frontdesk.scheduling.operations import Taken
from tests.scheduling.monday import MONDAY, book, monday_morning, wall
from tests.scheduling.test_repair import colleague

__all__ = ["monday_morning"]
ELSEWHERE = r"Ann Lee has a visit with Dr\. Reyes at "


@pytest.fixture
def ann(clinic):
    with clinic.writing():
        Room.objects.create(site=clinic.site, name="Room 8")
        Room.objects.create(site=clinic.site, name="Room 9")
    return clinic.patient()


@pytest.fixture
def reyes(clinic):
    return colleague(clinic, "Bo", "Reyes")


def book_with(clinic, patient, provider, starts_at):
    return operations.book(
        patient, clinic.visit_type, provider, clinic.site, starts_at, now(), by=clinic.anybody()
    )


def cancelled(clinic, visit):
    operations.cancel(visit, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    return visit


@pytest.mark.parametrize("as_before", [False, True])
def test_a_cancelled_visit_is_not_put_back_beside_another_of_the_patient(
    clinic, ann, reyes, as_before
):
    gone = cancelled(clinic, book(clinic, ann, wall(clinic, 9)))
    book_with(clinic, ann, reyes, wall(clinic, 9))
    book(clinic, clinic.patient("Cy"), wall(clinic, 11))
    with clinic.writing():
        gone.room = Room.objects.get(name="Room 9")
        gone.save()
    with pytest.raises(Taken, match=ELSEWHERE + "9:00 AM already"):
        operations.restore(gone, as_before=as_before, at=now(), by=clinic.anybody())


def test_a_visit_is_put_back_into_another_room_where_its_own_is_taken(clinic, ann, reyes):
    gone = cancelled(clinic, book(clinic, ann, wall(clinic, 9)))
    other = book_with(clinic, clinic.patient("Cy"), reyes, wall(clinic, 9))
    assert other.room == gone.room
    back = operations.restore(gone, at=now(), by=clinic.anybody())
    assert back.status == "booked"
    assert back.room is not None and back.room != other.room


def test_a_visit_is_not_made_longer_into_another_of_the_patient(clinic, ann, reyes):
    visit = book(clinic, ann, wall(clinic, 9))
    with clinic.writing():
        visit.room = Room.objects.get(name="Room 9")
        visit.save()
    later = book_with(clinic, ann, reyes, wall(clinic, 9, 20))
    operations.move(
        later, wall(clinic, 9, 20), room=other_room(clinic, later), at=now(), by=clinic.anybody()
    )
    with pytest.raises(Taken, match=ELSEWHERE + "9:20 AM already"):
        operations.change_length(visit, 40, at=now(), by=clinic.anybody())


def other_room(clinic, visit):
    with clinic.reading():
        return Room.objects.exclude(pk=visit.room_id).order_by("-name").first()


def test_an_exception_tells_that_the_patient_is_elsewhere(clinic, ann, reyes):
    book_with(clinic, ann, reyes, wall(clinic, 9))
    by = clinic.anybody()
    beside = operations.double_book(
        ann, clinic.visit_type, clinic.provider, clinic.site, wall(clinic, 9), now(),
        because="Both see her together", by=by,
    )  # fmt: skip
    later = book(clinic, ann, wall(clinic, 11))
    moved = operations.move_anyway(later, wall(clinic, 9), because="Same", at=now(), by=by)
    with clinic.reading():
        for visit in (beside, moved):
            found = Override.objects.filter(appointment=visit, kind="taken")
            words = found.values_list("words", flat=True)
            assert any(said.startswith("Ann Lee has a visit with") for said in words)


@pytest.mark.parametrize(("hours", "is_taken"), [(3, True), (27, False)])
def test_a_patient_moves_their_visit_no_closer_than_the_notice_allows(clinic, ann, hours, is_taken):
    operations.save_reminder_policy(
        None, steps=[], is_on=True, notice_hours=24, by=clinic.role("manager")
    )
    visit = book(clinic, ann, wall(clinic, 9, day=MONDAY + timedelta(days=7)))
    wanted = now() + timedelta(hours=hours)
    moving = {"provider": clinic.provider, "site": clinic.site, "via": "link", "at": now()}
    if is_taken:
        with pytest.raises(Taken):
            operations.move_by_patient(visit, wanted, **moving, by=clinic.anybody())
    else:
        moved = operations.move_by_patient(visit, wanted, **moving, by=clinic.anybody())
        assert moved.starts_at == wanted
