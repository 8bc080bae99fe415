"""Bar codes of driver licences: every version of the standard, and what is none."""

from datetime import date

import pytest

from frontdesk.core.clock import now
from frontdesk.records import exchange, jobs, operations
from frontdesk.records.models import Reading
from frontdesk.records.rules import licences
from tests.records import cards


@pytest.mark.parametrize("version", range(2, 12))
@pytest.mark.parametrize("kind", ["DL", "ID"])
def test_every_version_since_2003_is_read(version, kind):
    read = licences.read(cards.aamva(version, kind))

    assert (read.first_name, read.middle_name, read.last_name) == ("Marguerite", "Ada", "Okafor")
    assert (read.birth_date, read.expires_on) == (date(1968, 3, 14), date(2031, 3, 14))
    assert read.address_1 == "412 Maple Ridge Rd"
    assert (read.city, read.state, read.zip_code, read.sex) == ("Columbus", "OH", "43215", "F")


def test_version_one_has_one_name_and_years_first():
    text = cards.aamva(
        1, DCS="-", DAC="-", DAD="-", DAA="OKAFOR,MARGUERITE,ADA,JR", DBB="19680314",
        DBA="20310314", DBC="F",
    )  # fmt: skip
    read = licences.read(text)
    assert (read.last_name, read.first_name, read.suffix) == ("Okafor", "Marguerite", "Jr")
    assert read.birth_date == date(1968, 3, 14)


def test_given_names_in_one_and_a_canadian_date_are_read():
    read = licences.read(cards.aamva(3, DAC="-", DAD="-", DCT="MARIE,EVE", DAK="432151234"))
    assert (read.first_name, read.middle_name, read.zip_code) == ("Marie", "Eve", "43215-1234")
    assert licences.read(cards.aamva(8, DCG="CAN", DBB="19680314")).birth_date.day == 14


@pytest.mark.parametrize(
    "text",
    ["", "https://example.org", "@\nANSI 636023080001DL", cards.aamva(8, DBB="-"),
     cards.aamva(8, DBB="99999999"), cards.aamva()[:40]],
)  # fmt: skip
def test_what_is_no_licence_says_so(text):
    with pytest.raises(licences.NotALicence):
        licences.read(text)


@pytest.mark.parametrize("turn", [0, 90, 180, 7])
def test_a_picture_of_the_back_is_read_however_it_is_held(turn):
    said = exchange.licence_said(cards.licence_picture(cards.aamva(), turn))
    assert said["last_name"] == {"value": "Okafor", "sure": 100}
    assert said["birth_date"]["value"] == "1968-03-14"


def test_another_bar_code_or_none_is_nothing():
    assert exchange.licence_said(cards.licence_picture("A parcel")) == {}
    assert exchange.licence_said(cards.bytes_of(cards.lined(cards.CARDS[0]))) == {}


def test_the_job_reads_once(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    by = clinic.role("receptionist")
    document = operations.file_document(
        clinic.patient(), kind="photo_id", title="ID",
        content=cards.licence_picture(cards.aamva()), at=now(), by=by,
    )  # fmt: skip
    reading = operations.ask_reading(document, kind="licence", at=now(), by=by)
    assert operations.ask_reading(document, kind="licence", at=now(), by=by).pk == reading.pk
    ran = [jobs.read_picture.func(str(clinic.practice.pk), str(reading.pk)) for _ in range(2)]
    assert ran == ["read", "read"]
    with clinic.reading():
        assert Reading.objects.get().said["first_name"]["value"] == "Marguerite"
