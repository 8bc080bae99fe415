"""How Django finds this room."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "frontdesk.practice"
