"""The books as they are kept in a process say what they say when they are read whole."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from frontdesk.core.kept import forget
from frontdesk.ledger import queries
from frontdesk.ledger.models import Entry
from frontdesk.ledger.queries.moved import books_kept, books_read
from tests.billing.office import Office

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
