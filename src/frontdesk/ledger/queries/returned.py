"""Questions about payments that a bank took back."""

from datetime import datetime, timedelta

from frontdesk.ledger.models import Payment, ReturnedPayment
from frontdesk.people.models import Patient

REMEMBERED = timedelta(days=365)


def handed_over_with(payment: Payment) -> list[Payment]:
    """Return the payments that one check or card paid together, this one among them."""
    if payment.together is None or not payment.reference:
        return [payment]
    same = Payment.objects.filter(
        together=payment.together,
        method=payment.method,
        reference=payment.reference,
        status=Payment.Status.POSTED,
    )
    return list(same.select_related("patient", "site", "posting").order_by("pk")) or [payment]


def of_payment(payment: Payment) -> ReturnedPayment | None:
    """Return what the bank said of a payment it took back, or nothing."""
    return ReturnedPayment.objects.filter(payment=payment).first()


def returned_lately(patient: Patient, at: datetime) -> ReturnedPayment | None:
    """Return the last payment of the patient that a bank took back within a year."""
    found = ReturnedPayment.objects.filter(
        payment__patient=patient, on__gte=(at - REMEMBERED).date()
    )
    return found.select_related("payment").order_by("-on", "-pk").first()
