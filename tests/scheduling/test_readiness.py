"""The readiness gate: what a visit lacks, by which day, and what settles it."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import Refused
from frontdesk.coverage.models import EligibilityCheck, Plan
from frontdesk.practice.models import Interpreter
from frontdesk.records.models import ConsentForm
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import waitlist as jobs
from frontdesk.scheduling.models import Occupancy
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.rules import readiness as rules
from frontdesk.staff.models import WorkItem

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False):
        yield


@pytest.fixture
def desk(clinic):
    return clinic.role("receptionist")


def visit(clinic, days=7, hour=9, **patient):
    starts_at = at_wall(clinic.site, MONDAY + timedelta(days=days), time(hour))
    return operations.book(
        clinic.patient(**patient), clinic.visit_type, clinic.provider, clinic.site, starts_at,
        now(), by=clinic.anybody(),
    )  # fmt: skip


def ready(clinic, appointment):
    with clinic.reading():
        return queries.readiness([appointment])[appointment.pk]


def check(clinic, appointment, name):
    return next((one for one in ready(clinic, appointment).checks if one.name == name), None)


def form(clinic):
    with clinic.writing():
        ConsentForm.objects.create(key="treatment", title="Consent", body="x")


# The rules, by value: check, state, due, today → state.
@pytest.mark.parametrize(
    ("name", "state", "days_over", "judged"),
    [
        ("coverage", "ok", 5, "ok"),
        ("coverage", "warn", -1, "warn"),
        ("coverage", "warn", 0, "warn"),  # the last day is still a day
        ("coverage", "warn", 1, "stop"),
        ("coverage", "stop", -9, "stop"),  # not active is not active, however early
        ("balance", "warn", 9, "warn"),  # a bill keeps nobody from care
        ("balance", "stop", 9, "warn"),
        ("forms", "stop", -1, "warn"),
        ("forms", "stop", 0, "stop"),
        ("results", "none", 9, "none"),
    ],
)
def test_what_is_open_after_its_day_stops_the_visit(name, state, days_over, judged):
    due = MONDAY
    assert rules.judged(name, state, due, due + timedelta(days=days_over)) == judged


@pytest.mark.parametrize(
    ("kind", "taxonomy", "wanted"),
    [
        ("HMO", "207RC0000X", True),  # a cardiologist
        ("hmo", "207RC0000X", True),
        ("POS", "2084N0400X", True),
        ("HMO", "207Q00000X", False),  # family medicine is whom the plan lets them see
        ("HMO", "363LF0000X", False),
        ("HMO", "207V00000X", False),
        ("PPO", "207RC0000X", False),
        ("HMO", "", False),
    ],
)
def test_which_plans_want_a_referral(kind, taxonomy, wanted):
    assert rules.wants_referral(kind, taxonomy, rules.REFERRAL_KINDS) is wanted


def test_the_worst_is_said_in_one_colour():
    assert [rules.worst(one) for one in ([], ["ok", "none"], ["ok", "warn"], ["warn", "stop"])] == [
        "green", "green", "amber", "red",
    ]  # fmt: skip


def test_a_visit_of_a_patient_who_pays_themselves_is_ready(clinic):
    found = ready(clinic, visit(clinic))
    assert found.worst == "green" and not found.missing and found.clear_by is None


def test_coverage_not_asked_yet_turns_red_after_its_day(clinic, desk):
    far, near = visit(clinic, 9, first="Ann"), visit(clinic, 2, first="Cy")
    for one in (far, near):
        with clinic.reading():
            patient = one.patient
        clinic.policy(patient, clinic.payer(payer_id=patient.chart_number))
    assert check(clinic, far, "coverage").tone == "amber"
    assert check(clinic, far, "coverage").clear_by == MONDAY + timedelta(days=6)
    assert check(clinic, near, "coverage").tone == "red"
    assert check(clinic, far, "coverage").url == reverse("scheduling:check_coverage", args=[far.pk])
    with clinic.writing():
        policy = patient.policies.get()
        EligibilityCheck.objects.create(
            policy=policy, patient=patient, appointment_id=near.pk, trace="1", asked_at=now(),
            service_on=MONDAY, status="active",
        )  # fmt: skip
    assert check(clinic, near, "coverage").tone == "green"


def test_a_referral_is_asked_only_where_the_plan_wants_one(clinic, desk):
    one = visit(clinic)
    with clinic.reading():
        patient = one.patient
    clinic.policy(patient)
    assert check(clinic, one, "referral") is None
    with clinic.writing():
        plan = Plan.objects.get()
        plan.kind = "HMO"
        plan.save()
    assert check(clinic, one, "referral") is None  # a family doctor
    with clinic.writing():
        clinic.provider.taxonomy = "207RC0000X"
        clinic.provider.save()
    assert check(clinic, one, "referral").state == "warn"
    with pytest.raises(Refused, match="how you know"):
        operations.note_on_file(one, kind="referral", remark=" ", at=now(), by=desk)
    operations.note_on_file(one, kind="referral", remark="R-77, Dr Roe", at=now(), by=desk)
    held = check(clinic, one, "referral")
    assert (held.state, held.says) == ("ok", "R-77, Dr Roe")
    with clinic.reading():
        mark = one.requirements.get()
    assert (mark.closed_by, mark.closed_at) == ("Maria", now())


def test_results_that_are_needed_come_and_are_missing_again(clinic, desk):
    one = visit(clinic)
    with pytest.raises(Refused, match="after the visit"):
        operations.need_results(
            one, what="MRI", clear_by=MONDAY + timedelta(days=8), at=now(), by=desk
        )
    noted = operations.need_results(one, what="MRI", clear_by=None, at=now(), by=desk)
    assert check(clinic, one, "results").clear_by == MONDAY + timedelta(days=6)
    assert ready(clinic, one).worst == "amber"
    operations.receive(noted, at=now(), by=clinic.role("assistant"))
    operations.receive(noted, at=now(), by=desk)  # twice is once
    assert ready(clinic, one).worst == "green"
    operations.need_again(noted, by=desk)
    assert ready(clinic, one).worst == "amber"


def test_an_interpreter_is_booked_once_and_lost_when_the_visit_moves(clinic, desk):
    said = {"needs_interpreter": True, "language": "es"}
    with clinic.writing():
        ana = Interpreter.objects.create(name="Ana", languages=["es-MX"], mode="video")
        Interpreter.objects.create(name="Li", languages=["zh"])
    first = clinic.booked(at=at_wall(clinic.site, MONDAY + timedelta(days=7), time(9)),
                          patient=clinic.patient("Ann", **said))  # fmt: skip
    other = clinic.booked(at=first.starts_at, patient=clinic.patient("Cy", **said))
    assert check(clinic, first, "interpreter").says == "Spanish, none booked"
    with clinic.reading():
        assert [one.name for one, _why in queries.interpreters_for(first)] == ["Ana"]
    operations.book_interpreter(first, ana, at=now(), by=desk)
    operations.book_interpreter(first, ana, at=now(), by=desk)
    assert check(clinic, first, "interpreter").says == "Ana"
    with pytest.raises(Taken, match="another visit"):
        operations.book_interpreter(other, ana, at=now(), by=desk)
    with clinic.reading():
        assert queries.interpreters_for(other)[0][1] == "taken until 9:20 AM"
        assert Occupancy.objects.filter(resource_id=ana.pk, is_active=True).count() == 1
    operations.note_on_file(
        other, kind="interpreter", remark="The provider speaks Spanish", at=now(), by=desk
    )
    assert check(clinic, other, "interpreter").tone == "green"


def test_the_balance_is_asked_from_the_practices_sum_on(clinic, desk):
    from frontdesk.ledger import operations as ledger
    from frontdesk.ledger.rules import Line

    one = visit(clinic)
    line = Line(
        "income.services", "receivable.patient", Decimal("40.00"), "charge",
        patient_id=one.patient_id, provider_id=clinic.provider.pk, site_id=clinic.site.pk,
    )  # fmt: skip
    ledger.post(
        kind="charge", key="x", lines=[line], on=MONDAY, at=now(), memo="x", by=clinic.anybody()
    )
    assert check(clinic, one, "balance").state == "warn"
    operations.save_readiness_rule(
        balance_from=Decimal("50.00"), referral_kinds=["hmo"], clear_days={"coverage": 1},
        by=clinic.anybody(),
    )  # fmt: skip
    assert check(clinic, one, "balance").state == "ok"
    assert "$40.00" in check(clinic, one, "balance").says
    for least, days in (("0.00", {}), ("1.00", {"coverage": 61}), ("1.00", {"weather": 1})):
        with pytest.raises(Refused, match=r"one cent on|between 0 and 60"):
            operations.save_readiness_rule(
                balance_from=Decimal(least), referral_kinds=[], clear_days=days, by=clinic.anybody()
            )


def test_the_list_puts_first_what_has_the_fewest_days_left(clinic, desk):
    late, soon = visit(clinic, 9, first="Ann"), visit(clinic, 3, first="Cy")
    for one in (late, soon):
        operations.need_results(one, what="Labs", clear_by=None, at=now(), by=desk)
    visit(clinic, 4, first="Di")
    with clinic.reading():
        rows = queries.not_ready(now())
    assert [(row.appointment.pk, row.days_left) for row in rows] == [(soon.pk, 2), (late.pk, 8)]


def test_the_night_raises_what_stops_and_settles_what_is_there(clinic, desk):
    one = visit(clinic, 1)
    noted = operations.need_results(
        one, what="Labs", clear_by=MONDAY - timedelta(days=1), at=now(), by=desk
    )
    for _ in range(2):  # a job may run twice
        assert jobs.watch_readiness.func(str(clinic.practice.pk)) == 1
    with clinic.reading():
        (item,) = WorkItem.objects.filter(kind="scheduling.not_ready")
        assert "Results: Labs" in item.detail
    operations.receive(noted, at=now(), by=desk)
    assert jobs.watch_readiness.func(str(clinic.practice.pk)) == 0
    with clinic.reading():
        assert WorkItem.objects.get(pk=item.pk).status == "done"


def test_the_same_queries_for_one_visit_and_for_twenty(clinic):
    form(clinic)

    def asked():
        with clinic.reading(), CaptureQueriesContext(connection) as made:
            queries.not_ready(now())
        return len(made)

    visit(clinic, 2, first="Ann")
    few = asked()
    for number in range(20):
        visit(clinic, 3 + number // 8, hour=8 + number % 8, first=f"Cy{number}")
    assert asked() == few <= 16


def test_every_screen_answers_and_wrong_input_is_told(clinic, client):
    member = clinic.member("manager")
    client.force_login(member.user)
    form(clinic)
    one = visit(clinic, 3)
    for name in ("waitlist", "wait_new", "freed_times", "refill_rules", "refill_rule_all",
                 "not_ready", "readiness_rule"):  # fmt: skip
        assert client.get(reverse(f"scheduling:{name}")).status_code == 200, name
    page = client.get(reverse("scheduling:not_ready")).content.decode()
    assert "1 form missing" in page and "Send the forms" in page
    for name in ("results", "referral", "interpreting", "interpreter", "appointment"):
        assert client.get(reverse(f"scheduling:{name}", args=[one.pk])).status_code == 200, name
    answer = client.post(reverse("scheduling:wait_new"), {"notice_hours": "-1"})
    assert answer.status_code == 422
    assert "Choose who waits." in answer.content.decode()
    answer = client.post(reverse("scheduling:readiness_rule"), {"balance_from": "x"})
    assert answer.status_code == 422
    quiet = {"HTTP_HX_REQUEST": "true"}
    answer = client.post(reverse("scheduling:send_forms", args=[one.pk]), **quiet)
    assert (answer.status_code, answer.content.decode()) == (
        409, "No e-mail or text reaches Ann Lee. Call them.",
    )  # fmt: skip
    assert client.post(reverse("scheduling:earlier", args=[one.pk]), **quiet).status_code == 200
    with clinic.reading():
        wait = queries.on_the_list()[0]
    page = client.get(reverse("scheduling:waitlist")).content.decode()
    assert "could be placed now" in page
    assert client.get(reverse("scheduling:wait", args=[wait.pk])).status_code == 200
    assert (
        "Wants to come earlier"
        in client.get(reverse("scheduling:appointment", args=[one.pk])).content.decode()
    )
    assert client.get(reverse("scheduling:panel", args=[one.patient_id])).status_code == 200
