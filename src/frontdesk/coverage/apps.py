"""How Django finds this room."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "frontdesk.coverage"

    def ready(self) -> None:
        """Listen for what comms announces."""
        from frontdesk.coverage.reactions import listen

        listen()
