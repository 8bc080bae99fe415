"""What PostgreSQL's driver reads most often, read the shortest way."""

from typing import Any
from uuid import UUID

from django.conf import settings

from frontdesk.core.keys import key_from_hex


def register() -> None:
    """Let psycopg make keys our way, where it has none of its own in C, which is quicker still."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    import psycopg
    from psycopg.adapt import Loader

    if psycopg.pq.__impl__ != "python":
        return

    class Key(Loader):
        """Reads `01234567-89ab-…`."""

        def load(self, data: Any) -> UUID:
            return key_from_hex(bytes(data).replace(b"-", b""))

    psycopg.adapters.register_loader("uuid", Key)
