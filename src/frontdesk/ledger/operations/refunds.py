"""Give credit back: proposed by one person, approved by another, paid to the card or by check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Payment, Refund
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import BANK, CARDS, CREDIT, REFUNDS
from frontdesk.ledger.rules.money_policy import SOON, clock_of
from frontdesk.ledger.signals import account_changed, refund_asked, refund_paid
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work, settle_work

APPROVE = "ledger.approve_refund"  # any sum; without it up to the practice's limit
FIRST_REFUND = 201
Status = Refund.Status


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be given back, to whom, and how."""

    amount: Decimal
    because: str
    to: str = Refund.To.PATIENT
    to_name: str = ""
    to_address: str = ""
    payment: Payment | None = None  # the card payment it goes back to; none: by check


@operation("ledger.refund", always_ask=True)
def propose_refund(
    patient: Patient,
    wish: Wish,
    *,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    known_on: date | None = None,
) -> Refund:
    """Propose to give credit back. A sum the practice lets one person refund is approved at once.

    `known_on` is the day the credit was found: the clock runs from it. The same `key` proposes
    once.
    """
    patient = Patient.objects.lock(patient.pk)
    if earlier := Refund.objects.filter(key=key).first():
        return _pressed_again(earlier, patient, wish)
    today = local(site, at).date()
    known = min(known_on or today, today)
    _expect(wish)
    _expect_credit(patient, wish.amount, setting_aside=True)
    _expect_card(patient, wish)
    policy = queries.payment_policy()
    clock = clock_of(wish.to, known, patient_days=policy.refund_days)
    refund = Refund(
        number=Counter.take("refund", start=FIRST_REFUND),
        patient=patient,
        site=site,
        amount=wish.amount,
        to=wish.to,
        to_name=wish.to_name.strip() or patient.legal_name,
        to_address=wish.to_address.strip() or ", ".join(patient.address_lines)[:200],
        way=Refund.Way.CARD if wish.payment else Refund.Way.CHECK,
        payment=wish.payment,
        because=wish.because.strip()[:200],
        known_on=known,
        due_on=clock.due_on,
        rule=clock.rule,
        proposed_at=at,
        proposed_by=by.name,
        proposed_by_id=by.user_id,
        key=key,
    )
    refund.save()
    if wish.amount <= policy.refund_alone and wish.to == Refund.To.PATIENT:
        return _approved(refund, at=at, by=by)
    return refund


@operation("ledger.refund", always_ask=True)
def approve_refund(refund: Refund, *, at: datetime, by: Actor) -> Refund:
    """Approve what another person proposed: the credit is set aside, a card refund goes out."""
    Patient.objects.lock(refund.patient_id)
    refund = Refund.objects.lock(refund.pk)
    if _is_same_person(refund, by):
        raise Refused(f"{refund.proposed_by} proposed it: another person approves.")
    limit = queries.payment_policy().refund_biller
    if refund.amount > limit and not by.may(APPROVE):
        raise Refused(f"Above ${limit} a manager approves.")
    return _approved(refund, at=at, by=by)


@operation("ledger.refund", always_ask=True)
def decline_refund(refund: Refund, *, because: str, at: datetime, by: Actor) -> Refund:
    """Do not approve a refund, with the reason."""
    refund = Refund.objects.lock(refund.pk)
    if not because.strip():
        raise Refused("Say why.")
    refund.status = refund.lifecycle.move(refund.status, Status.DECLINED)
    refund.declined_because = because.strip()[:200]
    refund.approved_at, refund.approved_by = at, by.name
    refund.save()
    _settle_clock(refund, at, by)
    return refund


@operation("ledger.refund", always_ask=True)
def cancel_refund(refund: Refund, *, because: str, at: datetime, by: Actor) -> Refund:
    """Take a refund back that was not paid: the credit stands on the account again."""
    patient = Patient.objects.lock(refund.patient_id)
    refund = Refund.objects.lock(refund.pk)
    if not because.strip():
        raise Refused("Say why.")
    refund.status = refund.lifecycle.move(refund.status, Status.CANCELLED)
    refund.declined_because = because.strip()[:200]
    if refund.posting is not None:
        reverse(refund.posting, because=because, at=at, on=_day(refund, at), by=by)
    refund.save()
    _settle_clock(refund, at, by)
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return refund


@operation("ledger.refund", always_ask=True)
def pay_refund(refund: Refund, *, reference: str, on: date, at: datetime, by: Actor) -> Refund:
    """Note the check with which an approved refund was paid."""
    refund = Refund.objects.lock(refund.pk)
    if not reference.strip():
        raise Refused("Enter the number of the check.")
    if on > _day(refund, at):
        raise Refused("That day has not come yet.")
    if refund.status != Status.APPROVED:
        raise Refused(f"This refund is not to be paid: {refund.get_status_display().lower()}.")
    refund.way = Refund.Way.CHECK
    return _paid(refund, reference.strip(), BANK, on, at, by)


@operation("ledger.refund", always_ask=True)
def void_refund_check(refund: Refund, *, because: str, at: datetime, by: Actor) -> Refund:
    """Take a check back that was never cashed: the refund is to be paid again."""
    refund = Refund.objects.lock(refund.pk)
    if not because.strip():
        raise Refused("Say why.")
    if refund.way != Refund.Way.CHECK or refund.paid_posting is None:
        raise Refused("Only a check that was written can be voided.")
    refund.status = refund.lifecycle.move(refund.status, Status.APPROVED)
    reverse(refund.paid_posting, because=because, at=at, on=_day(refund, at), by=by)
    refund.trouble = f"Check {refund.reference} voided: {because.strip()}"[:200]
    refund.paid_posting, refund.paid_on, refund.reference = None, None, ""
    refund.save()
    return refund


@operation("ledger.refund")
def settle_refund(refund: Refund, *, reference: str, at: datetime, by: Actor) -> Refund:
    """Note that the gateway gave the money back; heard twice, it is posted once."""
    refund = Refund.objects.lock(refund.pk)
    if refund.status != Status.PAYING:
        return refund
    return _paid(refund, reference, CARDS, _day(refund, at), at, by)


@operation("ledger.refund")
def refuse_refund(refund: Refund, *, because: str, at: datetime, by: Actor) -> Refund:
    """Note that the gateway does not give the money back: somebody pays by check."""
    refund = Refund.objects.lock(refund.pk)
    if refund.status != Status.PAYING:
        return refund
    refund.status = refund.lifecycle.move(refund.status, Status.APPROVED)
    refund.way, refund.trouble = Refund.Way.CHECK, because[:200]
    refund.save()
    open_work(
        kind="ledger.refund_refused",
        title=f"Refund {refund.number} could not go back to the card",
        detail=because,
        how_to_fix="Pay it by check, and note the check's number in the refund.",
        pool="biller",
        subject=refund,
        amount=refund.amount,
        once=f"refund:{refund.pk}",
        by=by,
    )
    return refund


@operation("ledger.refund")
def watch_refund(refund: Refund, *, at: datetime, by: Actor) -> None:
    """Put a refund on the list whose clock ends soon."""
    if not refund.is_open or refund.days_left(_day(refund, at)) > SOON:
        return
    open_work(
        kind="ledger.refund_due",
        title=f"Refund {refund.number} to {refund.to_name} is due by {refund.due_on:%b %-d, %Y}",
        detail=refund.rule,
        how_to_fix="Approve it, then pay it.",
        pool="biller",
        subject=refund,
        amount=refund.amount,
        once=f"refund:{refund.pk}",
        by=by,
    )


def _approved(refund: Refund, *, at: datetime, by: Actor) -> Refund:
    """Set the credit aside; a refund to a card is asked of the gateway by a job."""
    _expect_credit(refund.patient, refund.amount)
    refund.status = refund.lifecycle.move(refund.status, Status.APPROVED)
    refund.approved_at, refund.approved_by = at, by.name
    refund.posting = post(
        "refund",
        key=f"refund:{refund.pk}",
        lines=_set_aside(refund, queries.crediting.by_visit(refund.patient)),
        on=_day(refund, at),
        memo=f"Refund {refund.number}",
        at=at,
        by=by,
    )
    if refund.way == Refund.Way.CARD:
        refund.status = refund.lifecycle.move(refund.status, Status.PAYING)
    refund.save()
    if refund.status == Status.PAYING:
        refund_asked.send(Refund, refund=refund)
    account_changed.send(Patient, patient=refund.patient, at=at, by=by)
    return refund


def _set_aside(refund: Refund, credits_: Mapping[UUID | None, Decimal]) -> list[Line]:
    """Take the credit from where it stands: what waits for no visit first."""
    lines, left = [], refund.amount
    for visit_id, amount in credits_.items():
        part = min(amount, left)
        if part > ZERO:
            lines.append(_line(refund, REFUNDS, CREDIT, part, visit_id))
            left -= part
    if left > ZERO:
        lines.append(_line(refund, REFUNDS, CREDIT, left, None))
    return lines


def _paid(refund: Refund, reference: str, out_of: str, on: date, at: datetime, by: Actor) -> Refund:
    refund.status = refund.lifecycle.move(refund.status, Status.PAID)
    refund.reference, refund.paid_on, refund.trouble = reference[:60], on, ""
    refund.paid_posting = post(
        "refund",
        key=f"refund-paid:{refund.pk}:{new_key()}",
        lines=[_line(refund, out_of, REFUNDS, refund.amount, None)],
        on=on,
        memo=f"Refund {refund.number} paid",
        at=at,
        by=by,
    )
    refund.save()
    _settle_clock(refund, at, by)
    refund_paid.send(Refund, refund=refund, at=at, by=by)
    return refund


def _line(refund: Refund, source: str, target: str, amount: Decimal, visit_id: UUID | None) -> Line:
    return Line(
        source,
        target,
        amount,
        "refund",
        patient_id=refund.patient_id,
        site_id=refund.site_id,
        visit_id=visit_id,
        payment_id=refund.payment_id,
        label=f"Refund {refund.number}",
    )


def _expect(wish: Wish) -> None:
    if wish.amount <= ZERO:
        raise Refused("Enter an amount above zero.")
    if not wish.because.strip():
        raise Refused("Say what the money is given back for.")
    if wish.to in (Refund.To.MEDICARE, Refund.To.MEDICAID, Refund.To.INSURER):
        if not wish.to_name.strip():
            raise Refused("Say which insurer gets it.")
        if wish.payment is not None:
            raise Refused("An insurer is paid by check.")


def _expect_credit(patient: Patient, amount: Decimal, *, setting_aside: bool = False) -> None:
    credit = queries.balance_of(patient).credit
    if setting_aside:
        credit -= queries.crediting.proposed(patient)
    if amount > credit:
        raise Refused(f"The account has ${max(credit, ZERO)} of free credit: no more can go out.")


def _expect_card(patient: Patient, wish: Wish) -> None:
    """A card gets back what it paid and no more."""
    if wish.payment is None:
        return
    payment = Payment.objects.lock(wish.payment.pk)
    if payment.patient_id != patient.pk or not payment.gateway_id:
        raise Refused("That payment did not go through the card gateway.")
    if payment.status != Payment.Status.POSTED:
        raise Refused("That payment was taken back already.")
    left = payment.amount - queries.crediting.refunded(payment)
    if wish.amount > left:
        raise Refused(f"The card can get back ${left}.")


def _pressed_again(earlier: Refund, patient: Patient, wish: Wish) -> Refund:
    if (earlier.patient_id, earlier.amount) != (patient.pk, wish.amount):
        raise Refused("This form was used for another refund. Open it again.")
    return earlier


def _is_same_person(refund: Refund, by: Actor) -> bool:
    if refund.proposed_by_id is None or by.user_id is None:
        return refund.proposed_by == by.name
    return refund.proposed_by_id == by.user_id


def _day(refund: Refund, at: datetime) -> date:
    return local(refund.site, at).date()


def _settle_clock(refund: Refund, at: datetime, by: Actor) -> None:
    settle_work(once=f"refund:{refund.pk}", at=at, by=by)
