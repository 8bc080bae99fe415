"""A large remittance is posted in parts side by side: the same books, and each decision once."""

from decimal import Decimal

import pytest
from django.db import connection

from frontdesk.billing import queries
from frontdesk.billing.models import Remittance
from frontdesk.coverage.models import AuthorizationRule
from frontdesk.ledger.models import Posting
from tests.billing.decisions import USUAL, rows, sent
from tests.billing.office import Office
from tests.billing.payer import decided, line, posted, received, remittance

DENIED = (
    line("99213", "148.00", "0.00", "CO-197 148.00"),
    line("93000", "66.00", "0.00", "CO-197 66.00"),
)
NAMES = ("Ann", "Bea", "Cal", "Dan", "Eve", "Fay")


def sent_claims(office):
    """Two claims of each of six patients, sent."""
    policies = [office.insured(name) for name in NAMES]
    claims = [office.signed(policy) for policy in policies for _ in range(2)]
    sent(office)
    return claims


@pytest.mark.django_db
def test_all_that_is_decided_of_one_patient_is_in_one_part_in_the_order_of_the_file(office):
    claims = sent_claims(office)
    usual = [decided(claim.number, *USUAL) for claim in reversed(claims)]
    received(office, remittance(*usual, decided("NOBODYS", *USUAL)), posts=False)

    with office.reading():
        parts = queries.parted_to_post(Remittance.objects.get(), 2)

    order = [row.pk for row in rows(office)]
    assert sorted(key for part in parts for key in part) == sorted(order)
    assert all(part == sorted(part, key=order.index) for part in parts)
    patient = {str(claim.number): claim.patient_id for claim in claims}
    about = {row.pk: patient.get(row.claim_number) for row in rows(office)}
    first, second = ({about[key] for key in part} for part in parts)
    assert not first & second


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only one may write at a time")
def test_parts_side_by_side_post_each_decision_once_and_count_what_they_learn_whole(
    settings, monkeypatch
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.POSTED_TOGETHER = 2
    office = Office()
    claims = sent_claims(office)
    told = [decided(claim.number, *USUAL) for claim in claims[::2]]
    told += [decided(claim.number, *DENIED, status="4") for claim in claims[1::2]]
    received(office, remittance(*told), posts=False)
    parted = counting_parts(monkeypatch)

    posted(office)
    posted(office)

    assert parted == [12]
    assert {row.status for row in rows(office)} == {"posted"}
    assert office.books()["bank"] == Decimal(480)
    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED
        assert Posting.objects.filter(kind="remittance").count() == 6
        numbers = sorted(Posting.objects.values_list("number", flat=True))
        learned = dict(AuthorizationRule.objects.values_list("code", "denials"))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert learned == {"99213": 6, "93000": 6}


def counting_parts(monkeypatch):
    """Note how many decisions each remittance that is posted in parts has."""
    found, whole = [], queries.parted_to_post

    def counted(remittance, parts):
        made = whole(remittance, parts)
        found.append(sum(map(len, made)))
        return made

    monkeypatch.setattr(queries, "parted_to_post", counted)
    return found
