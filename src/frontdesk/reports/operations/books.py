"""Remember that a report of the books left the house as a file."""

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation


@operation("reports.books", always_ask=True)
def export_books(*, by: Actor) -> None:
    """Remember that the books, or a report of them, left the house as a file."""


@operation("reports.books", always_ask=True)
def export_motion(*, by: Actor) -> None:
    """Remember that what the billing is in the middle of left the house as a file."""
