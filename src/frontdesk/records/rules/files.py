"""What a file is, and how long an answer holds: no database, no clock."""

from calendar import monthrange
from datetime import date

from django.utils.translation import gettext as _

from frontdesk.core.errors import Refused

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MOST_BYTES = 10 * 1024 * 1024
ENDINGS = {JPEG: "jpg", PNG: "png", PDF: "pdf"}

_BEGINNINGS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}


def kind_of(content: bytes) -> str:
    """Return the content type that the bytes themselves show, or refuse the file.

    What the browser or a file name claims is not asked.
    """
    if not content:
        raise Refused(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise Refused(_("This file is larger than 10 MB. Take a smaller picture or scan."))
    for beginning, content_type in _BEGINNINGS.items():
        if content.startswith(beginning):
            return content_type
    raise Refused(_("This is not a JPEG or PNG picture, nor a PDF."))


def months_after(day: date, months: int) -> date:
    """Return the same day of the month that many months later, or that month's last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
