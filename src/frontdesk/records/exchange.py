"""Pictures and PDFs made harmless, drawn anew without what a camera adds; the starter forms."""

import io
import json
import warnings
from pathlib import Path
from threading import Lock
from typing import Any

import pypdfium2
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from frontdesk.core.errors import Refused
from frontdesk.records.rules import JPEG, PDF, PNG

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
_QUALITY = 88
_one_at_a_time = Lock()  # PDFium keeps state of its own that threads may not share


def clean(content: bytes, content_type: str) -> bytes:
    """Return the file as we keep it, or refuse one that can't be read.

    Pictures are drawn anew, upright, without EXIF, place, or anything that hides in the file. A
    PDF is opened to see that it is one, and kept byte for byte, because it may be signed.
    """
    if content_type == PDF:
        _check_pdf(content)
        return content
    return _redrawn(content, content_type)


def starter_forms() -> list[dict[str, Any]]:
    """Return the forms that come with the product, in plain words, as `save_form` takes them."""
    return list(json.loads((Path(__file__).parent / "data" / "forms.json").read_text("utf-8")))


def _redrawn(content: bytes, content_type: str) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(_("This picture has too many points. Take a smaller one."))
            upright = ImageOps.exif_transpose(picture)
            drawn = upright.convert("RGBA" if content_type == PNG else "RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,  # what Pillow raises for a broken PNG
        ValueError,
    ) as error:
        raise Refused(_("This picture is damaged. Take it again.")) from error
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.info.clear()
    out = io.BytesIO()
    if content_type == JPEG:
        drawn.save(out, "JPEG", quality=_QUALITY, optimize=True)
    else:
        drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check_pdf(content: bytes) -> None:
    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise Refused(_("This PDF is damaged or locked with a password.")) from error
        pages = len(document)
        document.close()
    if not pages:
        raise Refused(_("This PDF has no pages."))
