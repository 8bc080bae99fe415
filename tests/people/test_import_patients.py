"""Bringing in a file of patients: any usual spelling, all or nothing, once."""

import gzip
from datetime import date

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people import exchange, operations, queries
from frontdesk.people.models import Import, Patient

FILE = """MRN,Last,First,DOB,Sex,Phone,E-mail,Guarantor
A1,Lee,Ann,5/4/1980,F,614-555-0147,ann@example.com,A1
A2,Lee,Tim,2019-01-02,male,,,A1
"""


def bring_in(clinic, content, mapping=None, file_name="patients.csv"):
    by = clinic.role("manager")
    content = content.encode() if isinstance(content, str) else content
    imported = operations.upload(content, file_name=file_name, at=now(), by=by)
    if imported.status == Import.Status.DONE:
        return imported
    imported = operations.try_out(imported, mapping or imported.mapping, at=now(), by=by)
    return operations.bring_in(imported, at=now(), by=by)


def names_in(clinic):
    with clinic.reading():
        return sorted(str(patient) for patient in Patient.objects.all())


def test_columns_are_guessed_and_patients_and_families_come_in(clinic):
    done = bring_in(clinic, FILE)

    assert (done.status, done.rows, done.accepted, done.rejected) == ("done", 2, 2, [])
    with clinic.reading():
        ann, tim = queries.find("ann lee")[0], queries.find("tim lee")[0]
        assert (ann.chart_number, ann.birth_date, ann.mobile_phone) == (
            "A1",
            date(1980, 5, 4),
            "+16145550147",
        )
        assert (tim.sex, tim.guarantor_id) == ("M", ann.guarantor_id)
        assert list(queries.family_of(ann)) == [tim]
        assert queries.find("0147") == [ann]


def test_the_same_file_twice_comes_in_once(clinic):
    first = bring_in(clinic, FILE)
    assert bring_in(clinic, FILE, file_name="again.csv").pk == first.pk
    assert names_in(clinic) == ["Ann Lee", "Tim Lee"]


def test_a_longer_file_brings_in_only_who_is_new(clinic):
    bring_in(clinic, FILE)
    done = bring_in(clinic, FILE + "A3,Park,Zoe,1/1/2000,F,,,\n")
    assert (done.accepted, done.known) == (1, 2)
    assert names_in(clinic) == ["Ann Lee", "Tim Lee", "Zoe Park"]


def test_a_file_without_chart_numbers_comes_in_once_too(clinic):
    bare = "first,last,dob\nAnn,Lee,1980-05-04\n"
    bring_in(clinic, bare)
    done = bring_in(clinic, bare + "Zoe,Park,2000-01-01\n")
    assert (done.accepted, done.known) == (1, 1)
    with clinic.reading():
        assert sorted(p.chart_number for p in Patient.objects.all()) == ["10001", "10002"]


def test_a_dry_run_saves_nobody(clinic):
    by = clinic.role("manager")
    imported = operations.upload(FILE.encode(), file_name="f.csv", at=now(), by=by)
    tried = operations.try_out(imported, imported.mapping, at=now(), by=by)
    assert (tried.status, tried.accepted) == ("checked", 2)
    assert names_in(clinic) == []


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("A3,Park,Zoe,31/31/2000,F,,,", "DOB", "Not a date"),
        ("A3,Park,Zoe,2999-01-01,F,,,", "DOB", "A date in the future"),
        ("A3,Park,Zoe,,F,,,", "Birth date", "Missing"),
        ("A3,,Zoe,2000-01-01,F,,,", "Last name", "Missing"),
        ("A3,Park,Zoe,2000-01-01,purple,,,", "Sex", "Not a sex"),
        ("A3,Park,Zoe,2000-01-01,F,,zoe-at-home,", "E-mail", "Not an e-mail address"),
        ("A3,Park,Zoe,2000-01-01,F,,", "", "7 cells where the headings are 8"),
        ("A1,Park,Zoe,2000-01-01,F,,,", "", "The same patient stands in row 2"),
        (f"A3,{'x' * 61},Zoe,2000-01-01,F,,,", "Last", "Longer than 60 letters"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_without_its_values(clinic, row, column, why):
    done = bring_in(clinic, FILE + row + "\n")

    assert done.rejected == [{"row": 4, "column": column, "why": why}]
    assert names_in(clinic) == ["Ann Lee", "Tim Lee"]
    told = exchange.rejected_csv(done.rejected)
    assert told.splitlines()[1].startswith("4,")
    assert "Zoe" not in told and "Park" not in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("just words", "heading"),
        ("a,a\n1,2\n", "same heading"),
        ('first,last,dob\n"Ann,Lee,1980-05-04\n', "can't be read as a table"),
        ("first,last,dob\nAnn,Lee,1980-05-04\nTi", "cut short"),
        (b"first,last,dob\nAnn,L\0ee,1980-05-04\n", "not a text file"),
        (gzip.compress(FILE.encode())[:-12], "damaged or cut short"),
    ],
)
def test_a_damaged_file_is_refused_whole(clinic, content, why):
    with pytest.raises(Refused, match=why):
        bring_in(clinic, content)
    assert names_in(clinic) == []


@pytest.mark.parametrize(
    "content",
    [
        FILE.encode("utf-8-sig"),
        FILE.encode("utf-16"),
        FILE.replace(",", ";").encode(),
        FILE.replace(",", "\t").encode(),
        FILE.replace("\n", "\r\n").encode(),
        gzip.compress(FILE.encode()),
        FILE.replace("Lee", '"Lee"').encode(),
    ],
    ids=["bom", "utf-16", "semicolons", "tabs", "crlf", "gzip", "quotes"],
)
def test_every_usual_spelling_of_a_table_is_read(clinic, content):
    bring_in(clinic, content)
    assert names_in(clinic) == ["Ann Lee", "Tim Lee"]


def test_a_file_of_an_old_windows_program_keeps_its_accents(clinic):
    bring_in(clinic, "first,last,dob\nJosé,Núñez,1980-05-04\n".encode("cp1252"))
    assert names_in(clinic) == ["José Núñez"]


def test_a_column_can_be_given_another_meaning(clinic):
    bring_in(
        clinic,
        "a,b,c,d\nLee,Ann,1980-05-04,Annie\n",
        {"a": "last_name", "b": "first_name", "c": "birth_date", "d": "preferred_name"},
    )
    assert names_in(clinic) == ["Annie Lee"]


def test_a_mapping_without_a_birth_date_is_refused(clinic):
    with pytest.raises(Refused, match="Birth date"):
        bring_in(clinic, "first,last\nAnn,Lee\n")


def test_a_chart_number_in_use_here_stops_the_file(clinic):
    clinic.patient("Old", "Hand")  # chart 10001
    with pytest.raises(Refused, match=r"in use here \(rows 3\)"):
        bring_in(clinic, FILE.replace("A2", "10001"))
    assert names_in(clinic) == ["Old Hand"]


def test_new_charts_pass_over_imported_numbers(clinic):
    bring_in(clinic, "mrn,first,last,dob\n10001,Ann,Lee,1980-05-04\n")
    patient = operations.register(
        {"first_name": "Zoe", "last_name": "Park", "birth_date": date(2000, 1, 1)},
        by=clinic.role("receptionist"),
    )
    assert patient.chart_number == "10002"


def test_the_front_desk_imports_nothing(clinic):
    with pytest.raises(NotPermitted):
        operations.upload(FILE.encode(), file_name="f", at=now(), by=clinic.role("receptionist"))


def test_another_practice_may_bring_in_the_same_file(clinic, other):
    bring_in(clinic, FILE)
    bring_in(other, FILE)
    assert names_in(clinic) == names_in(other)
