"""The demo's bills to patients: warned, handed over, asked about, helped, and books that tie."""

from datetime import timedelta

from frontdesk.billing.models import (
    AgencyFile,
    Dispute,
    HelpRequest,
    Placement,
    Statement,
    StatementRun,
)
from frontdesk.core.clock import now
from frontdesk.demo.bills import live_bills
from frontdesk.ledger import queries as books
from tests.billing.office import ADDRESS


def test_every_part_of_patients_bills_is_alive_in_the_demo(office):
    for number in range(12):
        at = now() - timedelta(days=215 if number < 5 else 20)
        name = {"last": f"{'Adams' if number % 2 else 'Young'}{number}", **ADDRESS}
        office.sign(office.seen(patient=office.patient(**name), at=at), at=at)

    live_bills(office.practice.pk)

    with office.reading():
        run = StatementRun.objects.get()
        assert (run.status, run.made > 0) == ("done", True)
        states = set(Placement.objects.values_list("status", flat=True))
        assert states == {"proposed", "letter", "placed"}
        assert AgencyFile.objects.get().count == 1
        assert Dispute.objects.count() == 3
        assert set(HelpRequest.objects.values_list("status", flat=True)) == {"asked", "given"}
        assert Statement.objects.filter(step=4).count() >= 5
        assert [tie.name for tie in books.ties() if not tie.holds] == []
