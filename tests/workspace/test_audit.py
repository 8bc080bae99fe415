"""The audit on screen: readable, filterable, handed out as a file."""

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.models import AuditEntry
from frontdesk.core.operation import CATALOGUE
from frontdesk.practice import operations
from frontdesk.staff import operations as staff
from frontdesk.workspace.queries.deeds import deed, past


@pytest.fixture
def grace(client, clinic):
    """The office manager, signed in."""
    member = clinic.member("manager")
    client.force_login(member.user)
    return member


@pytest.fixture
def told(clinic):
    """A room added, and an item about a patient."""
    patient = clinic.patient()
    with clinic.reading():
        operations.save_room(None, {"site": clinic.site, "name": "New"}, by=clinic.role("manager"))
        staff.open_work(
            kind="task", title="=Call", pool="biller", patient_id=patient.pk, by=clinic.anybody()
        )
    return patient


def test_an_operation_is_told_as_a_deed():
    assert deed("practice.save_room") == "Added or changed a room"
    assert deed("staff.sign_in") == "Signed in"
    assert deed("gone.old_operation") == "Old operation"


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("book", "booked"),
        ("take", "took"),
        ("deny", "denied"),
        ("stay", "stayed"),
        ("void", "voided"),
        ("move", "moved"),
        ("plan", "planned"),
        ("undo", "undid"),
    ],
)
def test_verbs_have_a_past(verb, said):
    assert past(verb) == said


def test_every_operation_has_words():
    assert all(deed(name)[:1].isupper() and "_" not in deed(name) for name in CATALOGUE)


def test_what_was_done_to_two_things_is_read_as_a_sentence():
    assert deed("comms.note_sent").startswith("Remembered that the mail server or the carrier")
    assert not [name for name in CATALOGUE if " thed " in deed(name) or " noed " in deed(name)]


def test_entries_are_shown_in_words(client, grace, told):
    page = client.get("/audit/").content.decode()
    assert "changed a room" in page
    assert "Ann Lee" in page


def test_entries_are_found_by_patient_person_deed_and_day(client, clinic, grace, told):
    def numbers(query):
        answer = client.get(f"/audit/?{query}")
        return [line.entry.operation for line in answer.context["lines"]]

    both = ["staff.open_work", "practice.save_room"]
    assert numbers("") == both
    assert numbers(f"patient={told.pk}") == ["staff.open_work"]
    assert numbers("patient=Lee") in (["staff.open_work"], [])  # found once her name is indexed
    assert numbers("patient=Nobody+Atall") == []
    assert numbers("operation=practice.save_room") == ["practice.save_room"]
    assert numbers(f"member={grace.pk}") == []
    assert numbers("until_on=2020-01-01") == []
    assert numbers("from_on=2020-01-01") == both
    assert numbers("from_on=rubbish&operation=nothing&before=x") == both


def test_an_entry_about_several_patients_is_found_by_each(client, clinic, grace):
    from frontdesk.core import audit
    from frontdesk.core.clock import now

    one, two = clinic.patient(), clinic.patient("Bo", "Berg")
    made = audit.Recording(patients={one.pk, two.pk})
    AuditEntry.append("people.merge", by=clinic.anybody(), at=now(), made=made)

    for patient in (one, two):
        lines = client.get(f"/audit/?patient={patient.pk}").context["lines"]
        assert {each.pk for each in lines[0].patients} == {one.pk, two.pk}


def test_older_entries_are_a_page_away(client, clinic, grace):
    with clinic.reading():
        for n in range(60):
            operations.save_room(
                None, {"site": clinic.site, "name": f"R{n}"}, by=clinic.role("manager")
            )
    first = client.get("/audit/")
    second = client.get(f"/audit/?before={first.context['older']}")

    shown = [line.entry.number for page in (first, second) for line in page.context["lines"]]
    assert shown == list(range(60, 0, -1))
    assert second.context["older"] is None


def test_the_export_is_a_harmless_file_and_is_itself_recorded(client, clinic, grace, told):
    answer = client.get("/audit/export/")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))

    assert rows[0][:4] == ["number", "at", "who", "what"]
    assert [row[4] for row in rows[1:]] == [
        "workspace.export_audit",
        "staff.open_work",
        "practice.save_room",
    ]
    assert rows[2][5] == told.chart_number
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_another_practices_entries_are_never_shown(client, clinic, other, grace, told):
    with other.reading():
        operations.save_room(None, {"site": other.site, "name": "Oak"}, by=other.role("manager"))

    lines = client.get("/audit/").context["lines"]
    assert {line.entry.practice_id for line in lines} == {clinic.practice.pk}


def test_only_whoever_may_reads_it(client, clinic):
    client.force_login(clinic.member("biller").user)
    assert client.get("/audit/").status_code == 403
    assert client.get("/audit/export/").status_code == 403


def test_a_page_costs_the_same_for_one_and_many(client, clinic, grace, told):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            client.get("/audit/")
        return len(asked)

    client.get("/audit/")
    few = cost()
    with clinic.reading():
        for n in range(5):
            staff.open_work(
                kind="task",
                title=f"T{n}",
                pool="biller",
                patient_id=clinic.patient(last=f"L{n}").pk,
                by=clinic.anybody(),
            )
    assert cost() == few
