"""Check-out: what is open is answered, money is taken, the next visit booked, the visit closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment
from frontdesk.ledger.rules.together import Tender
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment, PlannedVisit, VisitType
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Member, Provider
from frontdesk.staff.roles import ROLES
from frontdesk.visits.models import CheckOutItem, CheckOutStep, Stage, Superbill, Visit
from frontdesk.visits.operations.check_in import shares_of
from frontdesk.visits.operations.checkout_items import SETTLED_BILL, begin_items, set_answer
from frontdesk.visits.operations.complying import ask_compliance
from frontdesk.visits.operations.flow import move
from frontdesk.visits.queries import money
from frontdesk.visits.queries.check_out import planned_weeks
from frontdesk.visits.rules import check_out as rules
from frontdesk.visits.signals import visit_closed

Kind, Answer = CheckOutItem.Kind, CheckOutItem.Answer
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
    handed: Decimal | None = None
    others: tuple[Tender, ...] = ()  # ways that pay a part; the first one pays the rest


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

    A superbill is done by signing it, and can't be declined; neither can a step that the practice
    wants done. What is deferred goes on the work list of its owner.
    """
    visit = Visit.objects.lock(visit.pk)
    answer = Answer(answer)
    begin_items(visit)
    asked = visit.check_out_items.filter(kind=kind).first()
    if asked is None:
        raise Refused(_("This is not asked after this visit."))
    _refuse_answer(visit, asked, answer, because=because, owner=owner, due_on=due_on)
    item = set_answer(
        visit, kind, answer, because=because.strip(), owner=owner, due_on=due_on, at=at, by=by
    )
    if answer == Answer.DEFERRED and owner and due_on:
        _put_on_list(item, owner, due_on, at=at, by=by)
        if kind == Kind.FOLLOW_UP:
            _plan_next(visit, item, at=at, by=by)
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
    before = min(paid.amount, money.before(visit).to_pay)
    rest = paid.amount - sum((other.amount for other in paid.others), ZERO)
    first = Tender(paid.method, rest, paid.reference, paid.approval, paid.handed)
    taken = ledger.take_together(
        [*reversed(shares_of(visit, paid.amount - before, before))],
        [first, *paid.others],
        kind=Payment.Kind.COPAY,
        site=visit.site,
        key=paid.key,
        at=at,
        by=by,
    )
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


@operation("visits.superbill")
def plan_return(visit: Visit, *, weeks: int, by: Actor) -> CheckOutItem:
    """Say in how many weeks the patient comes back: check-out then proposes times around it."""
    if not 0 < weeks <= 104:
        raise Refused(_("Choose from 1 week to two years."))
    visit = Visit.objects.lock(visit.pk)
    begin_items(visit)
    item = visit.check_out_items.filter(kind=Kind.FOLLOW_UP).first()
    if item is None or item.answer != Answer.OPEN:
        raise Refused(_("The next visit is settled already."))
    item.weeks = weeks
    item.save()
    return item


@operation("visits.set_check_in")
def save_step(step: CheckOutStep | None, values: Mapping[str, Any], *, by: Actor) -> CheckOutStep:
    """Set what check-out asks after visits of one type, or of every type."""
    step = step or CheckOutStep()
    for name, value in values.items():
        setattr(step, name, value)
    step.kind = slugify(step.kind or step.label).replace("-", "_")[:20]
    if not step.kind:
        raise Refused(_("Give the step a name."))
    if step.pool not in ROLES:
        raise Refused(_("Choose whose list it goes on."))
    if not step.is_active and step.kind in rules.ALWAYS:
        raise Refused(_("Superbill and balance are settled after every visit."))
    same = CheckOutStep.objects.filter(kind=step.kind, visit_type=step.visit_type)
    if same.exclude(pk=step.pk).exists():
        raise Refused(_("There is this step already for these visits. Change that one."))
    step.save()
    return step


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
    if still := ", ".join(item.words for item in waiting.order_by("place", "kind")):
        raise Refused(_("Still open: %(items)s.") % {"items": still})
    if visit.stage != Stage.GONE:
        move(visit, Stage.GONE, at=at, by=by)
        visit.refresh_from_db()
    visit.closed_at, visit.closed_by = at, by.name
    visit.save()
    ask_compliance(visit, at=at, by=by)
    visit_closed.send(Visit, visit=visit, by=by)
    return visit


def _refuse_answer(
    visit: Visit,
    asked: CheckOutItem,
    answer: CheckOutItem.Answer,
    *,
    because: str,
    owner: Member | None,
    due_on: date | None,
) -> None:
    if visit.closed_at:
        raise Refused(_("This visit is closed."))
    kind = asked.kind
    if kind == Kind.SUPERBILL and answer == Answer.DECLINED:
        raise Refused(_("A superbill can't be declined. Mark it as no charge instead."))
    if answer == Answer.DECLINED and not asked.is_declinable:
        raise Refused(_("“%(step)s” can't be declined here.") % {"step": asked.words})
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


def _plan_next(visit: Visit, item: CheckOutItem, *, at: datetime, by: Actor) -> None:
    """Put the next visit on the list of planned visits, in as many weeks as the plan says."""
    scheduling.plan_visit(
        visit.patient,
        visit.appointment.visit_type,
        source=PlannedVisit.Source.CHECK_OUT,
        due_on=visit.on + timedelta(weeks=planned_weeks(item)),
        provider=visit.provider,
        site=visit.site,
        because=item.because,
        after=visit.appointment,
        at=at,
        by=by,
    )


def _put_on_list(
    item: CheckOutItem, owner: Member, due_on: date, *, at: datetime, by: Actor
) -> None:
    titles: dict[str, str] = {
        Kind.FOLLOW_UP: _("Book the next visit"),
        Kind.SUPERBILL: _("Finish and sign the superbill"),
        Kind.BALANCE: _("Explain the balance to the patient"),
    }
    work = staff.open_work(
        kind=f"visits.{item.kind}_deferred",
        title=titles.get(item.kind, item.words),
        detail=item.because,
        how_to_fix=_("Open the visit, do it there, and close this item."),
        pool=item.pool or "receptionist",
        subject=item.visit,
        patient_id=item.visit.patient_id,
        due_at=at_wall(item.visit.site, due_on, END_OF_DAY),
        once=f"visit:{item.visit_id}:{item.kind}",
        at=at,
        by=by,
    )
    staff.assign_work(work, owner, by=by)
