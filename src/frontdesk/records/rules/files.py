"""What a file is: no database, no clock."""

from enum import StrEnum

from django.utils.translation import gettext_lazy

from frontdesk.core.errors import Refused

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MOST_BYTES = 10 * 1024 * 1024
ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}

_BEGINNINGS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    LARGE = "large"
    OTHER = "other"


_WORDS = {
    Fault.EMPTY: gettext_lazy("This file is empty."),
    Fault.LARGE: gettext_lazy("This file is larger than 10 MB. Take a smaller picture or scan."),
    Fault.OTHER: gettext_lazy("This is not a JPEG or PNG picture, nor a PDF."),
}


def fault_of(content: bytes) -> Fault | None:
    """Return what is wrong with a file, or nothing where it can be filed."""
    if not content:
        return Fault.EMPTY
    if len(content) > MOST_BYTES:
        return Fault.LARGE
    return None if content.startswith(tuple(_BEGINNINGS)) else Fault.OTHER


def kind_of(content: bytes) -> str:
    """Return the content type that the bytes themselves show, or refuse the file.

    What the browser or a file name claims is not asked.
    """
    if fault := fault_of(content):
        raise Refused(str(_WORDS[fault]))
    return next(kind for start, kind in _BEGINNINGS.items() if content.startswith(start))
