"""Visits and authorizations: booked, moved, cancelled, missed, stopped by a rule, billed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as held
from frontdesk.coverage.models import Authorization, AuthorizationRule
from frontdesk.scheduling import operations
from frontdesk.scheduling.queries import authorizing
from frontdesk.scheduling.queries.readiness import readiness


@pytest.fixture
def policy(clinic):
    """Ann Lee's plan, which wants to approve what a follow-up holds."""
    policy = clinic.policy(clinic.patient())
    with clinic.writing():
        payer = policy.subscription.plan.payer
        AuthorizationRule.objects.create(payer=payer, code="Z92", says="Bulletin 12")
    return policy


def booked(clinic, policy, days=9, hour=15):
    at = now().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    with clinic.reading():
        patient = policy.patient
    return clinic.booked(at=at, patient=patient)


def watch(clinic, *visits):
    for one in visits:
        operations.watch_authorization(one, at=now(), by=clinic.anybody())


def approve(clinic, policy, units=1, **more):
    return coverage.add_authorization(
        policy, services=[{"code": "Z9213", "units": units}], status="approved", number="A7",
        by=clinic.anybody(), **more,
    )  # fmt: skip


def check(clinic, one):
    with clinic.reading():
        found = readiness([one])[one.pk]
        return next(c for c in found.checks if c.name == "authorization")


def test_a_booked_visit_comes_onto_the_list_and_stops_until_it_is_approved(clinic, policy):
    one = booked(clinic, policy)
    watch(clinic, one)

    lacking = check(clinic, one)
    with clinic.reading():
        asked = Authorization.objects.get()
        [row] = held.to_authorize(now(), now().date())
    coverage.decide_authorization(
        asked, status="approved", number="A7", by=clinic.role("receptionist")
    )

    assert (lacking.state, lacking.says) == ("stop", "Needed, not asked for")
    assert str(asked.pk) in lacking.url
    assert (row.authorization, row.dollars) == (asked, Decimal(0))
    assert check(clinic, one).state == "ok"


def test_what_one_visit_gives_back_the_next_one_gets(clinic, policy):
    first, second = booked(clinic, policy, 5), booked(clinic, policy, 6)
    approve(clinic, policy)
    watch(clinic, first, second)
    assert [check(clinic, one).state for one in (first, second)] == ["ok", "stop"]

    operations.cancel(
        first, because="Away", whose="patient", at=now(), by=clinic.role("receptionist")
    )

    assert check(clinic, second).state == "ok"


def test_who_does_not_come_uses_nothing(clinic, policy):
    missed = booked(clinic, policy, -1)
    approval = approve(clinic, policy)
    with clinic.reading():
        wanted = authorizing.wanted(missed, now())
    coverage.watch_authorization(wanted, at=now(), by=clinic.anybody())

    def left():
        with clinic.reading():
            [line] = held.held(held.services_used().filter(authorization=approval))
            return line.left

    assert left() == 0
    operations.no_show(missed, at=now(), by=clinic.role("receptionist"))
    assert left() == 1


def test_a_hard_rule_keeps_the_visit_out_of_the_book_until_it_is_approved(clinic, policy):
    with clinic.writing():
        rule = AuthorizationRule.objects.get()
        rule.stops = "visit"
        rule.save()
    day = now() + timedelta(days=7)
    start = day.replace(hour=15, minute=0, second=0, microsecond=0)
    with clinic.reading():
        patient = policy.patient
    said = (patient, clinic.visit_type, clinic.provider, clinic.site, start)

    with pytest.raises(Refused, match=r"only after the payer approved it\. Bulletin 12"):
        operations.book(*said, at=now(), by=clinic.role("receptionist"))
    on_purpose = operations.double_book(
        *said, at=now(), because="Doctor’s order", by=clinic.role("scheduler")
    )
    approve(clinic, policy, units=5)
    later = start + timedelta(hours=1)
    booked_one = operations.book(*said[:4], later, at=now(), by=clinic.role("receptionist"))

    assert on_purpose.override_reason == "Doctor’s order"
    assert booked_one.status == "booked"


def test_whoever_books_is_told_what_is_needed_and_what_is_left(clinic, policy):
    starts_at = now() + timedelta(days=7)

    def notes():
        with clinic.reading():
            patient = policy.patient
            return authorizing.booking_notes(
                patient, clinic.visit_type, starts_at, clinic.site, clinic.provider
            )

    [lacking] = notes()
    approve(clinic, policy, units=4)
    [there] = notes()

    assert "Z9213 needs an authorization" in lacking.text and "Bulletin 12" in lacking.text
    assert (lacking.tone, there.tone) == ("amber", "green")
    assert there.text == "Prior authorization A7: 4 of 4 left."


def test_a_referral_answers_for_the_visit(clinic, policy):
    one = booked(clinic, policy)
    with clinic.reading():
        before = readiness([one])[one.pk]
    coverage.add_authorization(
        policy, kind="referral", services=[{"code": "", "units": 3, "counts": "visits"}],
        status="approved", number="R1", referred_by="Dr. Sims", by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading():
        after = readiness([one])[one.pk]

    assert "referral" not in [c.name for c in before.checks]
    found = next(c for c in after.checks if c.name == "referral")
    assert (found.state, found.says) == ("ok", "From Dr. Sims, 2 left")
