"""Payers and their plans."""

from collections.abc import Mapping
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer, Plan


@operation("coverage.payers")
def save_payer(payer: Payer | None, values: Mapping[str, Any], *, by: Actor) -> Payer:
    """Add a payer (None), or change one; `values` are fields of the model by name."""
    payer = Payer.objects.lock(payer.pk) if payer else Payer()
    for name, value in values.items():
        setattr(payer, name, value)
    payer.payer_id = payer.payer_id.strip().upper()
    if Payer.objects.filter(payer_id=payer.payer_id).exclude(pk=payer.pk).exists():
        raise Refused("Another payer has this ID already.")
    payer.save()
    return payer


def plan_of(payer: Payer, name: str, group_number: str = "", kind: str = "") -> Plan:
    """Find or add a plan, inside an operation."""
    name = name.strip() or payer.name
    plan = Plan.objects.filter(payer=payer, name=name, group_number=group_number).first()
    if plan is None:
        plan = Plan(payer=payer, name=name, group_number=group_number, kind=kind)
        plan.save()
    elif kind and plan.kind != kind:
        plan.kind = kind
        plan.save()
    return plan
