"""How Django finds this room."""

from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "frontdesk.billing"

    def ready(self) -> None:
        """Listen to what the rooms below announce, and leave jobs behind."""
        import_module("frontdesk.billing.reactions")
        import_module("frontdesk.billing.jobs").listen()
