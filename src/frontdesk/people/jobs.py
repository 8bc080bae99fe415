"""What the worker does for this room."""

from uuid import UUID

from django_tasks import task

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.people import operations
from frontdesk.people.models import Import
from frontdesk.staff.queries import the_clock


@task()
def bring_in(practice_id: str, import_id: str) -> None:
    """Bring in a file of patients; what is refused is told on its page."""
    by = the_clock(UUID(practice_id))
    with practice_scope(by.practice_id):
        imported = Import.objects.get(pk=UUID(import_id))
        try:
            operations.bring_in(imported, at=now(), by=by)
        except Refused as refusal:
            operations.give_up(imported, because=str(refusal), at=now(), by=by)
