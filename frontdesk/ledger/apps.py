"""How Django finds this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "frontdesk.ledger"
