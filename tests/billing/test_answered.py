"""A refused claim that was appealed or corrected waits for the payer: nobody works it twice."""

from datetime import timedelta

import pytest

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, Denial
from tests.billing.decisions import claim, fresh, sent
from tests.billing.denying import REFUSED, denials, refused
from tests.billing.office import NOON, TODAY
from tests.billing.payer import line

__all__ = ["claim", "sent"]

REST = line("93000", "66.00", "0.00", "CO-50 66.00")


def listed(office, show):
    """The list under a chip: claim number and what comes next, and the chips' counts."""
    with office.reading():
        found = queries.worklist(show=show, today=TODAY, at=NOON)
    counts = {chip.key: (chip.count, chip.amount) for chip in found.chips}
    return {row.claim.number: row.next.words for row in found.rows}, counts


def appealed(office, found):
    with office.writing():
        for denial in found:
            denial.status = Denial.Status.APPEALED
            denial.save()


@pytest.fixture
def denied(office, claim):
    """Ann Lee's claim, refused whole."""
    refused(office, claim, REFUSED, REST, status="4")
    return fresh(office, claim)


def test_a_refused_claim_needs_somebody_until_a_corrected_one_is_built(office, denied):
    rows, before = listed(office, "needs")
    assert rows == {denied.number: "Correct, appeal or close it"}

    new = operations.replace_claim(denied, at=NOON, by=office.role("biller"))

    rows, after = listed(office, "needs")
    assert denied.number not in rows
    assert before["denied"][0] - after["denied"][0] == 1
    assert after["waiting"] == (before["waiting"][0] + 1, before["waiting"][1] + denied.total)
    rows, _ = listed(office, "waiting")
    assert rows[denied.number] == "Decision on the corrected claim"
    assert new.number not in rows  # it is to be sent


def test_a_claim_of_which_one_refusal_is_left_to_work_still_needs_somebody(office, denied):
    appealed(office, denials(office)[:1])

    rows, _ = listed(office, "needs")

    assert rows == {denied.number: "Correct, appeal or close it"}


def test_an_appealed_claim_waits_for_its_answer_unless_its_time_runs_out(office, denied):
    appealed(office, denials(office))

    rows, counts = listed(office, "waiting")
    assert rows == {denied.number: "Answer to the appeal"}
    assert counts["needs"][0] == counts["denied"][0] == 0

    with office.writing():
        claim = Claim.objects.get(pk=denied.pk)
        claim.urgent_on = TODAY - timedelta(days=1)
        claim.save()
    rows, counts = listed(office, "needs")
    assert rows == {denied.number: "Correct, appeal or close it"}
    assert counts["needs"][0] == 1
