"""How Django finds this room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "frontdesk.core"

    def ready(self) -> None:
        """Read and ask for keys the short way, on either database."""
        from frontdesk.core.database import lookups, postgresql

        lookups.register()
        postgresql.register()
