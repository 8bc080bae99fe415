"""Several people at once: one primary policy, one question, one answer."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations
from frontdesk.coverage.models import AuthorizationRule, EligibilityCheck, Policy
from tests import disk
from tests.clinic import Clinic
from tests.coverage.authorized import approved, used, wanted, watch

PEOPLE = 6
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """Let threads share one database: on SQLite a file, as in a real office."""

    return partial(disk.share, tmp_path, monkeypatch)


def race(attempt):
    """Let everybody go at once; return what each came to."""
    gate = Barrier(PEOPLE)

    def run(number):
        try:
            gate.wait(timeout=30)
            return attempt(number)
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(run, range(PEOPLE)))


def count_in_a_thread(clinic, model):
    def ask():
        try:
            with clinic.reading():
                return model.objects.count()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_only_one_primary_policy_is_added(shared):
    clinic = Clinic()
    ann, payer = clinic.patient(), clinic.payer()
    shared()

    def add(number):
        operations.add_policy(
            ann, payer=payer, member_id=f"W{number}", rank=1, by=clinic.role("receptionist")
        )
        return "added"

    came_to = Counter(race(add))

    refusal = "There is a primary policy already. End it first, or choose another rank."
    assert came_to == {"added": 1, refusal: PEOPLE - 1}
    assert count_in_a_thread(clinic, Policy) == 1


def test_the_same_question_pressed_by_many_is_asked_once(shared):
    clinic = Clinic()
    policy = clinic.policy(clinic.patient())
    at = now()
    shared()

    def ask(_):
        by = clinic.role("receptionist")
        return operations.verify(policy, service_on=at.date(), at=at, by=by).pk

    assert len(set(race(ask))) == 1
    assert count_in_a_thread(clinic, EligibilityCheck) == 1


def used_in_a_thread(clinic, authorization):
    def ask():
        try:
            return used(clinic, authorization)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_the_last_unit_goes_to_one_visit_however_many_want_it(clinic, shared):
    policy = clinic.policy(clinic.patient())
    held = approved(clinic, policy, [{"code": "97110", "units": 1}])
    with clinic.writing():
        payer = policy.subscription.plan.payer
        AuthorizationRule.objects.create(payer=payer, code="97110")
    visits = [wanted(policy, "97110") for _ in range(PEOPLE)]
    shared()

    came = race(lambda number: watch(clinic, visits[number]).status)

    assert Counter(came) == {"approved": 1, "needed": PEOPLE - 1}
    assert used_in_a_thread(clinic, held) == {"97110": 1}


def test_the_same_visit_looked_at_by_several_keeps_its_unit_once(clinic, shared):
    policy = clinic.policy(clinic.patient())
    held = approved(clinic, policy, [{"code": "97110", "units": 5}])
    visit = wanted(policy, "97110")
    shared()

    race(lambda number: watch(clinic, visit).status)

    assert used_in_a_thread(clinic, held) == {"97110": 1}
