"""How Django finds this room."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "frontdesk.billing"
