"""Processes that pay and post on the database of a test, and are killed in the middle."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection, connections

from tests import disk

ROOT = Path(__file__).parent.parent.parent


def on_disk(folder):
    """Copy the test's database, SQLite in memory, to where a server would have it."""
    disk.copy_to(folder / "frontdesk.sqlite3")


def run(folder, what, kill_at, together=1, when="before"):
    """Let a process do it on the database in the folder, or on the test's own of a server."""
    return subprocess.run(
        [sys.executable, "-m", "tests.billing.victim", what, str(kill_at), when],
        cwd=ROOT,
        env={
            **os.environ,
            "FRONTDESK_VAR": str(folder),
            "FRONTDESK_DATABASE_URL": _address(),
            "FRONTDESK_SECRET_KEY": "for a test",
            "FRONTDESK_POSTED_TOGETHER": str(together),
        },
        capture_output=True,
        check=False,
    )


def told(folder, what, together=1):
    """Return how the books stand after a process did it unharmed."""
    done = run(folder, what, 0, together)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def elsewhere(what):
    """Return what it finds on a connection of its own, to the database as settings name it now."""

    def look():
        try:
            return what()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()


def _address():
    if connection.vendor == "sqlite":
        return ""
    given = urlsplit(os.environ["FRONTDESK_DATABASE_URL"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
