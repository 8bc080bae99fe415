"""Whether somebody acts upon what they did themselves."""

from uuid import UUID

from frontdesk.core.actor import Actor


def is_same(by: Actor, user_id: UUID | None, name: str) -> bool:
    """Say whether the acting person is the one who did it."""
    if by.user_id is None or user_id is None:
        return by.user_id == user_id and by.name == name
    return by.user_id == user_id
