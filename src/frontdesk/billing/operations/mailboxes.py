"""A clearinghouse's mailbox that cannot be emptied: a person hears when it lasts."""

from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.staff.operations import open_work, settle_work, snooze_work

HEARD_AFTER = timedelta(hours=1)  # a line that breaks is usually there again sooner
ONCE = "billing.mailbox"


@operation("billing.claim")
def note_mailbox(trouble: str, *, at: datetime, by: Actor) -> None:
    """Note how emptying the mailbox went; without trouble, what was on the list for it is done."""
    if not trouble:
        settle_work(once=ONCE, at=at, by=by)
        return
    item = open_work(
        kind="billing.mailbox",
        title="The clearinghouse’s answers can’t be fetched",
        detail=trouble,
        how_to_fix="Nothing is lost: files wait there and are tried every few minutes; this "
        "leaves the list when they come. If it lasts, ask the clearinghouse, or have the sign-in "
        "and folders in the settings looked at.",
        pool="biller",
        once=ONCE,
        at=at,
        by=by,
    )
    if item.opened_at == at:
        snooze_work(item, at + HEARD_AFTER, at=at, by=by)
