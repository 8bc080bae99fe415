"""A reference table: list, drawer, save by an operation, and nobody's work overwritten."""

from dataclasses import replace

import pytest
from django import forms
from django.http import Http404
from django.test import RequestFactory

from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Room
from frontdesk.ui import crud

HTMX = {"HX-Request": "true"}


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ["name"]


@operation("practice.edit")
def keep_room(room, values, *, by):
    """Save a room of the first site; the name "Kitchen" is refused."""
    if values["name"] == "Kitchen":
        raise Refused("A kitchen is no room for patients.")
    if room is None:
        room = Room(site=Room.objects.select_related("site").first().site)
    room.name = values["name"]
    room.save()
    return room


ROOMS = crud.Table(
    name="rooms",
    namespace="practice",
    title="Rooms",
    noun="room",
    rows=lambda: Room.objects.order_by("name"),
    form=RoomForm,
    save=keep_room,
    sees=("practice.view",),
    changes="practice.edit",
    columns=(crud.Column("Name", "name"), crud.Column("Site", "site.name")),
    search=("name",),
)


@pytest.fixture
def ask(clinic, rf: RequestFactory):
    def plain(view, *args, **more):
        response = asked_raw(view, *args, **more)
        return response, response.content.decode()

    def asked_raw(view, *args, data=None, may=("practice.view", "practice.edit"), **query):
        made = rf.post("/x/", data, headers=HTMX) if data is not None else rf.get("/x/", query)
        made.actor = clinic.actor(*may)
        made._messages = _Silent()
        with clinic.reading():
            return view(made, *args)

    return plain


class _Silent(list):
    def add(self, *args, **kwargs):
        self.append(args)


def test_the_list_shows_the_columns_and_finds_by_words(ask):
    _, page = ask(ROOMS._list)
    assert "Room 1" in page
    assert "Room 2" in page
    assert "Elm Street" in page

    _, page = ask(ROOMS._list, q="2")
    assert "Room 2" in page
    assert "Room 1" not in page


def test_who_may_only_look_gets_no_way_to_change(ask):
    _, page = ask(ROOMS._list, may=("practice.view",))

    assert "New room" not in page
    assert "data-open-drawer" not in page


def test_a_new_record_is_saved_by_the_operation_and_the_drawer_closes(ask, clinic):
    response, _ = ask(ROOMS._new, data={"name": "Room 9"})

    assert "drawer:close" in response["HX-Trigger"]
    assert "rooms:changed" in response["HX-Trigger"]
    with clinic.reading():
        assert Room.objects.filter(name="Room 9").count() == 1


def test_a_refusal_and_a_wrong_field_stay_in_the_drawer(ask):
    response, page = ask(ROOMS._new, data={"name": "Kitchen"})
    assert response.status_code == 422
    assert "A kitchen is no room for patients." in page

    response, page = ask(ROOMS._new, data={"name": ""})
    assert response.status_code == 422
    assert "This field is required." in page


def test_what_somebody_else_changed_is_not_overwritten(ask, clinic):
    with clinic.reading():
        room = Room.objects.get(pk=clinic.room.pk)
        seen = room.version
    keep_room(room, {"name": "Laboratory"}, by=clinic.anybody())

    response, page = ask(ROOMS._edit, clinic.room.pk, data={"name": "Store", "version": seen})

    assert response.status_code == 422
    assert "Somebody changed this in the meantime" in page
    with clinic.reading():
        assert Room.objects.get(pk=clinic.room.pk).name == "Laboratory"


def test_another_practice_has_no_such_record(ask, other):
    with pytest.raises(Http404):
        ask(ROOMS._edit, other.room.pk)


def test_the_list_costs_the_same_for_more_rows(ask, clinic, django_assert_max_num_queries):
    with clinic.writing():
        for number in range(30):
            Room.objects.create(site=clinic.site, name=f"Cabin {number}")

    with django_assert_max_num_queries(2):
        ask(_with_sites()._list)


def _with_sites():
    return replace(ROOMS, rows=lambda: Room.objects.select_related("site").order_by("name"))
