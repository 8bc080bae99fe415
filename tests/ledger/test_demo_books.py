"""The demo's past at the bank, closed, and agreeing; a drawer that is open today."""

from datetime import timedelta
from decimal import Decimal

from frontdesk.core.clock import now
from frontdesk.demo import books
from frontdesk.ledger import queries
from frontdesk.ledger.models import CardPayout, Closing, Deposit, Drawer
from tests.ledger.test_drawers import take


def test_the_demos_books_agree_are_closed_and_have_a_drawer_of_today(clinic):
    member = clinic.member("receptionist")
    with clinic.writing():
        member.name = books.DESK
        member.save()
    for days in (0, 1, 9, 40, 100, 130):
        take(clinic, clinic.anybody(), "25.00", at=now() - timedelta(days=days))
        take(clinic, clinic.anybody(), "11.50", "check", at=now() - timedelta(days=days))
        take(clinic, clinic.anybody(), "20.00", "card", at=now() - timedelta(days=days))

    books.live_books(clinic.practice.pk)
    books.open_drawers(clinic.practice.pk)

    with clinic.reading():
        assert [tie for tie in queries.ties() if not tie.holds] == []
        assert {found.status for found in Deposit.objects.all()} == {"confirmed"}
        paid_out = sum(payout.gross for payout in CardPayout.objects.all())
        assert (paid_out, queries.payouts.on_their_way()) == (Decimal("80.00"), Decimal("40.00"))
        assert Closing.objects.filter(span="month").count() == 1
        drawer = Drawer.objects.get()
        assert queries.drawer_row(drawer).expected == 125


def test_a_drawer_of_an_earlier_day_is_counted_and_todays_opened(clinic):
    member = clinic.member("receptionist")
    with clinic.writing():
        member.name = books.DESK
        member.save()
    books.open_drawers(clinic.practice.pk)
    with clinic.writing():
        drawer = Drawer.objects.get()
        drawer.day -= timedelta(days=2)
        drawer.save()

    books.open_drawers(clinic.practice.pk)

    with clinic.reading():
        found = Drawer.objects.order_by("day").values_list("status", "over")
        assert list(found) == [("closed", 0), ("open", 0)]
