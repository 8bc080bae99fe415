"""Families, sequences and teams: offered together, booked whole or not at all."""

from datetime import timedelta

import pytest

from frontdesk.comms.models import Message
from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.practice.models import Closure
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    Occupancy,
    Session,
    SetVisit,
    VisitType,
)
from frontdesk.scheduling.queries import together
from tests.scheduling.monday import MONDAY, book, mailed, monday_morning, wall
from tests.scheduling.test_repair import colleague

__all__ = ["monday_morning"]


@pytest.fixture
def procedure(clinic):
    with clinic.writing():
        return VisitType.objects.create(name="Procedure", code="procedure", minutes=30)


def offered(clinic, parts, how, **more):
    with clinic.reading():
        told = {"from_on": MONDAY, "days": 7, **more}
        return together.propose(parts, how, clinic.site, **told, at=now()).proposals


def book_all(clinic, parts, proposal, **more):
    return operations.book_together(
        [
            operations.One(part.patient, part.visit_type, one.provider, one.site, one.starts_at)
            for part, one in zip(parts, proposal.openings, strict=True)
        ],
        at=now(),
        by=clinic.anybody(),
        **more,
    )


def test_a_family_comes_one_after_the_other(clinic):
    parts = [together.Part(clinic.patient(name), clinic.visit_type) for name in ("A", "B", "C")]
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 8, 20))
    first = offered(clinic, parts, together.AFTER)[0]
    assert [one.starts_at for one in first.openings] == [
        wall(clinic, 8, 40), wall(clinic, 9), wall(clinic, 9, 20)
    ]  # fmt: skip
    visit_set = book_all(clinic, parts, first)
    assert visit_set.kind == "family"
    with clinic.reading():
        assert SetVisit.objects.filter(visit_set=visit_set).count() == 3


def test_a_family_comes_at_the_same_time_to_two_providers_in_two_rooms(clinic):
    parts = [together.Part(clinic.patient(name), clinic.visit_type) for name in ("A", "B")]
    assert offered(clinic, parts, together.AT_ONCE) == []
    bo = colleague(clinic, "Bo", "Chen")
    first = offered(clinic, parts, together.AT_ONCE)[0]
    assert {one.provider.pk for one in first.openings} == {clinic.provider.pk, bo.pk}
    assert len({one.room.pk for one in first.openings}) == 2
    book_all(clinic, parts, first)


def test_one_room_is_not_offered_twice(clinic):
    colleague(clinic, "Bo", "Chen")
    with clinic.writing():
        clinic.second_room.is_active = False
        clinic.second_room.save()
    parts = [together.Part(clinic.patient(name), clinic.visit_type) for name in ("A", "B")]
    assert offered(clinic, parts, together.AT_ONCE) == []
    assert offered(clinic, parts, together.AFTER)


def test_it_is_said_why_no_time_suits_all(clinic):
    def why(parts, how, **more):
        with clinic.reading():
            said = {"from_on": MONDAY, "days": 7} | more
            return together.propose(parts, how, clinic.site, **said, at=now()).why_none

    ann, bo = clinic.patient(), clinic.patient("Bo")
    parts = [together.Part(one, clinic.visit_type) for one in (ann, bo)]
    assert "whoever is free then can't see all of them" in why(parts, together.AT_ONCE)
    chen = colleague(clinic, "Bo", "Chen")
    assert why(parts, together.AT_ONCE) == ""
    with clinic.writing():
        clinic.second_room.is_active = False
        clinic.second_room.save()
    assert "not enough rooms or devices" in why(parts, together.AT_ONCE)
    with clinic.writing():
        chen.is_active = False
        chen.save()
    alone = [parts[0], together.Part(bo, clinic.visit_type, chen)]
    assert "Bo Lee, Follow-up: no free time in these days." in why(alone, together.AFTER)
    apart = [parts[0], together.Part(ann, clinic.visit_type, least_days=5, most_days=5)]
    with clinic.writing():
        Closure.objects.create(site=clinic.site, on=MONDAY + timedelta(days=5), because="Fair")
    assert why(apart, together.APART, days=1) == (
        "Each visit has free times, but not so many days apart. Allow more days between them."
    )


def test_a_team_needs_one_room_for_its_patient(clinic):
    colleague(clinic, "Bo", "Chen")
    with clinic.writing():
        clinic.second_room.is_active = False
        clinic.second_room.save()
    ann = clinic.patient()
    parts = [together.Part(ann, clinic.visit_type), together.Part(ann, clinic.visit_type)]
    first = offered(clinic, parts, together.AT_ONCE)[0]
    assert len({one.room.pk for one in first.openings}) == 1
    assert book_all(clinic, parts, first).kind == "team"


def test_two_providers_see_one_patient_at_once_in_one_room(clinic):
    colleague(clinic, "Bo", "Chen")
    ann = clinic.patient()
    parts = [together.Part(ann, clinic.visit_type), together.Part(ann, clinic.visit_type)]
    visit_set = book_all(clinic, parts, offered(clinic, parts, together.AT_ONCE)[0])
    assert visit_set.kind == "team"
    with clinic.reading():
        one, other = Appointment.objects.all()
        assert one.room_id == other.room_id
        assert Occupancy.objects.filter(is_active=True, resource_kind="room").count() == 1


def test_a_consult_a_procedure_and_a_follow_up_lie_as_far_apart_as_asked(clinic, procedure):
    ann = clinic.patient()
    parts = [
        together.Part(ann, clinic.visit_type),
        together.Part(ann, procedure, least_days=3, most_days=7),
        together.Part(ann, clinic.visit_type, least_days=10, most_days=14),
    ]
    first = offered(clinic, parts, together.APART)[0]
    days = [local(clinic.site, one.starts_at).date() for one in first.openings]
    assert 3 <= (days[1] - days[0]).days <= 7
    assert 10 <= (days[2] - days[1]).days <= 14
    assert book_all(clinic, parts, first).kind == "sequence"


def test_a_family_is_booked_whole_or_not_at_all_and_says_about_whom(clinic):
    parts = [together.Part(clinic.patient(name), clinic.visit_type) for name in ("Cy", "Di")]
    first = offered(clinic, parts, together.AFTER)[0]
    book(clinic, clinic.patient("Bo", "Reyes"), first.openings[1].starts_at)
    with pytest.raises(Refused, match="Di Lee"):
        book_all(clinic, parts, first)
    with clinic.reading():
        assert Appointment.objects.count() == 1


def test_one_visit_is_no_family_and_one_provider_no_team(clinic):
    ann = clinic.patient()
    one = operations.One(ann, clinic.visit_type, clinic.provider, clinic.site, wall(clinic, 9))
    with pytest.raises(Refused, match="at least two"):
        operations.book_together([one], at=now(), by=clinic.anybody())
    with pytest.raises(Refused, match="two providers"):
        operations.book_together([one, one], at=now(), by=clinic.anybody())


# By video and by telephone


@pytest.mark.parametrize(
    ("mode", "link", "said"),
    [
        ("video", "https://meet.example.org/{visit}", "https://meet.example.org/"),
        ("video", "", "We call you before the visit"),
        ("telephone", "", "We call the number you gave us."),
    ],
)
def test_the_confirmation_says_how_to_join(clinic, mode, link, said):
    with clinic.writing():
        clinic.practice.video_link = link
        clinic.practice.save()
        clinic.visit_type.mode = mode
        clinic.visit_type.save()
    ann = mailed(clinic)
    book(clinic, ann, wall(clinic, 9))
    with clinic.reading():
        message = Message.objects.get(patient=ann)
    assert said in message.body
    assert "{visit}" not in message.body
    assert "1 Elm Street" not in message.body


def prefers(clinic, kind, number):
    said = {"kind": kind, "number": number, "visit_type_ids": [], "weekdays": []}
    operations.save_preference(
        None, clinic.provider, said, on=MONDAY, by=clinic.role("manager")
    )  # fmt: skip


def family(clinic, *names):
    return [together.Part(clinic.patient(name), clinic.visit_type) for name in names]


def test_a_family_is_not_offered_what_a_preference_refuses_it_together(clinic):
    with clinic.writing():
        clinic.visit_type.is_new_patient = True
        clinic.visit_type.save()
    prefers(clinic, "most_new", 1)
    parts = family(clinic, "A", "B")
    with clinic.reading():
        found = together.propose(
            parts, together.AFTER, clinic.site, from_on=MONDAY, days=7, at=now()
        )
    assert found.proposals == []
    assert "together they go against what a provider prefers" in found.why_none
    reyes = colleague(clinic, "Bo", "Reyes")
    shown = offered(clinic, parts, together.AFTER)
    assert {one.provider for one in shown[0].openings} == {clinic.provider, reyes}
    assert book_all(clinic, parts, shown[0])


def test_a_family_gets_the_minutes_that_a_provider_wants_between_visits(clinic):
    prefers(clinic, "gap", 10)
    parts = family(clinic, "A", "B", "C")
    shown = offered(clinic, parts, together.AFTER)
    assert [one.starts_at for one in shown[0].openings] == [
        wall(clinic, 8), wall(clinic, 8, 30), wall(clinic, 9)
    ]  # fmt: skip
    assert book_all(clinic, parts, shown[0])


def test_a_family_is_not_offered_more_than_a_session_takes(clinic):
    with clinic.writing():
        for session in Session.objects.all():
            session.most_visits = 2
            session.save()
    assert offered(clinic, family(clinic, "A", "B"), together.AFTER)
    assert offered(clinic, family(clinic, "C", "D", "E"), together.AFTER) == []
