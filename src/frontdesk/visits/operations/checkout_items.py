"""What must be settled before a visit closes: laid out once, answered one by one."""

from datetime import date, datetime

from frontdesk.core.actor import Actor
from frontdesk.staff.models import Member
from frontdesk.visits.models import CheckOutItem, Superbill, Visit
from frontdesk.visits.queries.check_out_steps import steps_of
from frontdesk.visits.rules.check_out import Step, usual

Kind, Answer = CheckOutItem.Kind, CheckOutItem.Answer
SETTLED_BILL = (Superbill.Status.SIGNED, Superbill.Status.NO_CHARGE)


def begin_items(visit: Visit) -> None:
    """Lay out what check-out must answer, once a visit, by the practice's steps for its type.

    A bill that is ready is done already.
    """
    if CheckOutItem.objects.filter(visit=visit).exists():
        return
    bill = Superbill.objects.filter(visit=visit).first()
    is_ready = bill is not None and bill.status in SETTLED_BILL
    items = [_item(visit, step) for step in steps_of(visit)]
    for item in items:
        if bill and is_ready and item.kind == Kind.SUPERBILL:
            item.answer = Answer.DONE
            item.answered_at, item.answered_by = bill.signed_at, bill.signed_by
    CheckOutItem.objects.bulk_create(items)


def _item(visit: Visit, step: Step) -> CheckOutItem:
    return CheckOutItem(
        visit=visit,
        kind=step.kind,
        label=step.label,
        place=step.place,
        pool=step.pool,
        is_declinable=step.is_declinable,
        due_days=step.due_days,
        weeks=step.weeks,
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
    held = CheckOutItem.objects.select_for_update(of=("self",))
    item = held.filter(visit=visit, kind=kind).first() or _item(visit, usual(kind))
    item.answer, item.because = answer, because
    item.owner, item.due_on = owner, due_on
    item.answered_at = None if answer == Answer.OPEN else at
    item.answered_by = "" if answer == Answer.OPEN else by.name
    item.save()
    return item
