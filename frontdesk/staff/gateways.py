"""How signing in is done: django-allauth, told our rules."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: members are invited by their practice."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False
