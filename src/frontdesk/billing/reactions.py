"""What billing does when a visit's paper is signed, or opened again."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from frontdesk.billing import operations
from frontdesk.billing.operations.replaying import ask_replay
from frontdesk.billing.queries import PAID_BY_LINK
from frontdesk.billing.signals import receipt_wanted
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.money import ZERO
from frontdesk.coverage.operations import watch_bill
from frontdesk.ledger.models import Payment
from frontdesk.ledger.signals import account_changed, account_settles, card_taken
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
    if rule.kind == Rule.Kind.CLAIM:
        ask_replay(rule, at=at, by=by)
