"""What the board keeps between drawings: known until records change that it hangs on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core import kept
from frontdesk.core.clock import local, now, today
from frontdesk.core.models import Revision
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import Line
from frontdesk.visits import operations
from frontdesk.visits.queries.board import board
from tests.clinic import dollars


@pytest.fixture
def at(clinic):
    """A quarter to noon of today, so that a few hours stay within the site's day."""
    return local(clinic.site, now()).replace(hour=11, minute=45, second=0, microsecond=0)


def number_of(clinic):
    return Revision.objects.values_list("number", flat=True).get(practice_id=clinic.practice.pk)


def card_of(clinic, visit, at, *, keeps=True):
    """Draw the board as the office's screens do; return the visit's card and the questions."""
    with clinic.reading(), CaptureQueriesContext(connection) as asked:
        drawn = board(clinic.site, at.date(), at, None, number_of(clinic) if keeps else None)
    found = [card for lane in drawn.lanes for card in lane.cards]
    return next(card for card in found if card.booked.visit_id == visit.pk), len(asked)


def charge(clinic, patient, key="a-charge"):
    line = Line(
        "income.services", "receivable.patient", dollars("20"), "charge",
        patient_id=patient.pk, provider_id=clinic.provider.pk, site_id=clinic.site.pk,
    )  # fmt: skip
    day = today(clinic.site)
    ledger.post(kind="charge", key=key, lines=[line], on=day, at=now(), by=clinic.anybody())


def test_what_is_ready_is_asked_again_only_when_it_may_have_changed(clinic, at, settings):
    settings.BOARDS_KEPT = 50
    ann = clinic.patient()
    other = clinic.booked(at=at + timedelta(minutes=20), patient=clinic.patient("Bo", "Reyes"))
    visit = operations.arrive(clinic.booked(at=at, patient=ann), at=at, by=clinic.anybody())
    first, _ = card_of(clinic, visit, at)
    assert (first.ready["coverage"], first.ready["balance"]) == ("none", "ok")

    operations.arrive(other, at=at, by=clinic.anybody())
    again, few = card_of(clinic, visit, at)
    whole, many = card_of(clinic, visit, at, keeps=False)
    assert again.ready == first.ready == whole.ready
    assert few <= many - 2, "two for the number and what changed; four fewer for coverage and money"

    charge(clinic, ann)
    assert card_of(clinic, visit, at)[0].ready["balance"] == "warn"


def test_far_behind_everything_counts_as_changed(clinic, monkeypatch):
    monkeypatch.setattr(kept, "MOST_ENTRIES", 2)
    practice, ann = clinic.practice.pk, clinic.patient()
    operations.arrive(clinic.booked(at=now(), patient=ann), at=now(), by=clinic.anybody())
    with clinic.reading():
        first = kept.touched(practice, number_of(clinic), ("ledger",))
    operations.arrive(clinic.booked(at=now()), at=now(), by=clinic.anybody())
    with clinic.reading():
        assert kept.touched(practice, number_of(clinic), ("ledger",)) == first < number_of(clinic)
        assert kept.touched(practice, number_of(clinic), ("visits",)) == number_of(clinic)
    for count in range(3):
        charge(clinic, ann, f"charge-{count}")
    with clinic.reading():
        last = number_of(clinic)
        assert kept.touched(practice, last, ("coverage",)) == last
        assert kept.touched(practice, 1, ("ledger",)) == 1, "a database that was put back"


def test_the_board_is_drawn_anew_for_what_it_shows_and_for_nothing_else(clinic, at):
    rooms = ("visits", "scheduling")
    before = kept.state_by(clinic.practice.pk, at, rooms)
    charge(clinic, clinic.patient())
    assert kept.state_by(clinic.practice.pk, at, rooms) == before
    assert kept.state_by(clinic.practice.pk, at, ("ledger",)) != before
    operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())
    assert kept.state_by(clinic.practice.pk, at, rooms) != before
    assert kept.state_by(clinic.practice.pk, at + timedelta(minutes=1), rooms)[2] == before[2] + 1
