"""What a file is: no database, no clock."""

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
