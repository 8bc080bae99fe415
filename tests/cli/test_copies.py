"""A backup is whole, and a restore puts it back; a damaged one changes nothing."""

import gzip
import io
import json
import os
import shutil
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
    shutil.unpack_archive(file, inside, "gztar")
    [database] = inside.glob("database*")
    content = bytearray(database.read_bytes())
    content[-1] ^= 1
    database.write_bytes(content)
    pack(inside, file)


def lead_out(file, folder):
    """Add a file that would lie beside the folder, not in it."""
    repack(file, folder, "../beside")


def link(file, folder):
    """Add a link to a file that is not the archive's."""
    repack(file, folder, "link", type=tarfile.SYMTYPE, linkname="/etc/hosts")


def repack(file, folder, name, **how):
    """Make the archive again with one more entry."""
    inside = folder / f"again-{file.stat().st_size}"
    shutil.unpack_archive(file, inside, "gztar")
    pack(inside, file)
    with gzip.open(file) as packed, tarfile.open(fileobj=io.BytesIO(packed.read())) as whole:
        entries = [(one, whole.extractfile(one)) for one in whole]
        more = tarfile.TarInfo(name)
        for key, value in how.items():
            setattr(more, key, value)
        with tarfile.open(file, "w:gz") as archive:
            for one, content in [*entries, (more, None)]:
                archive.addfile(one, content)


def pack(folder, file):
    """Make an archive of what is in the folder."""
    with tarfile.open(file, "w:gz") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)


def test_a_damaged_backup_changes_nothing(office, tmp_path):
    whole = office.copy.read_bytes()
    for damage in (truncate, swap, bend, lead_out, link):
        office.copy.write_bytes(whole)
        damage(office.copy, tmp_path)

        refused = office.run("restore", office.copy, "--yes")

        assert (refused.returncode, damage) == (2, damage)
        assert "not a whole backup" in refused.stderr
        assert office.ask("SELECT words FROM note") == [("lost",)]


def test_an_open_office_is_not_written_over(office):
    command = [sys.executable, "-c", HELD_OPEN]
    with subprocess.Popen(command, env=office.environment, stdin=-1, stdout=-1) as keeper:
        assert keeper.stdout.readline() == b"open\n"
        refused = office.run("restore", office.copy, "--yes")
        keeper.kill()  # a killed office is no longer open

    assert (refused.returncode, "Close it first" in refused.stderr) == (2, True)
    assert office.ask("SELECT words FROM note") == [("lost",)]
    assert office.run("restore", office.copy, "--yes").returncode == 0


HELD_OPEN = """
import sys
from frontdesk.cli import doors
with doors.kept_open():
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_backup_goes_only_where_it_fits(office, tmp_path):
    inside = tmp_path / "inside"
    shutil.unpack_archive(office.copy, inside, "gztar")
    note = json.loads((inside / "backup.json").read_text())
    cases = {"A newer Frontdesk": {**note, "format": 99}}
    if not office.address:  # what goes the other way is a move: see test_moving
        cases["This backup is of an office on"] = {**note, "database": "database.dump"}
    for words, changed in cases.items():
        (inside / "backup.json").write_text(json.dumps(changed))
        (inside / note["database"]).rename(inside / changed["database"])
        pack(inside, office.copy)
        (inside / changed["database"]).rename(inside / note["database"])

        refused = office.run("restore", office.copy, "--yes")

        assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr
        assert office.ask("SELECT words FROM note") == [("lost",)]


def test_where_there_is_no_office_nothing_is_backed_up_and_all_is_said_in_words(tmp_path):
    nowhere = {**os.environ, "FRONTDESK_VAR": str(tmp_path / "nowhere")}
    nowhere.pop("FRONTDESK_DATABASE_URL", None)
    for words, says in {
        ("backup",): "There is no office in",
        ("audit", "verify"): "There is no office here yet",
    }.items():
        command = [sys.executable, "-m", "frontdesk.cli", *words]
        said = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)

        assert (said.returncode, says in said.stderr) == (2, True), said.stderr
        assert "Traceback" not in said.stderr


def test_a_backup_that_cannot_be_written_leaves_no_part_of_it(office, tmp_path):
    (tmp_path / "taken").write_text("a file where a folder is wanted")

    refused = office.run("backup", tmp_path / "taken" / "copy.tar.gz")

    assert (refused.returncode, "There is no backup" in refused.stderr) == (2, True)
    assert not list(tmp_path.rglob("*.part"))
