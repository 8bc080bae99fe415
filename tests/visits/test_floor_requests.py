"""The floor over HTTP: the board is drawn once for many, and each request asks its right."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.comms.models import Link
from frontdesk.core import kept
from frontdesk.core.clock import now
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.signals import appointment_booked
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.models import (
    Call,
    FlowPolicy,
    LateArrival,
    RoomStanding,
    Stage,
    Ticket,
    Visit,
)
from frontdesk.workspace.queries.today import usual_view

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, clinic):
    client.force_login(
        clinic.member("manager", "provider", "assistant", provider=clinic.provider).user
    )
    return client


@pytest.fixture
def visit(clinic):
    at = now()
    return operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())


@pytest.fixture
def keeping(settings, monkeypatch):
    settings.BOARDS_KEPT = 64
    monkeypatch.setattr(kept, "_kept", kept.Kept())


def test_a_board_nobody_changed_is_drawn_once_and_not_sent_again(clinic, desk, visit, keeping):
    first = desk.get("/", headers=HTMX)
    tag = first.content.decode().partition('data-tag="')[2].partition('"')[0]
    with CaptureQueriesContext(connection) as made:
        again = desk.get("/", headers={**HTMX, "X-Seen": tag})
    assert (first.status_code, again.status_code, again.content) == (200, 204, b"")
    assert not [query for query in made if "scheduling_appointment" in query["sql"]]

    operations.move(visit, Stage.ROOMED, room=clinic.room, at=now(), by=clinic.anybody())
    moved = desk.get("/", headers={**HTMX, "X-Seen": tag})
    assert (moved.status_code, tag in moved.content.decode()) == (200, False)


def test_what_is_kept_is_of_one_practice_and_of_ones_rights(clinic, other, client, visit, keeping):
    client.force_login(clinic.member("receptionist").user)
    assert "Ann Lee" in client.get("/").content.decode()
    client.force_login(clinic.member("biller").user)
    theirs = client.get("/").content.decode()
    assert "Ann Lee" in theirs
    assert reverse("visits:room", args=[visit.pk]) not in theirs  # no button they may not press
    client.force_login(other.member("receptionist").user)
    assert "Ann Lee" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("roles", "view"),
    [
        (["receptionist"], "desk"),
        (["assistant"], "rooms"),
        (["provider"], "mine"),
        (["manager"], "all"),
        (["receptionist", "assistant"], "all"),
        (["biller"], "all"),
    ],
)
def test_everybody_sees_first_what_their_role_needs(clinic, roles, view):
    assert usual_view(clinic.role(*roles)) == view


def test_a_provider_sees_their_own(clinic, client, visit):
    client.force_login(clinic.member("provider", provider=clinic.provider).user)
    assert "Ann Lee" in client.get("/").content.decode()


def test_the_board_with_rooms_calls_and_messages_costs_the_same_for_one_and_many(clinic, desk):
    def cost():
        kept.forget()
        with CaptureQueriesContext(connection) as made:
            assert desk.get("/").status_code == 200
        return len(made)

    by, at = clinic.anybody(), now()

    def one(name):
        held = operations.arrive(
            clinic.booked(at=at, patient=clinic.patient(name, "Lee")), at=at, by=by
        )
        operations.write_to_room("Chair", site=clinic.site, visit=held, at=at, by=by)
        return held

    operations.move(one("Ann"), Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.call("supplies", site=clinic.site, room=clinic.room, at=at, by=by)
    one("Bea")
    cost()
    first = cost()
    for name in ("Cid", "Dan", "Eve"):
        one(name)
    operations.move(one("Fay"), Stage.ROOMED, room=clinic.second_room, at=at, by=by)
    operations.call("provider", site=clinic.site, room=clinic.second_room, at=at, by=by)
    assert cost() == first


@pytest.mark.parametrize("name", ["times", "messages", "position"])
def test_the_drawers_of_a_visit_answer(desk, visit, name):
    assert desk.get(reverse(f"visits:{name}", args=[visit.pk])).status_code == 200


@pytest.mark.parametrize("name", ["queue", "building", "policy", "waits"])
def test_the_pages_of_the_floor_answer_empty_and_full(clinic, desk, name, client):
    assert desk.get(reverse(f"visits:{name}")).status_code == 200
    at = now() - timedelta(minutes=30)
    held = operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())
    operations.move(held, Stage.ROOMED, room=clinic.room, at=at, by=clinic.anybody())
    operations.move(held, Stage.WITH_PROVIDER, at=now(), by=clinic.anybody())
    assert desk.get(reverse(f"visits:{name}")).status_code == 200


def test_rooms_are_turned_over_called_closed_and_undone_by_request(clinic, desk):
    room = clinic.room
    assert desk.get(reverse("visits:room_state", args=[room.pk])).status_code == 200
    desk.post(reverse("visits:room_change", args=[room.pk, "soil"]), headers=HTMX)
    assert state(clinic, room) == "turnover"
    answer = desk.post(reverse("visits:room_change", args=[room.pk, "clean"]), headers=HTMX)
    assert "undo" in answer.headers["HX-Trigger"]
    assert state(clinic, room) == "clean"
    wrong = desk.post(reverse("visits:room_close", args=[room.pk]), {"because": ""}, headers=HTMX)
    assert (wrong.status_code, "Say why" in wrong.content.decode()) == (422, True)
    desk.post(reverse("visits:light", args=[room.pk]), {"kind": "supplies"}, headers=HTMX)
    with clinic.reading():
        held = Call.objects.get()
    assert desk.post(reverse("visits:call_answer", args=[held.pk]), headers=HTMX).status_code == 200
    assert desk.post(reverse("visits:call_again", args=[held.pk]), headers=HTMX).status_code == 200
    strange = desk.post(reverse("visits:light", args=[room.pk]), {"kind": "tea"}, headers=HTMX)
    assert (strange.status_code, strange.content.decode()) == (409, "Choose what is wanted.")


def state(clinic, room):
    with clinic.reading():
        return RoomStanding.objects.get(room=room).state


def test_help_is_on_every_screen_until_somebody_comes(clinic, desk, client):
    desk.post(reverse("visits:help"), headers=HTMX)
    client.force_login(clinic.member("biller").user)
    shown = client.get(reverse("workspace:alarm"), headers=HTMX).content.decode()
    assert "Urgent help" in shown
    with clinic.reading():
        held = Call.objects.get()
    client.post(reverse("visits:call_answer", args=[held.pk]), headers=HTMX)
    after = client.get(reverse("workspace:alarm"), headers=HTMX).content.decode()
    assert "Urgent help" not in after


def test_who_called_for_help_says_that_it_is_over_and_does_not_come_to_themselves(clinic, desk):
    desk.post(reverse("visits:help"), headers=HTMX)
    with clinic.reading():
        held = Call.objects.get()
    told = desk.post(reverse("visits:call_answer", args=[held.pk]), headers=HTMX)
    assert "The call is taken back." in told.headers["HX-Trigger"]
    with clinic.reading():
        assert Call.objects.get().status == "cancelled"


def test_the_clinician_is_told_of_their_own_patients_only(clinic, client, visit):
    client.force_login(clinic.member("provider", provider=clinic.provider).user)
    assert "Ann Lee has arrived." in client.get(reverse("workspace:alarm")).content.decode()
    client.force_login(clinic.member("receptionist").user)
    assert "Ann Lee" not in client.get(reverse("workspace:alarm")).content.decode()


def test_a_time_is_put_right_by_request_and_nonsense_is_refused(clinic, desk, visit):
    from frontdesk.visits.models import FlowEvent

    with clinic.reading():
        event = FlowEvent.objects.get(visit=visit)
    url = reverse("visits:correct", args=[visit.pk, event.pk])
    assert desk.get(url).status_code == 200
    wrong = desk.post(url, {"was": "soon"}, headers=HTMX)
    assert (wrong.status_code, "This is no time" in wrong.content.decode()) == (422, True)


def test_the_queue_gives_numbers_calls_and_finishes(clinic, desk):
    desk.post(reverse("visits:queue"), {"what": "question"}, headers=HTMX)
    desk.post(reverse("visits:call_next"), headers=HTMX)
    with clinic.reading():
        ticket = Ticket.objects.get()
    assert ticket.status == "called"
    none = desk.post(reverse("visits:call_next"), headers=HTMX)
    assert (none.status_code, none.content.decode()) == (409, "Nobody waits for the desk.")
    desk.post(reverse("visits:ticket_end", args=[ticket.pk, "served"]), headers=HTMX)
    with clinic.reading():
        assert Ticket.objects.get().status == "served"


def test_a_number_taken_before_the_desk_knew_them_becomes_their_visits(clinic, desk):
    desk.post(reverse("visits:queue"), {"what": "visit"}, headers=HTMX)
    with clinic.reading():
        early = Ticket.objects.get()
    held = operations.arrive(clinic.booked(at=now()), at=now(), by=clinic.anybody())
    page = desk.get(reverse("visits:queue")).content.decode()
    url = reverse("visits:ticket_give", args=[early.pk])
    assert url in page and str(held.pk) in page
    strange = desk.post(url, {"visit": str(early.pk)}, headers=HTMX)
    assert (strange.status_code, strange.content.decode()) == (
        409,
        "This visit is not here any more.",
    )

    desk.post(url, {"visit": str(held.pk)}, headers=HTMX)

    with clinic.reading():
        assert [one.pk for one in Ticket.objects.filter(visit=held)] == [early.pk]
        assert Ticket.objects.filter(status="waiting").count() == 1
    assert url not in desk.get(reverse("visits:queue")).content.decode()


def test_a_late_patient_is_decided_on(clinic, desk):
    at = now()
    held = operations.arrive(
        clinic.booked(at=at - timedelta(minutes=40)), at=at, by=clinic.anybody()
    )
    desk.post(reverse("visits:late", args=[held.pk, "see"]), headers=HTMX)
    with clinic.reading():
        assert LateArrival.objects.get().answer == "see"


def announce(clinic, appointment):
    with clinic.writing():
        appointment_booked.send(Appointment, appointment=appointment, by=clinic.anybody())


def test_another_day_leads_to_other_times_and_lets_the_patient_go_when_booked(clinic, client):
    at = now()
    patient = clinic.patient("Ann", "Lee")
    missed = clinic.booked(at=at - timedelta(minutes=40), patient=patient)
    held = operations.arrive(missed, at=at, by=clinic.anybody())
    client.force_login(clinic.member("receptionist").user)
    answer = client.post(
        reverse("visits:late", args=[held.pk, "reschedule"]), headers=HTMX, follow=True
    )
    panel = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(reverse("scheduling:find"))
    assert (answer.status_code, "Ann Lee" in panel) == (200, True)
    assert f'value="{held.patient_id}"' in panel

    later = clinic.booked(at=at + timedelta(days=1), patient=patient)
    announce(clinic, later)
    with clinic.reading():
        held = Visit.objects.select_related("appointment").get(pk=held.pk)
        assert (held.stage, held.left_unseen, held.appointment.status) == (Stage.GONE, True, "left")
        assert later.status == "booked"
        assert not WorkItem.objects.filter(kind="visits.left_unseen", status="open").exists()


def test_a_booking_lets_nobody_go_who_was_not_given_another_day(clinic, desk):
    at = now()
    patient = clinic.patient("Ann", "Lee")
    missed = clinic.booked(at=at - timedelta(minutes=40), patient=patient)
    held = operations.arrive(missed, at=at, by=clinic.anybody())
    announce(clinic, clinic.booked(at=at + timedelta(days=1), patient=patient))
    with clinic.reading():
        assert Visit.objects.get(pk=held.pk).stage == Stage.ARRIVED


def test_a_site_sets_its_alarms(clinic, desk):
    values = {
        "arrived_minutes": 20, "roomed_minutes": 10, "checkout_minutes": 10,
        "forgotten_minutes": 30, "late_minutes": 15, "early_minutes": 30, "notice": "Back at 1",
    }  # fmt: skip
    desk.post(reverse("visits:policy"), values)
    with clinic.reading():
        assert FlowPolicy.objects.get().arrived_minutes == 20
    wrong = desk.post(reverse("visits:policy"), {**values, "arrived_minutes": 0})
    assert wrong.status_code in (200, 422)
    with clinic.reading():
        assert FlowPolicy.objects.get().arrived_minutes == 20


# Displays


def address(answer):
    return answer.content.decode().partition('value="http://127.0.0.1:8000')[2].partition('"')[0]


def test_a_display_shows_numbers_without_names_until_it_is_turned_off(clinic, desk, visit, client):
    url = address(desk.post(reverse("visits:display_add")))
    client.logout()
    page = client.get(url, follow=True)
    text = page.content.decode()
    assert (page.status_code, "A01" in text, "Lee" in text) == (200, True, False)
    assert "no-store" in page.headers["Cache-Control"]
    with clinic.reading():
        link = Link.objects.get()
    operations.end_display(link, by=clinic.anybody())
    assert client.get(url, follow=True).status_code == 410


def test_asking_a_display_again_writes_nothing(clinic, desk, client):
    from frontdesk.core.models import AuditEntry

    url = address(desk.post(reverse("visits:display_add")))
    client.get(url, follow=True)
    before = AuditEntry.objects.filter(practice=clinic.practice).count()
    client.get(url, follow=True)
    assert AuditEntry.objects.filter(practice=clinic.practice).count() == before


@pytest.mark.parametrize(("tongue", "says"), [("en", "You are next"), ("es", "siguiente")])
def test_a_patient_sees_their_own_place_in_their_language(clinic, client, visit, tongue, says):
    made = operations.make_position(visit, at=now(), by=clinic.role("receptionist"))
    path = made.url.partition("8000")[2]
    page = client.get(f"{path}position/?lang={tongue}")
    assert page.status_code == 200
    text = page.content.decode()
    assert says in text
    assert "Lee" not in text
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=now(), by=clinic.anybody())
    operations.move(visit, Stage.GONE, at=now(), by=clinic.anybody())
    assert "over" in client.get(f"{path}position/?lang=en").content.decode()
