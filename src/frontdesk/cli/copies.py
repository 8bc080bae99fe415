"""Backups: the whole office in one file, made while it is open, and put back whole."""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import connection

from frontdesk.cli import prepared
from frontdesk.cli.office import complain, say

SQLITE_NAME = "database.sqlite3"
DUMP_NAME = "database.dump"
FORMAT = 1


def backup(file: Path | None) -> int:
    """Write database, documents and secret key into one archive; check it before saying done."""
    folder = settings.VAR / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    file = file or folder / f"frontdesk-{stamp}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder) as work:
        copied = _copy_database(Path(work))
        partial = file.with_name(file.name + ".part")
        with tarfile.open(partial, "w:gz") as archive:
            _add_note(archive, copied)
            archive.add(copied, copied.name)
            for kept in ("files", "secret-key"):
                if (settings.VAR / kept).exists():
                    archive.add(settings.VAR / kept, kept)
        partial.replace(file)
    file.chmod(0o600)
    say(f"Backed up to {file} ({file.stat().st_size / 1_000_000:.1f} MB).")
    return 0


def restore(file: Path, *, may_replace: bool) -> int:
    """Put an archive in the place of this office. A damaged archive changes nothing."""
    with tempfile.TemporaryDirectory(dir=_parent()) as work:
        folder = Path(work)
        try:
            with tarfile.open(file, "r:gz") as archive:
                archive.extractall(folder, filter="data")
            note = json.loads((folder / "backup.json").read_text())
            _check(folder, note)
        except (OSError, EOFError, tarfile.TarError, KeyError, ValueError) as trouble:
            complain(f"{file} is not a whole backup ({type(trouble).__name__}). Nothing changed.")
            return 2
        question = f"Replace everything in this office by the backup of {note['made_at']}?"
        if not (may_replace or click.confirm(question)):
            return 1
        _replace_database(folder, note)
        if (folder / "files").exists():
            shutil.rmtree(settings.VAR / "files", ignore_errors=True)
            shutil.move(folder / "files", settings.VAR / "files")
        if (folder / "secret-key").exists():
            shutil.copy2(folder / "secret-key", settings.VAR / "secret-key")
    prepared.forget()
    say("Restored. Open the office again with: frontdesk serve")
    return 0


def _parent() -> Path:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    return Path(settings.VAR)


def _copy_database(work: Path) -> Path:
    if connection.vendor == "sqlite":
        copied = work / SQLITE_NAME
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copied)])
        return copied
    copied = work / DUMP_NAME
    command = [_tool("pg_dump"), "--format=custom", "--file", str(copied), settings.DATABASE_URL]
    subprocess.run(command, check=True)  # noqa: S603 - PostgreSQL's own tool
    return copied


def _add_note(archive: tarfile.TarFile, copied: Path) -> None:
    note = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": copied.name,
        "sha256": hashlib.sha256(copied.read_bytes()).hexdigest(),
    }
    content = json.dumps(note).encode()
    entry = tarfile.TarInfo("backup.json")
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _check(folder: Path, note: dict[str, str]) -> None:
    database = folder / note["database"]
    if hashlib.sha256(database.read_bytes()).hexdigest() != note["sha256"]:
        raise ValueError("the database in the backup is damaged")
    if database.name == SQLITE_NAME:
        with sqlite3.connect(database) as opened:
            if opened.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise ValueError("the database in the backup is damaged")


def _replace_database(folder: Path, note: dict[str, str]) -> None:
    copied = folder / note["database"]
    if copied.name == SQLITE_NAME:
        connection.close()
        target = Path(str(settings.DATABASES["default"]["NAME"]))
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        copied.replace(target)
        return
    command = [
        _tool("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction",
        "--dbname", settings.DATABASE_URL, str(copied),
    ]  # fmt: skip
    subprocess.run(command, check=True)  # noqa: S603


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed: install PostgreSQL's client tools.")
    return found
