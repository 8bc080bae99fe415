"""Check-out: what is open is answered, money is taken, the next visit booked, the visit closed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Member, Provider
from frontdesk.visits.models import CheckOutItem, Stage, Superbill, Visit
from frontdesk.visits.operations.checkout_items import SETTLED_BILL, begin_items, set_answer
from frontdesk.visits.operations.flow import move
from frontdesk.visits.queries import money
from frontdesk.visits.signals import visit_closed

Kind, Answer = CheckOutItem.Kind, CheckOutItem.Answer
POOLS = {Kind.FOLLOW_UP: "scheduler", Kind.SUPERBILL: "provider", Kind.BALANCE: "biller"}
END_OF_DAY = time(17)


@dataclass(frozen=True, slots=True)
class Next:
    """The next visit as the patient chose it."""

    visit_type: VisitType
    provider: Provider
    site: Site
    starts_at: datetime
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What the patient paid at the desk, and by what. The same key pays once."""

    amount: Decimal
    method: str
    key: str
    reference: str = ""
    approval: str = ""


@operation("visits.check_out")
def answer_item(
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
    """Answer one thing: done, declined, or deferred to somebody by a day.

    A superbill is done by signing it, and can't be declined. What is deferred goes on the work
    list of its owner.
    """
    visit = Visit.objects.lock(visit.pk)
    kind, answer = Kind(kind), Answer(answer)
    _refuse_answer(visit, kind, answer, because=because, owner=owner, due_on=due_on)
    item = set_answer(
        visit, kind, answer, because=because.strip(), owner=owner, due_on=due_on, at=at, by=by
    )
    if answer == Answer.DEFERRED and owner and due_on:
        _put_on_list(item, owner, due_on, at=at, by=by)
    return item


@operation("visits.check_out")
def book_follow_up(visit: Visit, chosen: Next, *, at: datetime, by: Actor) -> Appointment:
    """Book the next visit and count it as answered. Pressed twice, it is booked once."""
    visit = Visit.objects.lock(visit.pk)
    same = Appointment.objects.filter(
        patient_id=visit.patient_id,
        starts_at=chosen.starts_at,
        provider=chosen.provider,
        status=Appointment.Status.BOOKED,
    ).first()
    booked = same or scheduling.book(
        visit.patient,
        visit_type=chosen.visit_type,
        provider=chosen.provider,
        site=chosen.site,
        starts_at=chosen.starts_at,
        room=chosen.room,
        at=at,
        by=by,
    )
    set_answer(visit, Kind.FOLLOW_UP, Answer.DONE, at=at, by=by)
    return booked


@operation("visits.check_out")
def take_at_check_out(visit: Visit, paid: Paid, *, at: datetime, by: Actor) -> list[Payment]:
    """Take what the patient pays at check-out and count the balance as explained.

    What is open from before is paid first; the rest is for today and waits for its bill. The
    same key takes the money once.
    """
    visit = Visit.objects.lock(visit.pk)
    keys = [f"{paid.key}:balance", f"{paid.key}:copay"]
    if earlier := list(Payment.objects.filter(key__in=keys).order_by("pk")):
        return earlier
    before = min(paid.amount, money.before(visit).to_pay)
    parts = {"balance": before, "copay": paid.amount - before}
    taken = [
        ledger.take_payment(
            visit.patient,
            amount=dollars,
            method=paid.method,
            kind=kind,
            site=visit.site,
            key=f"{paid.key}:{kind}",
            reference=paid.reference,
            approval=paid.approval,
            visit_id=visit.pk if kind == "copay" else None,
            at=at,
            by=by,
        )
        for kind, dollars in parts.items()
        if dollars or not paid.amount
    ]
    set_answer(visit, Kind.BALANCE, Answer.DONE, at=at, by=by)
    return taken


@operation("visits.check_out")
def finish_check_out(
    visit: Visit,
    *,
    at: datetime,
    by: Actor,
    paid: Paid | None = None,
    chosen: Next | None = None,
    is_explained: bool = False,
) -> Visit:
    """Take the money, book the next visit and close, all or nothing.

    A next visit that is booked already answers for itself.
    """
    visit = Visit.objects.lock(visit.pk)
    if visit.closed_at:
        return visit
    if paid:
        take_at_check_out(visit, paid, at=at, by=by)
    elif is_explained:
        set_answer(visit, Kind.BALANCE, Answer.DONE, at=at, by=by)
    if chosen:
        book_follow_up(visit, chosen, at=at, by=by)
    elif _is_booked_already(visit, at):
        set_answer(visit, Kind.FOLLOW_UP, Answer.DONE, at=at, by=by)
    return close(visit, at=at, by=by)


@operation("visits.check_out")
def close(visit: Visit, *, at: datetime, by: Actor) -> Visit:
    """Close the visit and let the patient go; refused, naming each, while something is open.

    A patient may have gone long before: where they are and what is settled are two things.
    """
    visit = Visit.objects.lock(visit.pk)
    if visit.closed_at:
        return visit
    if visit.stage in (Stage.EXPECTED, Stage.ARRIVED):
        raise Refused(_("The visit has not begun. Use “Left without visit” if they went away."))
    begin_items(visit)
    waiting = visit.check_out_items.filter(answer=Answer.OPEN)
    if still := ", ".join(Kind(item.kind).label for item in waiting.order_by("kind")):
        raise Refused(_("Still open: %(items)s.") % {"items": still})
    if visit.stage != Stage.GONE:
        move(visit, Stage.GONE, at=at, by=by)
        visit.refresh_from_db()
    visit.closed_at, visit.closed_by = at, by.name
    visit.save()
    visit_closed.send(Visit, visit=visit, by=by)
    return visit


def _refuse_answer(
    visit: Visit,
    kind: CheckOutItem.Kind,
    answer: CheckOutItem.Answer,
    *,
    because: str,
    owner: Member | None,
    due_on: date | None,
) -> None:
    if visit.closed_at:
        raise Refused(_("This visit is closed."))
    if kind == Kind.SUPERBILL and answer == Answer.DECLINED:
        raise Refused(_("A superbill can't be declined. Mark it as no charge instead."))
    if kind == Kind.SUPERBILL and answer == Answer.DONE and not _bill_is_settled(visit):
        raise Refused(_("The superbill is not signed yet. Sign it, or leave it to somebody."))
    if answer == Answer.DEFERRED and not (owner and due_on):
        raise Refused(_("Say who does it, and by which day."))
    if answer == Answer.DEFERRED and due_on and due_on < visit.on:
        raise Refused(_("That day is past."))
    if answer == Answer.DECLINED and not because.strip():
        raise Refused(_("Say in a few words why."))


def _is_booked_already(visit: Visit, at: datetime) -> bool:
    """Say whether nobody has answered about the next visit, and there is one."""
    is_open = visit.check_out_items.filter(kind=Kind.FOLLOW_UP, answer=Answer.OPEN).exists()
    coming = Appointment.objects.filter(
        patient_id=visit.patient_id, starts_at__gt=at, status=Appointment.Status.BOOKED
    )
    return is_open and coming.exists()


def _bill_is_settled(visit: Visit) -> bool:
    return Superbill.objects.filter(visit=visit, status__in=SETTLED_BILL).exists()


def _put_on_list(
    item: CheckOutItem, owner: Member, due_on: date, *, at: datetime, by: Actor
) -> None:
    kind = Kind(item.kind)
    titles = {
        Kind.FOLLOW_UP: _("Book the next visit"),
        Kind.SUPERBILL: _("Finish and sign the superbill"),
        Kind.BALANCE: _("Explain the balance to the patient"),
    }
    work = staff.open_work(
        kind=f"visits.{kind.value}_deferred",
        title=titles[kind],
        detail=item.because,
        how_to_fix=_("Open the visit, do it there, and close this item."),
        pool=POOLS[kind],
        subject=item.visit,
        patient_id=item.visit.patient_id,
        due_at=at_wall(item.visit.site, due_on, END_OF_DAY),
        once=f"visit:{item.visit_id}:{kind.value}",
        at=at,
        by=by,
    )
    staff.assign_work(work, owner, by=by)
