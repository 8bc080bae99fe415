"""The visit in a real browser, by the keyboard: board, check-in, room, superbill, check-out."""

import os
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

from frontdesk.coding.models import ChargeItem, Diagnosis, Fee, FeeSchedule
from frontdesk.core.clock import at_wall, now
from frontdesk.coverage.models import Benefit, EligibilityCheck
from frontdesk.practice.models import Room
from frontdesk.records import operations as records
from frontdesk.staff.models import Provider
from frontdesk.visits import operations
from frontdesk.visits.models import Stage
from tests.browser import DESKTOP, PHONE, axe, sign_in
from tests.clinic import NPIS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("FRONTDESK_SHOTS")
PEOPLE = (
    "Denise Fairbanks,1974|Priya Raman,1992|Caleb Thornquist,2018|June Hallowell,1997|"
    "Arjun Mehta,1981|Beatrix Novak,2023|Samuel Ibarra,1955|Leon Castellane,1965|"
    "Marguerite Okafor,1968|Hana Suzuki,1985|Gideon Marsh,2004|Ingrid Solberg,1949|"
    "Yolanda Pruitt,1977|Marcus Delacroix,1966|Fatima Haddad,1989|Wilhelmina Grant,1957|"
    "Ada Kowalczyk,1971|Jerome Pike,1988"
)


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


@pytest.fixture
def office(clinic, settings, tmp_path):
    """A busy morning: patients in every lane, codes and prices, one verified plan."""
    settings.VAR = tmp_path
    by = clinic.anybody()
    records.add_starter_forms(by=by)
    names = {"E11.9": "Type 2 diabetes mellitus without complications", "I10": "Hypertension"}
    Diagnosis.objects.bulk_create(Diagnosis(code=c, description=d) for c, d in names.items())
    with clinic.writing():
        clinic.visit_type.name = "Follow-up"
        clinic.visit_type.save()
        for number in range(3, 9):
            Room.objects.create(site=clinic.site, name=f"Room {number}")
        other = Provider.objects.create(
            first_name="Ruth", last_name="Lindqvist", credential="MD", npi=next(NPIS)
        )
        schedule = FeeSchedule.objects.create(name="Fees", starts_on=date(2020, 1, 1))
        for code, words, amount in (
            ("Z9213", "Office visit, known patient, 20 min", "98.00"),
            ("Z9036", "Finger-stick sugar", "18.00"),
            ("Z9480", "Flu shot given", "42.00"),
        ):
            ChargeItem.objects.create(code=code, description=words, is_favorite=True)
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))
    at = now()
    people = []
    for place, person in enumerate(PEOPLE.split("|")):
        name, born = person.split(",")
        first, last = name.split()
        patient = clinic.patient(first, last, birth_date=date(int(born), 3, 14))
        minutes = -15 + 10 * place if place < 7 else -20 - 5 * place
        people.append(clinic.booked(at=at + timedelta(minutes=minutes), patient=patient))
        if place % 3 == 0:
            with clinic.writing():
                people[-1].provider = other
                people[-1].save()
    rooms = iter(_rooms(clinic))
    visits = []
    for place, appointment in enumerate(people[7:]):
        came = at - timedelta(minutes=(19, 11, 8, 2, 30, 28, 50, 44, 61, 80, 90)[place])
        visit = operations.arrive(appointment, at=came, by=by)
        visit.patient = appointment.patient
        visits.append(visit)
        steps = (0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4)[place]
        moment = at - timedelta(minutes=(0, 0, 0, 0, 9, 4, 21, 12, 6, 30, 40)[place])
        if steps:
            operations.move(visit, Stage.ROOMED, room=next(rooms), at=moment, by=by)
        for stage in (Stage.WITH_PROVIDER, Stage.CHECK_OUT, Stage.GONE)[: max(steps - 1, 0)]:
            operations.move(visit, stage, at=moment, by=by)
    _insure(clinic, visits[1])
    return visits


def _rooms(clinic):
    with clinic.reading():
        return list(Room.objects.order_by("name"))


def _insure(clinic, visit):
    policy = clinic.policy(visit.patient, payer=clinic.payer(name="Cascadia Health Plan"))
    with clinic.writing():
        check = EligibilityCheck.objects.create(
            policy=policy,
            patient=visit.patient,
            service_on=visit.on,
            service_types="98,30",
            status=EligibilityCheck.Status.ACTIVE,
            trace="1",
            asked_at=now(),
            answered_at=now(),
            differences=[{"what": "First name", "ours": "Marguerite", "theirs": "Margarite"}],
        )
        for code, amount in (("B", "30.00"), ("C", "500.00")):
            Benefit.objects.create(
                asked=check,
                code=code,
                level="IND",
                service_types="98" if code == "B" else "30",
                amount=Decimal(amount),
                network="Y",
                period="" if code == "B" else "29",
                segment=14,
            )


@pytest.fixture
def morning(clinic):
    """Tuesday, 9:42 in the morning at the site, and the clock goes on from there."""
    start = at_wall(clinic.site, date(2026, 11, 24), time(9, 42))
    with time_machine.travel(start, tick=True):
        yield start


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_screen_is_sound_for_everybody(clinic, morning, office, new_page, live_server, size):
    member = clinic.member("manager", "provider", "assistant", provider=clinic.provider)
    page = sign_in(new_page(size), live_server, member)
    kind = "phone" if size == PHONE else "desktop"
    ann, seen = office[1], office[6]
    wrong = {}
    for name, url in {
        "today": "/",
        "drawer": f"/visits/of/{ann.appointment_id}/",
        "room": f"/visits/{ann.pk}/room/",
        "identity": f"/visits/{ann.pk}/check-in/",
        "details": f"/visits/{ann.pk}/check-in/?step=details",
        "coverage": f"/visits/{ann.pk}/check-in/?step=coverage",
        "forms": f"/visits/{ann.pk}/check-in/?step=forms",
        "payment": f"/visits/{ann.pk}/check-in/?step=payment",
        "vitals": f"/visits/{seen.pk}/vitals/",
        "superbill": f"/visits/{seen.pk}/superbill/",
        "check-out": f"/visits/{office[8].pk}/check-out/",
        "walk-in": "/visits/walk-in/",
        "consent-forms": "/documents/forms/",
    }.items():
        page.goto(live_server.url + url)
        page.wait_for_load_state("networkidle")
        shot(page, f"{name}-{kind}")
        if found := axe(page):
            wrong[name] = found
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert wrong == {}


def test_a_visit_goes_by_the_keyboard_from_the_door_to_the_door(
    clinic, morning, office, new_page, live_server
):
    member = clinic.member("manager", "provider", "assistant", provider=clinic.provider)
    page = sign_in(new_page(DESKTOP), live_server, member)
    page.goto(live_server.url)
    page.wait_for_load_state("networkidle")

    arrived = page.locator("[aria-label=Arrived]")
    page.keyboard.press("j")  # Denise Fairbanks, the first who is expected
    page.keyboard.press("e")
    expect(arrived).to_contain_text("Denise Fairbanks")
    page.keyboard.press("u")  # and back, by the toast
    expect(arrived).not_to_contain_text("Denise Fairbanks")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("Ready for the visit?")
    shot(page, "board-with-drawer")
    page.keyboard.press("Enter")  # arrived, check in

    page.wait_for_url("**/check-in/")
    page.keyboard.type("03141974")
    page.keyboard.press("Enter")
    expect(page.locator("h2", has_text="Still right?")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("h2", has_text="No plan on file")).to_be_visible()
    page.get_by_role("button", name="Take as self-pay").press("Enter")
    for title in ("Consent to care", "How I pay for my care", "I was given the privacy notice"):
        expect(page.locator("h2", has_text=title)).to_be_visible()
        page.locator("[name=signed_name]").fill("Denise Fairbanks")
        page.keyboard.press("Enter")
    expect(page.locator("#main")).to_contain_text("Denise Fairbanks is checked in")
    shot(page, "checked-in")
    page.keyboard.press("r")
    expect(page.locator("#drawer")).to_contain_text("A room for Denise Fairbanks")
    page.keyboard.press("5")
    expect(page.locator("#drawer")).not_to_contain_text("A room for")


def test_a_superbill_is_filled_signed_and_paid_by_the_keyboard(
    clinic, morning, office, new_page, live_server
):
    member = clinic.member("manager", "provider", "assistant", provider=clinic.provider)
    page = sign_in(new_page(DESKTOP), live_server, member)
    visit = office[6]  # with the provider
    page.goto(f"{live_server.url}/visits/{visit.pk}/superbill/")
    page.wait_for_load_state("networkidle")
    page.locator("#diagnosis-text").press_sequentially("E11.9")
    expect(page.locator("#diagnosis-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#bill")).to_contain_text("Passes all checks")
    expect(page.locator("#diagnosis-text")).to_have_value("")
    page.get_by_label("Units of Z9213").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#bill")).to_contain_text("$196.00")
    shot(page, "superbill-whole")
    page.locator("h2", has_text="What was found").click()
    page.keyboard.press("Enter")  # sign
    expect(page.locator("#bill")).to_contain_text("Signed by")

    page.goto(f"{live_server.url}/visits/{visit.pk}/check-out/")
    page.locator("fieldset").get_by_text("Cash", exact=True).click()
    shot(page, "check-out-signed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Take $196.00, book Feb 16, finish").press("Enter")
    expect(page.locator("#main")).to_contain_text("Closed by")
    shot(page, "checked-out")
