"""Forms are given by rule; none counts as done with a blank or a signature missing."""

import io
from datetime import date, timedelta

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.records import jobs, operations, queries
from frontdesk.records.models import Consent, Document
from frontdesk.records.operations import Signing
from frontdesk.records.rules import blanks, choosing
from frontdesk.records.rules.choosing import Facts, Rule

TODAY = date(2026, 11, 24)
BLANKS = "Do you smoke? [yes/no] *\nPharmacy [one of: Elm, Oak]\nLast visit [date]\nAllergies *"


@pytest.fixture
def manager(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    return clinic.role("manager")


@pytest.fixture
def form(manager):
    return operations.save_form(
        key="intake", language="en", title="About you", body="Please.", blanks=BLANKS, by=manager
    )


def sign(clinic, patient, form, **more):
    said = {"signed_name": "Ann Lee", "signed_as": "self", **more}
    return operations.sign_consent(
        patient, form=form, at=now(), on=TODAY, by=clinic.role("receptionist"), **said
    )


def picture(drawn: bool) -> bytes:
    canvas = Image.new("RGBA", (60, 16), (0, 0, 0, 0))
    if drawn:
        canvas.putpixel((8, 8), (0, 0, 0, 255))
    out = io.BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()


def test_blanks_are_written_as_they_are_read():
    read = blanks.read(BLANKS)
    assert [(one["kind"], one["is_required"]) for one in read] == [
        ("yes_no", True), ("choice", False), ("date", False), ("text", True)
    ]  # fmt: skip
    assert blanks.read(blanks.write(read)) == read


@pytest.mark.parametrize("line", ["[yes/no]", "Smoke? [maybe]", "Farm [one of: x]", "A\nA"])
def test_a_blank_that_asks_nothing_clear_is_refused(line):
    with pytest.raises(Refused):
        blanks.read(line)


def test_a_form_with_a_required_blank_empty_is_not_signed(clinic, form):
    ann = clinic.patient()
    for filled in (None, {}, {"do-you-smoke": "yes"}, {"do-you-smoke": "yes", "allergies": "  "}):
        with pytest.raises(Refused, match="Still to fill in"):
            sign(clinic, ann, form, filled=filled)
    with pytest.raises(Refused, match="does not fit"):
        sign(clinic, ann, form, filled={"do-you-smoke": "often", "allergies": "none"})

    kept = sign(clinic, ann, form, filled={"do-you-smoke": "no", "allergies": "none", "x": "y"})

    assert kept.filled == {"do-you-smoke": "no", "allergies": "none"}


def test_a_form_without_a_signature_is_not_signed(clinic, form):
    filled = {"do-you-smoke": "no", "allergies": "none"}
    with pytest.raises(Refused, match="name of whoever signs"):
        sign(clinic, clinic.patient(), form, signed_name=" ", filled=filled)
    with pytest.raises(Refused, match="signature is empty"):
        sign(clinic, clinic.patient(), form, signature=picture(drawn=False), filled=filled)
    with pytest.raises(Refused, match="not a JPEG or PNG"):
        sign(clinic, clinic.patient(), form, signature=b"x", filled=filled)
    with pytest.raises(Refused, match="who signs"):
        sign(clinic, clinic.patient(), form, signed_as="anybody", filled=filled)
    with clinic.reading():
        assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("born", "state", "minor"),
    [
        (date(2008, 11, 24), "OH", False),
        (date(2008, 11, 25), "OH", True),
        (date(2008, 11, 24), "AL", True),
        (date(2007, 11, 24), "AL", False),
        (date(2006, 1, 1), "MS", True),
    ],
)
def test_a_guardian_signs_for_who_is_not_of_age_in_that_state(
    clinic, manager, form, born, state, minor
):
    kid = clinic.patient("Kit", "Lee", birth_date=born, state=state)
    filled = {"do-you-smoke": "no", "allergies": "none"}
    if not minor:
        assert sign(clinic, kid, form, filled=filled).signed_as == "self"
        return
    with pytest.raises(Refused, match="parent or guardian"):
        sign(clinic, kid, form, filled=filled)
    mine = {"signed_as": "guardian", "signing": Signing(relation="aunt"), "filled": filled}
    assert sign(clinic, kid, form, **mine).relation == "aunt"

    operations.save_rule("intake", minor_may_sign=True, by=manager)
    assert sign(clinic, kid, form, filled={**filled, "allergies": "nuts"}).signed_as == "self"


def test_the_signed_paper_is_filed_once_as_it_was_shown(clinic, form):
    ann = clinic.patient()
    filled = {"do-you-smoke": "no", "allergies": "Penicillin"}
    kept = sign(
        clinic, ann, form, filled=filled, signature=picture(drawn=True),
        signing=Signing("phone", "203.0.113.7"),
    )  # fmt: skip
    for _ in range(2):
        jobs.set_paper.func(str(clinic.practice.pk), str(kept.pk))

    with clinic.reading():
        kept = Consent.objects.select_related("paper").get(pk=kept.pk)
        assert Document.objects.filter(content_type="application/pdf").count() == 1
        text = pypdfium2.PdfDocument(queries.content_of(kept.paper))[0].get_textpage()
    said = text.get_text_range()
    wall = local(clinic.site, kept.answered_at)
    assert f"{wall:%Y-%m-%d %H:%M} {wall.tzname()}" in said
    for words in ("version 1", "About you", "Penicillin", "Ann Lee", "203.0.113.7", "their phone"):
        assert words in said


def test_changed_blanks_are_a_new_version_and_asked_again(clinic, manager, form):
    ann = clinic.patient()
    sign(clinic, ann, form, filled={"do-you-smoke": "no", "allergies": "none"})
    new = operations.save_form(
        key="intake", language="en", title=form.title, body=form.body, blanks="Allergies *",
        by=manager,
    )  # fmt: skip
    with clinic.reading():
        assert [one.pk for one in queries.forms_due(ann, TODAY)] == [new.pk]


def test_forms_are_given_by_visit_type_age_payer_and_state(clinic, manager):
    for key in ("everybody", "new", "medicare", "teen", "ohio"):
        operations.save_form(key=key, language="en", title=key, body="x", by=manager)
    operations.save_rule("new", visit_types=["new-patient"], by=manager)
    operations.save_rule("medicare", payers=["MEDICARE"], by=manager)
    operations.save_rule("teen", age_from=12, age_to=17, by=manager)
    operations.save_rule("ohio", states=["oh"], by=manager)
    ann, kit = clinic.patient(), clinic.patient("Kit", birth_date=date(2012, 1, 1))

    def due(patient, facts):
        with clinic.reading():
            return {one.key for one in queries.forms_due(patient, TODAY, facts)}

    assert due(ann, Facts()) == {"everybody"}
    told = Facts("new-patient", frozenset({"MEDICARE"}), "OH")
    assert due(ann, told) == {"everybody", "new", "medicare", "ohio"}
    assert due(kit, Facts("follow-up", frozenset(), "PA")) == {"everybody", "teen"}
    with clinic.reading():
        ready = queries.forms_readiness([ann.pk, kit.pk], TODAY, {ann.pk: told})
    assert (ready[ann.pk].missing, ready[kit.pk].missing) == (4, 2)
    with pytest.raises(Refused, match="wrong way round"):
        operations.save_rule("teen", age_from=18, age_to=12, by=manager)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 120), st.integers(0, 120))
def test_an_age_rule_gives_a_form_exactly_from_birthday_to_birthday(born, low, high):
    rule = Rule(age_from=min(low, high), age_to=max(low, high))
    age = choosing.age_on(born, TODAY)
    assert rule.gives(born, TODAY, Facts()) == (rule.age_from <= age <= rule.age_to)
    assert choosing.age_on(born, TODAY - timedelta(1)) in (age, age - 1)
