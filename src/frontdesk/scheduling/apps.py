"""How Django finds this room."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "frontdesk.scheduling"

    def ready(self) -> None:
        """Hear of bookings."""
        from importlib import import_module

        from frontdesk.scheduling.jobs import planned, repairing, verifying, waitlist

        verifying.listen()
        waitlist.listen()
        repairing.listen()
        planned.listen()
        import_module("frontdesk.scheduling.reactions")
