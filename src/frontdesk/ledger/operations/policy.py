"""Decide how money is taken and given back."""

from collections.abc import Mapping
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import PaymentPolicy
from frontdesk.practice.models import save_checked


@operation("ledger.policy", always_ask=True)
def save_payment_policy(values: Mapping[str, Any], *, by: Actor) -> PaymentPolicy:
    """Set the rules for plans, cards, refunds, returned payments and small balances."""
    policy = queries.payment_policy()
    save_checked(policy, values)
    return policy
