"""Forms are asked in the patient's language, answered once, and again when they change."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from frontdesk.core.clock import months_after, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.records import operations, queries
from frontdesk.records.models import Consent, ConsentForm

TODAY = date(2026, 11, 24)


@pytest.fixture
def forms(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    operations.add_starter_forms(by=clinic.role("manager"))
    with clinic.reading():
        return {(f.key, f.language): f for f in ConsentForm.objects.all()}


def sign(clinic, patient, form, *, on=TODAY, **more):
    said = {"signed_name": "Ann Lee", "signed_as": "self", **more}
    return operations.sign_consent(
        patient, form=form, at=now(), on=on, by=clinic.role("receptionist"), **said
    )


def due(clinic, patient, on=TODAY):
    with clinic.reading():
        return [(form.key, form.language) for form in queries.forms_due(patient, on)]


def test_the_starter_forms_come_once_in_two_languages(clinic, forms):
    again = operations.add_starter_forms(by=clinic.role("manager"))

    assert (len(forms), again) == (6, [])
    assert {language for _, language in forms} == {"en", "es"}


def test_the_patients_language_is_asked_where_there_is_one(clinic, forms):
    rosa = clinic.patient("Rosa", "Diaz", language="es-MX")
    jean = clinic.patient("Jean", "Roy", language="fr")

    assert {language for _, language in due(clinic, rosa)} == {"es"}
    assert {language for _, language in due(clinic, jean)} == {"en"}


def test_a_signed_form_is_asked_again_only_when_it_expires_or_changes(clinic, forms):
    ann = clinic.patient()
    sign(clinic, ann, forms["treatment", "en"])

    assert ("treatment", "en") not in due(clinic, ann)
    assert ("treatment", "en") not in due(clinic, ann, months_after(TODAY, 12) - timedelta(1))
    assert ("treatment", "en") in due(clinic, ann, months_after(TODAY, 12))

    new = operations.save_form(
        key="treatment", language="en", title="Consent", body="New", by=clinic.role("manager")
    )
    assert new.edition == 2
    assert ("treatment", "en") in due(clinic, ann)


def test_changing_only_the_rules_keeps_the_version_and_the_answers(clinic, forms):
    form = forms["treatment", "en"]
    sign(clinic, ann := clinic.patient(), form)

    kept = operations.save_form(
        key="treatment",
        language="en",
        title=form.title,
        body=form.body,
        valid_months=24,
        by=clinic.role("manager"),
    )

    assert (kept.pk, kept.edition, kept.valid_months) == (form.pk, 1, 24)
    assert ("treatment", "en") not in due(clinic, ann)


def test_a_drawn_signature_is_filed_and_the_same_press_counts_once(clinic, forms):
    out = io.BytesIO()
    canvas = Image.new("RGBA", (60, 16), (0, 0, 0, 0))
    canvas.putpixel((8, 8), (0, 0, 0, 255))
    canvas.save(out, "PNG")
    ann = clinic.patient()

    first = sign(clinic, ann, forms["privacy", "en"], signature=out.getvalue())
    again = sign(clinic, ann, forms["privacy", "en"], signature=out.getvalue())

    assert first.pk == again.pk
    assert first.signature.content_type == "image/png"
    assert first.expires_on == date(2029, 11, 24)


def test_refusing_needs_a_reason_and_is_not_possible_for_care_itself(clinic, forms):
    ann, by = clinic.patient(), clinic.role("receptionist")
    common = {"at": now(), "on": TODAY, "by": by}

    with pytest.raises(Refused, match="needed for the visit"):
        operations.refuse_consent(ann, form=forms["treatment", "en"], because="no", **common)
    with pytest.raises(Refused, match="Say why"):
        operations.refuse_consent(ann, form=forms["privacy", "en"], because=" ", **common)
    operations.refuse_consent(ann, form=forms["privacy", "en"], because="wants a copy", **common)

    assert ("privacy", "en") not in due(clinic, ann)
    with clinic.reading():
        ready = queries.forms_readiness([ann.pk], TODAY)[ann.pk]
        assert (ready.tone, ready.missing, ready.refused) == ("stop", 2, 1)


def test_an_old_version_cannot_be_signed(clinic, forms):
    operations.save_form(
        key="privacy", language="en", title="P", body="New", by=clinic.role("manager")
    )
    with pytest.raises(Refused, match="newer version"):
        sign(clinic, clinic.patient(), forms["privacy", "en"])


def test_nobody_signs_without_a_name_or_a_right(clinic, forms):
    with pytest.raises(Refused, match="name"):
        sign(clinic, clinic.patient(), forms["privacy", "en"], signed_name="  ")
    with pytest.raises(NotPermitted):
        operations.sign_consent(
            clinic.patient(),
            form=forms["privacy", "en"],
            signed_name="Ann",
            signed_as="self",
            at=now(),
            on=TODAY,
            by=clinic.role("assistant"),
        )


def test_readiness_costs_the_same_for_one_and_many(clinic, forms, django_assert_num_queries):
    people = [clinic.patient(f"P{number}", "X") for number in range(6)]
    for person in people:
        for key in ("treatment", "privacy", "financial"):
            sign(clinic, person, forms[key, "en"])
    with clinic.reading():
        for some in (people[:1], people):
            with django_assert_num_queries(3):
                ready = queries.forms_readiness([p.pk for p in some], TODAY)
            assert {one.tone for one in ready.values()} == {"ok"}
    assert Consent.Answer.SIGNED == "signed"


def test_months_end_where_the_month_does():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 11, 24), 3) == date(2027, 2, 24)
