"""Where files lie, apart for each practice, and the program that reads pictures.

Files lie on this machine's disk, named by what is in them.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from PIL import Image

LONGEST_READ = 20  # seconds for one picture


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


class NoReader(RuntimeError):
    """No program that reads pictures is installed here, or it gave up."""


def has_reader() -> bool:
    """Say whether pictures of cards can be read on this machine."""
    return shutil.which("tesseract") is not None


def look_at(picture: "Image.Image") -> list[tuple[str, float, int, int, int, int]]:
    """Return the words that Tesseract sees: letters, how sure (percent), left, top, width, height.

    Raises `NoReader` when it is not installed, fails, or takes longer than `LONGEST_READ`.
    """
    if not has_reader():
        raise NoReader("Pictures are not read on this computer. Type what the card says.")
    import pytesseract  # it brings numpy and pandas: only where pictures are read

    try:
        table = pytesseract.image_to_data(
            picture,
            config="--psm 11 --dpi 300",
            timeout=LONGEST_READ,
            output_type=pytesseract.Output.DICT,
        )
    except (pytesseract.TesseractError, RuntimeError, OSError) as trouble:
        raise NoReader("The picture could not be read. Type what the card says.") from trouble
    names = ("text", "conf", "left", "top", "width", "height")
    rows = zip(*(table[name] for name in names), strict=True)
    return [
        (text.strip(), float(sure), left, top, width, height)
        for text, sure, left, top, width, height in rows
        if text.strip()
    ]
