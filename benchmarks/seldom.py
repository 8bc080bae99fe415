"""Run inside an office's environment: have its worker do every seldom job, one after the other."""

import os
import time

import django

PATIENCE = 120.0  # seconds for one job and all that it leaves to do
LOOKS = 0.5


def main() -> None:
    """Enqueue each job of the clock that runs every quarter of an hour or less often, and wait."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    from django.conf import settings
    from django.utils.module_loading import import_string

    from frontdesk.config.worker import SELDOM

    for path, every in settings.PERIODIC.items():
        if every >= SELDOM:
            import_string(path).enqueue()
            _wait()


def _wait() -> None:
    """Wait until the worker has done what is due."""
    from django_tasks_db.models import DBTaskResult

    jobs = DBTaskResult.objects
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not jobs.ready().exists() and not jobs.running().exists():
            return
        time.sleep(LOOKS)


if __name__ == "__main__":
    main()
