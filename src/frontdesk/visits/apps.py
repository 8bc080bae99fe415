"""How Django finds this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "frontdesk.visits"

    def ready(self) -> None:
        """Connect pictures that were read with what they are held against, arrivals with waits."""
        from frontdesk.visits import reactions
        from frontdesk.visits.jobs import flow

        reactions.listen()
        flow.listen()
