"""The one work list: what a machine or a person leaves for somebody to do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import attempt, operation
from frontdesk.staff.models import Member, WorkItem
from frontdesk.staff.roles import ROLES


@operation("staff.work")
def open_work(
    *,
    kind: str,
    title: str,
    pool: str,
    by: Actor,
    detail: str = "",
    how_to_fix: str = "",
    subject: Record | None = None,
    patient_id: UUID | None = None,
    due_at: datetime | None = None,
    amount: Decimal | None = None,
    once: str = "",
    at: datetime | None = None,
) -> WorkItem:
    """Put something that a person must do on the list of a role.

    `kind` is `room.reason`, `pool` a key of ROLES. With `once`, trouble that is already on the
    list is not put there twice: the open item is returned as it is.
    """
    if pool not in ROLES:
        raise ValueError(f"{pool} is no role.")
    if once and (known := _open_item(once)):
        return known
    item = WorkItem(
        kind=kind,
        title=title[:200],
        detail=detail,
        how_to_fix=how_to_fix,
        pool=pool,
        subject_kind=subject._meta.label if subject else "",
        subject_id=subject.pk if subject else None,
        patient_id=patient_id or getattr(subject, "patient_id", None),
        opened_at=at or now(),
        due_at=due_at,
        amount=amount,
        once=once,
    )
    try:
        with attempt():
            item.save()
    except IntegrityError:  # the same trouble was put there between our look and our save
        if not once or (known := _open_item(once)) is None:
            raise
        return known
    return item


@operation("staff.work")
def open_many(wanted: Sequence[WorkItem], *, at: datetime, by: Actor) -> int:
    """Put many things on the list as `open_work` does; return how many are new.

    Each is a row not saved yet, with `once`; the caller holds what they are about, so that
    nobody puts the same trouble there meanwhile. Two statements, however many.
    """
    new = {item.once: item for item in wanted}
    if strange := {item.pool for item in wanted} - set(ROLES):
        raise ValueError(f"{', '.join(sorted(strange))}: no role.")
    known = WorkItem.objects.filter(once__in=new, status=WorkItem.Status.OPEN)
    for once in known.values_list("once", flat=True):
        del new[once]
    for item in new.values():
        item.title, item.opened_at = item.title[:200], at
    if new:
        WorkItem.objects.create_many(list(new.values()))
    return len(new)


@operation("staff.work")
def close_work(item: WorkItem, *, at: datetime, by: Actor) -> WorkItem:
    """Mark an item as done."""
    return _close(item, WorkItem.Status.DONE, at)


@operation("staff.work")
def dismiss_work(item: WorkItem, *, at: datetime, by: Actor) -> WorkItem:
    """Take an item off the list because nothing needs doing."""
    return _close(item, WorkItem.Status.DISMISSED, at)


@operation("staff.work")
def settle_work(*, once: str, at: datetime, by: Actor) -> WorkItem | None:
    """Mark the open item of this trouble as done, if there is one: its cause is gone."""
    item = _open_item(once)
    return _close(item, WorkItem.Status.DONE, at) if item else None


@operation("staff.work")
def settle_all(onces: Collection[str], *, at: datetime, by: Actor) -> list[WorkItem]:
    """Mark the open items of many troubles as done: one question, however many there are."""
    items = WorkItem.objects.filter(once__in=onces, status=WorkItem.Status.OPEN).order_by("pk")
    return [_close(item, WorkItem.Status.DONE, at) for item in items]


@operation("staff.work")
def reopen_work(item: WorkItem, *, at: datetime, by: Actor) -> WorkItem:
    """Put an item back on the list."""
    item = WorkItem.objects.lock(item.pk)
    if item.once and _open_item(item.once):
        raise Refused("The same trouble is on the list again already.")
    item.status = item.lifecycle.move(item.status, WorkItem.Status.OPEN)
    item.closed_at = item.snoozed_until = None
    item.save()
    return item


@operation("staff.work")
def assign_work(item: WorkItem, owner: Member | None, *, by: Actor) -> WorkItem:
    """Give an item to somebody, or back to the list of its role."""
    item = WorkItem.objects.lock(item.pk)
    if owner is not None and not owner.is_active:
        raise Refused(f"{owner.name} does not work here any more.")
    item.owner = owner
    item.save()
    return item


@operation("staff.work")
def snooze_work(item: WorkItem, until: datetime | None, *, at: datetime, by: Actor) -> WorkItem:
    """Put an item off until an instant, or bring it back with None."""
    if until is not None and until <= at:
        raise Refused("That time has passed already.")
    item = WorkItem.objects.lock(item.pk)
    if item.status != WorkItem.Status.OPEN:
        raise Refused("Only what is open can be put off.")
    item.snoozed_until = until
    item.save()
    return item


def _open_item(once: str) -> WorkItem | None:
    return WorkItem.objects.filter(once=once, status=WorkItem.Status.OPEN).first()


def _close(item: WorkItem, status: WorkItem.Status, at: datetime) -> WorkItem:
    item = WorkItem.objects.lock(item.pk)
    item.status = item.lifecycle.move(item.status, status)
    item.closed_at = at
    item.save()
    return item
