"""What is handed out as a practice file can be brought in again, here and in a new house."""

import json
from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse

from frontdesk.core.keys import new_key
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.exchange import TABLES, read
from frontdesk.practice.models import Closure, Device, Interpreter
from frontdesk.scheduling.models import (
    Block,
    Phase,
    Preference,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.workspace import operations
from frontdesk.workspace.operations.practice_file import NotBroughtIn
from frontdesk.workspace.queries import practice_export
from tests.clinic import NEW_YORK

NINE = datetime(2026, 12, 1, 9, tzinfo=NEW_YORK)


@pytest.fixture
def full(clinic):
    """A clinic that has one of everything."""
    sam = clinic.member("assistant")
    key = str(clinic.visit_type.pk)
    with clinic.writing():
        sam.skills = ["ECG"]
        sam.save()
        Device.objects.create(site=clinic.site, name="US 1", kind="ultrasound")
        Closure.objects.create(
            site=clinic.site, on=date(2026, 12, 24), because="Eve", starts=time(12)
        )
        rosa = Interpreter.objects.create(
            name="Rosa", languages=["es"], mode="video", site_ids=[str(clinic.site.pk)]
        )
        kind = VisitType.objects.create(
            name="Scan", code="scan", minutes=20, capacity=3, mode="video", notice_hours=24,
            keeps_room=False,
        )  # fmt: skip
        Phase.objects.create(visit_type=kind, role="provider", minutes=20, may_wait=10)
        Phase.objects.create(visit_type=kind, role="assistant", skill="ECG", minutes=10)
        Phase.objects.create(
            visit_type=kind, role="room", named_id=clinic.room.pk, minutes=10, starts_after=5
        )
        session = Session.objects.get(weekday=1)
        session.most_visits, session.least_visits = 12, 2
        session.most_of_type = {key: 6}
        session.save()
        Block.objects.create(
            session=session, name="Same day", starts=time(9), ends=time(10),
            visit_type_ids=[key], release_hours=24, opens_to_ids=[str(kind.pk)],
        )  # fmt: skip
        Preference.objects.create(
            provider=clinic.provider, kind="lunch", number=30, starts=time(12), ends=time(13),
            weekdays=[0, 1], is_hard=False, cost=3,
        )  # fmt: skip
        for role, who in (("interpreter", rosa), ("assistant", sam), ("room", clinic.room)):
            TimeOff.objects.create(
                resource_kind=role, resource_id=who.pk, starts_at=NINE,
                ends_at=NINE + timedelta(hours=2), because="Away",
            )  # fmt: skip
        RecurringOff.objects.create(
            resource_kind="provider", resource_id=clinic.provider.pk, site=clinic.site, weekday=2,
            starts=time(13), ends=time(14), every_weeks=2, from_on=date(2026, 12, 1),
            because="Teaching",
        )  # fmt: skip
    return clinic


def written(by):
    with practice_scope(by.practice_id):
        return practice_export.as_json(by)


def test_what_is_written_comes_back_whole(full):
    first = written(full.anybody())
    said = json.loads(first)
    shown = {"practice", "sites", "rooms", "devices", "closures", "interpreters", "providers"}
    shown |= {"staff", "visit_types", "phases", "sessions", "blocks", "preferences"}
    assert set(said) == {*shown, "time_off", "recurring_off"} <= set(TABLES)

    file = read("practice.json", first.encode())
    again = operations.bring_in_practice(file, by=full.anybody())
    assert again.new == {}
    assert written(full.anybody()) == first

    elsewhere = full.anybody()
    fresh = type(elsewhere)(name="Grace", practice_id=new_key(), permissions=elsewhere.permissions)
    report = operations.bring_in_practice(file, by=fresh)
    assert report.changed == {"practice": 1}
    assert written(fresh) == first


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("sessions", "most_of_type", ["follow-up"], "written as follow-up=2"),
        ("blocks", "ends", "7:00", "time such as 13:30"),
        ("blocks", "session_starts", "07:00", "no such session"),
        ("blocks", "visit_types", ["x"], "no visit type x"),
        ("preferences", "kind", "whim", "kind is one of"),
        ("time_off", "who", "nobody", "There is no"),
        ("time_off", "starts_at", "2026-12-01T09:00", "instant such as"),
        ("recurring_off", "kind", "cat", "kind is one of"),
        ("phases", "named", "x/y", "There is no"),
        ("interpreters", "languages", [], "which languages"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(full, table, column, value, words):
    said = json.loads(written(full.anybody()))
    for row in said[table]:
        if column in row or column == "named":
            row[column] = value
    file = read("practice.json", json.dumps(said).encode())
    with pytest.raises(NotBroughtIn) as refused:
        operations.bring_in_practice(file, by=full.anybody())
    assert any(words in one.says for one in refused.value.report.problems)


def test_sessions_of_a_file_never_overlap(full):
    said = json.loads(written(full.anybody()))
    row = next(one for one in said["sessions"] if one["weekday"] == "tuesday")
    said = {"sessions": [{**row, "starts": "10:00:00"}]}
    with pytest.raises(NotBroughtIn) as refused:
        operations.bring_in_practice(read("x.json", json.dumps(said).encode()), by=full.anybody())
    (problem,) = refused.value.report.problems
    assert "has a session at Elm Street then: Tuesdays, 8:00 AM to 5:00 PM" in problem.says


def test_the_file_is_handed_out_to_whoever_may(full, client):
    client.force_login(full.member("manager").user)
    answer = client.get(reverse("workspace:practice_out"))
    assert answer["Content-Disposition"].startswith('attachment; filename="practice-')
    assert json.loads(answer.content)["blocks"][0]["name"] == "Same day"
    client.force_login(full.member("receptionist").user)
    assert client.get(reverse("workspace:practice_out")).status_code == 403
