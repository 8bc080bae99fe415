"""A bill paid by its link: the amount whole or in part, once, however often it is pressed."""

from datetime import datetime, timedelta
from decimal import Decimal

from frontdesk.billing import queries
from frontdesk.billing.models import Statement
from frontdesk.billing.rules.bills import Bill
from frontdesk.comms.operations import tell
from frontdesk.comms.rules import Enclosure
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.exchange import dollars
from frontdesk.ledger.models import Payment, Plan
from frontdesk.ledger.operations import start_card_payment, start_plan
from frontdesk.ledger.rules.plans import Terms
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site

FIRST_IN = timedelta(days=14)  # the first payment of a plan agreed by link
WAITS = timedelta(hours=1)  # a card payment that nobody finished counts no longer


@operation("billing.pay_self")
def pay_bill(
    statement: Statement, patient: Patient, *, amount: Decimal, at: datetime, by: Actor
) -> Payment:
    """Ask for a card payment of one patient's part of a bill, and once.

    The same amount under way is returned, not asked twice, and never more than is owed now less
    what is under way: two phones that pay the same bill at once pay it once.
    """
    family = queries.family_on(statement)
    if patient.pk not in {one.pk for one in family.patients}:
        raise Refused("This bill is somebody else's.")
    patient = Patient.objects.lock(patient.pk)
    waiting = queries.payments_under_way(patient, at - WAITS)
    alone = (one for one in waiting if not one.shares)
    if same := next((one for one in alone if one.amount == amount), None):
        return same
    bill = _part_of(family, patient)
    owed = max(bill.balance, ZERO)
    left = owed - sum((queries.part_of(one, patient) for one in waiting), ZERO)
    if amount <= ZERO:
        raise Refused("Enter an amount above zero.")
    if amount > left:
        raise Refused(_too_much(owed, left))
    return start_card_payment(
        patient,
        amount=amount,
        kind=Payment.Kind.BALANCE,
        site=_site(patient),
        key=f"{queries.PAID_BY_LINK}{statement.pk.hex}:{queries.times_tried(statement)}",
        at=at,
        by=by,
    )


@operation("billing.pay_self")
def pay_family(statement: Statement, *, at: datetime, by: Actor) -> Payment:
    """Ask for one card payment of everything a family owes now; each has their part in the books.

    Where somebody pays a part of it just now, this waits: nothing is paid twice.
    """
    family = queries.family_on(statement)
    Patient.objects.lock_many([one.pk for one in family.patients])
    bills = queries.family_bill(family).parts
    parts = [(one, bill.total) for one, bill in bills if bill.total > ZERO]
    total = sum((part for _, part in parts), ZERO)
    if len(parts) == 1:
        return pay_bill(statement, parts[0][0], amount=total, at=at, by=by)
    waiting = [
        payment
        for one in family.patients
        for payment in queries.payments_under_way(one, at - WAITS)
    ]
    if same := next((one for one in waiting if one.shares and one.amount == total), None):
        return same
    if waiting or not total:
        raise Refused(_too_much(total, ZERO))
    payer = next((one for one, _ in parts if one.pk == family.addressee.pk), parts[0][0])
    return start_card_payment(
        payer,
        amount=total,
        kind=Payment.Kind.BALANCE,
        site=_site(payer),
        key=f"{queries.PAID_BY_LINK}{statement.pk.hex}:{queries.times_tried(statement)}",
        shares=[(one.pk, part) for one, part in parts],
        at=at,
        by=by,
    )


@operation("billing.pay_self")
def agree_plan(
    statement: Statement, patient: Patient, *, count: int, at: datetime, by: Actor
) -> Plan:
    """Put what a bill asks of a patient on a plan of so many months, as its link offered it."""
    family = queries.family_on(statement)
    if patient.pk not in {one.pk for one in family.patients}:
        raise Refused("This bill is somebody else's.")
    patient = Patient.objects.lock(patient.pk)
    bill = _part_of(family, patient)
    offer = next((one for one in queries.plan_offers(patient, bill) if one.count == count), None)
    if offer is None:
        raise Refused("This plan is not offered any more. Look again.")
    site = _site(patient)
    first = local(site, at).date() + FIRST_IN
    terms = Terms(total=bill.total, each=offer.each, every="month", first_on=first)
    return start_plan(patient, terms, site=site, agreed_how="by link", at=at, by=by)


@operation("billing.statement")
def send_receipt(payment: Payment, pdf: bytes, *, at: datetime, by: Actor) -> bool:
    """Send the receipt of a bill paid by link; say whether a way was open. Sent once."""
    practice = payment.practice
    told = tell(
        payment.patient,
        "bill.receipt",
        {
            "patient": payment.patient.name,
            "amount": dollars(payment.amount),
            "phone": practice.phone,
            "practice": practice.name,
        },
        once=f"receipt:{payment.pk}",
        subject=payment,
        attachments=[Enclosure(f"receipt-{payment.number}.pdf", "application/pdf", pdf)],
        at=at,
        by=by,
    )
    return told is not None


def _part_of(family: queries.Family, patient: Patient) -> Bill:
    """Return what one of a family is billed now."""
    return next(bill for one, bill in queries.family_bill(family).parts if one.pk == patient.pk)


def _site(patient: Patient) -> Site:
    found = patient.site or Site.objects.order_by("pk").first()
    if found is None:
        raise Refused("This office cannot take payments yet.")
    return found


def _too_much(owed: Decimal, left: Decimal) -> str:
    if owed == ZERO:
        return "Nothing is owed now. Somebody may have paid already."
    if left < owed:
        return "A payment is being made just now. Wait a few minutes, then look again."
    return f"You owe {dollars(owed)} now. Enter no more than that."
