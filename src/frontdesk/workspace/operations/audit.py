"""Handing out the record of who did what."""

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation


@operation("audit.view", always_ask=True)
def export_audit(*, by: Actor) -> None:
    """Export the audit as a file: that it left the house is one of its entries."""
