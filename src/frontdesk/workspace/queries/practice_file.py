"""What a practice's file would change, and the two ways to take it."""

from django.db import transaction

from frontdesk.core.actor import Actor
from frontdesk.practice.exchange import PracticeFile, read
from frontdesk.workspace import operations
from frontdesk.workspace.operations.practice_file import NotBroughtIn, Report


def tried(file: PracticeFile, *, by: Actor) -> Report:
    """Return what bringing the file in would do; nothing is kept."""
    with transaction.atomic():
        report = kept(file, by=by)
        transaction.set_rollback(True)
    return report


def kept(file: PracticeFile, *, by: Actor) -> Report:
    """Bring the file in; return what was done, or every wrong row when there is one."""
    try:
        return operations.bring_in_practice(file, by=by)
    except NotBroughtIn as wrong:
        return wrong.report


def bring(name: str, content: bytes, *, is_kept: bool, by: Actor) -> Report:
    """Read an uploaded file and try it, or keep it when that was asked."""
    file = read(name, content)
    return kept(file, by=by) if is_kept else tried(file, by=by)
