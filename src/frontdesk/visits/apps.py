"""How Django finds this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "frontdesk.visits"

    def ready(self) -> None:
        """Connect pictures that were read with what they are held against."""
        from frontdesk.visits import reactions

        reactions.listen()
