"""The pages drawn ahead: all of them, for whoever may see most, and nothing is written."""

from concurrent.futures import ThreadPoolExecutor
from threading import get_ident

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from frontdesk.config import warming
from frontdesk.core.clock import now
from frontdesk.core.kept import forget
from frontdesk.core.models import AuditEntry, Revision
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.ledger import queries as ledger
from tests.billing.office import Office


@pytest.fixture
def used(clinic):
    """An office in which something has happened, and its manager."""
    clinic.booked(at=now())
    clinic.member("manager")
    Revision.objects.create(practice_id=clinic.practice.pk, number=1)
    return clinic


def kept_now():
    with practice_scope(EVERY_PRACTICE):
        return AuditEntry.objects.count(), Session.objects.count()


def test_the_first_pages_are_drawn_for_a_member_and_nothing_is_written(used):
    before = kept_now()
    assert warming.draw() == [warming.SIGN_IN, *warming.PAGES]
    assert kept_now() == before


def test_an_office_without_anybody_draws_the_page_to_sign_in(db):
    assert warming.draw() == [warming.SIGN_IN]


def test_a_page_that_cannot_be_drawn_leaves_the_others(used, monkeypatch):
    monkeypatch.setattr(warming, "PAGES", ("nowhere:at_all", "people:patients"))
    assert warming.draw() == [warming.SIGN_IN, "people:patients"]


def test_the_books_are_added_up_ahead_and_then_only_what_is_new_is_read(db, settings):
    settings.BOARDS_KEPT = 50
    forget()
    office = Office()
    office.signed(office.insured())
    warming.add_up()
    with office.reading(), CaptureQueriesContext(connection) as asked:
        assert ledger.books_kept().sums
        assert ledger.accounts_kept().standing
        assert ledger.opened_kept().left
    assert not [one for one in asked if "SUM(" in one["sql"]]
    forget()


def test_an_office_without_anybody_has_no_books_to_add_up(db):
    warming.add_up()


def test_drawing_ahead_may_not_write(clinic):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL says so of the next transaction, and the test is within one")
    with warming.kept_from_writing(), pytest.raises(DatabaseError), transaction.atomic():
        clinic.patient()
    assert clinic.patient().pk


def test_every_thread_of_the_web_opens_its_connection(settings, monkeypatch):
    settings.WEB_THREADS = 4
    opened = set()

    class Connection:
        def ensure_connection(self):
            opened.add(get_ident())

    monkeypatch.setattr(warming, "connection", Connection())
    with ThreadPoolExecutor(settings.WEB_THREADS) as threads:
        warming._connect(threads)
    assert len(opened) == settings.WEB_THREADS
