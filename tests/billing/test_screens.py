"""Billing on screen: who may, whose, what it says, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.billing import jobs, operations
from frontdesk.billing.models import (
    Claim,
    Exchange,
    Remittance,
    RemittanceClaim,
    Statement,
    StatementRun,
)
from frontdesk.core.models import AuditEntry
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL
from tests.billing.office import ADDRESS, NOON, TODAY, Office
from tests.billing.payer import decided, received, remittance


@pytest.fixture
def biller(office, client):
    """A signed-in biller."""
    client.force_login(office.member("biller").user)
    return client


def busy(office, times=1):
    """Claims in every state, remittances and statements, each so many times."""
    for number in range(times):
        claim = office.signed(office.insured(f"Paid{number}"))
        office.signed(office.insured(f"Held{number}", zip_code=""))
        exchange = operations.queue_batch(at=NOON, by=office.anybody())
        operations.note_sent(exchange, at=NOON, by=office.anybody())
        received(office, remittance(decided(claim.number, *USUAL)))
        unknown = decided(f"NOBODY{number}", *USUAL)
        received(office, remittance(unknown))
        office.signed(office.insured(f"Ready{number}"))
        with office.reading():
            patient = Claim.objects.select_related("patient").get(pk=claim.pk).patient
        operations.make_statement(patient, on=TODAY, at=NOON, by=office.anybody())


def first(office, model):
    with office.reading():
        return model.objects.order_by("pk").first()


def test_the_work_list_shows_what_needs_somebody_with_its_reason(office, biller):
    busy(office)

    page = biller.get(reverse("billing:claims")).content.decode()

    assert "Held0 Lee" in page
    assert "The address of the insured person is not complete." in page
    assert "Paid0 Lee" not in page
    assert "Send 1 claim" in page


def test_the_drawer_tells_the_story_and_looking_is_remembered(office, biller):
    busy(office)
    claim = first(office, Claim)

    page = biller.get(reverse("billing:claim", args=[claim.pk])).content.decode()

    for words in ("Put into file 000000001", "The payer paid $80.00", "CO-45, PR-3"):
        assert words in page
    looked = AuditEntry.objects.filter(practice=office.practice, operation="people.open_chart")
    assert looked.filter(patient_id=claim.patient_id).exists()


def test_claims_are_sent_by_one_press_and_pressed_twice_sent_once(office, biller):
    office.signed(office.insured())

    assert biller.post(reverse("billing:send")).status_code == 302
    assert biller.post(reverse("billing:send")).status_code == 302

    with office.reading():
        assert Exchange.objects.count() == 1
        assert Claim.objects.get().status == Claim.Status.SENT


def test_a_held_claim_is_corrected_in_its_drawer(office, biller):
    claim = office.signed(office.insured(zip_code=""))
    with office.writing():
        patient = Claim.objects.select_related("patient").get(pk=claim.pk).patient
        patient.zip_code = "43215"
        patient.save()

    page = biller.post(reverse("billing:judge", args=[claim.pk]))

    assert "Passes every check" in page.content.decode()
    with office.reading():
        assert not WorkItem.objects.filter(status="open").exists()


@pytest.mark.parametrize("action", ["bill_patient", "write_off"])
def test_closing_without_the_payer_needs_a_reason(office, biller, action):
    claim = office.signed(office.insured(zip_code=""))
    url = reverse(f"billing:{action}", args=[claim.pk])

    assert biller.post(url, {"because": ""}).status_code == 422
    assert biller.post(url, {"because": "Agreed with the patient"}).status_code == 200

    found = first(office, Claim)
    assert found.status == Claim.Status.VOIDED
    with office.reading():
        patient = Claim.objects.select_related("patient").get(pk=claim.pk).patient
    assert office.standing(patient)[1] == "0.00"


def test_another_plan_of_the_patient_can_be_chosen(office, biller):
    policy = office.insured()
    second = office.second_plan(policy)
    claim = office.signed(policy)

    page = biller.post(reverse("billing:choose_plan", args=[claim.pk]), {"policy": str(second.pk)})

    assert page.status_code == 200
    assert first(office, Claim).payer_id == second.subscription.plan.payer_id


def test_a_remittance_shows_its_three_balances_and_its_lines(office, biller):
    busy(office)
    found = first(office, Remittance)

    page = biller.get(reverse("billing:remittance", args=[found.pk])).content.decode()

    assert page.count("$80.00") >= 6
    assert "Charge above fee schedule or contracted amount" in page


def test_a_decision_is_matched_by_hand_on_screen(office, biller):
    claim = office.signed(office.insured())
    exchange = operations.queue_batch(at=NOON, by=office.anybody())
    operations.note_sent(exchange, at=NOON, by=office.anybody())
    received(office, remittance(decided("NOBODY", *USUAL)))
    row = first(office, RemittanceClaim)
    url = reverse("billing:remittance_claim", args=[row.pk])
    assert claim.number in biller.get(url).content.decode()

    assert biller.post(url, {"claim": str(claim.pk)}).status_code == 302

    assert first(office, Claim).status == Claim.Status.PAID


def test_a_file_can_be_read_segment_by_segment(office, biller):
    busy(office)

    page = biller.get(reverse("billing:file", args=[first(office, Exchange).pk]))

    assert "ST*837*0001*005010X222A1" in page.content.decode()
    seen = AuditEntry.objects.filter(practice=office.practice, operation="billing.open_file")
    assert seen.count() == 1


def test_statements_are_made_and_printed_on_screen(office, biller):
    bill = office.seen(patient=office.patient(**ADDRESS))
    office.sign(bill)

    assert "Make 1 statement" in biller.get(reverse("billing:statements")).content.decode()
    assert biller.post(reverse("billing:make_statements")).status_code == 302
    run = first(office, StatementRun)
    jobs.make_run.func(str(office.practice.pk), str(run.pk))
    assert "1 statement" in biller.get(reverse("billing:statements")).content.decode()
    made = first(office, Statement)
    paper = biller.get(reverse("billing:statement", args=[made.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert biller.post(reverse("billing:mailed", args=[made.pk])).status_code == 302

    assert first(office, Statement).status == Statement.Status.SENT


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("claim", Claim),
        ("send_one", Claim),
        ("judge", Claim),
        ("choose_plan", Claim),
        ("authorize", Claim),
        ("replace", Claim),
        ("bill_patient", Claim),
        ("write_off", Claim),
        ("mine", Claim),
        ("remittance", Remittance),
        ("accept", Remittance),
        ("remittance_claim", RemittanceClaim),
        ("set_aside", RemittanceClaim),
        ("statement", Statement),
        ("mailed", Statement),
        ("file", Exchange),
        ("send_file", Exchange),
    ],
)
def test_another_practice_finds_nothing_and_the_front_desk_may_not(office, client, name, model):
    busy(office)
    url = reverse(f"billing:{name}", args=[first(office, model).pk])
    client.force_login(Office("Oak Avenue").member("manager").user)
    assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}

    client.force_login(office.member("assistant").user)
    assert {client.get(url).status_code, client.post(url).status_code} <= {403, 405}


@pytest.mark.parametrize(
    "url", ["?show=paid", "?show=%27;drop", "?page=-1", "?page=x", "?show=&page=999999"]
)
def test_strange_parameters_show_the_list(office, biller, url):
    assert biller.get(reverse("billing:claims") + url).status_code == 200
    assert biller.get(reverse("billing:statements") + url).status_code == 200
    assert biller.get(reverse("billing:files") + url).status_code == 200


def test_lists_cost_the_same_for_one_row_and_for_many(office, biller):
    pages = ["claims", "remittances", "statements", "files"]
    urls = [reverse(f"billing:{name}") for name in pages] + [
        reverse("billing:claims") + "?show=paid"
    ]
    busy(office)
    biller.get(urls[0])
    costs = {}
    for url in urls:
        with CaptureQueriesContext(connection) as one:
            biller.get(url)
        costs[url] = len(one)

    busy(office, times=4)
    biller.get(urls[0])  # what changed since is asked for once

    for url in urls:
        with CaptureQueriesContext(connection) as many:
            assert biller.get(url).status_code == 200
        assert len(many) == costs[url], url
