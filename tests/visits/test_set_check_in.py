"""The office sets what is asked, keeps tablets, decides differences, and sees who let what pass."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from frontdesk.core.clock import now
from frontdesk.ledger.models import SavedCard
from frontdesk.records import operations as records
from frontdesk.scheduling.models import Appointment
from frontdesk.visits import operations
from frontdesk.visits.jobs import intake
from frontdesk.visits.models import CheckIn, CheckOutStep, ItemRule, Kiosk, Told
from frontdesk.visits.queries.accountability import accountability


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z"):
        yield


@pytest.fixture
def manager(clinic):
    browser = Client()
    browser.force_login(clinic.member("manager").user)
    return browser


@pytest.fixture
def desk(clinic):
    browser = Client()
    browser.force_login(clinic.member("receptionist").user)
    return browser


def test_days_are_set_on_one_page(clinic, manager):
    days = {"phone": 90, "email": 90, "address": 90, "reach": 0, "contact": 365, "insurance": 7}
    assert manager.post("/visits/set/", days).status_code == 302
    assert manager.post("/visits/set/", {**days, "phone": "-1"}).status_code == 422
    with clinic.reading():
        assert dict(ItemRule.objects.values_list("item", "holds_days")) == days


def test_a_tablet_is_added_with_its_address_shown_once(clinic, manager):
    said = {"name": "Door", "site": clinic.site.pk, "pin": "1357"}
    page = manager.post("/visits/set/tablets/add/", said).content.decode()
    assert "/l/kiosk/pair/" in page
    assert "<svg" in page
    assert manager.post("/visits/set/tablets/add/", {**said, "pin": "x"}).status_code == 422
    with clinic.reading():
        kiosk = Kiosk.objects.get()
    assert kiosk.pairing_digest not in page
    assert manager.post(f"/visits/set/tablets/{kiosk.pk}/end/").status_code == 302
    assert b"Taken back" in manager.get("/visits/set/").content


def test_a_step_is_added_and_one_that_must_stay_stays(clinic, manager):
    said = {"kind": "lab", "label": "Lab slip", "pool": "assistant", "due_days": "1",
            "place": "3", "is_active": "on", "visit_type": str(clinic.visit_type.pk)}  # fmt: skip
    assert manager.post("/visits/steps/new/", said).status_code == 302
    gone = {"kind": "superbill", "label": "Superbill", "pool": "provider", "due_days": "0",
            "place": "1"}  # fmt: skip
    assert manager.post("/visits/steps/new/", gone).status_code == 422
    with clinic.reading():
        assert CheckOutStep.objects.get().label == "Lab slip"


def test_the_desk_sees_both_sides_and_decides_by_one_press(clinic, desk):
    booked = clinic.booked(at=now())
    by = clinic.actor("visits.check_in_self")
    told = operations.tell(booked, "name", said={"last_name": "Moss"}, way="phone", at=now(), by=by)
    page = desk.get(f"/visits/told/of/{booked.patient_id}/").content.decode()
    assert "Lee" in page
    assert "<b>Moss</b>" in page
    assert desk.post(f"/visits/told/{told.pk}/take/").status_code == 302
    with clinic.reading():
        assert Told.objects.get().status == "taken"
    assert "All decided" in desk.get(f"/visits/told/of/{booked.patient_id}/").content.decode()


def test_the_check_in_page_shows_what_waits_and_what_holds(clinic, desk):
    booked = clinic.booked(at=now())
    by = clinic.actor("visits.check_in_self")
    operations.tell(booked, "phone", way="phone", at=now(), by=by)
    operations.tell(booked, "name", said={"last_name": "Moss"}, way="phone", at=now(), by=by)
    visit = operations.arrive(booked, at=now(), by=clinic.role("receptionist"))
    page = desk.get(f"/visits/{visit.pk}/check-in/?step=details").content.decode()
    assert "Name and birth date: not what we hold" in page
    assert "never confirmed" in page


def test_a_form_with_blanks_is_filled_in_at_the_desk_and_nothing_typed_is_lost(clinic, desk):
    form = records.save_form(
        key="intake", language="en", title="About you", body="x", by=clinic.role("manager"),
        blanks="Allergies *\nSmoke? [yes/no] *",
    )  # fmt: skip
    visit = operations.arrive(clinic.booked(at=now()), at=now(), by=clinic.role("receptionist"))
    url = f"/visits/{visit.pk}/check-in/forms/{form.pk}/"
    said = {"signed_name": "Ann Lee", "signed_as": "self", "blank-allergies": "Latex"}
    refused = desk.post(url, said)
    assert (refused.status_code, b"Still to fill in: Smoke?" in refused.content) == (422, True)
    assert b'value="Latex"' in refused.content
    assert desk.post(url, {**said, "blank-smoke": "no"}).status_code == 302


def test_the_code_for_the_patients_phone_is_a_link_of_this_visit(clinic, desk):
    booked = clinic.booked(at=now())
    assert b"<svg" in desk.post(f"/visits/of/{booked.pk}/phone/").content
    over = clinic.booked(at=now() - timedelta(days=3))
    assert desk.post(f"/visits/of/{over.pk}/phone/").status_code in (302, 409)


def test_who_gets_a_form_is_set_in_words(clinic, manager):
    form = records.save_form(
        key="teen", language="en", title="Teens", body="x", by=clinic.role("manager")
    )
    said = {"age_from": "12", "age_to": "17", "states": "oh, pa"}
    assert manager.post(f"/documents/forms/{form.pk}/who/", said).status_code == 302
    assert "age 12–17; OH, PA" in manager.get("/documents/forms/").content.decode()
    wrong = manager.post(f"/documents/forms/{form.pk}/who/", {"age_from": "9", "age_to": "2"})
    assert wrong.status_code == 422


def test_patients_of_the_coming_days_are_asked_once(clinic):
    ann = clinic.patient(email="ann@example.org")
    booked = clinic.booked(at=now() + timedelta(days=1), patient=ann)
    clinic.booked(at=now() + timedelta(days=9), patient=ann)
    ran = [intake.invite_coming.func(str(clinic.practice.pk)) for _ in range(2)]
    assert ran == [1, 0]
    with clinic.reading():
        assert Appointment.objects.get(pk=booked.pk).status == "booked"


def test_who_was_checked_in_without_what_is_counted_by_member(
    clinic, django_assert_max_num_queries
):
    def checked_in(by, **said):
        visit = operations.arrive(
            clinic.booked(at=now(), patient=clinic.patient(f"P{by}{len(said)}")),
            at=now(), by=clinic.role("receptionist"),
        )  # fmt: skip
        with clinic.writing():
            check_in = CheckIn.objects.get(visit=visit)
            check_in.finished_at, check_in.finished_by = now(), by
            for name, value in said.items():
                setattr(check_in, name, value)
            check_in.save()

    checked_in("Maria", pays="self_pay")
    checked_in("Maria", pays="insurance", copay_due=Decimal("30.00"))
    checked_in("Omar", pays="insurance")
    with clinic.writing():
        SavedCard.objects.create(
            patient_id=CheckIn.objects.get(finished_by="Omar").visit.patient_id, site=clinic.site,
            most="50.00", consent="Yes", agreed_at=now() - timedelta(days=3), agreed_with="Maria",
            token="pm_1", status="active",
        )  # fmt: skip
    with clinic.reading(), django_assert_max_num_queries(2):
        maria, omar = accountability(clinic.site, now().date(), now().date())
    assert (maria.check_ins, maria.no_coverage, maria.no_card, maria.no_copay, maria.whole) == (
        2, 1, 1, 1, 0
    )  # fmt: skip
    assert (omar.no_card, omar.no_copay) == (1, 0)
    assert (maria.no_kept_card, omar.no_kept_card) == (2, 0)


def test_the_report_opens_for_any_days(clinic, manager):
    for days in ("", "?since=2026-11-01&until=2026-11-30", "?since=x&until=y"):
        assert manager.get(f"/visits/without/{days}").status_code == 200


def test_a_step_of_the_practice_is_done_by_one_press_at_check_out(clinic, manager, desk):
    operations.save_step(
        None, {"label": "Lab slip", "pool": "assistant"}, by=clinic.role("manager")
    )
    by = clinic.anybody()
    visit = operations.arrive(clinic.booked(at=now()), at=now(), by=by)
    operations.move(visit, "checkout", at=now(), by=by)
    page = desk.get(f"/visits/{visit.pk}/check-out/")
    assert (page.status_code, b"Lab slip" in page.content) == (200, True)
    assert desk.post(f"/visits/{visit.pk}/check-out/lab_slip/done/").status_code == 302
    assert desk.get(f"/visits/{visit.pk}/check-out/lab_slip/").status_code == 200
    with clinic.reading():
        assert visit.check_out_items.get(kind="lab_slip").answer == "done"
