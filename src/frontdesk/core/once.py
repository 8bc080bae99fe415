"""A form sent twice counts once: its key is kept in the transaction of what it did.

The browser gives each form it sends a key, and sends the form again under the same key when no
answer came. The first operation of the request that changes something keeps the key: it is there
exactly when the change is. Whoever comes second with it hears `Again`, and nothing is changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from frontdesk.core.clock import now
from frontdesk.core.database import plain
from frontdesk.core.keys import new_key
from frontdesk.core.models import Sent

KEPT = timedelta(days=2)  # browsers keep what was not answered for twelve hours
TIDIED_EVERY = timedelta(hours=1)


class Again(Exception):
    """What was sent under this key is done already."""


@dataclass(slots=True)
class _Sending:
    key: UUID
    is_kept: bool = False


_sending: ContextVar[_Sending | None] = ContextVar("sending", default=None)
_tidied: dict[UUID, datetime] = {}


@contextmanager
def sending(key: UUID) -> Iterator[None]:
    """Do what is inside under the key of a form; raises `Again` where it was done before."""
    token = _sending.set(_Sending(key))
    try:
        yield
    finally:
        _sending.reset(token)


def is_done(practice_id: UUID, key: UUID) -> bool:
    """Say whether something was changed under this key."""
    return Sent.objects.filter(practice_id=practice_id, key=key).exists()


def keep(practice_id: UUID) -> None:
    """Keep the key of the form that is answered now, once; nothing outside of one."""
    under_way = _sending.get()
    if under_way is None or under_way.is_kept:
        return
    at = now()
    try:
        plain.insert(
            Sent, {"id": new_key(), "practice_id": practice_id, "key": under_way.key, "at": at}
        )
    except IntegrityError as twin:
        raise Again from twin
    under_way.is_kept = True
    _tidy(practice_id, at)


def _tidy(practice_id: UUID, at: datetime) -> None:
    """Forget keys that no browser sends any more, seldom."""
    if at - _tidied.get(practice_id, at - TIDIED_EVERY) >= TIDIED_EVERY:
        _tidied[practice_id] = at
        Sent.objects.filter(practice_id=practice_id, at__lt=at - KEPT).delete()
