"""Patients check in on their phone by link, and on the office's tablet."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.models import Patient
from frontdesk.records import operations as records
from frontdesk.records.models import Consent, Document
from frontdesk.scheduling.models import Appointment
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, Kiosk, Told, Visit
from frontdesk.visits.operations import kiosk as tablets
from tests.records import cards

BORN = "3/14/1968"


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z"):
        yield


@pytest.fixture
def booked(clinic, settings, tmp_path):
    settings.VAR = tmp_path
    ann = clinic.patient(
        birth_date=date(1968, 3, 14), mobile_phone="+16145550147", email="a@example.org",
        address_1="1 Elm", city="Columbus", state="OH", zip_code="43215",
    )  # fmt: skip
    return clinic.booked(at=now(), patient=ann)


def link_for(clinic, booked, purpose="check_in"):
    made = comms.make_link(
        purpose, patient=booked.patient, subject=booked,
        expires_at=now() + timedelta(hours=6), by=clinic.anybody(),
    )  # fmt: skip
    return made.url[made.url.index("/l/") :]


@pytest.fixture
def phone(clinic, booked):
    """Ann's phone, known by her birth date, and the address of her pages."""
    browser, door = Client(), link_for(clinic, booked)
    answer = browser.post(f"{door}who/", {"birth_date": BORN})
    assert answer.status_code == 302
    return browser, f"{door}check-in/"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.content.decode())[1]


def still_right(browser, address, item, **more):
    page = browser.get(f"{address}item/{item}/")
    said = {"seen": hidden(page, "seen"), "key": hidden(page, "key"), "still_right": "1"}
    return browser.post(f"{address}item/{item}/", {**said, **more})


def ann(clinic):
    with clinic.reading():
        return Patient.objects.get(last_name="Lee")


def test_nothing_is_shown_before_the_birth_date(clinic, booked):
    browser, door = Client(), link_for(clinic, booked)
    for path in ("", "item/phone/", "card/"):
        answer = browser.get(f"{door}check-in/{path}")
        assert answer.status_code == 302
        assert answer["Location"] == f"{door}who/"
    assert "5550147" not in browser.get(f"{door}who/").content.decode()


def test_a_link_in_the_wrong_hands_is_taken_back(clinic, booked):
    browser, door = Client(), link_for(clinic, booked)
    for _ in range(5):
        browser.post(f"{door}who/", {"birth_date": "1/1/1970"})
    answer = browser.post(f"{door}who/", {"birth_date": BORN})
    assert answer.status_code == 410
    assert browser.get(f"{door}check-in/").status_code == 410
    with clinic.reading():
        assert Link.objects.get().ended_at


def test_the_first_page_says_what_is_next_and_a_confirmation_leads_on(clinic, phone):
    browser, address = phone
    first = browser.get(address).content.decode()
    assert f"{address}item/phone/" in first
    answer = still_right(browser, address, "phone")
    assert answer["Location"] == f"{address}item/email/"
    with clinic.reading():
        assert Told.objects.get().status == "confirmed"


def test_the_same_press_twice_counts_once(clinic, phone):
    browser, address = phone
    page = browser.get(f"{address}item/phone/")
    said = {"seen": hidden(page, "seen"), "key": hidden(page, "key"), "still_right": "1"}
    for _ in range(2):
        assert browser.post(f"{address}item/phone/", said).status_code == 302
    with clinic.reading():
        assert Told.objects.count() == 1


def test_a_correction_is_written_and_a_bad_one_is_said_beside_its_field(clinic, phone):
    browser, address = phone
    page = browser.get(f"{address}item/address/")
    said = {"seen": hidden(page, "seen"), "key": "k", "address_1": "9 Oak", "city": "Dublin",
            "state": "oh", "zip_code": "4301", "change": "1"}  # fmt: skip
    answer = browser.post(f"{address}item/address/", said)
    assert (answer.status_code, "Five digits" in answer.content.decode()) == (422, True)
    assert browser.post(f"{address}item/address/", {**said, "zip_code": "43016"}).status_code == 302
    assert (ann(clinic).address_1, ann(clinic).state) == ("9 Oak", "OH")


def test_insurance_and_name_wait_for_the_office(clinic, phone):
    browser, address = phone
    browser.post(
        f"{address}item/insurance/", {"payer": "Blue", "member_id": "B1", "change": "1", "key": "a"}
    )
    browser.post(
        f"{address}item/name/",
        {"first_name": "Ann", "last_name": "Moss", "birth_date": BORN, "change": "1", "key": "b"},
    )
    with clinic.reading():
        waiting = Told.objects.filter(status="proposed").order_by("pk")
        assert [one.item for one in waiting] == ["insurance", "name"]
        assert waiting[1].said == {"last_name": "Moss"}


def test_a_form_cannot_be_sent_empty_by_http_either(clinic, phone, booked):
    browser, address = phone
    form = records.save_form(
        key="intake", language="en", title="About you", body="x", by=clinic.role("manager"),
        blanks="Allergies *\nSmoke? [yes/no] *",
    )  # fmt: skip
    url = f"{address}form/{form.pk}/"
    whole = {"signed_name": "Ann Lee", "signed_as": "self", "blank-allergies": "none",
             "blank-smoke": "no"}  # fmt: skip
    for without in ("signed_name", "blank-allergies", "blank-smoke", "signed_as"):
        answer = browser.post(url, {k: v for k, v in whole.items() if k != without})
        assert answer.status_code == 422, without
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {**whole, "signature": "data:image/png;base64,%%"}).status_code == 422
    with clinic.reading():
        assert not Consent.objects.exists()
    assert browser.post(url, whole).status_code == 302
    with clinic.reading():
        kept = Consent.objects.get()
        assert (kept.device, kept.address) == ("phone", "127.0.0.1")
        assert kept.filled == {"allergies": "none", "smoke": "no"}


def test_a_form_is_refused_where_that_is_possible_only(clinic, phone):
    browser, address = phone
    records.add_starter_forms(by=clinic.role("manager"))
    with clinic.reading():
        forms = {one.key: one for one in records.forms.ConsentForm.objects.filter(language="en")}
    said = {"signed_as": "self", "refuse": "1"}
    answer = browser.post(f"{address}form/{forms['treatment'].pk}/", said)
    assert (answer.status_code, b"needed for the visit" in answer.content) == (422, True)
    assert browser.post(f"{address}form/{forms['privacy'].pk}/", said).status_code == 302


def test_i_am_here_arrives_on_the_board_on_the_day_only(clinic, phone, booked):
    browser, address = phone
    assert browser.post(f"{address}here/").status_code == 302
    browser.post(f"{address}here/")
    with clinic.reading():
        assert Visit.objects.get().stage == "arrived"
        assert CheckIn.objects.get().way == "phone"
    assert b"We know that you are here" in browser.get(address).content

    with clinic.writing():
        later = Appointment.objects.get(pk=booked.pk)
        later.pk = later.id = None
        later = clinic.booked(at=now() + timedelta(days=2), patient=booked.patient)
    door = link_for(clinic, later)
    browser.post(f"{door}who/", {"birth_date": BORN})
    assert b"on the day of your visit" in browser.post(f"{door}check-in/here/").content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a nothing", b"not a JPEG or PNG"),
        (b"\xff\xd8\xff" + b"0" * 400, b"damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * (11 * 1024 * 1024), b"larger than 10 MB"),
    ],
)
def test_a_picture_that_cannot_be_kept_is_said_in_words(clinic, phone, content, words):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser, address = phone
    file = SimpleUploadedFile("card.jpg", content)
    answer = browser.post(f"{address}card/", {"side": "front", "picture": file})
    assert (answer.status_code, words in answer.content) == (422, True)
    with clinic.reading():
        assert not Document.objects.exists()


def test_a_picture_is_filed_and_read_by_a_job(clinic, phone):
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser, address = phone
    content = cards.bytes_of(cards.lined(cards.CARDS[0]))
    file = SimpleUploadedFile("card.jpg", content)
    answer = browser.post(f"{address}card/", {"side": "front", "picture": file})
    assert answer.status_code == 302
    with clinic.reading():
        assert Document.objects.get().reading.status == "queued"


def test_spanish_is_one_touch_away(clinic, phone):
    browser, address = phone
    assert "Regístrese para su cita" in browser.get(f"{address}?lang=es").content.decode()
    assert "Sigue igual" in browser.get(f"{address}item/phone/").content.decode()


# The tablet


@pytest.fixture
def tablet(clinic):
    browser = Client()
    paired = tablets.make_kiosk(
        "Waiting room", clinic.site, pin="2468", at=now(), by=clinic.role("manager")
    )
    assert browser.get(f"/l/kiosk/pair/{paired.secret}/").status_code == 200
    assert browser.post(f"/l/kiosk/pair/{paired.secret}/").status_code == 302
    return browser


def ask(browser, said="Lee", born=BORN, **more):
    return browser.post("/l/kiosk/", {"birth_date": born, "last_name": said, **more})


@pytest.mark.parametrize("said", ["Lee", "lee ", "0147", "(614) 555-0147"])
def test_the_tablet_finds_who_comes_today_and_arrives_them(clinic, tablet, booked, said):
    answer = ask(tablet, said)
    assert answer.status_code == 302
    page = tablet.get(f"{answer['Location']}check-in/")
    assert b"Stop and clear this screen" in page.content
    with clinic.reading():
        assert CheckIn.objects.get().way == "tablet"
    left = tablet.post(f"{answer['Location']}check-in/leave/")
    assert left["Location"] == "/l/kiosk/"
    back = tablet.get(f"{answer['Location']}check-in/")
    assert (back.status_code, back["Location"]) == (302, "/l/kiosk/")


@pytest.mark.parametrize(
    ("said", "born"), [("Moss", BORN), ("Lee", "3/15/1968"), ("147", BORN), ("", BORN)]
)
def test_the_tablet_says_the_same_to_everybody_it_does_not_find(tablet, booked, said, born):
    answer = ask(tablet, said, born)
    assert answer.status_code == 422
    assert b"3/14" not in answer.content.replace(b'placeholder="3/14/1968"', b"").replace(
        b'value="3/14/1968"', b""
    )


def test_twins_give_their_first_name(clinic, tablet, booked):
    twin = clinic.patient("Bea", birth_date=date(1968, 3, 14))
    clinic.booked(at=now() + timedelta(minutes=30), patient=twin)
    assert ask(tablet).status_code == 422
    assert ask(tablet, first_name="bea").status_code == 302


def test_guessing_pauses_the_tablet(clinic, tablet, booked):
    for _ in range(5):
        ask(tablet, "Guess")
    answer = ask(tablet)
    assert b"go to the front desk" in answer.content
    with clinic.reading():
        assert Kiosk.objects.get().paused_until > now()


def test_a_locked_tablet_opens_nothing_else_and_needs_its_pin(clinic, tablet):
    for path in ("/", "/account/login/", "/people/", "/visits/walk-in/"):
        assert tablet.get(path)["Location"] == "/l/kiosk/"
    assert tablet.post("/l/kiosk/leave/", {"pin": "1111"}).status_code == 422
    answer = tablet.post("/l/kiosk/leave/", {"pin": "2468"})
    assert answer["Location"] == "/"
    assert tablet.get("/account/login/").headers.get("Location") != "/l/kiosk/"
    assert tablet.get("/l/kiosk/").status_code == 410


def test_a_pairing_address_works_once_and_the_office_takes_a_tablet_back(clinic, tablet, booked):
    by = clinic.role("manager")
    with clinic.reading():
        held = Kiosk.objects.get()
    operations.end_kiosk(held, at=now(), by=by)
    assert tablet.get("/l/kiosk/").status_code == 410

    paired = operations.pair_again(held, at=now(), by=by)
    first, second = Client(), Client()
    assert first.post(f"/l/kiosk/pair/{paired.secret}/").status_code == 302
    assert second.post(f"/l/kiosk/pair/{paired.secret}/").status_code == 410
    with pytest.raises(Refused, match="4 to 8 digits"):
        operations.pair_again(held, pin="12", at=now(), by=by)
    with pytest.raises(NotPermitted):
        operations.end_kiosk(held, at=now(), by=clinic.role("receptionist"))


def test_pairing_signs_out_whoever_was_signed_in(clinic):
    browser = Client()
    browser.force_login(clinic.member("manager").user)
    paired = operations.make_kiosk(
        "Door", clinic.site, pin="2468", at=now(), by=clinic.role("manager")
    )
    browser.post(f"/l/kiosk/pair/{paired.secret}/")
    assert "_auth_user_id" not in browser.session


def test_another_sites_visits_are_not_found(clinic, other, booked):
    browser = Client()
    paired = operations.make_kiosk(
        "Oak", other.site, pin="2468", at=now(), by=other.role("manager")
    )
    browser.post(f"/l/kiosk/pair/{paired.secret}/")
    assert ask(browser).status_code == 422
