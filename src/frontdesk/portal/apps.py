"""How Django finds this room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "frontdesk.portal"
