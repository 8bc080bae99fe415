"""Opening Django for a command, and saying things to whoever typed it."""

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


def open_django() -> None:
    """Load the settings and the rooms."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()


def practice_named(name: str) -> "UUID":
    """Return the practice of that name, or the only one; end with words when there is no one."""
    from frontdesk.practice.models import Practice

    found = list(Practice.objects.filter(name=name) if name else Practice.objects.all()[:2])
    if len(found) != 1:
        complain("Say which practice, by its name: --practice NAME")
        sys.exit(2)
    return found[0].pk


def say(words: str) -> None:
    """Print a line for the person."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def complain(words: str) -> None:
    """Print a line about trouble."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
