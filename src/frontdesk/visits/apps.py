"""How Django finds this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "frontdesk.visits"

    def ready(self) -> None:
        """Connect arrivals with what they bring about."""
        from frontdesk.visits import reactions
        from frontdesk.visits.jobs import flow

        flow.listen()
        reactions.listen()
