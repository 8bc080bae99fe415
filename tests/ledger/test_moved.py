"""The books as they are kept in a process say what they say when they are read whole."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from frontdesk.core.kept import forget
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Entry
from frontdesk.ledger.queries.moved import accounts_kept, books_kept, books_read, opened_kept
from frontdesk.people.models import Patient
from tests.billing.decisions import USUAL, sent
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, received, remittance

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings):
    settings.BOARDS_KEPT = 50
    forget()
    yield Office()
    forget()


def kept(office):
    with office.reading():
        return books_kept()


def test_what_was_posted_since_is_put_to_what_is_kept(office):
    assert kept(office).sums == {}
    for name in ("Ann", "Bo", "Cy"):
        office.signed(office.insured(name, "Lee"))
        found = kept(office)
        with office.reading():
            assert found == books_read()
            plain = queries.trial_balance()
            assert queries.trial_balance(books=found) == plain
            day = max(move.on for move in found.sums) - timedelta(days=1)
            assert queries.trial_balance(on=day, books=found) == queries.trial_balance(on=day)
    assert sum(found.sums.values()) == 3 * Decimal("214.00")


def test_only_what_is_new_is_read(office):
    office.signed(office.insured())
    kept(office)
    for name in ("Bo", "Cy"):
        first = kept(office)
        with office.reading(), CaptureQueriesContext(connection) as asked:
            assert books_kept() == first
        assert len(asked) == 2  # is the posting still there, and is there a newer one
        office.signed(office.insured(name, "Lee"))


def accounts(office):
    """What is kept of accounts, and what their entries say each time they are asked."""
    with office.reading():
        found = accounts_kept().standing
        patients = list(Patient.objects.values_list("pk", flat=True))
        told = queries.balances_of(patients)
    plain = {pk: (b.patient_due, b.insurance_due, b.credit) for pk, b in told.items()}
    return found, {pk: sums for pk, sums in plain.items() if any(sums)}


def test_what_is_open_on_accounts_is_what_their_entries_say(office):
    assert accounts(office) == ({}, {})
    claims = [office.signed(office.insured(name)) for name in ("Ann", "Bea", "Cal")]
    sent(office)
    kept_now, told = accounts(office)
    assert kept_now == told
    assert len(told) == 3
    received(office, remittance(decided(claims[0].number, *USUAL)))
    kept_now, told = accounts(office)
    assert kept_now == told
    assert kept_now[claims[0].patient_id] == (Decimal("30.00"), 0, 0)


def test_an_account_with_nothing_open_any_more_is_not_kept(office):
    claim = office.signed(office.insured())
    sent(office)
    accounts(office)
    received(office, remittance(decided(claim.number, *USUAL)))
    with office.reading():
        patient = Patient.objects.get(pk=claim.patient_id)
    operations.take_payment(
        patient, amount=Decimal("30.00"), method="cash", kind="balance", site=office.site,
        key="all of it", at=NOON, by=office.role("receptionist"),
    )  # fmt: skip
    assert accounts(office) == ({}, {})


def test_only_what_is_new_on_accounts_is_read(office):
    office.signed(office.insured())
    accounts(office)
    with office.reading(), CaptureQueriesContext(connection) as asked:
        accounts_kept()
    assert len(asked) == 2


def test_accounts_that_were_put_back_are_read_whole(office):
    office.signed(office.insured())
    with suppress(RuntimeError), transaction.atomic():
        office.signed(office.insured("Bo", "Ray"))
        assert len(accounts(office)[0]) == 2
        raise RuntimeError
    kept_now, told = accounts(office)
    assert kept_now == told
    assert len(told) == 1


def opened(office):
    """What is kept of visits, and what their entries add up to each time they are asked."""
    with office.reading():
        found = opened_kept().left
        told = {}
        for entry in Entry.objects.select_related("source", "target"):
            for code, amount in (
                (entry.source.code, -entry.amount),
                (entry.target.code, entry.amount),
            ):
                if code in ("receivable.insurance", "receivable.patient", "patient.credit"):
                    charge = entry.charge_id if code == "receivable.insurance" else None
                    place = code, entry.patient_id, entry.visit_id, charge
                    told[place] = told.get(place, 0) + amount
    return {tuple(place): amount for place, amount in found.items()}, {
        place: amount for place, amount in told.items() if amount
    }


def test_what_is_open_of_visits_is_what_their_entries_say(office):
    assert opened(office) == ({}, {})
    claims = [office.signed(office.insured(name)) for name in ("Ann", "Bea")]
    sent(office)
    for step in (
        lambda: None,
        lambda: received(office, remittance(decided(claims[0].number, *USUAL))),
        lambda: operations.take_payment(
            Patient.objects.get(pk=claims[0].patient_id),
            amount=Decimal("45.00"),
            method="cash",
            kind="balance",
            site=office.site,
            key="more than is owed",
            at=NOON,
            by=office.role("receptionist"),
        ),
    ):
        with office.writing():
            step()
        found, told = opened(office)
        assert found == told
        assert found
    assert {place[0] for place in found} == {"receivable.insurance", "patient.credit"}
    with office.reading(), CaptureQueriesContext(connection) as asked:
        opened_kept()
    assert len(asked) == 2


def test_visits_that_were_put_back_are_read_whole(office):
    office.signed(office.insured())
    with suppress(RuntimeError), transaction.atomic():
        office.signed(office.insured("Bo", "Ray"))
        assert len(opened(office)[0]) == 4  # two charges each
        raise RuntimeError
    found, told = opened(office)
    assert found == told
    assert len(told) == 2


def test_books_that_were_put_back_are_read_whole(office):
    office.signed(office.insured())
    with suppress(RuntimeError), transaction.atomic():
        office.signed(office.insured("Bo", "Ray"))
        before = kept(office)
        raise RuntimeError
    after = kept(office)
    assert after != before
    with office.reading():
        assert after == books_read()


def test_what_was_changed_by_force_shows_when_the_books_are_read_whole(office):
    office.signed(office.insured())
    kept(office)
    with office.reading():
        entry = Entry.objects.first()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_posting SET posted_on = %s WHERE practice_id = %s AND id = %s",
                [
                    entry.posted_on + timedelta(days=3),
                    *(
                        key.hex if connection.vendor == "sqlite" else key
                        for key in (office.practice.pk, entry.posting_id)
                    ),
                ],
            )
        apart = [tie.name for tie in queries.ties() if not tie.holds]
        assert apart == ["Entries dated as their posting"]
