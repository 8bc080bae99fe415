"""Who has a claim, what comes next for it and when; how its forms are printed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, PaperForm
from frontdesk.billing.operations.history import tell
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.staff.models import Member
from frontdesk.staff.operations import assign_work


@operation("billing.claim")
def plan_next(
    claim: Claim,
    *,
    owner: Member | None,
    step: str,
    on: date | None,
    at: datetime,
    by: Actor,
) -> Claim:
    """Say who has a claim, what comes next and when; without words its state says it again.

    The step counts for the state the claim is in: when that changes, it is over. Open work on
    the claim goes to the same person.
    """
    claim = Claim.objects.lock(claim.pk)
    if claim.status in {Claim.Status.VOIDED, Claim.Status.CLOSED}:
        raise Refused("This claim is done.")
    if owner is not None and not owner.is_active:
        raise Refused(f"{owner.name} does not work here any more.")
    is_handed_over = claim.owner_id != (owner.pk if owner else None)
    claim.owner = owner
    claim.next_step = step.strip()[:140]
    claim.next_on = on if claim.next_step else None
    claim.next_for = claim.status if claim.next_step else ""
    claim.save()
    if is_handed_over:
        for item in queries.work_on([claim.pk]):
            assign_work(item, owner, by=by)
        words = f"Given to {owner.name}" if owner else "Given back to everybody"
        tell(claim, kind="owner", words=words, at=at, by=by)
    if claim.next_step:
        until = f" by {on:%b %-d}" if on else ""
        tell(claim, kind="planned", words=f"Next{until}: {claim.next_step}", at=at, by=by)
    return claim


@operation("practice.edit")
def save_printer(printer: PaperForm | None, values: Mapping[str, Any], *, by: Actor) -> PaperForm:
    """Add a printer for the red form, or change how far its type is moved."""
    printer = PaperForm.objects.lock(printer.pk) if printer else PaperForm()
    for name, value in values.items():
        setattr(printer, name, value)
    if PaperForm.objects.filter(name=printer.name).exclude(pk=printer.pk).exists():
        raise Refused("There is a printer of this name already.")
    printer.save()
    return printer
