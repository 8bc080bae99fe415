"""What scheduling does on news from below."""

from typing import Any

from django.dispatch import receiver

from frontdesk.core.actor import Actor
from frontdesk.practice.models import Closure
from frontdesk.practice.signals import closure_decided
from frontdesk.scheduling import operations


@receiver(closure_decided, dispatch_uid="scheduling.closure_decided")
def note_hit_visits(sender: object, *, closure: Closure, by: Actor, **_: Any) -> None:
    """Put the visits of a day that is now closed on the list of whoever moves them."""
    operations.look_at_closure(closure, by=by)
