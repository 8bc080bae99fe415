"""Sessions as Django keeps them in the database, read with a question that is composed once."""

from typing import Any

from django.contrib.sessions.backends import db

from frontdesk.core.clock import now
from frontdesk.core.composed import Composed


class SessionStore(db.SessionStore):
    """What Django calls the store of a session engine."""

    def _get_session_from_db(self) -> Any:
        found = _alive.first(self.session_key or "", now())
        if found is None:
            self._session_key = None
        return found


_alive: Composed[Any] = Composed(
    lambda key, at: SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=at
    )
)
