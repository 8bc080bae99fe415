"""FHIR R4 resources brought in: once, by their identifiers, with nothing invented."""

import copy
import json
from datetime import date
from pathlib import Path

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.coverage.models import Policy
from frontdesk.people.models import Contact, OutsideKey, Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider
from frontdesk.workspace import operations
from frontdesk.workspace.exchange.fhir import Resources, read_content, read_resources

BUNDLE = Path(__file__).parents[1] / "people/data/synthea_bundle.json"
US_CORE = Path(__file__).parents[3] / "shared/reference/data/fhir/us_core_examples.json.gz"
PATIENT = {
    "resourceType": "Patient",
    "id": "example",
    "identifier": [{"system": "http://hospital.example", "value": "1032702"}],
    "name": [
        {"use": "old", "family": "Shaw", "given": ["Amy"], "period": {"end": "2016-12-06"}},
        {"use": "official", "family": "Baxter", "given": ["Amy", "V."], "suffix": ["PharmD"]},
        {"use": "nickname", "given": ["Ames"]},
    ],
    "gender": "female",
    "birthDate": "1987-02-20",
    "telecom": [
        {"system": "phone", "value": "555-555-5555", "use": "home"},
        {"system": "email", "value": "AMY@example.com"},
    ],
    "communication": [{"language": {"coding": [{"code": "es"}]}, "preferred": True}],
}


def bring_in(clinic, *bodies):
    resources = Resources()
    for body in bodies:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        read_content(content, "file.json", resources)
    return operations.bring_in_fhir(resources, at=now(), by=clinic.anybody())


def changed(**more):
    return {**copy.deepcopy(PATIENT), **more}


def rejected(report, kind):
    return [(one.column, one.why) for one in report.taken[kind].rejected]


def test_a_patient_comes_in_as_the_resource_says(clinic):
    bring_in(clinic, PATIENT)
    with clinic.reading():
        amy = Patient.objects.get()
    assert amy.legal_name == "Amy V. Baxter PharmD"
    assert amy.preferred_name == "Ames"
    assert (amy.birth_date, amy.sex, amy.language) == (date(1987, 2, 20), "F", "es")
    assert (amy.home_phone, amy.email) == ("", "amy@example.com")
    assert amy.mobile_phone == "+15555555555"  # the only number there is


def test_the_same_resource_comes_in_once_from_wherever_it_comes(clinic):
    bring_in(clinic, PATIENT)
    report = bring_in(clinic, changed(id="other-server-id"))
    assert (report.taken["Patient"].new, report.taken["Patient"].known) == (0, 1)


def test_the_same_id_on_another_server_is_another_person(clinic):
    bring_in(clinic, PATIENT)
    other = changed(identifier=[{"system": "http://elsewhere.example", "value": "7"}])
    assert bring_in(clinic, other).taken["Patient"].new == 1


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"birthDate": "1987"}, "birthDate"),
        ({"birthDate": None}, "birthDate"),
        ({"birthDate": "the spring"}, "birthDate"),
        ({"name": []}, "name"),
        ({"name": [{"text": "Amy"}]}, "name"),
        ({"name": "Amy"}, "name"),
        ({"name": [None, 5, {"family": 7}]}, "name"),
    ],
)
def test_a_patient_that_lacks_something_is_reported_without_its_values(clinic, change, element):
    report = bring_in(clinic, changed(**change))
    (found,) = rejected(report, "Patient")
    assert found[0] == element
    assert "Amy" not in found[1] and "1987" not in found[1]


def test_a_synthea_bundle_comes_in_whole_and_once(clinic):
    resources = read_resources(BUNDLE)
    report = operations.bring_in_fhir(resources, at=now(), by=clinic.anybody())

    assert {kind: taken.new for kind, taken in report.taken.items()} == {
        "Organization": 0,
        "Location": 1,
        "Practitioner": 1,
        "Patient": 1,
        "Coverage": 1,
        "Encounter": 1,
    }
    assert not any(taken.rejected for taken in report.taken.values())
    assert report.left_out == {"Organization (not a payer)": 1, "Observation": 1}
    with clinic.reading():
        luna = Patient.objects.get()
        visit = Appointment.objects.select_related("provider", "site", "visit_type").get()
        policy = Policy.objects.select_related("subscription__plan__payer").get()
        assert luna.legal_name == "Luna Mae Littel"
        assert not OutsideKey.objects.filter(value__contains="999-12-3456").exists()
    assert (visit.patient_id, visit.status) == (luna.pk, "fulfilled")
    assert str(visit.provider.full_name) == "Ingrid Jacobson"
    assert visit.site.name == "ALDER CREEK CLINIC"
    assert visit.visit_type.name == "General examination of patient"
    assert policy.subscription.member_id == "1EG4TE5MK73"
    assert policy.subscription.plan.payer.name == "Medicare"

    again = operations.bring_in_fhir(read_resources(BUNDLE), at=now(), by=clinic.anybody())
    assert sum(taken.new for taken in again.taken.values()) == 0
    with clinic.reading():
        assert (Patient.objects.count(), Appointment.objects.count()) == (1, 1)
        assert Site.objects.filter(name="ALDER CREEK CLINIC").count() == 1


def test_a_future_appointment_takes_its_provider(clinic):
    body = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2999-01-04T15:00:00Z",
        "end": "2999-01-04T15:20:00Z",
        "participant": [
            {"actor": {"reference": "Patient/example"}},
            {"actor": {"reference": "Practitioner/p"}},
        ],
    }
    doctor = {
        "resourceType": "Practitioner",
        "id": "p",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1407071236"}],
        "name": [{"family": "Bone", "given": ["Ronald"], "suffix": ["MD"]}],
    }
    report = bring_in(clinic, PATIENT, doctor, body)
    assert report.taken["Appointment"].new == 1
    with clinic.reading():
        made = Appointment.objects.get()
        assert made.occupancies.get().resource_id == made.provider_id
        assert Provider.objects.get(pk=made.provider_id).full_name == "Ronald Bone, MD"

    later = bring_in(clinic, {**body, "id": "a2", "end": "2999-01-04T14:00:00Z"})
    assert rejected(later, "Appointment") == [("end", "It ends before it starts")]
    unknown = {**body, "id": "a3", "participant": [{"actor": {"reference": "Patient/nobody"}}]}
    assert rejected(bring_in(clinic, unknown), "Appointment") == [
        ("patient", "The patient is not here")
    ]


def test_a_related_person_becomes_a_contact(clinic):
    niece = {
        "resourceType": "RelatedPerson",
        "id": "niece",
        "patient": {"reference": "Patient/example"},
        "relationship": [{"coding": [{"code": "NIECE", "display": "niece"}]}],
        "name": [{"family": "van Putten", "given": ["Sarah"]}],
        "telecom": [{"system": "phone", "value": "614-555-0155", "use": "home"}],
    }
    bring_in(clinic, PATIENT)
    bring_in(clinic, niece)  # the patient came in before, in another file
    with clinic.reading():
        contact = Contact.objects.get()
    assert (contact.name, contact.relationship) == ("Sarah van Putten", "niece")
    assert contact.phone == "+16145550155"


@pytest.mark.parametrize("content", [b"", b"{", b'{"resourceType": "Pat', b"\xff\xfe", b"[" * 9999])
def test_a_damaged_file_is_refused_whole(clinic, content):
    with pytest.raises(Refused):
        bring_in(clinic, PATIENT, content)
    with clinic.reading():
        assert not Patient.objects.exists()


@pytest.mark.parametrize("body", [[], {}, "text", 5, None, {"a": {"b": 1}}, [[PATIENT]]])
def test_odd_json_breaks_nothing(clinic, body):
    report = bring_in(clinic, body, changed(id="two"))

    assert report.taken["Patient"].new == 1
    with clinic.reading():
        assert Patient.objects.count() == 1


def test_ndjson_and_folders_are_read(clinic, tmp_path):
    other = changed(id="two", identifier=[{"system": "http://x.example", "value": "2"}])
    (tmp_path / "Patient.ndjson").write_text(f"{json.dumps(PATIENT)}\n{json.dumps(other)}\n")
    (tmp_path / "notes.txt").write_text("not ours")
    report = operations.bring_in_fhir(read_resources(tmp_path), at=now(), by=clinic.anybody())
    assert report.taken["Patient"].new == 2


def test_somebody_without_the_right_brings_in_nothing(clinic):
    with pytest.raises(NotPermitted):
        operations.bring_in_fhir(Resources(), at=now(), by=clinic.role("receptionist"))


@pytest.mark.skipif(not US_CORE.exists(), reason="the US Core examples are not here")
def test_the_us_core_examples_come_in(clinic):
    bring_in(clinic, PATIENT)  # whom the examples speak of
    report = operations.bring_in_fhir(read_resources(US_CORE), at=now(), by=clinic.anybody())

    taken = {kind: (one.rows, one.new) for kind, one in report.taken.items()}
    assert taken == {
        "Organization": (5, 1),
        "Location": (1, 1),
        "Practitioner": (4, 3),
        "RelatedPerson": (1, 1),
        "Coverage": (1, 1),
    }
    assert rejected(report, "Practitioner") == [
        ("identifier", "Somebody with another name has this NPI")
    ]
    with clinic.reading():
        policy = Policy.objects.select_related("subscription__plan__payer").get()
    assert policy.subscription.member_id == "888009335"
    assert policy.subscription.plan.name == "Acme Gold Plan"
    assert policy.subscription.plan.payer.name == "Acme Health Plan"
