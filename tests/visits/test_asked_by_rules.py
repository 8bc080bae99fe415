"""Rules about check-in and compliance: what is asked, what it stops, who lets it pass."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.practice import operations as office
from frontdesk.practice.models import RuleVersion
from frontdesk.records import operations as records
from frontdesk.records.models import ConsentForm
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling import queries as booked_queries
from frontdesk.scheduling.models import Requirement
from frontdesk.scheduling.queries.authorizing import booking_notes
from frontdesk.staff import operations as staff
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.jobs import complying
from frontdesk.visits.models import CheckIn
from frontdesk.visits.operations.complying import ask_compliance
from frontdesk.visits.operations.trying import try_on_visits
from frontdesk.visits.queries.check_in import open_questions

WORK = {"all": [{"fact": "payer_filing", "is": "is", "value": "WC"}]}


def in_force(clinic, kind, when, does="hold", **more):
    """A rule of the office that counts from now on."""
    facts = more.pop("facts", {"payer_filing": "WC"})
    examples = [
        {"name": "it does", "applies": True, "facts": facts},
        {"name": "it doesn’t", "applies": False, "facts": more.pop("unlike", {})},
    ]
    values = {
        "words": "The employer and the claim number",
        "how_to_fix": "Ask for both.",
        "when": when,
        "actions": [{"do": does}],
        "examples": examples,
        **more,
    }
    rule = office.save_rule(None, values, kind=kind, at=now(), by=clinic.anybody())
    try_on_visits(rule, by=clinic.anybody())
    return office.activate_rule(rule, at=now(), by=clinic.anybody())


@pytest.fixture
def desk(clinic):
    return clinic.role("receptionist")


@pytest.fixture
def injured(clinic):
    """Ann, whose visit a workers’ compensation carrier pays."""
    patient = clinic.patient()
    clinic.policy(patient, clinic.payer("WCOMP", filing_indicator="WC"))
    return patient


def arrived(clinic, patient, desk):
    appointment = clinic.booked(patient=patient, at=now())
    visit = operations.arrive(appointment, at=now(), by=desk)
    visit.patient, visit.appointment = patient, appointment
    return visit


def answered(clinic, visit):
    """Every step of the check-in is answered, but for what rules ask."""
    with clinic.writing():
        check_in = CheckIn.objects.get(visit=visit)
        for name in ("identity_confirmed", "details_confirmed", "coverage_confirmed"):
            setattr(check_in, f"{name}_at", now())
        check_in.forms_done_at = check_in.payment_done_at = now()
        check_in.pays = "self_pay"
        check_in.save()


def work(clinic, **which):
    with clinic.reading():
        return list(WorkItem.objects.filter(kind__startswith="visits.compliance", **which))


def test_a_rule_that_stops_is_asked_in_booking_readiness_and_check_in(clinic, injured, desk):
    rule = in_force(clinic, "intake", WORK)
    visit = arrived(clinic, injured, desk)
    answered(clinic, visit)
    with clinic.reading():
        starts_at = visit.appointment.starts_at
        [note] = booking_notes(injured, clinic.visit_type, starts_at, clinic.site)
        ready = booked_queries.readiness([visit.appointment])[visit.appointment.pk]
    check = next(one for one in ready.checks if one.name == "rules")

    with pytest.raises(Refused, match=r"Still to ask: The employer.*office manager may let it"):
        operations.finish_check_in(visit, at=now(), by=desk)
    at = now()
    done = operations.answer_question(visit, rule.pk, remark="Acme, WC-77", at=at, by=desk)

    assert note.tone == "red" and "Ask for both" in note.text
    assert check.says == "The employer and the claim number" and check.is_open
    assert done.finished_at == at
    with clinic.reading():
        kept = Requirement.objects.get(kind="rule")
        assert (kept.status, kept.remark, kept.closed_by) == ("received", "Acme, WC-77", desk.name)
        assert open_questions(visit) == []


def test_only_who_may_go_against_the_book_lets_it_pass(clinic, injured, desk):
    rule = in_force(clinic, "intake", WORK)
    visit = arrived(clinic, injured, desk)
    answered(clinic, visit)
    said = {"remark": "Carrier is closed today", "is_waived": True, "at": now()}

    with pytest.raises(Refused, match="office manager may let it pass"):
        operations.answer_question(visit, rule.pk, by=desk, **said)
    done = operations.answer_question(visit, rule.pk, by=clinic.role("manager"), **said)

    assert done.finished_at == said["at"]
    with clinic.reading():
        assert Requirement.objects.get(kind="rule").status == "waived"


def test_a_rule_that_only_asks_stops_nobody(clinic, injured, desk):
    in_force(clinic, "intake", WORK, "warn")
    visit = arrived(clinic, injured, desk)
    answered(clinic, visit)

    at = now()
    assert operations.finish_check_in(visit, at=at, by=desk).finished_at == at
    with clinic.reading():
        assert [one.stops for one in open_questions(visit)] == [False]


def test_another_version_asks_anew_and_a_retired_rule_asks_nothing(clinic, injured, desk):
    rule = in_force(clinic, "intake", WORK)
    visit = arrived(clinic, injured, desk)
    operations.answer_question(visit, rule.pk, remark="Acme", at=now(), by=desk)
    office.save_rule(rule, {"words": "The day of the injury"}, at=now(), by=clinic.anybody())
    try_on_visits(rule, by=clinic.anybody())
    office.activate_rule(rule, at=now(), by=clinic.anybody())

    with clinic.reading():
        [asked] = open_questions(visit)
    office.retire_rule(rule, because="New form", at=now(), by=clinic.anybody())

    assert asked.words == "The day of the injury"
    with clinic.reading():
        assert open_questions(visit) == []


@pytest.mark.parametrize(
    ("when", "patient", "asks"),
    [
        (
            [{"fact": "patient_age", "is": "at_most", "value": "17"}],
            {"birth_date": "2015-01-01"},
            1,
        ),
        ([{"fact": "patient_age", "is": "at_most", "value": "17"}], {}, 0),
        ([{"fact": "is_new_patient", "is": "yes"}], {}, 1),
        ([{"fact": "days_since_seen", "is": "filled"}], {}, 0),
        ([{"fact": "has_mobile", "is": "no"}], {"mobile_phone": "+12165550100"}, 0),
        ([{"fact": "has_email", "is": "no"}], {"email": ""}, 1),
        ([{"fact": "is_insured", "is": "no"}], {}, 1),
        ([{"fact": "has_guarantor", "is": "no"}], {}, 1),
        ([{"fact": "has_contact", "is": "no"}], {}, 1),
        ([{"fact": "has_referral", "is": "no"}], {}, 1),
        ([{"fact": "language", "is": "is_not", "value": "en"}], {"language": "es"}, 1),
        ([{"fact": "balance", "is": "at_least", "value": "10"}], {}, 0),
        ([{"fact": "plan_kind", "is": "is", "value": "HMO"}], {}, 0),
    ],
)
def test_a_question_is_asked_of_whom_it_means(clinic, when, patient, asks):
    with clinic.writing():
        rule = in_force_unchecked(clinic, {"all": when})
    appointment = clinic.booked(patient=clinic.patient(**patient), at=now())

    with clinic.reading():
        found = booked_queries.questions_at(appointment)
    assert len(found) == asks and rule


def in_force_unchecked(clinic, when):
    """A rule in force without its examples: they would say the same as the test."""
    rule = office.save_rule(
        None,
        {"words": "Asked", "how_to_fix": "Ask.", "when": when, "actions": [{"do": "warn"}]},
        kind="intake", at=now(), by=clinic.anybody(),
    )  # fmt: skip
    rule.status, rule.in_force = "active", 1
    rule.save()
    return rule


def test_the_desk_answers_on_the_page_and_is_told_what_is_missing(clinic, injured, client):
    rule = in_force(clinic, "intake", WORK)
    client.force_login(clinic.member("receptionist").user)
    visit = arrived(clinic, injured, clinic.role("receptionist"))
    first = reverse("visits:check_in", args=[visit.pk])
    page = f"{first}?step=coverage"
    answer = reverse("visits:answer_question", args=[visit.pk, rule.pk])

    assert "The employer and the claim number" not in client.get(first).text  # who are they?
    shown = client.get(page).text
    client.post(answer, {"remark": " "})
    client.post(answer, {"remark": "Acme, WC-77"})
    after = client.get(page).text

    assert "The employer and the claim number" in shown and "Let it pass" not in shown
    assert "The employer and the claim number" not in after
    drawer = reverse("scheduling:answer_rule", args=[visit.appointment_id, rule.pk])
    assert "Ask for both." in client.get(drawer).text
    client.post(drawer, {"remark": "Acme Inc., WC-78"})
    with clinic.reading():
        assert Requirement.objects.get(kind="rule").remark == "Acme Inc., WC-78"


PRIVACY = {"all": [{"fact": "answered", "is": "has_none", "value": "PRIVACY"}]}


def test_what_compliance_finds_is_on_the_list_until_it_is_mended(clinic, desk):
    in_force(
        clinic, "compliance", PRIVACY, "warn", facts={"codes": "99213"},
        unlike={"answered": "PRIVACY"},
    )  # fmt: skip
    visit = arrived(clinic, clinic.patient(), desk)
    told = {"at": now(), "by": clinic.anybody()}
    with clinic.reading():
        ask_compliance(visit, **told)
        ask_compliance(visit, **told)
    [item] = work(clinic, status="open")
    with clinic.writing():
        form = ConsentForm.objects.create(key="privacy", title="Privacy", body="x")
    records.refuse_consent(
        visit.patient, form=form, because="No wish", at=now(), on=visit.on, by=desk
    )
    with clinic.reading():
        ask_compliance(visit, **told)

    assert (item.kind, item.pool) == ("visits.compliance", "manager")
    assert [one.status for one in work(clinic)] == ["done"]


def test_a_new_rule_meets_last_weeks_visits_by_night_and_a_retired_one_lets_go(clinic, desk):
    visit = arrived(clinic, clinic.patient(), desk)
    with clinic.writing():
        visit.closed_at, visit.closed_by = now(), "Maria"
        visit.save()

    def by_night():
        return complying.ask_again.func(str(clinic.practice.pk))

    assert (by_night(), work(clinic)) == (0, []), "nothing is asked where there is no rule"
    rule = in_force(clinic, "compliance", PRIVACY, facts={}, unlike={"answered": "PRIVACY"})

    assert [by_night(), by_night()] == [1, 1]
    [item] = work(clinic, status="open")
    assert (item.kind, item.subject_id) == ("visits.compliance_hold", visit.pk)
    office.retire_rule(rule, because="Asked elsewhere", at=now(), by=clinic.anybody())
    assert [by_night(), by_night()] == [1, 0]
    assert [one.status for one in work(clinic)] == ["done"]


def test_what_a_person_closed_stays_closed(clinic, desk):
    in_force(clinic, "compliance", PRIVACY, facts={}, unlike={"answered": "PRIVACY"})
    visit = arrived(clinic, clinic.patient(), desk)
    told = {"at": now(), "by": clinic.anybody()}
    with clinic.reading():
        ask_compliance(visit, **told)
    [item] = work(clinic)
    staff.dismiss_work(item, **told)
    with clinic.reading():
        ask_compliance(visit, **told)

    assert item.kind == "visits.compliance_hold"
    assert [one.status for one in work(clinic)] == ["dismissed"]


def test_a_question_nobody_can_read_any_more_asks_instead_of_breaking(clinic, injured, desk):
    rule = in_force(clinic, "intake", WORK)
    with clinic.writing():
        version = RuleVersion.objects.get(rule=rule)
        version.when = {"all": [*version.when["all"], {"fact": "aura", "is": "yes"}]}
        version.save()
    visit = arrived(clinic, injured, desk)
    other = clinic.booked(patient=clinic.patient("Bo"), at=now() + timedelta(hours=2))

    with clinic.reading():
        [asked] = open_questions(visit)
        assert booked_queries.questions_at(other) == ()  # what can be read of it still decides
    assert asked.stops and "can’t be read any more" in asked.words
    scheduling.answer_rule(visit.appointment, rule.pk, remark="Asked by hand", at=now(), by=desk)


@pytest.mark.parametrize(("kind", "when", "met"), [("intake", WORK, 1), ("compliance", PRIVACY, 2)])
def test_a_rule_is_tried_on_the_visits_there_were(clinic, injured, desk, kind, when, met):
    for patient in (injured, clinic.patient("Bo"), clinic.patient("Cy")):
        visit = arrived(clinic, patient, desk)
        with clinic.writing():
            visit.closed_at, visit.closed_by = now(), "Maria"
            visit.save()
    with clinic.writing():
        form = ConsentForm.objects.create(key="privacy", title="Privacy", body="x")
    records.refuse_consent(patient, form=form, because="No", at=now(), on=visit.on, by=desk)
    values = {
        "words": "Asked", "how_to_fix": "Ask.", "when": when, "actions": [{"do": "warn"}],
    }  # fmt: skip
    rule = office.save_rule(None, values, kind=kind, at=now(), by=clinic.anybody())

    found = try_on_visits(rule, by=clinic.anybody()).replay

    assert (found["touched"], found["seen"]) == (met, 3)
