"""Approve a bill into the books, and take one back out of them."""

from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import CHART, Line, signed
from frontdesk.ledger.rules.costs import PAYABLE
from frontdesk.office.models import Approval, Bill, BillLine, Vendor
from frontdesk.office.operations.bills import approval_once
from frontdesk.office.operations.persons import is_same
from frontdesk.office.queries import bills as queries
from frontdesk.office.queries.vendors import limit_of
from frontdesk.office.rules.approving import is_enough
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import settle_work

APPROVES = "office.approve"


@operation("office.approve", always_ask=True)
def approve_bill(bill: Bill, *, at: datetime, by: Actor, because: str = "") -> Bill:
    """Approve a bill; above the person's limit it waits for a second person.

    Nobody approves what they entered or changed. A bill that differs from its order or from what
    came needs `because`. The last approval posts it, on the bill's own day.
    """
    bill = Bill.objects.lock(bill.pk)
    if bill.status != Bill.Status.ENTERED:
        raise Refused(f"{bill} is {bill.get_status_display().lower()} already.")
    if is_same(by, bill.entered_by_id, bill.entered_by):
        raise Refused("You entered this bill yourself: somebody else has to approve it.")
    given = queries.approvals_of(bill)
    if any(is_same(by, one.user_id, one.name) for one in given):
        raise Refused("You have approved this bill: a second person has to as well.")
    lines = queries.lines_of(bill)
    differences = queries.match_of(bill, lines)
    if differences and not because.strip():
        raise Refused(f"{differences[0]} Say why the bill is right all the same.")
    approval = Approval(
        bill=bill, user_id=by.user_id, name=by.name, at=at, up_to=limit_of(by),
        because=because.strip()[:200], differences=differences,
    )  # fmt: skip
    approval.save()
    if is_enough(bill.total, [one.up_to for one in (*given, approval)]):
        _post(bill, lines, at, by)
    return bill


@operation("office.bill")
def void_bill(bill: Bill, *, because: str, at: datetime, by: Actor) -> Bill:
    """Void a bill nothing was paid of; one in the books is reversed, and asks who may approve."""
    Vendor.objects.lock(bill.vendor_id)  # a run that is about to use this credit queues here
    bill = Bill.objects.lock(bill.pk)
    if not because.strip():
        raise Refused("Say why the bill is voided.")
    if bill.settled:
        raise Refused("Something of this bill is paid: void the payment first.")
    was_posted = bill.status == Bill.Status.APPROVED
    bill.status = bill.lifecycle.move(bill.status, Bill.Status.VOIDED)
    bill.because = because.strip()[:200]
    bill.voided_at, bill.voided_by = at, by.name
    bill.save()
    settle_work(once=approval_once(bill), at=at, by=by)
    settle_work(once=due_once(bill), at=at, by=by)
    if was_posted and bill.posting is not None:
        by.require(APPROVES)
        day = office_day(at)
        ledger.reverse(bill.posting, because=bill.because, at=at, on=day, by=by)
    return bill


def due_once(bill: Bill) -> str:
    """Return under which name a bill that falls due stands on the work list."""
    return f"office.due:{bill.pk}"


def _post(bill: Bill, lines: list[BillLine], at: datetime, by: Actor) -> None:
    words = f"{bill} of {bill.vendor.name}"
    if gone := [line.account for line in lines if line.account not in CHART]:
        raise Refused(f"There is no account “{gone[0]}” any more: change the bill first.")
    posted = [
        signed(
            Line(
                PAYABLE, line.account, -line.amount if bill.is_credit else line.amount, "bill",
                site_id=line.site_id, label=f"{bill.vendor.name}: {line.what or words}",
            )
        )
        for line in lines
        if line.amount != ZERO
    ]  # fmt: skip
    bill.posting = ledger.post(
        "bill", key=f"bill:{bill.pk}", lines=posted, on=bill.billed_on, memo=words, at=at, by=by
    )
    bill.status = bill.lifecycle.move(bill.status, Bill.Status.APPROVED)
    bill.approved_at = at
    bill.save()
    settle_work(once=approval_once(bill), at=at, by=by)
