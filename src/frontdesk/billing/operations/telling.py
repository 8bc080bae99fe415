"""Tell patients about their plans, cards, refunds and payments that came back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from frontdesk.billing.models import Claim
from frontdesk.billing.operations import history
from frontdesk.billing.queries.told import LETTER, Told, told_of
from frontdesk.comms.operations import tell
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.exchange import day, dollars, spoken
from frontdesk.ledger.models import Instalment, Payment, Refund, ReturnedPayment, SavedCard
from frontdesk.people.models import Patient
from frontdesk.staff.operations import settle_work
from frontdesk.ui.figures import phone


def tell_of_instalment(instalment: Instalment, *, at: datetime, by: Actor) -> bool:
    """Announce an instalment; say whether a message goes. Each is announced once a day."""
    plan = instalment.plan
    facts = _facts(plan.patient, instalment.left, instalment.due_on)
    kind = "plan.due"
    if plan.card is not None:
        kind, facts["card"] = "plan.charge", str(plan.card)
    once = f"{kind}:{instalment.pk}:{instalment.due_on}"
    return _told(plan.patient, kind, facts, once, instalment, at, by)


def tell_of_charge(payment: Payment, *, at: datetime, by: Actor) -> bool:
    """Send the receipt of an instalment that was charged to a card on file."""
    facts = _facts(payment.patient, payment.amount)
    facts |= {"receipt": str(payment.number), "card": str(payment.saved_card)}
    once = f"plan.charged:{payment.pk}"
    return _told(payment.patient, "plan.charged", facts, once, payment, at, by)


def tell_of_declined(instalment: Instalment, *, at: datetime, by: Actor) -> bool:
    """Say that an instalment was not paid, once for each try."""
    facts = _facts(instalment.plan.patient, instalment.left)
    once = f"plan.not_paid:{instalment.pk}:{instalment.tries}:{instalment.status}"
    patient = instalment.plan.patient
    return _told(patient, "plan.not_paid", facts, once, instalment, at, by)


def tell_of_card(card: SavedCard, *, at: datetime, by: Actor) -> bool:
    """Say that a card on file ends soon, once for each card and day."""
    ends = card.ends_on or at.date()
    facts = _facts(card.patient, Decimal(0), ends) | {"card": str(card)}
    return _told(card.patient, "card.ends", facts, f"card.ends:{card.pk}:{ends}", card, at, by)


def tell_of_returned(returned: ReturnedPayment, *, at: datetime, by: Actor) -> bool:
    """Say that the bank took a payment back."""
    payment = returned.payment
    facts = _facts(payment.patient, payment.amount)
    once = f"payment.returned:{payment.pk}"
    return _told(payment.patient, "payment.returned", facts, once, returned, at, by)


def tell_of_refund(refund: Refund, *, at: datetime, by: Actor) -> bool:
    """Say that money is on its way back to the patient; insurers get a letter."""
    if refund.to != Refund.To.PATIENT:
        return False
    facts = _facts(refund.patient, refund.amount)
    once = f"refund.paid:{refund.pk}:{refund.reference}"
    return _told(refund.patient, "refund.paid", facts, once, refund, at, by)


@operation("billing.statement")
def explain_difference(claim: Claim, *, at: datetime, by: Actor) -> None:
    """Write to a patient who owes more than was estimated: what was told, and what came of it."""
    told = told_of(claim)
    if told is None or told.more <= ZERO:
        raise Refused("The patient owes no more than was estimated.")
    patient = claim.patient
    facts = _facts(patient, told.owes, claim.on) | {"told": dollars(told.told)}
    once = f"estimate.apart:{claim.pk}:{told.owes}"
    if not _told(patient, "estimate.apart", facts, once, claim, at, by):
        raise Refused("There is no way to reach the patient by message: print the letter, or call.")
    settle_work(once=apart_once(claim), at=at, by=by)


@operation("billing.statement")
def print_difference(claim: Claim, *, at: datetime, by: Actor) -> Told:
    """Note that a letter explains to the patient what is owed beyond the estimate; return what.

    Printed again, it is the same letter: it is noted once for each sum.
    """
    told = told_of(claim)
    if told is None or told.more <= ZERO:
        raise Refused("The patient owes no more than was estimated.")
    if all(one.code != str(told.owes) for one in told.letters):
        words = f"A letter explains why {dollars(told.owes)} is owed and not {dollars(told.told)}"
        history.tell(claim, kind=LETTER, code=str(told.owes), words=words, at=at, by=by)
    settle_work(once=apart_once(claim), at=at, by=by)
    return told


def apart_once(claim: Claim) -> str:
    """Return what makes explaining a claim's estimate one item on the work list."""
    return f"estimate.apart:{claim.pk}"


def _facts(patient: Patient, amount: Decimal, due: date | None = None) -> dict[str, str]:
    practice = patient.practice
    return {
        "patient": patient.name,
        "amount": dollars(amount),
        "due": day(due, spoken(patient.language)) if due else "",
        "phone": phone(practice.phone),
        "practice": practice.name,
    }


def _told(
    patient: Patient,
    kind: str,
    facts: Mapping[str, str],
    once: str,
    subject: Record,
    at: datetime,
    by: Actor,
) -> bool:
    message = tell(
        patient, kind, facts, once=once, subject=subject, place=patient.site, at=at, by=by
    )
    return message is not None
