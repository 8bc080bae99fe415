"""Pictures of insurance cards are read field by field, and doubt is told."""

import pytest

from frontdesk.core.clock import now
from frontdesk.records import gateways, jobs, operations
from frontdesk.records.models import Reading
from frontdesk.records.rules import cards as rules
from frontdesk.records.rules.cards import Word
from tests.records import cards

FIELDS = ("member_id", "group_number", "plan", "name", "rx_bin", "rx_pcn", "rx_group", "phone")
reads = pytest.mark.skipif(not gateways.has_reader(), reason="Tesseract is not installed")


def read(picture):
    return rules.read(jobs.words_on(cards.bytes_of(picture)))


@reads
def test_cards_of_three_layouts_worn_in_five_ways_are_read():
    """One card a cell keeps this quick; `make bench ONLY=cards` does all of them."""
    right, asked, wrong_and_sure = 0, 0, []
    for number, layout in enumerate(cards.LAYOUTS.values()):
        for place, wear in enumerate(cards.WEAR.values()):
            card = cards.CARDS[(number + place) % len(cards.CARDS)]
            said = read(wear(layout(card)))
            lines = said["lines"].value.split("\n")
            assert rules.payer_on(lines, cards.PAYERS).value == card.payer
            assert said["member_id"].value == card.member_id
            for field in FIELDS:
                asked += 1
                found = said.get(field)
                right += found is not None and found.value == getattr(card, field)
                if found and found.value != getattr(card, field) and found.sure > 90:
                    wrong_and_sure.append((field, found))
    assert right / asked > 0.93
    assert not wrong_and_sure


def words(*rows):
    """Words as a machine sees them: ("text", left) by row."""
    return [
        Word(text, 90, left, 60 * number, 14 * len(text), 24)
        for number, row in enumerate(rows)
        for text, left in row
    ]


def test_a_value_stands_right_of_its_label_or_under_it():
    said = rules.read(
        words(
            [("Member", 0), ("ID:", 100), ("ABC12345678", 200)],
            [("Group", 0), ("Number", 80), ("Plan", 600), ("Type", 680)],
            [("77120", 0), ("Gold", 600), ("PPO", 680)],
        )
    )
    assert said["member_id"].value == "ABC12345678"
    assert (said["group_number"].value, said["plan"].value) == ("77120", "Gold PPO")


def test_letters_that_stand_for_digits_are_corrected_and_less_sure():
    said = rules.read(words([("RxBIN:", 0), ("61OO1l", 120)]))
    assert (said["rx_bin"].value, said["rx_bin"].sure) == ("610011", 75)


def test_the_group_of_the_pharmacy_is_not_the_group():
    said = rules.read(words([("RxGrp:", 0), ("HL4577", 150)], [("Grp:", 0), ("8812", 150)]))
    assert (said["rx_group"].value, said["group_number"].value) == ("HL4577", "8812")


def test_nothing_is_read_from_nothing():
    assert rules.read([]) == {}
    assert rules.payer_on(["Some other words"], cards.PAYERS) is None


def filed(clinic, content):
    by = clinic.role("receptionist")
    document = operations.file_document(
        clinic.patient(), kind="card_front", title="Card", content=content, at=now(), by=by
    )
    return operations.ask_reading(document, kind="card", at=now(), by=by)


def test_without_a_reader_the_picture_is_kept_and_typed_by_hand(
    clinic, settings, tmp_path, monkeypatch
):
    settings.VAR = tmp_path
    monkeypatch.setattr(gateways, "has_reader", lambda: False)
    reading = filed(clinic, cards.bytes_of(cards.lined(cards.CARDS[0])))
    assert jobs.read_picture.func(str(clinic.practice.pk), str(reading.pk)) == "by_hand"
    with clinic.reading():
        assert "Type what the card says" in Reading.objects.get().because


@reads
def test_a_blank_picture_is_one_to_take_again(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    blank = cards.Image.new("RGB", (400, 250), "white")
    reading = filed(clinic, cards.bytes_of(blank))
    assert jobs.read_picture.func(str(clinic.practice.pk), str(reading.pk)) == "unreadable"
