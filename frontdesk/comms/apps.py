"""How Django finds this room."""

from django.apps import AppConfig


class CommsConfig(AppConfig):
    name = "frontdesk.comms"
