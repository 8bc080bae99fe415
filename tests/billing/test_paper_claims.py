"""The CMS-1500, box by box: what is typed, and where it falls on the sheet."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from frontdesk.billing.exchange import cms1500_pdf
from frontdesk.billing.exchange.cms1500 import ACROSS, DOWN, LEFT, TOP
from frontdesk.billing.rules.cms1500 import paper_claims
from frontdesk.billing.rules.facts import BeginningFacts, PriorFacts, PriorLineFacts
from tests.billing.test_checks import SOUND

FAMILY = replace(
    SOUND,
    subscriber=replace(SOUND.subscriber, first="BEN", last="LEE", sex="M"),
    policy=replace(SOUND.policy, relationship="19", group_number="G77", plan_name="Choice"),
    authorization_number="AUTH-1",
)
PRIOR = PriorFacts(
    payer=replace(SOUND.payer, name="First Mutual", payer_id="FIRST"),
    policy=replace(SOUND.policy, member_id="F1", group_number="G1", plan_name="Gold"),
    subscriber=SOUND.subscriber,
    paid=Decimal("80.00"),
    lines=[PriorLineFacts(1, Decimal("80.00"), [("PR", "3", Decimal("20.00"))], date(2026, 11, 1))],
)


def sheet(claim=SOUND):
    return paper_claims(claim)[0]


@pytest.mark.parametrize(
    ("box", "value"),
    [
        ("1", "X"),
        ("1a", SOUND.policy.member_id),
        ("10a", "X"),
        ("12", "SIGNATURE ON FILE"),
        ("13", "SIGNATURE ON FILE"),
        ("24B", "11"),
        ("25", "123456789 X"),  # an EIN
        ("26", SOUND.number),
        ("33a", SOUND.practice.npi),
    ],
)
def test_what_stands_in_a_box(box, value):
    assert sheet().value(box) == value


def test_names_dates_and_codes_are_written_as_the_form_wants_them():
    found = sheet(FAMILY)

    assert found.value("2").startswith(f"{SOUND.patient.last}, {SOUND.patient.first}".upper())
    assert found.value("4").startswith("LEE, BEN")
    born = SOUND.patient.birth_date
    assert found.value("3").startswith(f"{born:%m %d %Y}")
    assert found.value("21").split()[1] == SOUND.diagnoses[0].code.replace(".", "")
    assert found.value("11") == "G77"
    assert found.value("23") == "AUTH-1"
    assert next(one for one in found.typed if one.box == "6").column == 42  # a child


def test_dollars_stand_without_a_point_and_the_total_is_the_sheets():
    first = SOUND.lines[0]

    found = sheet(replace(SOUND, lines=[replace(first, charge=Decimal("1480.50"))]))

    assert found.value("24F").strip() == "1480 50"
    assert found.value("28").strip() == "1480 50"
    assert found.total == Decimal("1480.50")


def test_more_than_six_lines_take_more_sheets_each_with_its_own_total():
    lines = [replace(SOUND.lines[0], place=place, charge=Decimal(10)) for place in range(1, 9)]

    first, second = paper_claims(replace(SOUND, lines=lines))

    assert (first.total, second.total) == (Decimal(60), Decimal(20))
    assert (first.of, second.number) == (2, 2)
    assert len([one for one in second.typed if one.box == "24E"]) == 2
    assert second.value("2") == first.value("2")  # each sheet is complete by itself


def test_a_drug_stands_in_the_shaded_half_of_its_line():
    drug = replace(SOUND.lines[0], ndc="00006-4171-00", ndc_quantity=Decimal("0.50"), ndc_unit="ML")

    found = next(one for one in sheet(replace(SOUND, lines=[drug])).typed if one.box == "24")

    assert (found.line, found.text) == (43, "N400006417100 ML0.5")


def test_a_later_plan_is_told_who_paid_before_and_how_much():
    found = sheet(replace(FAMILY, prior=PRIOR))

    assert found.value("9a") == "G1"
    assert found.value("9d") == "GOLD"
    assert next(one for one in found.typed if one.box == "11d").column == 52
    assert found.value("29").strip() == "80 00"


def test_medicare_as_the_first_plan_has_no_other_insured():
    medicare = replace(SOUND, payer=replace(SOUND.payer, filing="MB"))

    found = sheet(medicare)

    assert next(one for one in found.typed if one.box == "1").column == 1
    assert (found.value("4"), found.value("7"), found.value("11")) == ("", "", "NONE")


def test_box_11_is_the_first_plans_where_medicare_pays_second_and_else_its_own():
    medicare = replace(FAMILY, payer=replace(SOUND.payer, filing="MB"), prior=PRIOR)
    assert sheet(medicare).value("11") == "G1"
    assert sheet(replace(FAMILY, prior=PRIOR)).value("11") == "G77"


def test_a_replacement_names_the_payers_own_number():
    found = sheet(replace(SOUND, frequency="7", payer_control_number="ICN55"))

    assert found.value("22") == "7 ICN55"


def where(content, words, page=0):
    """Left and top of words on a page, in points from its upper left corner."""
    document = pypdfium2.PdfDocument(content)
    text = document[page].get_textpage()
    found = text.search(words).get_next()
    assert found is not None, words
    left, _, _, top = text.get_charbox(found[0], loose=True)
    return left, document[page].get_height() - top


def test_type_falls_where_the_form_has_its_boxes_and_a_nudge_moves_it():
    sheets = paper_claims(SOUND)
    member = SOUND.policy.member_id

    left, top = where(cms1500_pdf("t", sheets, is_copy=False), member)
    moved = where(
        cms1500_pdf("t", sheets, is_copy=False, right=Decimal("2.5"), down=Decimal("-1.0")), member
    )

    assert left == pytest.approx(LEFT + 49 * ACROSS, abs=1)
    assert top == pytest.approx(TOP + 7 * DOWN, abs=4)
    assert moved[0] - left == pytest.approx(2.5 * 72 / 25.4, abs=0.2)
    assert moved[1] - top == pytest.approx(-72 / 25.4, abs=0.2)


@pytest.mark.parametrize(
    ("box", "places"),
    [
        ("1", [(8, 31)]),
        ("1a", [(8, 50)]),
        ("2", [(10, 1)]),
        ("3", [(10, 31), (10, 34), (10, 37), (10, 47)]),
        ("4", [(10, 50)]),
        ("6", [(12, 42)]),
        ("10a", [(20, 41)]),
        ("10b", [(22, 41)]),
        ("10c", [(24, 41)]),
        ("11", [(18, 50)]),
        ("21", [(37, 42), (38, 3), (38, 16), (38, 29), (38, 42), (39, 3)]),
        ("24A", [(44, 1), (44, 10), (46, 1), (46, 10)]),
        ("24B", [(44, 19), (46, 19)]),
        ("24D", [(44, 25), (44, 33), (44, 36), (44, 39), (44, 42), (46, 25)]),
        ("24E", [(44, 45), (46, 45)]),
        ("24F", [(44, 50), (46, 50)]),
        ("24G", [(44, 59), (46, 59)]),
        ("24J", [(44, 68), (46, 68)]),
        ("25", [(56, 1), (56, 19)]),
        ("28", [(56, 52)]),
        ("33a", [(61, 50)]),
    ],
)
def test_each_box_is_typed_at_its_line_and_column_of_the_form(box, places):
    """Source: the field positions of the NUCC's 02/12 form; ten letters and six lines an inch."""
    line = replace(SOUND.lines[0], modifiers=("25", "59", "LT", "GT"))
    lines = [line, replace(line, place=2, modifiers=())]
    claim = replace(FAMILY, lines=lines, diagnoses=[SOUND.diagnoses[0]] * 5)
    typed = [one for one in sheet(claim).typed if one.box == box]
    assert [(one.line, one.column) for one in typed] == places


def test_only_the_copy_for_reading_draws_the_form():
    sheets = paper_claims(SOUND)

    red = pypdfium2.PdfDocument(cms1500_pdf("t", sheets, is_copy=False))[0].get_textpage()
    copy = pypdfium2.PdfDocument(cms1500_pdf("t", sheets, is_copy=True))[0].get_textpage()

    assert "INSURED" not in red.get_text_range()
    assert "Copy for reading" in copy.get_text_range()
    assert "28 TOTAL" in copy.get_text_range()


@pytest.mark.parametrize(
    ("cause", "yes", "first", "other"),
    [
        ("", None, "11 02 2026 431", ""),
        ("LM", None, "11 02 2026 484", ""),
        ("EM", "10a", "11 02 2026 431", "439 11 02 2026"),
        ("AA", "10b", "11 02 2026 431", "439 11 02 2026"),
        ("OA", "10c", "11 02 2026 431", "439 11 02 2026"),
    ],
)
def test_how_it_began_is_ticked_and_dated(cause, yes, first, other):
    began = BeginningFacts(cause, date(2026, 11, 2), "OH" if cause == "AA" else "", "C-5")

    found = sheet(replace(SOUND, began=began))

    ticked = {one.box: one.column for one in found.typed if one.box[:2] == "10" and one.text == "X"}
    assert ticked == {box: 35 if box == yes else 41 for box in ("10a", "10b", "10c")}
    assert found.value("10b") == ("X OH" if cause == "AA" else "X")
    assert (found.value("14"), found.value("15")) == (first, other)
    assert found.value("11b") == "Y4 C-5"


def test_who_referred_is_named_with_the_npi():
    found = sheet(replace(SOUND, referred_by="Dr. Ada Okafor", referred_by_npi="1245319599"))

    assert (found.value("17"), found.value("17b")) == ("DN ADA OKAFOR", "1245319599")
    assert sheet(replace(SOUND, referred_by="Dr. Ada Okafor")).value("17") == ""
