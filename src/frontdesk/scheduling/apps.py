"""How Django finds this room."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "frontdesk.scheduling"

    def ready(self) -> None:
        """Hear of bookings."""
        from frontdesk.scheduling.jobs import repairing, verifying

        verifying.listen()
        repairing.listen()
