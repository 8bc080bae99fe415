"""How Django finds this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "frontdesk.records"

    def ready(self) -> None:
        """Connect pictures and signatures with the jobs that work on them."""
        from frontdesk.records import jobs

        jobs.listen()
