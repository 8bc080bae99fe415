"""What is open about coverage before visits: ranked, costing the same for any number, settled."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.coding.models import Fee, FeeSchedule
from frontdesk.core.clock import local, now
from frontdesk.coverage.models import EligibilityCheck, GoodFaithEstimate, Proposal
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.queries.uncovered import uncovered
from frontdesk.staff.queries import the_clock

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def priced(clinic):
    """A visit costs 150 dollars, a scan 600."""
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Ours", starts_on=date(2020, 1, 1))
        for code, amount in (("Z9213", "150.00"), ("Z9701", "600.00")):
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))
        return VisitType.objects.create(
            name="Scan", code="scan", minutes=20, charge_codes=["Z9701"]
        )


def noon(clinic, days):
    at = local(clinic.site, now()).replace(hour=12, minute=0, second=0, microsecond=0)
    return at + timedelta(days=days)


def insured(clinic, first, *, days, payer, visit_type=None):
    patient = clinic.patient(first)
    policy = clinic.policy(patient, payer)
    booked = clinic.booked(at=noon(clinic, days), patient=patient)
    if visit_type:
        with clinic.writing():
            booked.visit_type = visit_type
            booked.save()
    return policy, booked


def answered(clinic, policy, booked, status):
    with clinic.writing():
        return EligibilityCheck.objects.create(
            policy=policy, patient=policy.patient, appointment_id=booked.pk, status=status,
            service_on=booked.starts_at.date(), trace=booked.pk.hex, asked_at=now(),
            answered_at=now(),
        )  # fmt: skip


def rows(clinic, kind=""):
    with clinic.reading():
        return uncovered(now(), kind)


def test_dollars_for_each_day_left_decide_the_order(clinic, priced):
    payer = clinic.payer()
    near = insured(clinic, "Near", days=1, payer=payer)
    scan = insured(clinic, "Scan", days=2, payer=payer, visit_type=priced)
    far = insured(clinic, "Far", days=20, payer=payer, visit_type=priced)
    fine = insured(clinic, "Fine", days=1, payer=payer)
    asking = insured(clinic, "Asking", days=1, payer=payer)
    for one, status in (
        (near, "inactive"),
        (scan, "failed"),
        (far, "not_found"),
        (fine, "active"),
        (asking, "queued"),
    ):
        answered(clinic, *one, status)

    found = rows(clinic)

    assert [(row.appointment.patient.first_name, row.worth) for row in found] == [
        ("Scan", Decimal("200.00")),
        ("Near", Decimal("75.00")),
        ("Far", Decimal("28.57")),
    ]
    assert [row.tone for row in found] == ["amber", "red", "red"]


def test_the_list_costs_the_same_for_one_visit_and_many(clinic, priced):
    payer = clinic.payer()

    def cost():
        with clinic.reading(), CaptureQueriesContext(connection) as caught:
            uncovered(now())
        return len(caught)

    answered(clinic, *insured(clinic, "One", days=1, payer=payer), "inactive")
    one = cost()
    for number in range(8):
        answered(clinic, *insured(clinic, f"N{number}", days=2, payer=payer), "inactive")

    assert cost() == one


def test_a_selfpay_visit_is_owed_an_estimate_until_it_is_insured(clinic, priced):
    clock = the_clock(clinic.practice.pk)
    patient = clinic.patient("Self", "Pay")
    booked = clinic.booked(at=noon(clinic, 20), patient=patient)

    def run():
        operations.verify_upcoming(by=clock)
        with clinic.reading():
            return list(GoodFaithEstimate.objects.values_list("status", "appointment_id"))

    assert run() == run()
    [row] = rows(clinic, "good_faith")
    assert (row.appointment, row.dollars) == (booked, 150)
    clinic.policy(patient)
    assert run() == [("not_needed", booked.pk)]
    assert rows(clinic, "good_faith") == []


def test_a_cancelled_visit_needs_no_estimate(clinic, priced):
    clock = the_clock(clinic.practice.pk)
    booked = clinic.booked(at=noon(clinic, 20), patient=clinic.patient("Self", "Pay"))
    operations.verify_upcoming(by=clock)

    operations.cancel(
        booked, because="Moved away", whose="patient", at=now(),
        by=clinic.anybody(),
    )  # fmt: skip

    with clinic.reading():
        assert GoodFaithEstimate.objects.get().status == "not_needed"


def test_the_screen_ranks_and_its_keys_ask(clinic, client, priced, monkeypatch):
    payer = clinic.payer(finds_by_name=False)
    policy, booked = insured(clinic, "Near", days=1, payer=payer)
    check = answered(clinic, policy, booked, "inactive")
    with clinic.writing():
        Proposal.objects.create(
            patient=policy.patient, kind="named", asked=check, payer_name="Two", made_at=now()
        )
    client.force_login(clinic.member("receptionist").user)

    page = client.get(reverse("scheduling:uncovered")).content.decode()
    only = client.get(reverse("scheduling:uncovered"), {"kind": "proposal"}).content.decode()
    asked = client.post(reverse("scheduling:check_coverage", args=[booked.pk]), **HTMX)
    nobody = client.post(reverse("scheduling:look_for_coverage", args=[booked.pk]), **HTMX)

    assert "2 things to settle" in page
    assert "Named by another plan: Two" in only
    assert "Look elsewhere" in page
    assert asked.status_code == 200
    assert nobody.status_code == 409


def test_drawers_of_coverage_work_by_hand(clinic, client, priced):
    clock = the_clock(clinic.practice.pk)
    policy, booked = insured(clinic, "Near", days=1, payer=clinic.payer())
    clinic.booked(at=noon(clinic, 20), patient=clinic.patient("Self", "Pay"))
    operations.verify_upcoming(by=clock)
    client.force_login(clinic.member("manager").user)
    with clinic.reading():
        estimate = GoodFaithEstimate.objects.get()
    drawer = reverse("coverage:good_faith", args=[estimate.pk])

    shown = client.get(drawer).content.decode()
    paper = client.get(reverse("coverage:good_faith_paper", args=[estimate.pk]))
    given = client.post(drawer, {"how": "paper"}, **HTMX)
    listed = client.get(reverse("coverage:good_faiths")).content.decode()
    call = reverse("coverage:by_hand", args=[policy.pk])
    said = {"service_on": booked.starts_at.date(), "how": "phone", "standing": "active"}
    unnamed = client.post(call, said, **HTMX)
    noted = client.post(call, {**said, "told_by": "Dana", "percent": "20"}, **HTMX)
    rule = {"is_on": "on", "most_payers": 3, "again_after_days": 10, "most_a_day": 50}
    ruled = client.post(reverse("coverage:discovery_rule"), rule, **HTMX)
    plan = client.post(
        reverse("coverage:plan", args=[policy.subscription.plan_id]),
        {"how": "site", "year_begins": "7", "copay": "40", "percent": "10"}, **HTMX,
    )  # fmt: skip
    plans = client.get(reverse("coverage:plans")).content.decode()
    accuracy = client.get(reverse("coverage:accuracy")).content.decode()

    assert "Z9213" in shown
    assert bytes(paper.content).startswith(b"%PDF")
    assert (given.status_code, noted.status_code, ruled.status_code) == (200, 200, 200)
    assert (unnamed.status_code, plan.status_code) == (422, 200)
    assert "Given" in listed
    assert "copay $40.00" in plans
    assert "No claim decided yet" in accuracy
