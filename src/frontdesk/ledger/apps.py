"""How Django finds this room."""

from importlib import import_module

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "frontdesk.ledger"

    def ready(self) -> None:
        """Leave jobs behind for card payments."""
        import_module("frontdesk.ledger.jobs").listen()
