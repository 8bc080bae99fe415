"""Opening Django for a command, and saying things to whoever typed it."""

import os
import sys


def open_django() -> None:
    """Load the settings and the rooms."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()


def say(words: str) -> None:
    """Print a line for the person."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def complain(words: str) -> None:
    """Print a line about trouble."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
