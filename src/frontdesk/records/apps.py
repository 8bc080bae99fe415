"""How Django finds this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "frontdesk.records"
