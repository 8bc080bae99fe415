"""How Django finds this room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "frontdesk.visits"
