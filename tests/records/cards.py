"""Insurance cards and licences as pictures for the tests: several layouts, worn and turned."""

import io
import random
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

SIZE = (1012, 638)  # a card at 300 dots an inch


@dataclass(frozen=True)
class Card:
    """What stands on a card."""

    payer: str
    name: str
    member_id: str
    group_number: str
    plan: str
    rx_bin: str
    rx_pcn: str
    rx_group: str
    phone: str


CARDS = [
    Card("Harborline Health", "Marguerite Okafor", "HLX482913076", "0457710", "Choice PPO",
         "610014", "HLRX", "HL4577", "800-555-0142"),
    Card("Blue Prairie Mutual", "Caleb Thornquist", "BPM00731942", "BP-22081", "Prairie HMO",
         "004336", "ADV", "RX8810", "888-555-0177"),
    Card("Summit Ridge Insurance", "Priya Raman", "SR7741020936", "881204", "Silver EPO 3000",
         "015581", "03200000", "SUMRX", "866-555-0119"),
    Card("Keystone Valley Plan", "June Hallowell", "KV903315527", "A77123", "Open Access POS",
         "020107", "KVP", "KVRX01", "877-555-0163"),
]  # fmt: skip
PAYERS = [card.payer for card in CARDS]


def lined(card: Card) -> Image.Image:
    """Label and value side by side."""
    picture, draw = _blank("white")
    _write(draw, 40, 36, card.payer, 46)
    for place, (label, value) in enumerate(
        [
            ("Member ID:", card.member_id),
            ("Member Name:", card.name),
            ("Group No:", card.group_number),
            ("Plan:", card.plan),
            ("RxBIN:", card.rx_bin),
            ("RxPCN:", card.rx_pcn),
            ("RxGrp:", card.rx_group),
        ]
    ):
        _write(draw, 40, 140 + 58 * place, label, 30)
        _write(draw, 310, 140 + 58 * place, value, 30)
    _write(draw, 40, 570, f"Customer Service {card.phone}", 26)
    return picture


def columned(card: Card) -> Image.Image:
    """Labels over values, in two columns, on a tinted ground."""
    picture, draw = _blank("#e8f0f6")
    _write(draw, 40, 30, card.payer, 44, "#17476f")
    left = [("Subscriber Name", card.name), ("Identification Number", card.member_id)]
    right = [("Group Number", card.group_number), ("Plan Type", card.plan)]
    for x, rows in ((40, left), (560, right)):
        for place, (label, value) in enumerate(rows):
            _write(draw, x, 140 + 120 * place, label, 24, "#33475b")
            _write(draw, x, 176 + 120 * place, value, 34, "#15212a")
    for x, label, value in (
        (40, "RxBIN", card.rx_bin),
        (340, "RxPCN", card.rx_pcn),
        (640, "RxGrp", card.rx_group),
    ):
        _write(draw, x, 410, label, 24, "#33475b")
        _write(draw, x, 446, value, 32, "#15212a")
    _write(draw, 40, 560, f"Members call 1-{card.phone}", 26, "#15212a")
    return picture


def mixed(card: Card) -> Image.Image:
    """Other words for the same: ID #, Grp #, Enrollee; pharmacy in one line."""
    picture, draw = _blank("#fbf7ee")
    _write(draw, 560, 40, card.payer, 36, "#7a2e12")
    _write(draw, 40, 48, card.plan, 32, "#222222")
    _write(draw, 40, 170, f"Enrollee: {card.name}", 32, "#222222")
    _write(draw, 40, 240, f"ID #: {card.member_id}", 32, "#222222")
    _write(draw, 40, 310, f"Grp #: {card.group_number}", 32, "#222222")
    _write(draw, 40, 430, "Pharmacy", 24, "#555555")
    _write(draw, 40, 470, f"BIN: {card.rx_bin}", 28, "#222222")
    _write(draw, 340, 470, f"PCN: {card.rx_pcn}", 28, "#222222")
    _write(draw, 640, 470, f"Rx Group: {card.rx_group}", 28, "#222222")
    _write(draw, 40, 560, f"Provider services: ({card.phone[:3]}) {card.phone[4:]}", 26, "#222222")
    return picture


LAYOUTS = {"lined": lined, "columned": columned, "mixed": mixed}


def as_is(picture: Image.Image) -> Image.Image:
    """A clean scan."""
    return picture


def slanted(picture: Image.Image) -> Image.Image:
    """Held a little crooked, on a dark desk."""
    return picture.rotate(4.5, expand=True, fillcolor="#50463c", resample=Image.Resampling.BICUBIC)


def faint(picture: Image.Image) -> Image.Image:
    """Low contrast and a little out of focus."""
    pale = ImageEnhance.Contrast(picture).enhance(0.35)
    return pale.filter(ImageFilter.GaussianBlur(0.8))


def sideways(picture: Image.Image) -> Image.Image:
    """The phone was held upright."""
    return picture.rotate(90, expand=True)


def grainy(picture: Image.Image) -> Image.Image:
    """In bad light: half the size, with grain."""
    small = picture.resize((picture.width * 7 // 10, picture.height * 7 // 10))
    chance = random.Random(3)
    grain = Image.frombytes("L", small.size, chance.randbytes(small.width * small.height))
    return Image.blend(small, grain.convert("RGB"), 0.12)


WEAR = {"clean": as_is, "slanted": slanted, "faint": faint, "sideways": sideways, "grainy": grainy}


def bytes_of(picture: Image.Image, kind: str = "JPEG") -> bytes:
    """The picture as a camera sends it."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, kind, quality=88)
    return out.getvalue()


def licence_picture(text: str, turn: int = 0) -> bytes:
    """The back of a licence with its bar code."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=3)).convert("RGB")
    card = Image.new("RGB", (drawn.width + 160, drawn.height + 240), "white")
    card.paste(drawn, (80, 60))
    return bytes_of(card.rotate(turn, expand=True), "PNG")


def aamva(version: int = 8, kind: str = "DL", **said: str) -> str:
    """The text of a bar code as the standard writes it."""
    first = {
        "DAQ": "RW123456", "DCS": "OKAFOR", "DAC": "MARGUERITE", "DAD": "ADA",
        "DBB": "03141968", "DBA": "03142031", "DBC": "2", "DAG": "412 MAPLE RIDGE RD",
        "DAI": "COLUMBUS", "DAJ": "OH", "DAK": "432150000  ", "DCG": "USA",
    }  # fmt: skip
    elements = {name: value for name, value in {**first, **said}.items() if value != "-"}
    body = "\n".join(f"{name}{value}" for name, value in elements.items())
    jurisdiction = "" if version < 2 else "00"
    head = f"@\n\x1e\rANSI 636023{version:02d}{jurisdiction}01{kind}00410278"
    return f"{head}{kind}{body}\r"


def _blank(ground: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", SIZE, ground)
    return picture, ImageDraw.Draw(picture)


def _write(
    draw: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, ink: str = "black"
) -> None:
    draw.text((x, y), text, font=ImageFont.load_default(size=size), fill=ink)
