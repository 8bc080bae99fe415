"""What the screens across rooms do that no room could do alone."""

from frontdesk.workspace.operations.audit import export_audit
from frontdesk.workspace.operations.founding import open_the_house

__all__ = ["export_audit", "open_the_house"]
