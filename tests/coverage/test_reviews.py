"""Asking payers by 278: over the wire to the sandbox, and what its answers do here."""

from datetime import timedelta

import pytest
from django.urls import reverse

from frontdesk import x12
from frontdesk.core.clock import now
from frontdesk.coverage import exchange, jobs, operations, queries
from frontdesk.coverage.models import Authorization
from frontdesk.coverage.rules.certified import certified
from frontdesk.staff.models import WorkItem
from tests.coverage.asking import change, work_items
from tests.coverage.authorized import SOON, TODAY, again, approved, ask, left, needed, work


def tell(sandbox, **plan):
    """Let Ann's plan decide so."""
    world = sandbox.desk.world
    told = world.as_json()
    mine = next(one for one in told["plans"] if one["id"] == "DEMOPPO-1")
    world.merge({"plans": [{**mine, **plan}]})


def again_later(clinic, one):
    """Let the clock's job ask again, as if its time had come."""
    later = now() + timedelta(days=2)
    asked = operations.ask_reviewers_again(at=later, by=clinic.anybody())
    return asked, work(clinic, one)


def test_a_certified_request_is_approved_with_number_and_days(clinic, policy, sandbox):
    one = needed(clinic, policy, "70551", units=2)

    decided = ask(clinic, one, is_urgent=True, note="Headache for six weeks")

    assert (decided.status, decided.number[:2]) == ("approved", "SB")
    assert (decided.starts_on, decided.ends_on) == (SOON, SOON + timedelta(days=90))
    assert left(clinic, decided) == {"70551": 2}
    assert decided.decide_by == decided.asked_at + timedelta(hours=72)
    assert x12.check(decided.request.encode("latin-1")).valid


@pytest.mark.parametrize(
    ("action", "status", "units", "says"),
    [
        ("A1", "approved", 10, ""),
        ("A2", "partial", 5, "Fewer units are medically necessary"),
        ("A6", "partial", 10, "Approved for a shorter time"),
        ("A3", "denied", 0, "Conservative treatment is not documented"),
    ],
)
def test_each_decision_is_kept_with_units_and_reason(
    clinic, policy, sandbox, action, status, units, says
):
    tell(sandbox, reviews={"97110": action})

    decided = ask(clinic, needed(clinic, policy, "97110", units=10))

    assert (decided.status, decided.because.rstrip(".")) == (status, says)
    assert left(clinic, decided) == {"97110": units}
    if action == "A6":
        assert decided.ends_on == SOON + timedelta(days=30)
    kinds = [item.kind for item in work_items(clinic)]
    assert kinds == (["coverage.authorization_denied"] if status == "denied" else [])


def test_services_are_decided_one_by_one(clinic, policy, sandbox):
    tell(sandbox, reviews={"97110": "A2", "72148": "A3"})
    one = needed(clinic, policy, "97110", "72148", "70551", units=4)

    decided = ask(clinic, one)

    assert decided.status == "partial"
    assert left(clinic, decided) == {"97110": 2, "72148": 0, "70551": 4}


def test_nothing_to_approve_is_proof_that_none_is_needed(clinic, policy, sandbox):
    decided = ask(clinic, needed(clinic, policy, "99213"))

    assert (decided.status, decided.told_by) == ("not_needed", "The payer’s answer (278)")
    assert decided.ends_on == SOON + timedelta(days=90)


def test_a_pended_request_is_asked_for_again_until_it_is_decided(clinic, policy, sandbox):
    tell(sandbox, reviews={"72148": "A4"}, review_seconds=3600)
    one = ask(clinic, needed(clinic, policy, "72148", units=1))
    assert (one.status, one.because) == ("pended", "A nurse reviews the request")
    assert again(clinic, one).ask_again_at > now()
    assert operations.ask_reviewers_again(at=now(), by=clinic.anybody()) == 0

    asked, waiting = again_later(clinic, one)
    assert (asked, waiting.status) == (1, "pended")
    with sandbox.memory.changing():
        sandbox.memory._base.execute("UPDATE review SET at = 0")
    _, decided = again_later(clinic, one)

    assert (decided.status, decided.trace) == ("approved", one.trace)
    with clinic.reading():
        words = [event.words for event in decided.events.order_by("pk")]
    assert len(words) == 4  # noted, asked, reviewed, decided: waiting is told once


def test_asked_twice_or_answered_twice_is_one_case_with_one_number(clinic, policy, sandbox):
    one = needed(clinic, policy, "70551", units=1)
    first = ask(clinic, one)

    pressed = operations.request_authorization  # an impatient finger
    with pytest.raises(Exception, match="approved already"):
        pressed(one, way="278", at=now(), by=clinic.anybody())
    work(clinic, one)
    change(clinic, first, status="requested")  # killed before it was written down
    second = work(clinic, one)

    assert (second.number, second.trace) == (first.number, first.trace)
    with sandbox.memory.changing():
        [[cases]] = sandbox.memory._base.execute("SELECT count(*) FROM review").fetchall()
    assert cases == 1


def test_pressed_twice_before_the_answer_is_asked_once(clinic, policy):
    one, by = needed(clinic, policy, "70551"), clinic.role("receptionist")
    said = {"way": "278", "at": now(), "by": by}

    first = operations.request_authorization(one, **said)
    second = operations.request_authorization(one, **said)

    assert (first.request, first.trace) == (second.request, second.trace)


@pytest.mark.parametrize("fault", ["down", "truncated", "cut", "unavailable"])
def test_what_does_not_come_is_asked_again(clinic, policy, sandbox, fault):
    sandbox.faults.set({fault: 1})
    one = ask(clinic, needed(clinic, policy, "70551"))
    assert (one.status, one.times_asked) == ("requested", 1)

    sandbox.faults.set({})

    assert work(clinic, one).status == "approved"


def test_after_the_last_try_a_person_asks(clinic, policy, sandbox):
    sandbox.faults.set({"down": 99})
    one = ask(clinic, needed(clinic, policy, "70551"))
    for _ in range(9):
        one = work(clinic, one)

    assert one.status == "needed"
    [item] = work_items(clinic)
    assert (item.kind, item.pool) == ("coverage.authorization_by_hand", "receptionist")
    operations.decide_authorization(
        one, status="approved", number="T1", told_by="Kim", by=clinic.role("receptionist")
    )
    assert work_items(clinic) == []


@pytest.mark.parametrize("fault", ["rejected", "mismatched"])
def test_what_decides_nothing_goes_to_a_person(clinic, policy, sandbox, fault):
    sandbox.faults.set({fault: 1})

    one = ask(clinic, needed(clinic, policy, "70551"))

    assert one.status == "needed"
    assert len(work_items(clinic)) == 1


def test_a_member_the_payer_does_not_find_goes_to_a_person_in_words(clinic, policy, sandbox):
    with clinic.reading():
        subscription = policy.subscription
    change(clinic, subscription, member_id="NOBODY")

    one = ask(clinic, needed(clinic, policy, "70551"))

    assert one.status == "needed"
    assert "find" in one.because.lower() or "member" in one.because.lower()


def test_wrong_credentials_go_to_a_person_at_once(clinic, policy, sandbox, settings):
    settings.CLEARINGHOUSE_PASSWORD = "wrong"

    one = ask(clinic, needed(clinic, policy, "70551"))

    assert (one.status, one.times_asked) == ("needed", 1)
    assert "UnAuthorized" in one.because


def test_a_renewal_names_the_one_before_and_a_referral_asks_for_visits(clinic, policy, sandbox):
    before = approved(clinic, policy, [{"code": "97110", "units": 3}], number="OLD7")
    next_one = operations.renew_authorization(before, at=now(), by=clinic.anybody())
    referral = operations.add_authorization(
        policy, kind="referral", services=[{"code": "", "units": 6, "counts": "visits"}],
        status="needed", service_on=SOON, referred_by="Dr. Sims", by=clinic.anybody(),
    )  # fmt: skip

    ask(clinic, next_one)
    decided = ask(clinic, referral)

    [asked] = next(iter(x12.read(again(clinic, next_one).request.encode()))).bodies
    [visits] = next(iter(x12.read(decided.request.encode()))).bodies
    assert (asked.review.certification, asked.references[0].value) == ("R", "OLD7")
    assert (visits.review.category, visits.deliveries[0].quantity) == ("SC", 6)
    assert (decided.status, left(clinic, decided)) == ("approved", {"": 6})


def test_an_answer_without_a_number_is_no_approval():
    with_none = x12.AuthorizationResponse(
        reviewer=x12.Party(), trace="T", decision=x12.Decision(action="A1")
    )

    told = exchange.review._judge(with_none)

    assert told.status is None
    assert "without a number" in told.because


def test_the_clock_asks_again_and_watches_every_practice(clinic, other, policy, sandbox):
    tell(sandbox, reviews={"72148": "A4"})
    one = ask(clinic, needed(clinic, policy, "72148", units=1))
    change(clinic, one, ask_again_at=now() - timedelta(minutes=1))

    assert jobs.watch_authorizations_everywhere.func() >= 2
    jobs.watch_authorizations.func(practice_id=str(clinic.practice.pk))

    assert work(clinic, one).status == "approved"


def test_two_plans_of_a_patient_are_asked_apart(clinic, policy, sandbox):
    with clinic.reading():
        patient = policy.patient
    other_policy = operations.add_policy(
        patient, payer=clinic.payer("P2", name="Second"), member_id="X2", by=clinic.anybody()
    )
    approved(clinic, other_policy, [{"code": "70551", "units": 1}])

    with clinic.reading():
        assert queries.authorization_for(patient, ["70551"], TODAY, policy) is None
        assert Authorization.objects.count() == 1
        assert WorkItem.objects.count() == 0


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        ("CR1*LB*180*I*D*DH*12", "Transport: the first trip, to a specialist or special equipment, "
         "12 miles, weight 180 pounds"),
        ("CR5***A***2*3*8****R", "Oxygen: a concentrator, 2 liters a minute, 3 times a day, 8 "
         "hours each, measured at rest on room air"),
        ("CR6*4*20261201*RD8*20261201-20270301***Y*I*********P", "Home care: first certification, "
         "begins 12/01/2026, certified 12/01/2026 to 03/01/2027, prognosis good, the patient is at "
         "home"),
        ("CR2*1*12*C4*C5*MO*3*4*C*Y", "Chiropractic care: treatment 1 of 12, level C4 to C5, "
         "over 3 months, 4 a month, chronic, with complications"),
        ("CL1*2*1", "Admission: urgent, source 1"),
        ("CRC*07*Y*02*09", "Ambulance: confined to bed before, medically necessary"),
        ("CRC*11*N*12", "Oxygen therapy: not so: confined to bed or chair"),
        ("TOO*JP*14*M:O", "Tooth 14: mesial, occlusal"),
        ("ZZZ*1", ""),
    ],
)  # fmt: skip
def test_what_was_certified_besides_is_said_in_words(segment, words):
    assert certified(segment.split("*")) == words


def test_what_an_answer_certifies_besides_is_shown_with_its_segment(
    clinic, policy, sandbox, client
):
    decided = ask(clinic, needed(clinic, policy, "70551"))
    lines = decided.response.split("~")
    place = next(n for n, line in enumerate(lines) if line.strip().startswith("HCR")) + 2
    lines.insert(place, "CR1*LB*180*I*D*DH*12")
    change(clinic, decided, response="~".join(lines))
    client.force_login(clinic.member("biller").user)

    shown = client.get(reverse("coverage:authorization", args=[decided.pk])).text

    assert "Transport: the first trip" in shown and "CR1*LB*180*I*D*DH*12" in shown
