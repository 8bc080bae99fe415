"""A backup is whole, and a restore puts it back; a damaged one changes nothing."""

import os
import subprocess
import sys
import tarfile

import pytest

from tests.postgres import TOOLS, server

CREATE = """
from django.db import connection
with connection.cursor() as c:
    c.execute("CREATE TABLE note (words text)")
    c.execute("INSERT INTO note VALUES ('kept')")
"""
CHANGE = """
from django.db import connection
with connection.cursor() as c:
    c.execute("UPDATE note SET words = 'lost'")
"""
SHOW = """
from django.db import connection
with connection.cursor() as c:
    c.execute("SELECT words FROM note")
    print(c.fetchone()[0])
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request):
    """Where a database of its own is, and PostgreSQL's tools on the way there."""
    if request.param == "sqlite":
        yield {}
        return
    with server() as address:
        yield {"FRONTDESK_DATABASE_URL": address, "PATH": f"{TOOLS}:{os.environ['PATH']}"}


@pytest.fixture
def office(tmp_path, engine):
    """An office of its own in a folder; call it with a command, or with Python to run inside."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")},
        "FRONTDESK_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "frontdesk.config.settings",
        **engine,
    }

    def run(*words, python=""):
        command = ["-c", f"import django; django.setup()\n{python}"] if python else ["-m", *words]
        return subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_what_was_backed_up_comes_back(office, tmp_path):
    assert office(python=CREATE).returncode == 0
    (tmp_path / "var" / "files").mkdir()
    (tmp_path / "var" / "files" / "card").write_bytes(b"image")
    file = tmp_path / "copy.tar.gz"
    assert office("frontdesk.cli", "backup", str(file)).returncode == 0
    office(python=CHANGE)
    (tmp_path / "var" / "files" / "card").unlink()

    restored = office("frontdesk.cli", "restore", str(file), "--yes")

    assert restored.returncode == 0, restored.stderr
    assert office(python=SHOW).stdout.strip() == "kept"
    assert (tmp_path / "var" / "files" / "card").read_bytes() == b"image"
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["truncated", "other", "bent"])
def test_a_damaged_backup_changes_nothing(office, tmp_path, damage):
    office(python=CREATE)
    file = tmp_path / "copy.tar.gz"
    office("frontdesk.cli", "backup", str(file))
    office(python=CHANGE)
    if damage == "truncated":
        file.write_bytes(file.read_bytes()[:-200])
    elif damage == "other":
        file.write_bytes(b"not an archive")
    else:
        bend(file, tmp_path)

    refused = office("frontdesk.cli", "restore", str(file), "--yes")

    assert refused.returncode == 2
    assert "not a whole backup" in refused.stderr
    assert office(python=SHOW).stdout.strip() == "lost"


def bend(file, folder):
    """Change one byte of the database inside the archive."""
    inside = folder / "inside"
    with tarfile.open(file) as archive:
        archive.extractall(inside, filter="data")
    [database] = inside.glob("database*")
    content = bytearray(database.read_bytes())
    content[-1] ^= 1
    database.write_bytes(content)
    with tarfile.open(file, "w:gz") as archive:
        for path in sorted(inside.iterdir()):
            archive.add(path, path.name)
