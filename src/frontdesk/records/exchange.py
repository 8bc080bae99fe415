"""Pictures and PDFs: made harmless, made ready to read, set on paper; the starter forms.

What reads bar codes and PDFs and sets type is large: it is loaded where it is first used.
"""

import io
import json
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from frontdesk.core.errors import Refused
from frontdesk.core.later import Later
from frontdesk.core.paper import pdf
from frontdesk.practice.models import Practice
from frontdesk.records.models import Consent
from frontdesk.records.rules import JPEG, PDF, PNG, kind_of, licences

if TYPE_CHECKING:
    from PIL import Image, ImageFilter, ImageOps
else:
    Image = Later("PIL.Image")
    ImageFilter = Later("PIL.ImageFilter")
    ImageOps = Later("PIL.ImageOps")

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
READ_WIDTH = 1800  # pixels at which small print on a card reads best
_PAPER = Path(__file__).parent / "templates" / "records" / "consent.typ"
_PAPER_WORDS = {
    "en": {
        "version": "version", "signed_by": "Signed by", "as": "As", "at": "Time", "how": "Signed",
        "self": "the patient", "parent": "a parent", "guardian": "a guardian",
        "other": "somebody with authority", "desk": "at the desk", "tablet": "on the tablet",
        "phone": "on their phone", "yes": "Yes", "no": "No", "on": "Yes",
    },
    "es": {
        "version": "versión", "signed_by": "Firmado por", "as": "Como", "at": "Hora",
        "how": "Firmado", "self": "el paciente", "parent": "padre o madre",
        "guardian": "tutor legal", "other": "persona autorizada", "desk": "en recepción",
        "tablet": "en la tableta", "phone": "en su teléfono", "yes": "Sí", "no": "No", "on": "Sí",
    },
}  # fmt: skip
_QUALITY = 88
_WHEN_MADE = re.compile(  # what PDFium writes anew each time; the length must stay
    rb"(?<=/CreationDate\(D:)\d{14}|(?<=/ID\[<)[0-9A-F]{32}|(?<=><)[0-9A-F]{32}(?=>\]>>)"
)
_DOTS = 150  # per inch, of a picture on paper
_LETTER_PAGE = (int(8.5 * _DOTS), 11 * _DOTS)
_LETTER = (int(7.5 * _DOTS), 10 * _DOTS)  # within its margins
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
    import pypdfium2

    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise Refused(_("This PDF is damaged or locked with a password.")) from error
        pages = len(document)
        document.close()
    if not pages:
        raise Refused(_("This PDF has no pages."))


def pages_of(bodies: Sequence[tuple[bytes, str]]) -> int:
    """Return how many pages files have on paper; a picture has one."""
    import pypdfium2

    pages = 0
    with _one_at_a_time:
        for content, content_type in bodies:
            if content_type != PDF:
                pages += 1
                continue
            document = pypdfium2.PdfDocument(content)
            pages += len(document)
            document.close()
    return pages


def bound(bodies: Sequence[tuple[bytes, str]]) -> bytes:
    """Bind files, given with their content types, into one PDF in this order.

    The same files always make the same bytes, so that a packet made twice is filed once.
    """
    import pypdfium2

    sheets = [_on_paper(content) if kind != PDF else content for content, kind in bodies]
    with _one_at_a_time:
        whole = pypdfium2.PdfDocument.new()
        for sheet in sheets:
            part = pypdfium2.PdfDocument(sheet)
            whole.import_pages(part)
            part.close()
        buffer = io.BytesIO()
        whole.save(buffer)
        whole.close()
    return _WHEN_MADE.sub(lambda found: b"0" * len(found[0]), buffer.getvalue())


def _on_paper(picture: bytes) -> bytes:
    """Set a picture on a page of letter paper."""
    drawn = ImageOps.contain(Image.open(io.BytesIO(picture)).convert("RGB"), _LETTER)
    page = Image.new("RGB", _LETTER_PAGE, "white")
    page.paste(drawn, ((page.width - drawn.width) // 2, (page.height - drawn.height) // 2))
    buffer = io.BytesIO()
    page.save(buffer, "PDF", resolution=_DOTS, creationDate=None, modDate=None)
    return buffer.getvalue()


def drawn(signature: bytes) -> bytes:
    """Return a drawn signature; refuses one on which nothing is drawn, or that is no picture."""
    cleaned = clean(signature, kind_of(signature))
    picture = Image.open(io.BytesIO(cleaned))
    shades = picture.convert("RGBA")
    if all(band.getcolors(1) for band in shades.split()):  # each of one shade
        raise Refused(_("The signature is empty. Sign in the box, or type the full name."))
    return cleaned


def ready_to_read(content: bytes, turn: int = 0) -> "Image.Image":
    """Return a picture as it reads best: grey, upright, level, large, with strong contrast."""
    with Image.open(io.BytesIO(content)) as picture:
        grey = ImageOps.exif_transpose(picture).convert("L")
    if turn:
        grey = grey.rotate(turn, expand=True, fillcolor=255)
    scale = READ_WIDTH / max(grey.size)
    if scale > 1.1 or scale < 0.6:
        grey = grey.resize(
            (round(grey.width * scale), round(grey.height * scale)), Image.Resampling.LANCZOS
        )
    grey = ImageOps.autocontrast(grey, cutoff=1)
    slant = _slant(grey)
    return (
        grey.rotate(slant, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        if slant
        else grey
    )


def _slant(grey: "Image.Image") -> float:
    """Return by how many degrees to turn a picture so that its lines lie level."""
    small = grey.copy()
    small.thumbnail((500, 500))
    dark = ImageOps.invert(small).filter(ImageFilter.FIND_EDGES)
    best, sharpest = 0.0, -1.0
    for step in range(-12, 13):
        angle = step * 0.75
        turned = dark.rotate(angle, resample=Image.Resampling.BILINEAR)
        rows = list(turned.resize((1, turned.height), Image.Resampling.BOX).tobytes())
        sharp = float(sum((a - b) ** 2 for a, b in pairwise(rows)))
        if sharp > sharpest * (1.02 if angle else 1.0):
            best, sharpest = angle, sharp
    return best


def licence_said(content: bytes) -> dict[str, dict[str, Any]]:
    """Return what the bar code of a driver licence says; nothing when there is none to read.

    A bar code carries its own check digits: what is read from one is sure.
    """
    import zxingcpp

    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("L")
    for one in _tries(picture):
        for code in zxingcpp.read_barcodes(
            one,
            formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.PDF417),
            text_mode=zxingcpp.TextMode.Plain,
        ):
            try:
                licence = licences.read(code.text)
            except licences.NotALicence:
                continue
            told = {name: value for name, value in asdict(licence).items() if value}
            told.pop("version", None)
            return {name: {"value": str(value), "sure": 100} for name, value in told.items()}
    return {}


def _tries(picture: "Image.Image") -> "Iterator[Image.Image]":
    """Yield the picture as it is, then with more contrast, larger, and turned a little."""
    yield picture
    clear = ImageOps.autocontrast(picture, cutoff=2)
    yield clear
    if max(picture.size) < READ_WIDTH:
        clear = clear.resize((clear.width * 2, clear.height * 2), Image.Resampling.LANCZOS)
        yield clear
    for turn in (-7, 7, -14, 14):
        yield clear.rotate(turn, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def first_page(content: bytes) -> bytes:
    """Return the first page of a PDF as a picture."""
    import pypdfium2

    with _one_at_a_time:
        document = pypdfium2.PdfDocument(content)
        picture = document[0].render(scale=2.5).to_pil()
        document.close()
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG")
    return out.getvalue()


def consent_pdf(practice: Practice, consent: Consent, signature: bytes, zone: ZoneInfo) -> bytes:
    """Return what was signed as a PDF: the text as shown, what was filled in, and how signed.

    The time is that of the wall clock in `zone`, with its name.
    """
    form, told = consent.form, consent.filled
    is_spanish = form.language.startswith("es")
    words = _PAPER_WORDS["es" if is_spanish else "en"]
    wall = consent.answered_at.astimezone(zone)
    data = {
        "language": form.language[:2],
        "practice": practice.name,
        "title": form.title,
        "version": f"{words['version']} {form.edition}",
        "patient": f"{consent.patient.legal_name}, {consent.patient.birth_date:%m/%d/%Y}",
        "body": [part.strip() for part in form.body.split("\n\n") if part.strip()],
        "filled": [
            [one["label"], _answer(told.get(one["name"], ""), words)] for one in form.blanks
        ],
        "signed": [
            [words["signed_by"], consent.signed_name],
            [words["as"], ", ".join(filter(None, (words[consent.signed_as], consent.relation)))],
            [words["at"], f"{wall:%Y-%m-%d %H:%M %Z}"],
            [words["how"], ", ".join(filter(None, (words[consent.device or "desk"],
                                                   consent.address)))],
        ],
        "has_drawing": bool(signature),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "paper.typ").write_bytes(_PAPER.read_bytes())
        if signature:
            (place / "signature.png").write_bytes(signature)
        return pdf(place / "paper.typ", data, fonts=False)


def _answer(said: str, words: dict[str, str]) -> str:
    return words.get(said, said) if said in ("yes", "no", "on") else said or "—"
