"""How Django finds this room."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "frontdesk.staff"
