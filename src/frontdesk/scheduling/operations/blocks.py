"""Parts of a session that are kept for some visits."""

from collections.abc import Mapping
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Block, Session
from frontdesk.scheduling.rules.time import clock_words


@operation("scheduling.templates")
def save_block(
    block: Block | None, session: Session, values: Mapping[str, Any], *, by: Actor
) -> Block:
    """Keep a part of a session for some visits, or change it.

    `release_hours` before it begins, what is free of it opens to others: to `opens_to_ids`, or to
    whatever the session takes. None keeps it to the end. Blocks of a session never overlap.
    """
    session = Session.objects.lock(session.pk)
    kept = Block.objects.lock(block.pk) if block else Block(session=session)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.name = kept.name.strip()
    _refuse_odd(kept, session)
    kept.save()
    return kept


@operation("scheduling.templates")
def end_block(block: Block, *, by: Actor) -> Block:
    """Give a block up: its time is for whatever the session takes."""
    block = Block.objects.lock(block.pk)
    block.is_active = False
    block.save()
    return block


def carry_blocks(session: Session, later: Session) -> None:
    """Give the later form of a session the blocks of the one before; refuse what would not fit."""
    for block in session.active_blocks:
        kept = Block(
            session=later,
            name=block.name,
            starts=block.starts,
            ends=block.ends,
            visit_type_ids=block.visit_type_ids,
            release_hours=block.release_hours,
            opens_to_ids=block.opens_to_ids,
        )
        refuse_outside(kept, later)
        kept.save()


def refuse_outside(block: Block, session: Session) -> None:
    """Say that a block lies outside the hours of its session."""
    if block.starts < session.starts or block.ends > session.ends:
        raise Refused(
            f"The block {block.name} ({_span(block)}) is not within the session ({_span(session)})."
        )


def _refuse_odd(kept: Block, session: Session) -> None:
    if kept.ends <= kept.starts:
        raise Refused("A block ends after it starts.")
    if kept.starts.minute % 5 or kept.ends.minute % 5:
        raise Refused("Blocks start and end on five-minute marks.")
    if not kept.visit_type_ids:
        raise Refused("Say for which visits this time is kept.")
    refuse_outside(kept, session)
    for other in session.active_blocks:
        if other.pk != kept.pk and other.starts < kept.ends and kept.starts < other.ends:
            raise Refused(f"The block {other.name} is there already ({_span(other)}).")


def _span(what: Block | Session) -> str:
    return f"{clock_words(what.starts)} to {clock_words(what.ends)}"
