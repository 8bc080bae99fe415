"""A backup is whole, and a restore puts it back; a damaged one changes nothing."""

import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing

import psycopg
import pytest

from tests.postgres import TOOLS, server


class Office:
    """An office of its own in a folder, with one word in its database and one file."""

    def __init__(self, folder, address=""):
        self.address, self.var = address, folder / "var"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")},
            "FRONTDESK_VAR": str(self.var),
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
        }
        if address:
            self.environment["FRONTDESK_DATABASE_URL"] = address
        self.card = self.var / "files" / "card"
        self.card.parent.mkdir(parents=True)
        self.card.write_bytes(b"image")
        self.ask("DROP TABLE IF EXISTS note")
        self.ask("CREATE TABLE note (words text)")
        self.ask("INSERT INTO note VALUES ('kept')")

    def ask(self, sql):
        """Read or change the database as it is."""
        if not self.address:
            with closing(sqlite3.connect(self.var / "frontdesk.sqlite3")) as line, line:
                return line.execute(sql).fetchall()
        with psycopg.connect(self.address, autocommit=True) as line:
            answer = line.execute(sql)
            return answer.fetchall() if answer.description else []

    def run(self, *words):
        """Run a command of the office."""
        command = [sys.executable, "-m", "frontdesk.cli", *map(str, words)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request):
    """Where a PostgreSQL is; nothing for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    with server() as found:
        yield found


@pytest.fixture
def office(tmp_path, address):
    """An office with a backup of it."""
    made = Office(tmp_path, address)
    made.copy = tmp_path / "copy.tar.gz"
    backed_up = made.run("backup", made.copy)
    assert backed_up.returncode == 0, backed_up.stderr
    made.ask("UPDATE note SET words = 'lost'")
    return made


def test_what_was_backed_up_comes_back(office):
    office.card.unlink()

    restored = office.run("restore", office.copy, "--yes")

    assert restored.returncode == 0, restored.stderr
    assert office.ask("SELECT words FROM note") == [("kept",)]
    assert office.card.read_bytes() == b"image"
    assert office.copy.stat().st_mode & 0o077 == 0


def truncate(file, folder):
    """Lose the end of the archive."""
    file.write_bytes(file.read_bytes()[:-200])


def swap(file, folder):
    """Put something else in its place."""
    file.write_bytes(b"not an archive")


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


def test_a_damaged_backup_changes_nothing(office, tmp_path):
    whole = office.copy.read_bytes()
    for damage in (truncate, swap, bend):
        office.copy.write_bytes(whole)
        damage(office.copy, tmp_path)

        refused = office.run("restore", office.copy, "--yes")

        assert (refused.returncode, damage) == (2, damage)
        assert "not a whole backup" in refused.stderr
        assert office.ask("SELECT words FROM note") == [("lost",)]
