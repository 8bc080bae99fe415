"""How Django finds this room."""

from django.apps import AppConfig


class CommsConfig(AppConfig):
    name = "frontdesk.comms"

    def ready(self) -> None:
        """Connect what waits to be sent with the job that sends it."""
        from frontdesk.comms import jobs

        jobs.listen()
