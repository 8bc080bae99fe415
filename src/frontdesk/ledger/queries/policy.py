"""How money is taken and given back here."""

from frontdesk.ledger.models import PaymentPolicy


def payment_policy() -> PaymentPolicy:
    """Return what the practice decided, or what the house proposes."""
    return PaymentPolicy.objects.first() or PaymentPolicy()
