"""What every part of the sandbox stands on: never in production, and the account of its carrier."""

import os

ACCOUNT, TOKEN = "ACsandbox", "sandbox"  # of the made-up carrier
_YES = frozenset(("1", "true", "yes", "on"))


class NotHere(RuntimeError):
    """The sandbox is never started in production."""


def refuse_production() -> None:
    """Raise `NotHere` where the office runs in earnest."""
    if os.environ.get("FRONTDESK_PRODUCTION", "").lower() in _YES:
        raise NotHere("The sandbox is for training and tests: it never starts in production.")
