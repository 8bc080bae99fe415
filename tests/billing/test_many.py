"""Many claims at once: the same rules and the same result as one by one, in the same questions."""

from datetime import timedelta
from typing import Any

import pytest

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, ClaimEvent
from frontdesk.core.database.together import lay_beside
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.staff.models import WorkItem
from tests.billing.office import NOON, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


def mixed(office: Office) -> list[Claim]:
    """Claims of every kind: clean, held for several reasons, of a dependent's second plan."""
    clean, other = office.insured("Ann", "Lee"), office.insured("Bo", "Ray")
    homeless = office.insured("Cy", "Dow", address_1="")
    lapsed = office.insured("Di", "Fox")
    with office.writing():
        for policy, status in ((clean, "active"), (lapsed, "inactive")):
            EligibilityCheck.objects.create(
                policy=policy, patient_id=policy.patient_id, service_on=NOON.date(),
                status=status, trace=f"T{policy.pk.hex[:20]}", asked_at=NOON,
            )  # fmt: skip
    second = office.second_plan(other)
    made = [
        office.signed(clean),
        office.signed(clean, at=NOON - timedelta(days=3)),
        office.signed(other, lines=(("99213", "148.00", "AB"),)),
        office.signed(homeless),
        office.signed(lapsed),
        office.signed(second),
        office.signed(clean, diagnoses=("I10",), at=NOON - timedelta(days=5)),
    ]
    return [claim for claim in made if claim is not None]


def keys(claims: list[Any]) -> list[Any]:
    return [claim.pk for claim in claims]


def said(office: Office, claims: list[Claim]) -> list[tuple[Any, ...]]:
    with office.reading():
        return [
            (one.number, one.status, one.findings, one.set_by_rules)
            for one in Claim.objects.filter(pk__in=keys(claims)).order_by("number")
        ]


def test_many_are_judged_as_one_by_one(office: Office) -> None:
    claims = mixed(office)
    one_by_one = said(office, claims)
    assert {status for _, status, _, _ in one_by_one} == {"held", "ready"}
    with office.writing():  # as if no check had ever spoken
        for claim in Claim.objects.all():
            claim.status, claim.findings = "held", []
            claim.save()
        events = ClaimEvent.objects.count()
    ready = operations.judge_claims(keys(claims), at=NOON, by=office.anybody())
    assert said(office, claims) == one_by_one
    assert ready == sum(status == "ready" for _, status, _, _ in one_by_one)
    with office.reading():
        waiting = WorkItem.objects.filter(kind="billing.claim_held", status="open")
        assert waiting.count() == len(claims) - ready
        assert ClaimEvent.objects.count() == events + len(claims)  # each has heard how it stands


def test_what_was_sent_meanwhile_is_left_alone(office: Office) -> None:
    claims = mixed(office)
    operations.queue_batch(at=NOON, by=office.anybody())
    before = said(office, claims)
    assert operations.judge_claims(keys(claims), at=NOON, by=office.anybody()) == 0
    assert said(office, claims) == before


def test_questions_do_not_grow_with_the_claims(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    policy = office.insured("Ann", "Lee")
    claims = [office.signed(policy, at=NOON - timedelta(days=day)) for day in range(12)]
    with django_assert_max_num_queries(33):
        operations.judge_claims(keys(claims), at=NOON, by=office.anybody())


def test_facts_read_together_are_those_of_each(office: Office) -> None:
    claims = mixed(office)
    with office.reading():
        found = Claim.objects.filter(pk__in=keys(claims)).order_by("pk")
        together = queries.facts_of_many(queries.read_with_all(found), lambda _: NOON.date())
        alone = [queries.facts_of(one, NOON.date()) for one in queries.with_all(found)]
    assert together == alone


def test_rows_lie_beside_their_records(office: Office) -> None:
    claims = mixed(office)[:2]
    with office.reading():
        lines = [line for claim in claims for line in claim.lines.all()]
        lay_beside(claims, "lines", lines, "claim_id")
        assert [len(claim.lines.all()) for claim in claims] == [2, 2]
