"""What is missing or wrong on this machine, in plain words, with what to do about it."""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from frontdesk.cli import office

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"}
LOW_DISK = 2_000_000_000  # bytes


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    words: str
    remedy: str = ""


def examine(*, as_json: bool) -> int:
    """Look at everything; return 0 when all is well, 1 when something is not."""
    findings = [finding for look in LOOKS for finding in look()]
    if as_json:
        office.say(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            office.say(f"{'✓' if finding.is_well else '✗'} {finding.what}: {finding.words}")
            if not finding.is_well and finding.remedy:
                office.say(f"    → {finding.remedy}")
    return 0 if all(finding.is_well for finding in findings) else 1


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")


def _packages() -> Iterator[Finding]:
    root = Path(__file__).resolve().parents[3]
    lock = root / "requirements" / "base.txt"
    if not lock.exists():
        return
    wanted = dict(
        line.split(" ")[0].split("==") for line in lock.read_text().splitlines() if "==" in line
    )
    wrong = [name for name, version in wanted.items() if _installed(name) not in (version, None)]
    missing = [name for name in wanted if _installed(name) is None]
    words = f"{len(wanted)} in place" if not wrong + missing else ", ".join(wrong + missing)
    yield Finding("Packages", not wrong + missing, words, "Run: make setup")
    has_browser_files = (root / "node_modules" / "htmx.org").exists()
    words = "in place" if has_browser_files else "not installed"
    yield Finding("Browser's packages", has_browser_files, words, "Run: make setup")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name.partition("[")[0])
    except metadata.PackageNotFoundError:
        return None


def _folder() -> Iterator[Finding]:
    from django.conf import settings

    folder = Path(settings.VAR)
    folder.mkdir(parents=True, exist_ok=True)
    writable = os.access(folder, os.W_OK)
    yield Finding("Data folder", writable, str(folder), "Give yourself the right to write there.")
    is_closed = not folder.stat().st_mode & 0o007
    words = "not for others on this machine" if is_closed else "open to others on this machine"
    yield Finding("Charts", is_closed, words, f"Run: chmod 700 {folder}")
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e9:.1f} GB free"
    yield Finding("Disk", free > LOW_DISK, words, "Free some space; backups need it too.")
    kind = _file_system(folder)
    is_local = bool(settings.DATABASE_URL) or kind not in NETWORK_FILE_SYSTEMS
    yield Finding("File system", is_local, kind, "SQLite needs a local disk; set FRONTDESK_VAR.")
    secret = folder / "secret-key"
    is_private = not secret.exists() or not secret.stat().st_mode & 0o077
    remedy = f"Run: chmod 600 {secret}"
    yield Finding("Secret key", is_private, "private" if is_private else "open to others", remedy)


def _file_system(folder: Path) -> str:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    best = ("", "unknown")
    for line in mounts.read_text().splitlines():
        _, point, kind, *_ = line.split(" ")
        if str(folder.resolve()).startswith(point) and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as trouble:
        yield Finding("Database", False, type(trouble).__name__, "Check FRONTDESK_DATABASE_URL.")
        return
    yield Finding("Database", True, connection.vendor)
    words = "up to date" if not pending else f"{len(pending)} changes wait"
    yield Finding("Tables", not pending, words, "Run: frontdesk serve (it brings them up to date)")


def _neighbours() -> Iterator[Finding]:
    from django.conf import settings

    clearinghouse = urlsplit(settings.CLEARINGHOUSE_URL)
    answers = _answers(clearinghouse.hostname or "", clearinghouse.port or 443)
    words = f"{clearinghouse.hostname}:{clearinghouse.port}"
    remedy = "It is started by: frontdesk serve. Or check FRONTDESK_CLEARINGHOUSE_URL."
    yield Finding("Clearinghouse", answers, words, remedy)
    if not settings.EMAIL_HOST:
        remedy = "Set FRONTDESK_SMTP_HOST; until then messages are kept as files."
        yield Finding("Mail server", not settings.PRODUCTION, "none named", remedy)
        return
    answers = _answers(settings.EMAIL_HOST, settings.EMAIL_PORT)
    yield Finding("Mail server", answers, settings.EMAIL_HOST, "Check FRONTDESK_SMTP_HOST.")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def _reader() -> Iterator[Finding]:
    """Nothing is broken without it: pictures of cards are kept, and typed by hand."""
    found = shutil.which("tesseract")
    words = found or "not installed: what insurance cards say is typed by hand (tesseract-ocr)"
    yield Finding("Card reader", True, words)


def _production() -> Iterator[Finding]:
    from django.conf import settings

    if settings.PRODUCTION:
        yield Finding("Debugging", not settings.DEBUG, "off", "Unset FRONTDESK_DEBUG.")
        named = settings.ALLOWED_HOSTS != ["127.0.0.1", "localhost", "[::1]"]
        yield Finding(
            "Host names", named, ", ".join(settings.ALLOWED_HOSTS), "Set FRONTDESK_HOSTS."
        )


def _rooms() -> Iterator[Finding]:
    office.open_django()
    yield from ()


LOOKS: list[Callable[[], Iterator[Finding]]] = [
    _python,
    _packages,
    _rooms,
    _folder,
    _database,
    _neighbours,
    _reader,
    _production,
]
