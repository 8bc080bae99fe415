"""Backups: the whole office in one file, made while it is open, and put back whole.

A backup of an office on SQLite is put into PostgreSQL, too: that is how an office moves.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection
from psycopg import conninfo

from frontdesk.cli import doors, prepared
from frontdesk.cli.office import complain, say
from frontdesk.core.errors import Refused

SQLITE_NAME = "database.sqlite3"
DUMP_NAME = "database.dump"
FORMAT = 1
DAMAGED = (OSError, EOFError, tarfile.TarError, sqlite3.DatabaseError, KeyError, ValueError)


def backup(file: Path | None) -> int:
    """Write database, documents and secret key into one archive; check it before saying done.

    Returns 0, or 2 where there is nothing to copy or it can't be written; then no file is left.
    """
    if not connection.introspection.table_names():
        complain(f"There is no office in {settings.VAR}. Set FRONTDESK_VAR to where it is.")
        return 2
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    file = file or _parent() / "backups" / f"frontdesk-{stamp}.tar.gz"
    try:
        _write(file)
    except (OSError, subprocess.CalledProcessError) as trouble:
        complain(f"There is no backup: {_in_words(trouble)}.")
        return 2
    say(f"Backed up to {file} ({file.stat().st_size / 1_000_000:.1f} MB).")
    return 0


def restore(file: Path, *, may_replace: bool) -> int:
    """Put an archive in the place of this office, or move it to PostgreSQL.

    A damaged archive changes nothing, and a move that is broken off leaves the database empty.

    Returns 0, 1 where the person thought better of it, 2 where it can't be done.
    """
    with doors.kept_shut() as is_shut, tempfile.TemporaryDirectory(dir=_parent()) as work:
        if not is_shut:
            complain("The office is open. Close it first (Ctrl-C where it runs). Nothing changed.")
            return 2
        folder = Path(work)
        try:
            note = _unpacked(file, folder)
        except (*DAMAGED, Refused) as trouble:
            reason = f"{file} is not a whole backup ({_in_words(trouble)})."
            complain(f"{trouble if isinstance(trouble, Refused) else reason} Nothing changed.")
            return 2
        doing = "Move the office" if _is_moving(note) else "Replace everything in this office"
        if not (may_replace or click.confirm(f"{doing} by the backup of {note['made_at']}?")):
            return 1
        try:
            _replace(folder, note)
        except (OSError, subprocess.CalledProcessError, DatabaseError, Refused) as trouble:
            complain(f"The backup could not be put back. {_in_words(trouble)}")
            return 2
    prepared.forget()
    say("Restored. Open the office again with: frontdesk serve")
    return 0


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=_parent()) as work:
            copied = _copy_database(Path(work))
            with tarfile.open(partial, "w:gz") as archive:
                partial.chmod(0o600)  # before anybody's data is in it
                _add_note(archive, copied)
                archive.add(copied, copied.name)
                for kept in ("files", "secret-key"):
                    if (settings.VAR / kept).exists():
                        archive.add(settings.VAR / kept, kept)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _unpacked(file: Path, folder: Path) -> dict[str, str]:
    with tarfile.open(file, "r:gz") as archive:
        _lay_out(archive, folder)
    note: dict[str, str] = json.loads((folder / "backup.json").read_text())
    _fits_here(note)
    _check(folder, note)
    if _is_moving(note):
        from frontdesk.cli import moving

        moving.refuse_unless_empty()
    return note


def _lay_out(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's files below the folder, for its owner only; nothing else is taken.

    `extractall` would do, but Python learnt to refuse paths that lead outside only in 3.11.4.
    """
    for member in archive:
        path = (folder / member.name).resolve()
        if not path.is_relative_to(folder.resolve()) or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(member.name)
        if member.isdir():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = archive.extractfile(member)
        assert content is not None  # only what is no file has none  # noqa: S101
        with content, path.open("wb") as file:
            path.chmod(0o600)
            shutil.copyfileobj(content, file)


def _fits_here(note: dict[str, str]) -> None:
    """Refuse a backup that can't be put here though it is whole."""
    if int(note["format"]) > FORMAT:
        raise Refused("A newer Frontdesk made this backup: bring this one up to date first.")
    if connection.vendor == "sqlite" and note["database"] != SQLITE_NAME:
        raise Refused("This backup is of an office on PostgreSQL: set FRONTDESK_DATABASE_URL.")


def _is_moving(note: dict[str, str]) -> bool:
    return note["database"] == SQLITE_NAME and connection.vendor == "postgresql"


def _in_words(trouble: Exception) -> str:
    if isinstance(trouble, Refused):
        return str(trouble)
    if isinstance(trouble, subprocess.CalledProcessError):
        return f"{Path(trouble.cmd[0]).name} stopped, see above"
    if isinstance(trouble, OSError) and trouble.strerror:
        return f"{trouble.strerror}: {trouble.filename}" if trouble.filename else trouble.strerror
    return type(trouble).__name__


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
    _run("pg_dump", "--format=custom", "--file", str(copied))
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


def _replace(folder: Path, note: dict[str, str]) -> None:
    """Put database, documents and key in the place of those that are there."""
    if _is_moving(note):
        from frontdesk.cli import moving

        with moving.moved(folder / SQLITE_NAME):  # which holds once the documents lie there
            _replace_files(folder)
        return
    _replace_database(folder / note["database"])
    _replace_files(folder)


def _replace_files(folder: Path) -> None:
    if (folder / "files").exists():
        if (settings.VAR / "files").exists():
            shutil.move(settings.VAR / "files", folder / "files-before")  # goes with the folder
        shutil.move(folder / "files", settings.VAR / "files")
    if (folder / "secret-key").exists():
        (folder / "secret-key").chmod(0o600)
        (folder / "secret-key").replace(settings.VAR / "secret-key")


def _replace_database(copied: Path) -> None:
    if copied.name == SQLITE_NAME:
        connection.close()
        target = Path(str(settings.DATABASES["default"]["NAME"]))
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        copied.replace(target)
        return
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    _run("pg_restore", *options, str(copied))


def _run(tool: str, *options: str) -> None:
    """Run a tool of PostgreSQL's on the database; the password is not among what others see."""
    told = conninfo.conninfo_to_dict(settings.DATABASE_URL)
    address = {name: str(value) for name, value in told.items() if value is not None}
    password = address.pop("password", "")
    environment = {**os.environ, "PGPASSWORD": password} if password else None
    dsn = conninfo.make_conninfo("", **address)
    command = [_tool(tool), "--dbname", dsn, *options]
    subprocess.run(command, check=True, env=environment)  # noqa: S603 - PostgreSQL's own tool


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} is not installed: install PostgreSQL's client tools.")
    return found
