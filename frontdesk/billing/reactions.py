"""What billing does when a visit's paper is signed, or opened again."""

from typing import Any

from django.dispatch import receiver

from frontdesk.billing import operations
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.visits.models import Superbill
from frontdesk.visits.signals import superbill_reopened, superbill_signed


@receiver(superbill_signed)
def charge(sender: object, *, superbill: Superbill, by: Actor, **_: Any) -> None:
    """Post the charges and build the claim, in the transaction of the signature."""
    operations.charge_visit(superbill, at=superbill.signed_at or now(), by=by)


@receiver(superbill_reopened)
def uncharge(sender: object, *, superbill: Superbill, by: Actor, **_: Any) -> None:
    """Take the charges back, in the transaction that opens the superbill."""
    operations.uncharge_visit(superbill, at=now(), by=by)
