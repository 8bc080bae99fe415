"""A form sent twice under one key is done once; one that was not done is done on its return."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from frontdesk.comms.models import Link
from frontdesk.core import once
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.models import Sent
from frontdesk.core.operation import operation
from frontdesk.practice.models import Room

ADD = "/visits/displays/add/"
AGAIN = {"X-Queued": "1"}


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.member("manager").user)
    return client


def displays(clinic):
    with clinic.reading():
        return Link.objects.filter(purpose="lobby").count()


def test_the_same_key_counts_once_and_another_one_again(desk, clinic):
    key = str(uuid4())
    first = desk.post(ADD, {"once": key})
    assert (first.status_code, first.cookies[f"fd-once-{key}"].value) == (200, "1")
    second = desk.post(ADD, {"once": key}, headers={**AGAIN, "Referer": "/visits/alarms/"})
    assert (second.status_code, second.url) == (302, "/visits/alarms/")
    page = desk.get("/visits/alarms/").content.decode()
    assert "This had arrived before the connection was lost." in page
    assert displays(clinic) == 1
    desk.post(ADD, {"once": str(uuid4())}, headers=AGAIN)  # kept, and never arrived before
    assert displays(clinic) == 2


def test_a_twin_that_does_not_know_it_is_one_changes_nothing(desk, clinic):
    key = str(uuid4())
    for _ in range(2):
        desk.post(ADD, headers={"X-Once": key})
    assert displays(clinic) == 1
    told = desk.post(ADD, headers={"X-Once": key, "HX-Request": "true", **AGAIN})
    assert (told.status_code, told.headers["HX-Refresh"]) == (204, "true")


def test_a_key_of_another_practice_is_not_known_here(desk, clinic, other):
    key = uuid4()
    with clinic.writing():
        Sent.objects.create(practice=other.practice, key=key, at=now())
    desk.post(ADD, {"once": str(key)}, headers=AGAIN)
    assert displays(clinic) == 1


@pytest.mark.parametrize("key", ["", "x", "1" * 500])
def test_what_is_no_key_is_as_none(desk, clinic, key):
    assert desk.post(ADD, {"once": key}).status_code == 200
    with clinic.reading():
        assert not Sent.objects.filter(practice=clinic.practice).exists()


def test_the_key_is_there_exactly_when_the_change_is(clinic):
    @operation("visits.policy")
    def rename(*, by, name, breaks=False):
        """Rename a room."""
        room = Room.objects.get(pk=clinic.room.pk)
        room.name = name
        room.save()
        if breaks:
            raise Refused("No.")

    key, by = uuid4(), clinic.role("manager")
    with once.sending(key), pytest.raises(Refused):
        rename(by=by, name="Lost", breaks=True)
    assert not once.is_done(clinic.practice.pk, key)
    with once.sending(key):
        rename(by=by, name="First")
        rename(by=by, name="Second")  # another step of the same form
    with once.sending(key), pytest.raises(once.Again):
        rename(by=by, name="Third")
    with clinic.reading():
        assert Room.objects.get(pk=clinic.room.pk).name == "Second"
    with time_machine.travel(now() + once.KEPT + timedelta(hours=2)), once.sending(uuid4()):
        rename(by=by, name="Later")
    assert not once.is_done(clinic.practice.pk, key)


def test_who_was_signed_off_is_not_told_that_the_form_was_judged(client, clinic):
    key = str(uuid4())
    answer = client.post(ADD, {"once": key})
    assert answer.status_code == 302 and "/account/login/" in answer.url
    assert f"fd-once-{key}" not in answer.cookies
