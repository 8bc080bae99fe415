"""How Django finds this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "frontdesk.demo"
