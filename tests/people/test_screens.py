"""The screens about patients: who may, what they show, what they refuse."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry
from frontdesk.people import jobs, operations
from frontdesk.people.models import ChannelConsent, Contact, Duplicate, Import, Patient
from frontdesk.people.operations.keys import add_keys
from frontdesk.workspace.queries.timeline import Event, by_month

NEW = {
    "first_name": "Ann",
    "last_name": "Lee",
    "birth_date": "5/4/1980",
    "sex": "F",
    "language": "en",
    "preferred_channel": "sms",
    "mobile_phone": "614-555-0147",
}
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def maria(client, clinic):
    client.force_login(clinic.member("receptionist").user)
    return client


@pytest.fixture
def grace(client, clinic):
    client.force_login(clinic.member("manager").user)
    return client


def keyed(clinic, *patients):
    with clinic.writing():
        add_keys(patients)


def test_patients_are_found_while_typing(maria, clinic):
    keyed(clinic, clinic.patient("Ann", "Okafor"))
    page = maria.get(reverse("people:patients"), {"q": "okaf"}, **HTMX).content.decode()
    assert "Ann Okafor" in page and "<html" not in page
    assert "Nobody fits" in maria.get(reverse("people:patients"), {"q": "zzzz"}).content.decode()


def test_a_list_of_one_and_of_five_takes_as_many_queries(maria, clinic):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            maria.get(reverse("people:patients"), {"q": "okafor"})
        return len(queries)

    keyed(clinic, clinic.patient("Ann", "Okafor"))
    one = asked()
    keyed(clinic, *[clinic.patient(f"A{at}", "Okafor") for at in range(4)])
    assert asked() == one


def test_a_caller_is_registered_and_the_chart_opens(maria, clinic):
    answer = maria.post(
        reverse("people:new"),
        {**NEW, "may": ["sms"], "contact_name": "Bo Lee", "contact_phone": "614-555-0148"},
    )
    with clinic.reading():
        patient = Patient.objects.get()
        assert answer.url == reverse("workspace:patient", args=[patient.pk])
        assert patient.mobile_phone == "+16145550147"
        assert ChannelConsent.objects.get().channel == "sms"
        assert Contact.objects.get().phone == "+16145550148"


def test_candidates_are_shown_while_typing_with_their_reasons(maria, clinic):
    maria.post(reverse("people:new"), NEW)
    page = maria.post(
        reverse("people:candidates"),
        {"first_name": "Anne", "last_name": "Lee", "birth_date": "5/4/80"},
        **HTMX,
    ).content.decode()
    assert "same birth date" in page and "one first name is short for the other" in page


def test_a_likely_duplicate_needs_a_reason_on_screen(maria, clinic):
    maria.post(reverse("people:new"), NEW)
    refused = maria.post(reverse("people:new"), NEW, **HTMX)
    assert refused.status_code == 422
    assert "seems to be the same person" in refused.content.decode()
    assert 'name="despite"' in refused.content.decode()

    maria.post(reverse("people:new"), {**NEW, "despite": "Twin, checked the ID"})
    with clinic.reading():
        assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("birth_date", "soon", "Write the date like"),
        ("birth_date", "1/1/2999", "in the future"),
        ("email", "ann", "valid email"),
        ("first_name", "", "required"),
        ("guarantor_patient", "018f0000-0000-7000-8000-000000000000", "Choose somebody"),
        ("contact_name", "Bo", "needs a name and a phone"),
    ],
)
def test_bad_input_is_told_beside_its_field(maria, field, value, words):
    page = maria.post(reverse("people:new"), {**NEW, field: value}, **HTMX)
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_chart_is_corrected_once_by_whoever_saw_it(maria, clinic):
    patient = clinic.patient()
    url = reverse("people:edit", args=[patient.pk])
    with clinic.reading():
        version = Patient.objects.get(pk=patient.pk).version
    assert version in maria.get(url).content.decode()

    maria.post(url, {**NEW, "city": "Dublin", "version": version}, **HTMX)
    late = maria.post(url, {**NEW, "city": "Columbus", "version": version}, **HTMX)

    assert late.status_code == 422 and "Somebody changed this" in late.content.decode()
    with clinic.reading():
        assert Patient.objects.get(pk=patient.pk).city == "Dublin"


def test_a_photo_is_shown_only_to_those_who_may_see_the_chart(maria, clinic, other, client):
    patient = clinic.patient()
    picture = io.BytesIO()
    Image.new("RGB", (50, 60), "red").save(picture, "PNG")
    picture.name = "face.png"
    picture.seek(0)
    maria.post(reverse("people:take_photo", args=[patient.pk]), {"photo": picture}, **HTMX)
    url = reverse("people:photo", args=[patient.pk])

    shown = maria.get(url)
    assert shown["Content-Type"] == "image/jpeg" and b"".join(shown)[:2] == b"\xff\xd8"
    client.force_login(other.member("receptionist").user)
    assert client.get(url).status_code == 404
    client.logout()
    assert client.get(url).status_code == 302


def test_opening_the_chart_is_audited_and_shows_who_it_is(maria, clinic):
    patient = clinic.patient("Ann", "Okafor", alert="Latex allergy", pronouns="she/her")
    page = maria.get(reverse("workspace:patient", args=[patient.pk])).content.decode()
    assert "Ann Okafor" in page and "Latex allergy" in page and "she/her" in page
    assert AuditEntry.objects.filter(
        practice_id=clinic.practice.pk, operation="people.open_chart", patient_id=patient.pk
    ).exists()


def test_every_part_of_the_chart_opens_for_those_who_may(grace, clinic):
    patient = clinic.patient()
    for tab in ("visits", "documents", "account", "communication", "details"):
        url = reverse("workspace:patient_tab", args=[patient.pk, tab])
        assert grace.get(url).status_code == 200, tab
    assert grace.get(reverse("workspace:patient_tab", args=[patient.pk, "x"])).status_code == 404


def test_a_merged_chart_leads_to_the_one_kept(grace, clinic):
    kept, other = clinic.patient(), clinic.patient("Anne")
    operations.merge(kept, other, because="Same card", by=clinic.role("manager"))
    answer = grace.get(reverse("workspace:patient", args=[other.pk]))
    assert answer.url == reverse("workspace:patient", args=[kept.pk])
    assert "was merged into this one" in grace.get(answer.url).content.decode()


def test_an_open_chart_hears_of_its_next_visit_which_is_no_look_at_it(maria, clinic):
    patient = clinic.patient()
    url = reverse("workspace:patient_next", args=[patient.pk])
    assert "Nothing is booked" in maria.get(url).content.decode()
    clinic.booked(at=now() + timedelta(minutes=30), patient=patient)

    page = maria.get(url).content.decode()

    assert "Follow-up with" in page
    assert 'hx-partial hx-target=".phead .acts"' in page and "Open the visit" in page
    looks = AuditEntry.objects.filter(practice_id=clinic.practice.pk, operation__contains="chart")
    assert not looks.exists()


def test_the_timeline_holds_what_happened(grace, clinic):

    visit = clinic.visit(at=now() - timedelta(days=3))
    url = reverse("workspace:patient_timeline", args=[visit.patient_id])
    assert "Follow-up with Dr. Okafor" in grace.get(url).content.decode()
    assert "Follow-up" not in grace.get(url, {"show": "money"}).content.decode()
    assert grace.get(url, {"show": "'; DROP TABLE"}).status_code == 200


def test_the_palette_finds_people_pages_and_actions(maria, clinic):
    patient = clinic.patient("Marguerite", "Okafor")
    keyed(clinic, patient)
    page = maria.get(reverse("workspace:palette"), {"q": "oka"}, **HTMX).content.decode()
    assert "<mark>Oka</mark>for" in page
    assert reverse("workspace:patient", args=[patient.pk]) in page

    page = maria.get(reverse("workspace:palette"), {"q": "pati"}, **HTMX).content.decode()
    assert reverse("people:patients") in page
    page = maria.get(reverse("workspace:palette"), {"q": ">patient"}, **HTMX).content.decode()
    assert reverse("people:new") in page and "Okafor" not in page


def test_two_charts_are_compared_and_merged_on_screen(grace, clinic):
    one, two = clinic.patient("Ann"), clinic.patient("Anne")
    keyed(clinic, one, two)
    grace.post(reverse("people:look_for_duplicates"))
    with clinic.reading():
        pair = Duplicate.objects.get()
    assert "Ann Lee" in grace.get(reverse("people:duplicates")).content.decode()
    url = reverse("people:duplicate", args=[pair.pk])
    assert "same birth date" in grace.get(url).content.decode()
    assert grace.post(url, {"decision": "merge"}, **HTMX).status_code == 422

    grace.post(url, {"decision": "merge", "because": "Same ID card"}, **HTMX)
    with clinic.reading():
        two.refresh_from_db()
        assert two.merged_into_id == one.pk
    grace.post(reverse("people:unmerge", args=[two.pk]))
    with clinic.reading():
        two.refresh_from_db()
        assert two.merged_into_id is None


def test_a_file_is_uploaded_mapped_tried_and_brought_in(grace, clinic):
    file = io.BytesIO(b"mrn,first,last,dob\nA1,Ann,Lee,1980-05-04\nA2,Bo,Lee,never\n")
    file.name = "patients.csv"
    answer = grace.post(reverse("people:imports"), {"file": file})
    with clinic.reading():
        imported = Import.objects.get()
    url = reverse("people:import", args=[imported.pk])
    assert answer.url == url and "Ann" in grace.get(url).content.decode()
    columns = {"column-0": "key", "column-1": "first_name", "column-2": "last_name"}
    assert "Birth date" in grace.post(url, columns, **HTMX).content.decode()

    tried = grace.post(url, {**columns, "column-3": "birth_date"}, **HTMX).content.decode()
    assert "Bring in 1 patients" in tried and "Not a date" in tried
    report = grace.get(reverse("people:import_rejected", args=[imported.pk])).content.decode()
    assert "3,dob,Not a date" in report

    grace.post(reverse("people:import_begin", args=[imported.pk]))
    jobs.bring_in.func(str(clinic.practice.pk), str(imported.pk))
    jobs.bring_in.func(str(clinic.practice.pk), str(imported.pk))  # a worker may do it twice
    with clinic.reading():
        assert [str(patient) for patient in Patient.objects.all()] == ["Ann Lee"]
        assert Import.objects.get().status == "done"


def test_no_screen_shows_another_practices_patient(grace, clinic, other):
    stranger = other.patient("Secret", "Person")
    with other.writing():
        pair = Duplicate.objects.create(kept=stranger, other=other.patient("X"), score=90)
    names = ("patient", "edit", "photo", "contact")
    urls = [reverse(f"people:{name}", args=[stranger.pk]) for name in names]
    urls += [
        reverse("workspace:patient", args=[stranger.pk]),
        reverse("workspace:patient_tab", args=[stranger.pk, "details"]),
        reverse("workspace:patient_timeline", args=[stranger.pk]),
        reverse("people:duplicate", args=[pair.pk]),
    ]
    assert [grace.get(url).status_code for url in urls] == [404] * len(urls)
    for name in ("take_photo", "consent", "unmerge"):
        url = reverse(f"people:{name}", args=[stranger.pk])
        assert grace.post(url, {"channel": "sms", "is_given": "yes", "how": "x"}).status_code in (
            404,
            422,
        )


def test_the_front_desk_neither_merges_nor_imports(maria, clinic):
    for name in ("duplicates", "imports"):
        assert maria.get(reverse(f"people:{name}")).status_code == 403


def test_saying_yes_to_texts_is_recorded(maria, clinic):
    patient = clinic.patient(mobile_phone="+16145550147")
    said = {"channel": "sms", "is_given": "yes", "how": "on the phone"}
    maria.post(reverse("people:consent", args=[patient.pk]), said, **HTMX)
    with clinic.reading():
        assert ChannelConsent.objects.get().is_given is True


def test_another_patient_answers_for_the_bill_and_no_longer(maria, clinic):
    mother, child = clinic.patient("Ann"), clinic.patient("Tim")
    url = reverse("people:guarantor", args=[child.pk])
    maria.post(url, {"answering": str(mother.pk), "relationship": "parent"}, **HTMX)
    with clinic.reading():
        held = Patient.objects.select_related("guarantor").get(pk=child.pk)
        assert (held.guarantor.patient_id, held.guarantor_relationship) == (mother.pk, "parent")
    assert "Ann Lee" in maria.get(url).content.decode()
    maria.post(url, {"answering": ""}, **HTMX)
    with clinic.reading():
        held = Patient.objects.select_related("guarantor").get(pk=child.pk)
        assert (held.guarantor.patient_id, held.guarantor_relationship) == (child.pk, "self")


def test_somebody_elses_patient_cannot_answer_for_a_bill(maria, clinic, other):
    stranger, child = other.patient(), clinic.patient("Tim")
    url = reverse("people:guarantor", args=[child.pk])
    for answering in (stranger.pk, "nobody"):
        refused = maria.post(url, {"answering": str(answering)}, **HTMX)
        assert refused.status_code == 422 and "Choose somebody" in refused.content.decode()


def test_a_patient_who_died_is_no_longer_active(maria, clinic):
    patient = clinic.patient()
    url = reverse("people:standing", args=[patient.pk])
    maria.post(url, {"status": "deceased", "deceased_on": "2026-01-02"}, **HTMX)
    with clinic.reading():
        patient.refresh_from_db()
    assert (patient.status, str(patient.deceased_on)) == ("deceased", "2026-01-02")
    refused = maria.post(url, {"status": "merged"}, **HTMX)
    assert refused.status_code == 422


def test_a_contact_is_noted_and_taken_off(maria, clinic):
    patient = clinic.patient()
    said = {"name": "Bo Lee", "phone": "614-555-0148", "is_emergency": "on"}
    maria.post(reverse("people:contact", args=[patient.pk]), said, **HTMX)
    with clinic.reading():
        contact = Contact.objects.get()
    page = maria.get(reverse("workspace:patient", args=[patient.pk])).content.decode()
    assert "Bo Lee" in page and "(614) 555-0148" in page
    maria.post(reverse("people:retire_contact", args=[contact.pk]), **HTMX)
    assert (
        "Bo Lee" not in maria.get(reverse("workspace:patient", args=[patient.pk])).content.decode()
    )


def test_the_timeline_is_grouped_by_the_months_of_the_site(clinic):
    new_years_eve = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)  # still 2025 in Columbus
    event = Event(at=new_years_eve, icon="mail", text="Letter")
    assert by_month([event], clinic.site) == [("December 2025", [event])]


@pytest.mark.parametrize(
    ("then", "is_kept"),
    [
        ("/schedule/book/?site=1", True),
        ("//elsewhere.example/?a=1", False),
        ("https://elsewhere.example/?a=1", False),
        ("/schedule/book/", False),
    ],
)
def test_a_new_chart_leads_back_to_where_one_was_and_never_out_of_the_house(
    maria, clinic, then, is_kept
):
    page = maria.get(reverse("people:new"), {"then": then}, **HTMX).content.decode()
    assert ('name="then"' in page) == is_kept
    made = maria.post(reverse("people:new"), {**NEW, "then": then}, **HTMX)
    opened = json.loads(made.headers.get("HX-Trigger", "{}")).get("drawer:open", {})
    with clinic.reading():
        pk = Patient.objects.get().pk
    assert opened.get("url", "") == (f"{then}&patient={pk}" if is_kept else "")
    assert ("HX-Redirect" in made.headers) != is_kept
