"""Opening Django for a command, and saying things to whoever typed it."""

import os
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from frontdesk.config.env import WrongSetting

if TYPE_CHECKING:
    from uuid import UUID


def open_django() -> None:
    """Load the settings and the rooms."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()


def open_prepared() -> None:
    """Load the settings and the rooms, over tables that are as the rooms want them."""
    open_django()
    from frontdesk.cli import preparing

    with redirect_stdout(sys.stderr):  # what a program reads holds the answer and nothing else
        preparing.prepare_database()


def trouble_in_words(trouble: Exception) -> str:
    """Return what to tell of an error that lies in the machine, not in Frontdesk; else nothing."""
    if isinstance(trouble, WrongSetting):
        return f"{trouble}\nThe settings are listed in docs/developing.md."
    if isinstance(trouble, OSError) and trouble.strerror:
        return file_trouble(trouble)
    return _database_trouble(trouble)


def file_trouble(trouble: OSError) -> str:
    """Return what the system says of a file or folder, and which it is."""
    about = f"{trouble.filename}: " if trouble.filename else ""
    return f"{about}{trouble.strerror or trouble}"


def _database_trouble(trouble: Exception) -> str:
    if "django.db" not in sys.modules:
        return ""
    from django.db import OperationalError, ProgrammingError

    told = str(trouble).strip()
    has_no_table = "no such table" in told or "does not exist" in told
    if isinstance(trouble, OperationalError | ProgrammingError) and has_no_table:
        return "There is no office here yet, or it is older than this Frontdesk: frontdesk serve"
    if isinstance(trouble, OperationalError):
        return f"The database can't be used: {told}\nSee what is wrong with: frontdesk doctor"
    return ""


def practice_named(name: str) -> "UUID":
    """Return the practice of that name, or the only one; end with words when there is no one."""
    from frontdesk.practice.models import Practice

    found = list(Practice.objects.filter(name=name) if name else Practice.objects.all()[:2])
    if not (found or name):
        complain("There is no practice yet. Set one up first: frontdesk serve")
        sys.exit(2)
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
