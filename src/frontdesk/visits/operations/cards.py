"""A visit's money by card through the gateway: asked for here, named when the gateway says so."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Payment
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import CheckIn, CheckOutItem, Visit
from frontdesk.visits.operations.check_in import name_payment
from frontdesk.visits.operations.checkout_items import set_answer
from frontdesk.visits.queries import check_in as queries
from frontdesk.visits.queries import money

Status = Payment.Status


@operation("visits.check_in")
def start_card_at_check_in(
    visit: Visit,
    *,
    amount: Decimal,
    balance: Decimal,
    key: str,
    at: datetime,
    by: Actor,
    because: str = "",
) -> Payment:
    """Ask for the copay, or for what is open from before, by card through the gateway.

    The step is answered when the gateway says that the card was charged, not before.
    """
    visit = Visit.objects.lock(visit.pk)
    check_in = CheckIn.objects.select_for_update(of=("self",)).get(visit=visit)
    if bool(amount) == bool(balance):
        raise Refused(
            _("One card payment is for one thing: the copay now, the rest at check-out.")
            if amount
            else _("Enter what is to be charged.")
        )
    due = queries.copay_due(visit, check_in)
    if amount and due and amount < due and not because.strip():
        raise Refused(_("Less than the copay needs a reason."))
    check_in.copay_due = due
    check_in.copay_not_taken_because = because.strip()
    check_in.save()
    kind = Payment.Kind.COPAY if amount else Payment.Kind.BALANCE
    return _asked(visit, amount or balance, kind, f"{key}:{kind}", at=at, by=by)


@operation("visits.check_out")
def start_card_at_check_out(
    visit: Visit, *, amount: Decimal, key: str, at: datetime, by: Actor
) -> Payment:
    """Ask for what is to be taken at check-out; what is open from before is paid first."""
    visit = Visit.objects.lock(visit.pk)
    if visit.closed_at:
        raise Refused(_("This visit is closed."))
    if not amount:
        raise Refused(_("Enter what is to be charged."))
    kind = Payment.Kind.BALANCE if money.before(visit).to_pay else Payment.Kind.COPAY
    return _asked(visit, amount, kind, f"{key}:{kind}", at=at, by=by)


@operation("visits.check_in_self")
def pay_self(appointment: Appointment, *, at: datetime, by: Actor) -> Payment:
    """Pay today's copay on one's own phone: exactly what is due, and once."""
    visit = Visit.objects.filter(appointment=appointment, check_in__isnull=False).first()
    if visit is None:
        raise Refused(_("Your copay can be paid once you are here. Press “I’m here” first."))
    visit = Visit.objects.lock(visit.pk)
    check_in = CheckIn.objects.get(visit=visit)
    if check_in.payment_done_at or not check_in.copay_due:
        raise Refused(_("Nothing is to pay just now."))
    tried = Payment.objects.filter(visit_id=visit.pk, status=Status.FAILED).count()
    key = f"self:{visit.pk.hex}:{tried}"
    return _asked(visit, check_in.copay_due, Payment.Kind.COPAY, key, at=at, by=by)


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
    visit: Visit, amount: Decimal, kind: str, key: str, *, at: datetime, by: Actor
) -> Payment:
    """Return the payment that waits for the same money already, else ask for a new one."""
    waiting = Payment.objects.filter(
        visit_id=visit.pk, kind=kind, amount=amount, status=Status.PENDING, is_online=True
    ).first()
    return waiting or ledger.start_card_payment(
        visit.patient,
        amount=amount,
        kind=kind,
        site=visit.site,
        key=key,
        visit_id=visit.pk,
        at=at,
        by=by,
    )
