"""A payment that the bank takes back: a bounced check, a disputed card."""

from datetime import date, datetime
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Payment, Posting, ReturnedPayment
from frontdesk.ledger.operations.payments import undo_payment
from frontdesk.ledger.operations.postings import post
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import FEES, PATIENT
from frontdesk.ledger.signals import account_changed, payment_returned
from frontdesk.people.models import Patient

FEE_LABEL = "Fee for a returned payment"


@operation("ledger.refund", always_ask=True)
def return_payment(
    payment: Payment, *, on: date, because: str, fee: Decimal, at: datetime, by: Actor
) -> ReturnedPayment:
    """Note that the bank took a payment back: what it paid is owed again, with the fee.

    A check that paid for several of a family comes back whole. No card is refunded: the bank has
    the money already. The patient is told.
    """
    payment = Payment.objects.select_related("patient", "site").get(pk=payment.pk)
    kinds = {
        Payment.Method.CHECK: ReturnedPayment.Kind.CHECK,
        Payment.Method.CARD: ReturnedPayment.Kind.CARD,
    }
    if payment.method not in kinds:
        raise Refused("A bank returns checks and cards, not cash: take the payment back instead.")
    if not because.strip():
        raise Refused("Say what the bank says.")
    if fee < ZERO:
        raise Refused("A fee cannot be below zero.")
    if not local(payment.site, payment.taken_at).date() <= on <= local(payment.site, at).date():
        raise Refused("The bank returned it after it was taken, and not later than today.")
    noted = None
    for one in queries.returned.handed_over_with(payment):
        undone = undo_payment(one, because=because, at=at, by=by)
        noted = _noted(undone, kinds[Payment.Method(one.method)], on, because, by)
        if one.pk == payment.pk and fee:
            noted.fee, noted.fee_posting = fee, _charge(one, fee, on, at, by)
            noted.save()
    returned = ReturnedPayment.objects.get(payment=payment)
    payment_returned.send(ReturnedPayment, returned=returned, at=at, by=by)
    return returned


def _noted(payment: Payment, kind: str, on: date, because: str, by: Actor) -> ReturnedPayment:
    returned = ReturnedPayment(
        payment=payment, kind=kind, on=on, because=because.strip()[:200], noted_by=by.name
    )
    returned.save()
    return returned


def _charge(payment: Payment, fee: Decimal, on: date, at: datetime, by: Actor) -> Posting:
    """Post the fee as something the patient owes."""
    line = Line(
        FEES,
        PATIENT,
        fee,
        "fee",
        patient_id=payment.patient_id,
        site_id=payment.site_id,
        charge_id=new_key(),
        payment_id=payment.pk,
        label=FEE_LABEL,
        service_on=on,
    )
    posting = post(
        "fee",
        key=f"returned-fee:{payment.pk}",
        lines=[line],
        on=local(payment.site, at).date(),
        memo=FEE_LABEL,
        at=at,
        by=by,
    )
    account_changed.send(Patient, patient=payment.patient, at=at, by=by)
    return posting
