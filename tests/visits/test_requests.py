"""What the browser sends: refusals beside the field, pictures filed, presses that undo."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from frontdesk.core.clock import now
from frontdesk.records.models import ConsentForm, Document
from frontdesk.records.operations import add_starter_forms
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, Stage, Visit, Vitals

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, clinic):
    roles = ("manager", "provider", "assistant")
    client.force_login(clinic.member(*roles, provider=clinic.provider).user)
    return client


@pytest.fixture
def visit(clinic):
    at = now()
    appointment = clinic.booked(at=at)
    visit = operations.arrive(appointment, at=at, by=clinic.anybody())
    visit.patient = appointment.patient
    return visit


def url(name, visit, *more):
    return reverse(f"visits:{name}", args=[visit.pk, *more])


def test_a_wrong_birth_date_is_refused_on_the_page(clinic, desk, visit):
    answer = desk.post(url("identity", visit), {"how": "birth date", "said": "4/5/1980"})

    assert answer.status_code == 422
    assert b"not the birth date in this chart" in answer.content
    nothing = desk.post(url("identity", visit), {"how": "birth date"})
    assert b"Write the birth date the patient says" in nothing.content
    right = desk.post(url("identity", visit), {"how": "birth date", "said": "05041980"})
    assert (right.status_code, right["Location"]) == (302, url("check_in", visit))


def test_details_left_alone_are_confirmed_and_changed_ones_are_kept(clinic, desk, visit):
    page = desk.get(url("check_in", visit) + "?step=details")
    form = page.context["form"]
    said = {name: form[name].value() or "" for name in form.fields if form[name].value()}

    desk.post(url("details", visit), {**said, "email": "new@example.org"})

    with clinic.reading():
        held = Visit.objects.select_related("patient", "check_in").get(pk=visit.pk)
        assert held.patient.email == "new@example.org"
        assert held.check_in.details_confirmed_at


def test_odd_vitals_ask_for_a_second_look_and_impossible_ones_stand_by_their_field(
    clinic, desk, visit
):
    odd = desk.post(url("vitals", visit), {"pulse": "150"}, headers=HTMX)
    assert odd.status_code == 422
    assert b"I checked it" in odd.content
    wrong = desk.post(url("vitals", visit), {"pulse": "1500"}, headers=HTMX)
    assert b"Pulse must be from 20 to 300 /min" in wrong.content
    kept = desk.post(url("vitals", visit), {"pulse": "150", "is_confirmed": "on"}, headers=HTMX)
    assert "drawer:close" in kept["HX-Trigger"]
    with clinic.reading():
        assert Vitals.objects.get().pulse == 150


def test_a_card_is_filed_with_its_policy_and_a_text_is_not(clinic, desk, visit, settings, tmp_path):
    settings.VAR = tmp_path
    policy = clinic.policy(visit.patient)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    said = {"policy": policy.pk, "side": "front"}

    filed = desk.post(
        url("card", visit),
        {**said, "picture": SimpleUploadedFile("card.jpg", out.getvalue())},
        headers=HTMX,
    )
    text = desk.post(
        url("card", visit),
        {**said, "picture": SimpleUploadedFile("card.jpg", b"not a picture")},
        headers=HTMX,
    )

    assert (filed.status_code, text.status_code) == (200, 409)
    assert b"not a JPEG" in text.content
    with clinic.reading():
        assert Document.objects.get().subject_id == policy.pk


def test_parts_that_refresh_by_themselves_are_drawn_alone(clinic, desk, visit):
    clinic.policy(visit.patient)
    parts = {
        url("check_in", visit) + "?step=coverage": b'id="plans"',
        url("superbill", visit): b'id="bill"',
        url("check_out", visit) + "?part=offers&weeks=1": b'id="offers"',
        "/": b'id="board"',
        "/today/next/": b"",
    }
    for address, mark in parts.items():
        answer = desk.get(address, headers=HTMX)
        assert (answer.status_code, b"<html" in answer.content) == (200, False), address
        assert mark in answer.content


def test_a_refused_form_needs_a_reason(clinic, desk, visit, settings, tmp_path):
    settings.VAR = tmp_path
    add_starter_forms(by=clinic.role("manager"))
    with clinic.reading():
        form = ConsentForm.objects.get(key="privacy", language="en")
    said = {"signed_as": "self", "refuse": "1"}

    assert desk.post(url("sign", visit, form.pk), said).status_code == 422
    kept = desk.post(url("sign", visit, form.pk), {**said, "because": "wants to read it"})
    assert kept["Location"].endswith("?step=forms")
    broken = {"signed_as": "self", "signed_name": "Ann", "signature": "data:image/png;base64,!"}
    assert b"did not arrive whole" in desk.post(url("sign", visit, form.pk), broken).content


def test_moves_tell_how_to_undo_them_and_refusals_are_told_plainly(clinic, desk, visit):
    moved = desk.post(url("move", visit, "checkout"), {"seen": "arrived"}, headers=HTMX)
    with clinic.reading():
        event = visit.events.order_by("place").last()
    assert url("undo", visit, event.pk) in moved["HX-Trigger"]

    late = desk.post(url("move", visit, "provider"), {"seen": "arrived"}, headers=HTMX)
    assert (late.status_code, late["Content-Type"]) == (409, "text/plain")
    assert b"Somebody moved this patient" in late.content

    desk.post(url("undo", visit, event.pk), headers=HTMX)
    with clinic.reading():
        assert Visit.objects.get(pk=visit.pk).stage == Stage.ARRIVED


def test_money_is_not_taken_for_nonsense(clinic, desk, visit):
    for amount in ("-5", "abc", "1.005"):
        answer = desk.post(url("pay", visit), {"amount": amount, "method": "cash", "key": "k"})
        assert answer.status_code == 422
    with clinic.reading():
        assert CheckIn.objects.get(visit=visit).payment_done_at is None


def test_a_stage_that_is_none_is_no_address(desk, visit):
    for word in ("expected", "nowhere", "roomed"):
        assert desk.post(f"/visits/{visit.pk}/move/{word}/").status_code == 404


def test_whoever_may_not_check_in_is_refused(clinic, client, visit):
    client.force_login(clinic.member("assistant").user)

    assert client.get(url("check_in", visit)).status_code == 403
    assert client.post(url("finish_check_out", visit), {"key": "k"}).status_code == 403
    assert client.post(url("sign_superbill", visit)).status_code == 403
