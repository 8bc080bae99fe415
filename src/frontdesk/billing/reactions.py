"""What billing does when a visit's paper is signed, or opened again."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from frontdesk.billing import operations
from frontdesk.billing.operations import telling
from frontdesk.billing.operations.replaying import TRIED, ask_replay
from frontdesk.billing.queries import PAID_BY_LINK
from frontdesk.billing.signals import claims_waiting, receipt_wanted
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Enrolment, Proposal
from frontdesk.coverage.operations import watch_bill
from frontdesk.coverage.signals import enrolment_changed, proposal_decided
from frontdesk.ledger.models import Instalment, Payment, Refund, ReturnedPayment, SavedCard
from frontdesk.ledger.signals import (
    account_changed,
    account_settles,
    card_ends,
    card_taken,
    instalment_declined,
    instalment_noticed,
    payment_returned,
    plan_charged,
    refund_paid,
)
from frontdesk.people.models import Patient
from frontdesk.practice.models import Rule
from frontdesk.practice.signals import rule_proposed
from frontdesk.visits.models import Superbill
from frontdesk.visits.signals import superbill_reopened, superbill_signed


@receiver(superbill_signed)
def charge(sender: object, *, superbill: Superbill, by: Actor, **_: Any) -> None:
    """Post the charges, build the claim, and compare with what was estimated in good faith."""
    charges = operations.charge_visit(superbill, at=superbill.signed_at or now(), by=by)
    watch_bill(
        superbill.visit.appointment_id,
        billed=sum((charge.amount for charge in charges), ZERO),
        at=superbill.signed_at or now(),
        by=by,
    )


@receiver(superbill_reopened)
def uncharge(sender: object, *, superbill: Superbill, by: Actor, **_: Any) -> None:
    """Take the charges back, in the transaction that opens the superbill."""
    operations.uncharge_visit(superbill, at=now(), by=by)


@receiver(enrolment_changed)
def judge_held(sender: object, *, enrolment: Enrolment, at: datetime, by: Actor, **_: Any) -> None:
    """Look again at the claims that wait for the practice's leave to send them, or lose it."""
    if enrolment.message == Enrolment.Message.CLAIMS:
        claims_waiting.send(Enrolment, practice_id=enrolment.practice_id, payer=enrolment.payer_id)


@receiver(proposal_decided)
def judge_named(sender: object, *, proposal: Proposal, at: datetime, by: Actor, **_: Any) -> None:
    """Look again at the claims that waited for a decision about a plan that their payer named."""
    if proposal.asked is not None:
        payer = proposal.asked.policy.subscription.plan.payer_id
        claims_waiting.send(Proposal, practice_id=proposal.practice_id, payer=payer)


@receiver(account_changed)
def close_paid(sender: object, *, patient: Patient, at: datetime, by: Actor, **_: Any) -> None:
    """Close the statements of a patient who owes nothing any more."""
    operations.close_statements(patient, at=at, by=by)


@receiver(account_changed)
def bring_back(sender: object, *, patient: Patient, at: datetime, by: Actor, **_: Any) -> None:
    """Take back from an agency what was paid here."""
    operations.bring_back_paid(patient, at=at, by=by)


@receiver(account_settles)
def help_first(sender: object, *, patient: Patient, at: datetime, by: Actor, **_: Any) -> None:
    """Take standing help off what is owed before credit pays it."""
    operations.give_help(patient, at=at, by=by)


@receiver(card_taken)
def send_receipt(sender: object, *, payment: Payment, **_: Any) -> None:
    """Send the receipt of a bill that was paid by its link."""
    if payment.key.startswith(PAID_BY_LINK):
        receipt_wanted.send(type(payment), payment=payment)


@receiver(rule_proposed)
def try_proposal(sender: object, *, rule: Rule, at: datetime, by: Actor, **_: Any) -> None:
    """Try a proposed rule on the claims there were, so that whoever decides sees what it does."""
    if rule.kind in TRIED:
        ask_replay(rule, at=at, by=by)


@receiver(instalment_noticed)
def announce(sender: object, *, instalment: Instalment, at: datetime, by: Actor, **_: Any) -> bool:
    """Tell the patient of an instalment; the ledger hears whether a message goes."""
    return telling.tell_of_instalment(instalment, at=at, by=by)


@receiver(instalment_declined)
def say_declined(
    sender: object, *, instalment: Instalment, at: datetime, by: Actor, **_: Any
) -> None:
    """Tell the patient that an instalment was not paid."""
    telling.tell_of_declined(instalment, at=at, by=by)


@receiver(plan_charged)
def say_charged(sender: object, *, payment: Payment, at: datetime, by: Actor, **_: Any) -> None:
    """Send the receipt of an instalment."""
    telling.tell_of_charge(payment, at=at, by=by)


@receiver(card_ends)
def say_card_ends(sender: object, *, card: SavedCard, at: datetime, by: Actor, **_: Any) -> bool:
    """Tell the patient that a card on file ends."""
    return telling.tell_of_card(card, at=at, by=by)


@receiver(payment_returned)
def say_returned(
    sender: object, *, returned: ReturnedPayment, at: datetime, by: Actor, **_: Any
) -> None:
    """Tell the patient that a payment came back."""
    telling.tell_of_returned(returned, at=at, by=by)


@receiver(refund_paid)
def say_refunded(sender: object, *, refund: Refund, at: datetime, by: Actor, **_: Any) -> None:
    """Tell the patient that money is on its way."""
    telling.tell_of_refund(refund, at=at, by=by)
