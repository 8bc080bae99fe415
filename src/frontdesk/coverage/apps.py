"""How Django finds this room."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "frontdesk.coverage"
