"""Where files lie: on this machine's disk, named by what is in them, apart for each practice."""

import os
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings


def put(practice_id: UUID, sha256: str, content: bytes) -> None:
    """Keep the content under its own name; the same content twice is kept once.

    The file is whole or not there: it is written aside, flushed, and moved into its place. One
    written for an operation that is then refused lies unused and does no harm.
    """
    place = _place(practice_id, sha256)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, aside = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(aside).replace(place)


def get(practice_id: UUID, sha256: str) -> bytes:
    """Return the content kept under this name; `FileNotFoundError` when it is gone."""
    return _place(practice_id, sha256).read_bytes()


def _place(practice_id: UUID, sha256: str) -> Path:
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise FileNotFoundError(sha256)
    return Path(settings.VAR) / "files" / str(practice_id) / sha256[:2] / sha256
