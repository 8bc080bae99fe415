"""What must be settled before a visit closes: laid out once, answered one by one."""

from datetime import date, datetime

from frontdesk.core.actor import Actor
from frontdesk.staff.models import Member
from frontdesk.visits.models import CheckOutItem, Superbill, Visit

Kind, Answer = CheckOutItem.Kind, CheckOutItem.Answer
SETTLED_BILL = (Superbill.Status.SIGNED, Superbill.Status.NO_CHARGE)


def begin_items(visit: Visit) -> None:
    """Lay out what check-out must answer, once a visit. A bill that is ready is done already."""
    if CheckOutItem.objects.filter(visit=visit).exists():
        return
    bill = Superbill.objects.filter(visit=visit).first()
    is_ready = bill is not None and bill.status in SETTLED_BILL
    CheckOutItem.objects.bulk_create(
        CheckOutItem(
            visit=visit,
            kind=kind,
            answer=Answer.DONE if kind == Kind.SUPERBILL and is_ready else Answer.OPEN,
            answered_at=bill.signed_at if bill and kind == Kind.SUPERBILL and is_ready else None,
            answered_by=bill.signed_by if bill and kind == Kind.SUPERBILL and is_ready else "",
        )
        for kind in Kind
    )


def set_answer(
    visit: Visit,
    kind: str,
    answer: str,
    *,
    at: datetime,
    by: Actor,
    because: str = "",
    owner: Member | None = None,
    due_on: date | None = None,
) -> CheckOutItem:
    """Write an answer to one item, laying the items out first where nobody has."""
    begin_items(visit)
    item = CheckOutItem.objects.select_for_update(of=("self",)).get(visit=visit, kind=kind)
    item.answer, item.because = answer, because
    item.owner, item.due_on = owner, due_on
    item.answered_at = None if answer == Answer.OPEN else at
    item.answered_by = "" if answer == Answer.OPEN else by.name
    item.save()
    return item
