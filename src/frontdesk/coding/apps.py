"""How Django finds this room."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "frontdesk.coding"
