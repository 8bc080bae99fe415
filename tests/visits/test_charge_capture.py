"""Charge capture: every arrived visit ends in a charge, a reason or an exception."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.coding.models import ChargeItem, Diagnosis, Fee, FeeSchedule
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.people.models import Patient
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.jobs.charges import watch_charges_everywhere
from frontdesk.visits.models import ChargeException, CheckIn, Superbill
from frontdesk.visits.queries import capture

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def at(clinic):
    return now()


@pytest.fixture
def codes(clinic):
    Diagnosis.objects.create(code="I10", description="High blood pressure")
    Diagnosis.objects.create(
        code="Z68.1", description="BMI 19.9 or less", valid_to=date(2027, 9, 30)
    )
    Diagnosis.objects.create(code="Z68.18", description="BMI 18", valid_from=date(2027, 10, 1))
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Fees", starts_on=date(2020, 1, 1))
        for code, amount in {"Z9213": "98.00", "Z9036": "18.00"}.items():
            ChargeItem.objects.create(code=code, description=f"What {code} is")
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))


def came(clinic, at, name="Ann"):
    patient = clinic.patient(name, "Lee")
    return operations.arrive(clinic.booked(at=at, patient=patient), at=at, by=clinic.anybody())


def signed(clinic, at, name="Sue", extra=""):
    by = clinic.anybody()
    bill = operations.begin_superbill(came(clinic, at, name), by=by)
    operations.add_diagnosis(bill, "I10", by=by)
    if extra:
        operations.add_line(bill, extra, by=by)
    return operations.sign_superbill(bill, at=at + timedelta(hours=2), by=by)


def missing(clinic, at):
    with clinic.reading():
        return [
            (row.visit.patient.first_name, row.step, row.is_late, row.worth)
            for row in capture.uncharged(clinic.site, at)
        ]


def test_a_visit_is_missing_until_it_is_charged_or_said_to_be_free(clinic, codes, at):
    yesterday = at - timedelta(hours=25)
    came(clinic, yesterday, "Late")
    half = operations.begin_superbill(came(clinic, at, "Now"), by=clinic.anybody())
    signed(clinic, at - timedelta(hours=30))
    clinic.visit(at=at, patient=clinic.patient("Expected", "Lee"))

    assert missing(clinic, at) == [
        ("Late", "not_begun", True, Decimal("98.00")),
        ("Now", "not_whole", False, Decimal("98.00")),
    ]
    operations.mark_no_charge(half, because="Courtesy", at=at, by=clinic.anybody())
    assert [row[0] for row in missing(clinic, at)] == ["Late"]


def test_a_day_after_the_visit_somebody_is_asked_once_and_charging_settles_it(clinic, codes, at):
    visit = came(clinic, at - timedelta(hours=25))
    watch_charges_everywhere.func()
    watch_charges_everywhere.func()
    with clinic.reading():
        item = WorkItem.objects.get(kind="visits.charge_missing")
        assert (item.status, item.pool, item.amount) == ("open", "biller", Decimal("98.00"))
    by = clinic.anybody()
    bill = operations.begin_superbill(visit, by=by)
    operations.add_diagnosis(bill, "I10", by=by)
    operations.sign_superbill(bill, at=at, by=by)
    with clinic.reading():
        item.refresh_from_db()
        assert item.status == "done"


def test_an_exception_takes_it_off_the_list_until_its_day(clinic, codes, at):
    visit = came(clinic, at - timedelta(hours=25))
    by, on = clinic.role("biller"), today(clinic.site)
    operations.except_charge(visit, because="The lab's result", due_on=on, at=at, by=by)
    assert missing(clinic, at)[0][1:3] == ("excepted", False)
    with clinic.writing():
        held = ChargeException.objects.get()
        held.due_on = on - timedelta(days=1)
        held.save()
    assert missing(clinic, at)[0][1:3] == ("not_begun", True)
    for because, due_on, words in (
        (" ", on, "waits for"),
        ("x", on - timedelta(days=1), "from today"),
        ("x", on + timedelta(days=31), "30 days"),
    ):
        with pytest.raises(Refused, match=words):
            operations.except_charge(visit, because=because, due_on=due_on, at=at, by=by)


def test_kept_is_set_beside_charged_with_the_lag(clinic, codes, at):
    signed(clinic, at - timedelta(days=2))
    free = operations.begin_superbill(came(clinic, at, "Free"), by=clinic.anybody())
    operations.mark_no_charge(free, because="Courtesy", at=at, by=clinic.anybody())
    came(clinic, at, "Open")
    on = today(clinic.site)
    with clinic.reading():
        whole, lines = capture.captured(clinic.site, on - timedelta(days=7), on)
    assert (whole.kept, whole.charged, whole.no_charge, whole.open) == (3, 1, 1, 1)
    assert (whole.dollars, whole.reasons) == (Decimal("98.00"), {"Courtesy": 1})
    assert (whole.lag, whole.in_time) == (2.0, 1.0)
    assert [line.name for line in lines] == ["Okafor"]


def test_the_lag_counts_from_the_arrival_that_stands(clinic, codes, at):
    by = clinic.anybody()
    appointment = clinic.booked(at=at, patient=clinic.patient("Wrong", "Press"))
    operations.undo_move(
        operations.arrive(appointment, at=at - timedelta(hours=5), by=by), at=at, by=by
    )
    visit = operations.arrive(appointment, at=at - timedelta(hours=1), by=by)
    bill = operations.begin_superbill(visit, by=by)
    operations.add_diagnosis(bill, "I10", by=by)
    operations.sign_superbill(bill, at=at + timedelta(hours=2), by=by)

    on = today(clinic.site)
    with clinic.reading(), CaptureQueriesContext(connection) as asked:
        whole, _ = capture.captured(clinic.site, on - timedelta(days=400), on)

    assert whole.lag == 3.0
    assert len(asked) == 3


def test_documented_codes_are_set_beside_the_usual_ones(clinic, codes, at):
    signed(clinic, at, "Same")
    bill = signed(clinic, at, "More", extra="Z9036")
    on = today(clinic.site)
    with clinic.reading():
        compared, found = capture.differences(clinic.site, on - timedelta(days=1), on)
        assert compared == 2
        (one,) = found
        assert (one.added, one.dropped, one.dollars) == (["Z9036"], [], Decimal("18.00"))
    by = clinic.anybody()
    operations.reopen_superbill(bill, because="Wrong", at=at, by=by)
    with clinic.reading():
        line = bill.lines.get(code="Z9036")
    operations.remove_line(line, by=by)
    operations.sign_superbill(Superbill(pk=bill.pk, practice=clinic.practice), at=at, by=by)
    with clinic.reading():
        assert capture.differences(clinic.site, on - timedelta(days=1), on) == (2, [])


def test_codes_in_use_that_end_are_told_with_what_may_follow(clinic, codes, at):
    by = clinic.anybody()
    bill = operations.begin_superbill(came(clinic, at), by=by)
    operations.add_diagnosis(bill, "Z68.1", by=by)
    with clinic.writing():
        item = ChargeItem.objects.get(code="Z9036")
        item.valid_to = date(2027, 6, 30)
        item.save()
    with clinic.reading():
        turn = date(2027, 10, 1)
        found = [(one.code, one.used, one.instead) for one in capture.endings(turn)]
        assert found == [("Z68.1", 1, [("Z68.18", "BMI 18")]), ("Z9036", 0, [])]
        assert capture.endings(date(2027, 6, 30)) == []


def test_the_list_asks_the_same_for_one_visit_and_for_many(clinic, client, codes, at):
    client.force_login(clinic.member("manager").user)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("visits:charges")).status_code == 200
        return len(queries)

    came(clinic, at - timedelta(hours=25))
    asked()
    one = asked()
    for n in range(4):
        came(clinic, at - timedelta(hours=26 + n), f"P{n}")
    assert asked() == one


def test_each_page_answers_and_says_what_a_charge_waits_for(clinic, client, codes, at):
    client.force_login(clinic.member("biller").user)
    visit = came(clinic, at - timedelta(hours=25))
    signed(clinic, at, extra="Z9036")
    assert "Over a day" in client.get(reverse("visits:charges")).content.decode()
    assert "Z9036" in client.get(reverse("visits:charge_differences")).content.decode()
    begun = client.get(reverse("visits:superbill", args=[visit.pk])).content.decode()
    assert 'data-key="Enter">Begin it now' in begun
    url = reverse("visits:code_year")
    assert client.get(url, {"on": "someday"}).status_code == 200
    url = reverse("visits:charge_waits", args=[visit.pk])
    assert client.post(url, {"because": ""}, **HTMX).status_code == 422
    said = {"because": "The lab's result", "due_on": today(clinic.site).isoformat()}
    client.post(url, said, **HTMX)
    page = client.get(reverse("visits:charges")).content.decode()
    assert "The lab&#x27;s result" in page and "Over a day" not in page
    client.force_login(clinic.member("receptionist").user)
    assert client.get(reverse("visits:charges")).status_code == 403


def test_what_is_not_charged_is_listed_by_who_would_be_billed(clinic, client, codes, at):
    insured, alone, _unknown = (came(clinic, at - timedelta(hours=2), name) for name in "ABC")
    with clinic.reading():
        patient = Patient.objects.get(pk=insured.patient_id)
    policy = clinic.policy(patient, payer=clinic.payer(name="Cascadia Health Plan"))
    with clinic.writing():
        for visit, pays, held in ((insured, "insurance", policy), (alone, "self_pay", None)):
            begun = CheckIn.objects.get(visit=visit)
            begun.pays, begun.policy = pays, held
            begun.save()
    with clinic.reading():
        found = capture.by_payer(capture.uncharged(clinic.site, at))
    names = {one.name: one.visits for one in found}
    assert names == {"Cascadia Health Plan": 1, "Self-pay": 1, "Not chosen yet": 1}

    client.force_login(clinic.member("biller").user)
    for asked, shown in ((found[0].key, 1), ("self", 1), ("nonsense", 0), ("", 3)):
        page = client.get(reverse("visits:charges"), {"payer": asked}).content.decode()
        assert page.count("data-row") == shown, asked
    assert "Not chosen yet" in page
