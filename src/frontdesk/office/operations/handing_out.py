"""What leaves the house for the bank: checks on paper, the ACH file, positive pay."""

from datetime import date, datetime

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.office.exchange import nacha
from frontdesk.office.exchange.checks import checks_pdf
from frontdesk.office.exchange.lists import positive_pay
from frontdesk.office.models import PaymentItem, PaymentRun, PaySettings, VendorPayment
from frontdesk.office.operations.vendors import opened
from frontdesk.office.queries import paying as queries
from frontdesk.office.queries.vendors import pay_settings
from frontdesk.office.rules.banking import banking_day
from frontdesk.practice.models import Practice
from frontdesk.practice.queries import office_time


@operation("office.pay", always_ask=True)
def print_checks(payments: list[VendorPayment], *, at: datetime, by: Actor) -> bytes:
    """Return the checks as a PDF for the stock, each with its stub, and note their printing.

    A voided check is not printed again.
    """
    live = [
        payment
        for payment in payments
        if payment.check_number and payment.status == VendorPayment.Status.ISSUED
    ]
    if not live:
        raise Refused("There is no check to print here.")
    for payment in live:
        audit.note_look(payment, "check printed")
        if payment.printed_at is None:
            payment.printed_at = at
            payment.save()
    practice = Practice.objects.get(pk=by.practice_id)
    return checks_pdf(practice, pay_settings(), [(one, queries.items_of(one)) for one in live])


@operation("office.pay", always_ask=True)
def write_bank_file(run: PaymentRun, *, at: datetime, by: Actor) -> str:
    """Return the run's ACH file (Nacha, CCD); asked twice it is the same, byte for byte.

    What was voided before it was first taken out is left out. The money moves on the run's day,
    or on the next on which banks settle.
    """
    payments = [
        payment
        for payment in queries.payments_of(run)
        if payment.method == VendorPayment.Method.ACH and _goes(payment)
    ]
    if not payments:
        raise Refused("This run pays nobody by bank transfer.")
    settings = pay_settings()
    if not settings.has_ach:
        raise Refused("Set the practice's own bank account and company number first.")
    practice = Practice.objects.get(pk=by.practice_id)
    credits_ = [_credit(payment) for payment in payments]
    made_at = office_time(run.made_at)
    text = nacha.write(
        _origin(practice, settings), credits_, made_at=made_at, batch=run.number,
        effective_on=banking_day(max(run.pay_on, made_at.date())),
        modifier=nacha.modifier(queries.place_in_day(run)),
    )  # fmt: skip
    audit.note_look(run, "bank file")
    for payment in payments:
        if payment.printed_at is None:
            payment.printed_at = at
            payment.save()
    if run.filed_at is None:
        run.filed_at = at
        run.save()
    return text


@operation("office.pay", always_ask=True)
def write_positive_pay(first: date, last: date, *, by: Actor) -> list[str]:
    """Return the bank's list of checks written or voided between two days, as lines of CSV."""
    found = queries.checks_between(first, last)
    settings = pay_settings()
    if not settings.account_sealed:
        raise Refused("Set the practice's own bank account first.")
    for payment in found:
        audit.note_look(payment, "positive pay")
    return list(positive_pay(opened(settings.account_sealed), found, last))


def _goes(payment: VendorPayment) -> bool:
    """Whether the file holds a payment: what was voided after the file was taken stays in it."""
    return payment.status == VendorPayment.Status.ISSUED or payment.printed_at is not None


def _origin(practice: Practice, settings: PaySettings) -> nacha.Origin:
    return nacha.Origin(
        routing=settings.routing,
        bank_name=settings.bank_name,
        company_id=settings.company_id,
        company_name=practice.legal_name or practice.name,
    )


def _credit(payment: VendorPayment) -> nacha.Credit:
    bank = payment.bank
    if bank is None:
        raise Refused(f"Payment {payment.number} has no bank account.")
    return nacha.Credit(
        routing=bank.routing,
        account=opened(bank.account_sealed),
        is_savings=bank.kind == bank.Kind.SAVINGS,
        amount=payment.amount,
        name=payment.payee,
        identifier=str(payment.number),
        remittance=[_told(item) for item in payment.items.all()],
    )


def _told(item: PaymentItem) -> tuple[str, str]:
    number = item.bill.vendor_number or str(item.bill.number)
    return number, f"{item.amount:.2f}"
