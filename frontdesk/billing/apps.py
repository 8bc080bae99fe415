"""How Django finds this room."""

from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "frontdesk.billing"

    def ready(self) -> None:
        """Listen to what the rooms below announce."""
        import_module("frontdesk.billing.reactions")
