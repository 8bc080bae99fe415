"""An office that began on SQLite is moved to PostgreSQL by its backup: all of it, or nothing."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from hashlib import sha256

import psycopg
import pytest
from django.db import connection

from frontdesk.cli import audit, copies
from frontdesk.coding.exchange import DiagnosisRow
from frontdesk.coding.operations.codesets import load_diagnoses
from frontdesk.core.clock import now, today
from frontdesk.records import operations as records
from frontdesk.scheduling.models import Occupancy
from tests.ledger.test_closing import close, moved
from tests.postgres import server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="It begins on SQLite"),
]
# Backups that are refused, one after the other, and one in whose midst the machine dies.
DRIVEN = """
import os, signal, sys
from pathlib import Path
from frontdesk.cli import office
office.open_django()
from frontdesk.cli import copies, moving
*refused, whole = map(Path, sys.argv[1:])
for file in refused:
    assert copies.restore(file, may_replace=True) == 2
moving._tell_of_the_records = lambda: os.kill(os.getpid(), signal.SIGKILL)
copies.restore(whole, may_replace=True)
"""


@pytest.fixture
def copy(clinic, tmp_path, settings):
    """The backup of an office with a closed day, forms, codes and a file."""
    settings.VAR = tmp_path / "var"
    (settings.VAR / "files").mkdir(parents=True)
    (settings.VAR / "files" / "card").write_bytes(b"image")
    load_diagnoses([DiagnosisRow("E11.9", True, "Type 2 diabetes", None, None)])
    booked = clinic.booked(at=now(), patient=clinic.patient("Ann", "Müller ‘Lee’\t\\N"))
    with clinic.writing():
        Occupancy.objects.create(
            resource_kind="provider",
            resource_id=clinic.provider.pk,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            appointment=booked,
        )
    with clinic.reading():
        records.add_starter_forms(by=clinic.anybody())
        on = today(clinic.site)
        moved(clinic, on=on)
        close(clinic, on=on, at=now())
    assert copies.backup(tmp_path / "copy.tar.gz") == 0
    return tmp_path / "copy.tar.gz"


def changed(copy, *statements):
    """Return a backup of the same office with something wrong inside."""
    inside = copy.parent / f"inside-{len(list(copy.parent.iterdir()))}"
    with tarfile.open(copy) as archive:
        archive.extractall(inside, filter="data")
    database = inside / copies.SQLITE_NAME
    with closing(sqlite3.connect(database)) as line, line:
        for statement in statements:
            line.execute(statement)
    note = json.loads((inside / "backup.json").read_text())
    note["sha256"] = sha256(database.read_bytes()).hexdigest()
    (inside / "backup.json").write_text(json.dumps(note))
    other = inside.with_suffix(".tar.gz")
    with tarfile.open(other, "w:gz") as archive:
        for path in sorted(inside.iterdir()):
            archive.add(path, path.name)
    return other


def on_postgresql(address, var, *words):
    """Run a command of the office at an address."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    environment = mine | {"FRONTDESK_DATABASE_URL": address, "FRONTDESK_VAR": str(var)}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_all_of_an_office_moves_or_nothing_of_it(clinic, copy, tmp_path):
    told = io.StringIO()
    audit.verify(practice="", as_json=True, out=told)
    gone = "PRAGMA foreign_keys=OFF", "DELETE FROM staff_provider"
    refused = [
        changed(copy, "UPDATE people_patient SET first_name = 'a' || char(0) || 'b'"),
        changed(
            copy, "UPDATE people_patient SET first_name = replace(hex(zeroblob(150)), '0', 'x')"
        ),
        changed(copy, *gone),
        changed(copy, "DELETE FROM django_migrations WHERE app = 'billing'"),
        changed(copy, "UPDATE django_migrations SET name = '9999_x' WHERE app = 'billing'"),
    ]
    with server() as address, psycopg.connect(address, autocommit=True) as line:
        var = tmp_path / "new"
        driven = on_postgresql(address, var, "-c", DRIVEN, *refused, copy)
        assert driven.returncode == -9, driven.stderr
        said = driven.stderr.splitlines()
        for words, sentence in zip(
            ("row of people_patient: ", "row of people_patient: value too long for type character",
             "violates foreign key", "An older Frontdesk", "A newer Frontdesk"), said, strict=True,
        ):  # fmt: skip
            assert words in sentence
        assert "xxx" not in driven.stderr
        assert line.execute("SELECT count(*) FROM practice_practice").fetchone() == (0,)

        restored = on_postgresql(address, var, "-m", "frontdesk.cli", "restore", copy, "--yes")
        apart = (
            "Elm Street Family Medicine: the books do not agree, as in the backup: Cash drawer.\n"
        )
        assert (restored.returncode, restored.stderr) == (0, apart)
        assert "each was read again and is the same" in restored.stdout
        assert "entries of the audit, whole." in restored.stdout
        it_is_all_there(line, var)
        verified = on_postgresql(
            address, var, "-m", "frontdesk.cli", "audit", "verify", "--json"
        ).stdout
        assert json.loads(verified) == json.loads(told.getvalue())
        again = on_postgresql(address, var, "-m", "frontdesk.cli", "restore", copy, "--yes")
        assert (again.returncode, "already" in again.stderr) == (2, True)


def it_is_all_there(line, var):
    """The rows, the search, the next number, and what holds the database together."""
    assert (var / "files" / "card").read_bytes() == b"image"
    [(name,)] = line.execute("SELECT last_name FROM people_patient").fetchall()
    assert name == "Müller ‘Lee’\t\\N"
    found = "SELECT id FROM coding_diagnosis_search WHERE words @@ to_tsquery('simple', 'diabetes')"
    assert line.execute(found).fetchall() == [(1,)]
    [(key,)] = line.execute("SELECT nextval('coding_diagnosis_id_seq')").fetchall()
    assert key == 2
    columns = line.execute("SELECT * FROM ledger_entry").description
    others = ", ".join(column.name for column in columns if column.name != "id")
    again = f"gen_random_uuid(), {others} FROM ledger_entry LIMIT 1"
    with pytest.raises(psycopg.errors.CheckViolation, match="books of this day are closed"):
        line.execute(f"INSERT INTO ledger_entry (id, {others}) SELECT {again}")
    columns = line.execute("SELECT * FROM scheduling_occupancy").description
    others = ", ".join(column.name for column in columns if column.name != "id")
    twice = f"gen_random_uuid(), {others} FROM scheduling_occupancy"
    with pytest.raises(psycopg.errors.ExclusionViolation):
        line.execute(f"INSERT INTO scheduling_occupancy (id, {others}) SELECT {twice}")
