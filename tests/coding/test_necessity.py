"""Which diagnoses make a service medically necessary: brought in, by their days, and judged."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from frontdesk.coding import operations, queries
from frontdesk.coding.models import ChargeItem, MedicalNecessity
from frontdesk.coding.rules.edits import Line
from frontdesk.coding.rules.necessity import Policy, unsupported
from frontdesk.core.errors import NotPermitted, Refused

DAY = date(2026, 11, 23)
HTMX = {"headers": {"HX-Request": "true"}}
HEAD = "LCD,Title,HCPCS,ICD-10,Covered,Effective,End,Source\n"
FILE = HEAD + (
    "L33777,Vitamin B12,J3420,D51.0,yes,2026-01-01,,cms.gov/L33777\n"
    "L33777,Vitamin B12,J3420,E53,,2026-01-01,,cms.gov/L33777\n"
    "L33777,Vitamin B12,J3420,R53.83,no,2026-01-01,,cms.gov/L33777\n"
)
B12 = Policy(
    "L33777", "Vitamin B12", "J3420", frozenset({"D510", "E53"}), frozenset({"R5383"}), "cms.gov"
)


def take(clinic, text=FILE, role="manager"):
    return operations.import_necessity(text.encode(), by=clinic.role(role))


def judged(clinic, diagnosis, on=DAY, modifiers=()):
    with clinic.reading():
        lines = [Line("J3420", 1, modifiers, [diagnosis])]
        return [one for one in queries.edits(lines, [diagnosis], on=on) if one.rule == "LCD"]


@pytest.mark.parametrize(
    ("diagnoses", "modifiers", "is_told"),
    [
        (["D51.0"], (), False),
        (["E53.8"], (), False),  # below a heading that is listed
        (["I10"], (), True),
        (["I10", "D51.0"], (), False),  # one that counts is enough
        (["R53.83"], (), True),
        (["I10"], ("GA",), False),  # the patient signed that Medicare may not pay
        (["I10"], ("GZ",), False),
        (["I10"], ("GY",), False),
        (["I10"], ("25",), True),
        ([], (), False),  # without a diagnosis the line is refused for that
    ],
)
def test_a_service_is_told_unless_a_diagnosis_of_its_line_covers_it(diagnoses, modifiers, is_told):
    found = unsupported([Line("J3420", 1, modifiers, diagnoses)], {"J3420": [B12]})
    assert [one.rule for one in found] == (["LCD"] if is_told else [])
    if found:
        assert found[0].severity == "stop" and found[0].about == "J3420"
        assert "L33777" in found[0].citation and "cms.gov" in found[0].citation
        assert "GA" in found[0].how_to_fix


def test_what_is_only_refused_leaves_everything_else_covered():
    policy = Policy("A1", "", "J3420", frozenset(), frozenset({"R5383"}), "")
    assert unsupported([Line("J3420", diagnoses=["I10"])], {"J3420": [policy]}) == []
    assert unsupported([Line("J3420", diagnoses=["R53.83"])], {"J3420": [policy]})


def test_of_two_policies_one_that_covers_is_enough():
    other = Policy("L2", "", "J3420", frozenset({"I10"}), frozenset(), "")
    assert unsupported([Line("J3420", diagnoses=["I10"])], {"J3420": [B12, other]}) == []


def test_a_file_is_brought_in_and_judges_by_the_day_of_service(clinic):
    assert take(clinic) == 1
    with clinic.reading():
        held = MedicalNecessity.objects.get()
    assert (held.supports, held.refuses) == (["D51.0", "E53"], ["R53.83"])
    assert (held.starts_on, held.last_on, held.source) == (
        date(2026, 1, 1), None, "cms.gov/L33777",
    )  # fmt: skip
    assert judged(clinic, "I10") and not judged(clinic, "D51.0")
    assert not judged(clinic, "I10", on=date(2025, 12, 31))


def test_the_same_file_twice_changes_nothing(clinic):
    take(clinic)
    with clinic.reading():
        before = list(MedicalNecessity.objects.values())
    assert take(clinic) == 0
    with clinic.reading():
        assert list(MedicalNecessity.objects.values()) == before


NEXT = HEAD + "L33777,Vitamin B12,G0008,D51.0,yes,2026-07-01,,\n"


@pytest.mark.parametrize("files", [(FILE, NEXT), (NEXT, FILE)])
def test_a_policy_ends_before_its_next_version_whichever_comes_in_first(clinic, files):
    for text in files:
        take(clinic, text)
    assert judged(clinic, "I10", on=date(2026, 6, 30))
    assert not judged(clinic, "I10", on=date(2026, 7, 1))  # the new version is about another


def test_a_version_brought_in_again_is_what_the_file_says(clinic):
    take(clinic)
    take(clinic, HEAD + "L33777,B12,G0008,D51.0,yes,2026-01-01,2026-12-31,\n")
    assert not judged(clinic, "I10")
    with clinic.reading():
        kept = MedicalNecessity.objects.get(is_active=True)
    assert (kept.code, kept.last_on) == ("G0008", date(2026, 12, 31))


def test_an_amount_of_rows_takes_as_many_queries_as_one(clinic, django_assert_num_queries):
    take(clinic)
    asked = queries.Asked([Line("J3420", diagnoses=["I10"])], DAY)
    for many in (1, 50):
        with clinic.reading(), django_assert_num_queries(2):
            assert all(queries.edits_of([asked] * many))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column"),
        ("LCD,HCPCS\nL1,J3420\n", "diagnosis"),
        (HEAD, "no rows"),
        (FILE.replace("D51.0", "pain"), "row 2, diagnosis"),
        (FILE.replace("J3420", "B-12"), "row 2, code"),
        (FILE.replace("2026-01-01", "soon", 1), "row 2, first day"),
        (FILE.replace("2026-01-01,,", "2026-01-01,2025-01-01,", 1), "row 2, last day"),
        (FILE.replace(",yes,", ",perhaps,"), "row 2, covered"),
        (FILE.replace("L33777", "", 1), "row 2, policy"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing_and_says_where(clinic, text, words):
    with pytest.raises(Refused, match=f"(?i){words}"):
        take(clinic, text)
    with clinic.reading():
        assert not MedicalNecessity.objects.exists()


def test_american_dates_and_semicolons_are_read(clinic):
    take(clinic, FILE.replace(",", ";").replace("2026-01-01", "1/1/2026"))
    assert judged(clinic, "I10")


def test_cpt_codes_need_the_licensed_price_list_first(clinic):
    cpt = FILE.replace("J3420", "82607")
    with pytest.raises(Refused, match="licen"):
        take(clinic, cpt)
    with clinic.writing():
        ChargeItem(code="82607", description="B12", system=ChargeItem.System.CPT).save()
    assert take(clinic, cpt) == 1


def test_only_who_may_set_charges_brings_it_in(clinic):
    with pytest.raises(NotPermitted):
        take(clinic, role="front_desk")


def test_it_is_brought_in_and_looked_up_on_screen(client, clinic):
    client.force_login(clinic.member("manager").user)
    page = client.get(reverse("coding:necessity")).content.decode()
    assert "No policies yet" in page
    upload = SimpleUploadedFile("lcd.csv", FILE.encode())
    client.post(reverse("coding:import_necessity"), {"file": upload}, **HTMX)
    page = client.get(reverse("coding:necessity"), {"q": "l33777"}).content.decode()
    assert "J3420" in page and "Vitamin B12" in page
    assert "J3420" not in client.get(reverse("coding:necessity"), {"q": "L999"}).content.decode()
    bad = SimpleUploadedFile("lcd.csv", b"x")
    refused = client.post(reverse("coding:import_necessity"), {"file": bad}, **HTMX)
    assert refused.status_code == 422 and "no column" in refused.content.decode().casefold()
