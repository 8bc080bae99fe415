"""A visit's money by card through the gateway: asked for here, named when the gateway says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment, SavedCard
from frontdesk.ledger.rules.together import Share, Tender
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import CheckIn, CheckOutItem, Visit
from frontdesk.visits.operations.check_in import name_payment, refuse_less, shares_of
from frontdesk.visits.operations.checkout_items import set_answer
from frontdesk.visits.queries import check_in as queries
from frontdesk.visits.queries import money

Status = Payment.Status


@dataclass(frozen=True, slots=True)
class Rest:
    """What a card pays of a sum: all that the ways at the desk leave. The same key asks once."""

    key: str
    card: SavedCard | None = None  # one on file; without, one that is typed in
    others: tuple[Tender, ...] = ()  # what is taken at the desk


@operation("visits.check_in")
def start_card_at_check_in(
    visit: Visit,
    rest: Rest,
    *,
    amount: Decimal,
    balance: Decimal,
    at: datetime,
    by: Actor,
    because: str = "",
) -> Payment:
    """Ask for the copay and what is open from before by card; a part of it may be handed over.

    The step is answered when the gateway says that the card was charged, not before.
    """
    visit = Visit.objects.lock(visit.pk)
    check_in = CheckIn.objects.select_for_update(of=("self",)).get(visit=visit)
    if not amount and not balance:
        raise Refused(_("Enter what is to be charged."))
    due = queries.copay_due(visit, check_in)
    refuse_less(visit, due, amount, because)
    check_in.copay_due = due
    check_in.copay_not_taken_because = because.strip()
    check_in.save()
    return _asked(visit, rest, shares_of(visit, amount, balance), at=at, by=by)


@operation("visits.check_out")
def start_card_at_check_out(
    visit: Visit, rest: Rest, *, amount: Decimal, at: datetime, by: Actor
) -> Payment:
    """Ask for what is to be taken at check-out; what is open from before is paid first."""
    visit = Visit.objects.lock(visit.pk)
    if visit.closed_at:
        raise Refused(_("This visit is closed."))
    if not amount:
        raise Refused(_("Enter what is to be charged."))
    before = min(amount, money.before(visit).to_pay)
    return _asked(visit, rest, [*reversed(shares_of(visit, amount - before, before))], at=at, by=by)


@operation("visits.check_in_self")
def pay_self(appointment: Appointment, *, at: datetime, by: Actor) -> Payment:
    """Pay today's copay on one's own phone: exactly what is due, and once."""
    visit = Visit.objects.filter(appointment=appointment, check_in__isnull=False).first()
    if visit is None:
        raise Refused(_("Your copay can be paid once you are here. Press “I’m here” first."))
    visit = Visit.objects.lock(visit.pk)
    check_in = CheckIn.objects.get(visit=visit)
    left = (check_in.copay_due or ZERO) - money.paid_today(visit)
    if check_in.payment_done_at or left <= ZERO:
        raise Refused(_("Nothing is to pay just now."))
    tried = Payment.objects.filter(visit_id=visit.pk, status=Status.FAILED).count()
    key = f"self:{visit.pk.hex}:{tried}"
    return _asked(visit, Rest(key), shares_of(visit, left, ZERO), at=at, by=by)


@operation("visits.check_in")
def count_card(payment: Payment, *, at: datetime, by: Actor) -> None:
    """Count what the gateway took: as the copay while that is open, else at check-out."""
    about = payment.visit_id
    visit = Visit.objects.filter(pk=about).first() if about else None
    if visit is None:
        return
    check_in = CheckIn.objects.filter(visit=visit).first()
    if check_in and check_in.copay_payment_id is None and not check_in.payment_done_at:
        name_payment(visit, payment, at=at, by=by)
    elif visit.check_out_items.filter(
        kind=CheckOutItem.Kind.BALANCE, answer=CheckOutItem.Answer.OPEN
    ).exists():
        set_answer(visit, CheckOutItem.Kind.BALANCE, CheckOutItem.Answer.DONE, at=at, by=by)


def _asked(
    visit: Visit, rest: Rest, shares: Sequence[Share], *, at: datetime, by: Actor
) -> Payment:
    """Return the payment that waits for the same money already, else ask for a new one."""
    total = sum((share.amount for share in shares), ZERO)
    amount = total - sum((other.amount for other in rest.others), ZERO)
    waiting = Payment.objects.filter(
        visit_id=visit.pk,
        amount=amount,
        status=Status.PENDING,
        is_online=True,
        saved_card=rest.card,
    ).first()
    if waiting and (not rest.others or waiting.key.startswith(rest.key)):
        return waiting
    told = {"kind": Payment.Kind.COPAY, "site": visit.site, "key": rest.key, "visit_id": visit.pk}
    _at_desk, asked = ledger.take_with_card(shares, rest.others, rest.card, **told, at=at, by=by)
    return asked
