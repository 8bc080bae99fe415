"""Finding a patient from whatever the caller says."""

from datetime import date

import pytest

from frontdesk.core.clock import now
from frontdesk.people import operations, queries
from frontdesk.people.models import Patient
from frontdesk.people.operations.keys import add_keys
from frontdesk.people.rules import looking

CAST = [
    ("Marguerite", "Okafor", date(1968, 3, 14), "614-555-0177", "mo@example.com"),
    ("Chidi", "Okafor", date(1988, 8, 2), "614-555-0120", ""),
    ("Emi", "Okada", date(2019, 1, 30), "", ""),
    ("Seán", "O'Brien", date(1990, 12, 1), "740-555-0199", ""),
    ("Anne-Marie", "Smith-Jones", date(1955, 6, 7), "", ""),
    ("Li", "Wu", date(2001, 2, 3), "", ""),
    ("Stephen", "Kozlowski", date(1970, 1, 1), "", ""),
]


@pytest.fixture
def cast(clinic):
    by = clinic.role("receptionist")
    for first, last, born, phone, email in CAST:
        operations.register(
            {
                "first_name": first,
                "last_name": last,
                "birth_date": born,
                "mobile_phone": phone,
                "email": email,
            },
            by=by,
        )
    return clinic


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("okafor", ["Chidi Okafor", "Marguerite Okafor"]),
        ("oka", ["Emi Okada", "Chidi Okafor", "Marguerite Okafor"]),
        ("okafor marg", ["Marguerite Okafor"]),
        ("Marguerite Okafor", ["Marguerite Okafor"]),
        ("OKAFOR, Chidi", ["Chidi Okafor"]),
        ("3/14/1968", ["Marguerite Okafor"]),
        ("03/14/68", ["Marguerite Okafor"]),
        ("1968-03-14", ["Marguerite Okafor"]),
        ("mar 14 68", ["Marguerite Okafor"]),
        ("14 March 1968", ["Marguerite Okafor"]),
        ("03141968", ["Marguerite Okafor"]),
        ("okafor 8/2/88", ["Chidi Okafor"]),
        ("0177", ["Marguerite Okafor"]),
        ("(614) 555-0177", ["Marguerite Okafor"]),
        ("+1 614 555 0177", ["Marguerite Okafor"]),
        ("6145550", ["Chidi Okafor", "Marguerite Okafor"]),
        ("okafor 0120", ["Chidi Okafor"]),
        ("10003", ["Emi Okada"]),
        ("mo@example.com", ["Marguerite Okafor"]),
        ("mo@", ["Marguerite Okafor"]),
        ("obrien", ["Seán O'Brien"]),
        ("O’Brien sean", ["Seán O'Brien"]),
        ("o'br", ["Seán O'Brien"]),
        ("jones", ["Anne-Marie Smith-Jones"]),
        ("annemarie", ["Anne-Marie Smith-Jones"]),
        ("wu li", ["Li Wu"]),
        ("kozlowksi", ["Stephen Kozlowski"]),  # two letters swapped
        ("kozlwski", ["Stephen Kozlowski"]),  # one dropped
        ("cozlowsky", ["Stephen Kozlowski"]),  # as heard on the phone
        ("steven kozlowski", ["Stephen Kozlowski"]),
        ("okofor", ["Chidi Okafor", "Marguerite Okafor"]),
        ("nobody", []),
        ("", []),
        ("   ", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("okafor 1/1/2001", []),
    ],
)
def test_whoever_fits_what_was_typed_is_found(cast, typed, who):
    with cast.reading():
        assert [patient.name for patient in queries.find(typed)] == who


def test_the_full_name_comes_before_the_half_typed_one(clinic):
    by = clinic.role("receptionist")
    for last in ("Leeson", "Lee", "Leestra"):
        operations.register(
            {"first_name": "Ann", "last_name": last, "birth_date": date(1980, 5, 4)},
            by=by,
            despite="Asked",
        )
    with clinic.reading():
        assert [patient.last_name for patient in queries.find("lee")] == [
            "Lee",
            "Leeson",
            "Leestra",
        ]


def test_a_full_name_is_found_among_hundreds_that_begin_so(clinic):
    with clinic.writing():
        crowd = [
            Patient(
                chart_number=str(20000 + at),
                first_name="Bo",
                last_name=f"Lee{at:03d}son",
                birth_date=date(1980, 5, 4),
                registered_on=date(2024, 1, 2),
            )
            for at in range(120)
        ]
        Patient.objects.bulk_create(crowd)
        add_keys(crowd)
    lee = clinic.patient("Zoe", "Lee")
    with clinic.writing():
        add_keys([lee])
    with clinic.reading():
        assert queries.find("lee")[0] == lee


def test_another_practices_patient_is_not_found(cast, other):
    with other.reading():
        assert queries.find("okafor") == []
        assert queries.find("okofor") == []


def test_the_charts_one_opened_last_come_first(clinic):
    by = clinic.role("receptionist")
    ann, bob = clinic.patient("Ann"), clinic.patient("Bob")
    for patient in (ann, bob, ann):
        operations.open_chart(patient, by=by)

    with clinic.reading():
        assert queries.recent(None) == [ann, bob]


def test_a_phone_is_no_birth_date(clinic):
    wanted = looking.read("6145550147", this_year=now().year)
    assert (wanted.digits, wanted.born) == ("6145550147", None)
