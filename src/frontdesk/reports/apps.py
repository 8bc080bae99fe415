"""How Django finds this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "frontdesk.reports"
