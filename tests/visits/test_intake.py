"""Patients say for themselves what is right; what is risky waits for staff."""

from datetime import date, timedelta

import pytest
import time_machine

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.people.models import Contact, Patient
from frontdesk.people.queries import may_reach
from frontdesk.records import operations as records
from frontdesk.records.models import Document, Reading
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, Told
from frontdesk.visits.queries import check_in_plan, plan_of
from frontdesk.visits.queries.from_home import from_home
from frontdesk.visits.queries.intake import differences
from tests.records import cards


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z"):
        yield


@pytest.fixture
def at():
    return now()


@pytest.fixture
def me(clinic):
    return clinic.actor("visits.check_in_self")


@pytest.fixture
def desk(clinic):
    return clinic.role("receptionist")


@pytest.fixture
def booked(clinic, at):
    patient = clinic.patient(mobile_phone="+16145550147", email="ann@example.org", state="OH")
    return clinic.booked(at=at, patient=patient)


def plan(clinic, booked):
    with clinic.reading():
        return plan_of(Appointment.objects.get(pk=booked.pk))


def seen(clinic, booked, item):
    return plan(clinic, booked).item(item).mark


def held(clinic, booked):
    with clinic.reading():
        return Patient.objects.get(pk=booked.patient_id)


def test_only_what_was_not_confirmed_lately_is_asked(clinic, booked, at, me):
    assert [one.item for one in plan(clinic, booked).to_ask] == [
        "phone", "email", "address", "reach", "contact", "insurance"
    ]  # fmt: skip
    operations.tell(booked, "phone", way="phone", at=at, by=me)
    assert "phone" not in [one.item for one in plan(clinic, booked).to_ask]
    with clinic.reading():
        later = plan_of(Appointment.objects.get(pk=booked.pk), at.date() + timedelta(200))
    assert "phone" in [one.item for one in later.to_ask]


def test_a_practice_sets_how_long_an_answer_holds(clinic, booked, at, me):
    operations.tell(booked, "phone", way="phone", at=at - timedelta(5), by=me)
    operations.set_holding("phone", 3, by=clinic.role("manager"))
    assert plan(clinic, booked).item("phone").is_asked
    with pytest.raises(Refused):
        operations.set_holding("phone", -1, by=clinic.role("manager"))
    with pytest.raises(NotPermitted):
        operations.set_holding("phone", 1, by=clinic.role("receptionist"))


def test_what_is_safe_is_applied_at_once_and_once(clinic, booked, at, me):
    said = {"mobile_phone": "(614) 555-0188", "home_phone": ""}
    for _ in range(2):
        operations.tell(
            booked, "phone", said=said, way="phone", key="k1", at=at, by=me,
            seen=seen(clinic, booked, "phone"),
        )  # fmt: skip
    assert held(clinic, booked).mobile_phone == "+16145550188"
    with clinic.reading():
        assert [one.status for one in Told.objects.all()] == ["applied"]


def test_a_contact_takes_the_former_ones_place_and_consents_are_kept(clinic, booked, at, me):
    for name in ("Ben Lee", "Cy Lee"):
        said = {"contact_name": name, "contact_phone": "6145550101", "contact_relationship": "x"}
        operations.tell(booked, "contact", said=said, way="phone", at=at, by=me)
    said = {"email_ok": "no", "sms_ok": "yes"}
    operations.tell(booked, "reach", said=said, way="phone", at=at, by=me)
    with clinic.reading():
        contacts = dict(Contact.objects.values_list("name", "is_active"))
        assert contacts == {"Ben Lee": False, "Cy Lee": True}
        ann = Patient.objects.get(pk=booked.patient_id)
        assert (may_reach(ann, "email"), may_reach(ann, "sms")) == (False, True)


@pytest.mark.parametrize("item", ["name", "insurance"])
def test_what_is_risky_waits_for_staff(clinic, booked, at, me, item):
    said = {"name": {"last_name": "Moss"}, "insurance": {"payer": "Other", "member_id": "X1"}}
    told = operations.tell(booked, item, said=said[item], way="tablet", at=at, by=me)
    assert (told.status, held(clinic, booked).last_name) == ("proposed", "Lee")
    with clinic.reading():
        assert WorkItem.objects.get(kind="visits.told").patient_id == booked.patient_id


def test_the_desk_takes_over_or_leaves_and_the_work_is_settled(clinic, booked, at, me, desk):
    name = operations.tell(
        booked, "name", said={"last_name": "Moss", "birth_date": "1980-05-05"}, way="phone",
        at=at, by=me,
    )  # fmt: skip
    other = operations.tell(booked, "name", said={"last_name": "X"}, way="phone", at=at, by=me)
    operations.decide(other, take=False, at=at, by=desk)
    for _ in range(2):
        operations.decide(name, take=True, at=at, by=desk)
    ann = held(clinic, booked)
    assert (ann.last_name, ann.birth_date) == ("Moss", date(1980, 5, 5))
    with clinic.reading():
        assert WorkItem.objects.get(kind="visits.told").status == "done"


def test_a_new_plan_takes_the_old_ones_place_when_its_payer_is_known(clinic, booked, at, me, desk):
    clinic.policy(booked.patient)
    clinic.payer("SUMMIT", name="Summit Ridge Insurance")
    said = {"payer": "Summit Ridge", "member_id": "SR1", "group_number": "77", "plan_name": "Gold"}
    told = operations.tell(booked, "insurance", said=said, way="phone", at=at, by=me)
    operations.decide(told, take=True, at=at, by=desk)
    now_held = plan(clinic, booked).item("insurance").held
    assert now_held["payer"] == "Summit Ridge Insurance"
    assert now_held["member_id"] == "SR1"

    unknown = operations.tell(
        booked, "insurance", said={"payer": "Nobody Knows", "member_id": "1"}, way="phone",
        at=at, by=me,
    )  # fmt: skip
    with pytest.raises(Refused, match="not among our payers"):
        operations.decide(unknown, take=True, at=at, by=desk)


def test_what_staff_changed_meanwhile_stands_side_by_side(clinic, booked, at, me, desk):
    """The tablet was offline; the desk corrected the phone in the meantime."""
    old = seen(clinic, booked, "phone")
    from frontdesk.people import operations as people

    people.edit(booked.patient, {"mobile_phone": "6145550111"}, by=desk)
    with pytest.raises(Changed):
        operations.tell(booked, "phone", seen=old, way="tablet", at=at, by=me)
    told = operations.tell(
        booked, "phone", said={"mobile_phone": "6145550122"}, seen=old, way="tablet", key="q1",
        at=at, by=me,
    )  # fmt: skip
    assert (told.status, told.is_crossed) == ("proposed", True)
    assert told.held["mobile_phone"] == "+16145550111"
    assert held(clinic, booked).mobile_phone == "+16145550111"


def test_i_am_here_arrives_once_on_the_day_only(clinic, at, me):
    tomorrow = clinic.booked(at=at + timedelta(days=1))
    with pytest.raises(Refused, match="on the day"):
        operations.arrive_self(tomorrow, way="phone", at=at, by=me)
    booked = clinic.booked(at=at, patient=tomorrow.patient)
    first = operations.arrive_self(booked, way="phone", at=at, by=me)
    again = operations.arrive_self(booked, way="phone", at=at, by=me)
    assert first.pk == again.pk
    with clinic.reading():
        check_in = CheckIn.objects.get()
        assert (check_in.way, check_in.identity_by) == ("phone", "birth date")


def test_what_was_said_before_needs_no_step_at_the_desk(clinic, booked, at, me):
    policy = clinic.policy(booked.patient)
    for item in ("phone", "email", "address", "reach", "contact", "insurance"):
        operations.tell(booked, item, way="phone", at=at, by=me)
    visit = operations.arrive_self(booked, way="phone", at=at, by=me)
    with clinic.reading():
        check_in = CheckIn.objects.get(visit=visit)
    assert check_in.details_confirmed_at
    assert (check_in.pays, check_in.policy_id) == ("insurance", policy.pk)
    assert check_in.forms_done_at
    assert check_in.finished_at is None  # nobody knows the copay yet


def test_the_desk_confirms_items_with_the_step(clinic, booked, at, desk):
    visit = operations.arrive(booked, at=at, by=desk)
    visit.patient = booked.patient
    operations.confirm_details(visit, details={"email": "x@example.org"}, at=at, by=desk)
    with clinic.reading():
        said = dict(Told.objects.values_list("item", "status"))
        visit.refresh_from_db()
        assert check_in_plan(visit).details_hold
    assert (said["email"], said["phone"]) == ("applied", "confirmed")


def test_only_forms_of_this_visit_can_be_answered(clinic, booked, at, me, settings, tmp_path):
    settings.VAR = tmp_path
    manager = clinic.role("manager")
    teen = records.save_form(key="teen", language="en", title="Teen", body="x", by=manager)
    records.save_rule("teen", age_to=17, by=manager)
    with pytest.raises(Refused, match="not asked"):
        operations.sign_self(
            booked, teen, signed_name="Ann", signed_as="self", signing=records.Signing("phone"),
            at=at, by=me,
        )  # fmt: skip


def test_a_card_that_says_otherwise_waits_field_by_field(
    clinic, booked, at, me, desk, settings, tmp_path
):
    settings.VAR = tmp_path
    clinic.policy(booked.patient)
    clinic.payer("SUMMIT", name="Summit Ridge Insurance")
    content = cards.bytes_of(cards.lined(cards.CARDS[2]))
    document = operations.send_picture(booked, side="front", content=content, at=at, by=me)
    with clinic.reading():
        reading = Reading.objects.get(document=document)
    said = {
        "member_id": {"value": "SR7741020936", "sure": 91},
        "group_number": {"value": "881204", "sure": 55},
        "lines": {"value": "Summit Ridge Insurance\nother", "sure": 0},
    }
    records.note_read(reading, said=said, at=at, by=clinic.anybody())
    with clinic.reading():
        told = {one.item: one for one in Told.objects.all()}
    assert set(told) == {"card.member_id", "card.group_number", "card.payer"}
    assert (told["card.group_number"].sure, told["card.member_id"].held) == (
        55, {"member_id": "W123456789"}
    )  # fmt: skip
    operations.decide(told["card.member_id"], take=True, at=at, by=desk)
    assert plan(clinic, booked).item("insurance").held["member_id"] == "SR7741020936"
    with pytest.raises(Refused, match="Another payer"):
        operations.decide(told["card.payer"], take=True, at=at, by=desk)


def test_a_licence_proposes_name_and_address(clinic, booked, at, me, desk, settings, tmp_path):
    from frontdesk.records import jobs

    settings.VAR = tmp_path
    picture = cards.licence_picture(cards.aamva(DCS="LEE", DAC="ANN", DAD="-", DBB="05041980"))
    document = operations.send_picture(booked, side="licence", content=picture, at=at, by=me)
    with clinic.reading():
        assert document.kind == Document.Kind.PHOTO_ID
        reading = Reading.objects.get()
    jobs.read_picture.func(str(clinic.practice.pk), str(reading.pk))
    with clinic.reading():
        told = Told.objects.get()
    assert told.item == "licence.address"  # name and birth date are those of the chart
    operations.decide(told, take=True, at=at, by=desk)
    ann = held(clinic, booked)
    assert (ann.address_1, ann.city, ann.zip_code) == ("412 Maple Ridge Rd", "Columbus", "43215")


def test_a_licence_of_somebody_else_is_said_to_be_one(clinic, booked, at, me, settings, tmp_path):
    from frontdesk.records import jobs

    settings.VAR = tmp_path
    operations.send_picture(
        booked, side="licence", content=cards.licence_picture(cards.aamva()), at=at, by=me
    )
    with clinic.reading():
        reading = Reading.objects.get()
    jobs.read_picture.func(str(clinic.practice.pk), str(reading.pk))
    with clinic.reading():
        named, address = sorted(differences(booked.patient), key=lambda one: one.told.item)[::-1]
    assert (named.is_of_another, address.is_of_another) == (True, False)
    assert ("Birth date", "May 4, 1980", "Mar 14, 1968", "") in named.rows


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"\xff\xd8\xff" + b"0" * 300])
def test_a_picture_that_is_none_is_refused_in_words(clinic, booked, at, me, content):
    with pytest.raises(Refused):
        operations.send_picture(booked, side="front", content=content, at=at, by=me)


def test_another_practice_and_lesser_rights_are_refused(clinic, other, booked, at):
    with pytest.raises(NotPermitted):
        operations.tell(booked, "phone", way="phone", at=at, by=clinic.role("assistant"))
    with pytest.raises(Exception, match="does not exist"):
        operations.tell(booked, "phone", way="phone", at=at, by=other.actor("visits.check_in_self"))


def test_the_desk_sees_how_far_the_check_in_from_home_is(clinic, booked, at, me, desk):
    def says():
        with clinic.reading():
            found = from_home(Appointment.objects.get(pk=booked.pk))
        return found.says, found.tone

    assert says() == ("Not asked", "slate")
    made = operations.make_check_in_link(booked, at=at, by=desk)
    assert says() == ("Code shown, not opened", "slate")
    with clinic.writing():
        message = Message.objects.create(
            patient=booked.patient, kind="visit.check_in", channel="sms", address="+16145550147",
            written_at=at, subject_id=booked.pk, status=Message.Status.QUEUED,
        )  # fmt: skip
    for status, words in (
        ("queued", ("Text waits to be sent", "slate")),
        ("sent", ("Asked by text, not opened", "slate")),
        ("failed", ("Text did not arrive", "red")),
        ("delivered", ("Asked by text, not opened", "slate")),
    ):
        with clinic.writing():
            message.status = status
            message.save()
        assert says() == words
    comms.open_link(made.link, by=clinic.anybody())
    every = len(plan(clinic, booked).to_ask) + len(plan(clinic, booked).forms_due)
    assert says() == (f"Opened, {every} things left", "amber")
    operations.tell(
        booked, "phone", said={}, seen=seen(clinic, booked, "phone"), key="1", way="phone", at=at,
        by=me,
    )  # fmt: skip
    assert says() == (f"Begun, {every - 1} things left", "amber")
