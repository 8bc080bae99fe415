"""Whether anything has to be done before the doors open, told without loading the rooms."""

import hashlib
import os
from datetime import date
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ROOM_FILES = ("migrations/*.py", "static/**/*", "styles/*", "templates/**/*.html", "data/*")


def var() -> Path:
    """The folder where this office keeps everything (as settings.VAR says too)."""
    return Path(os.environ.get("FRONTDESK_VAR") or _root() / "var")


def is_prepared(*, demo: bool) -> bool:
    """Say whether nothing has changed since the last preparation."""
    return _stamp().exists() and _stamp().read_text() == _state(demo=demo)


def remember(*, demo: bool) -> None:
    """Note that the office is prepared as things are now."""
    _stamp().write_text(_state(demo=demo))


def forget() -> None:
    """Ask for a preparation at the next opening: the database was put back, say."""
    _stamp().unlink(missing_ok=True)


def _stamp() -> Path:
    return var() / "prepared"


def _state(*, demo: bool) -> str:
    files = [_root() / "package-lock.json"]
    for pattern in ROOM_FILES:
        files += PACKAGE.glob(f"*/{pattern}")
    told = [f"{path}:{path.stat().st_mtime_ns}" for path in sorted(files) if path.is_file()]
    told.append(os.environ.get("FRONTDESK_DATABASE_URL", ""))
    told.append(str((var() / "frontdesk.sqlite3").exists()))
    if demo:
        told.append(date.today().isoformat())  # noqa: DTZ011 - any day will do: a demo wants its today
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _root() -> Path:
    return PACKAGE.parent.parent
