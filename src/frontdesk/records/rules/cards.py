"""What an insurance card says: from words with places to fields, each with how sure it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

FIELDS = (
    "member_id",
    "group_number",
    "plan",
    "name",
    "rx_bin",
    "rx_pcn",
    "rx_group",
    "phone",
)
LIKE_ENOUGH = 82  # percent, for the name of a payer
LEAST_SURE = 20  # percent; what is read less surely is noise
UPRIGHT = 40  # letters read surely: the picture stands upright
_NUMBER = r"(?:no|nbr|num|number|nurnber|#|id)?"
# What stands before a value, and what the value looks like. The order matters: RxGrp before Grp.
_LABELS: tuple[tuple[str, str, str], ...] = (
    ("rx_bin", r"(?:rx)?\s*bin\s*#?", r"[0-9OIlSB]{6}"),
    ("rx_pcn", r"(?:rx)?\s*pcn\s*#?", r"[A-Z0-9]{2,12}"),
    ("rx_group", r"rx\s*-?\s*(?:grp|group|gr0up)\s*#?", r"[A-Z0-9]{3,15}"),
    ("group_number", rf"(?:group|grp|gr0up)\s*{_NUMBER}", r"[A-Z0-9][A-Z0-9-]{2,14}"),
    (
        "member_id",
        rf"(?:member|subscriber|enrollee|identification|insured|medicare|policy|card)\s*"
        rf"(?:id|no|nbr|num|number|#)\s*{_NUMBER}|id\s*(?:no|nbr|num|number|#|card)?",
        r"[A-Z]{0,4}[ -]?[0-9OIl][A-Z0-9 -]{4,18}",
    ),
    (
        "name",
        r"(?:member|subscriber|insured|enrollee|patient)\s*(?:name)?|name",
        r"[A-Z][A-Za-z.'’-]+(?: [A-Z][A-Za-z.'’-]*){1,3}",
    ),
    ("plan", r"plan\s*(?:name|type)?|product", r"[A-Za-z][A-Za-z0-9 &/+-]{2,38}"),
)
_IS_LABEL = re.compile(
    r"(?:group|grp|plan|member|subscriber|identification|enrollee|rx|bin|pcn|name|type|number|id)"
    r"\b(?! [\dA-Z]*\d)",
    re.IGNORECASE,
)
_KINDS = re.compile(r"\b(?:PPO|HMO|EPO|POS|HDHP|Medicare Advantage|Medicaid)\b")
_PHONE = re.compile(r"(?:1[-. ])?\(?([2-9]\d{2})\)?[-. ]{0,2}(\d{3})[-. ]{1,2}(\d{4})\b")
_FIX_DIGITS = str.maketrans("OQIlSB", "001158")
_GAP = 2.2  # heights of a letter between two columns


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the picture: its letters, how sure (0 to 100), and its box in pixels."""

    text: str
    sure: float
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Said:
    """A field as it was read."""

    value: str
    sure: int


def read(words: Sequence[Word]) -> dict[str, Said]:
    """Return the fields found on a card, and its `lines`, in which a known payer is looked for."""
    rows = _rows(words)
    found: dict[str, Said] = {}
    used: set[Word] = set()
    for name, label, shape in _LABELS:
        said = _after_label(rows, re.compile(rf"^(?:{label})$", re.IGNORECASE), shape, used)
        if said is not None:
            found[name] = said
    others = {"phone": _phone(rows), "plan": _plan(rows)}
    found = {**{name: said for name, said in others.items() if said}, **found}
    kept = {name: _tidy(name, said) for name, said in found.items()}
    if kept:
        lines = [" ".join(word.text for word in row) for row in rows]
        kept["lines"] = Said("\n".join(line for line in lines if len(line) > 3), 0)
    return kept


def legible(words: Iterable[Word]) -> int:
    """Return how much of a picture is read surely: the letters of words above 60 percent."""
    return sum(len(word.text) for word in words if word.sure > 60 and word.text.isalnum())


def payer_on(rows: Iterable[str], names: Iterable[str]) -> Said | None:
    """Return the known payer whose name is most like a line of the card."""
    best, sure = "", 0.0
    lines = [line.casefold() for line in rows]
    for name in names:
        like = max(
            (fuzz.partial_ratio(name.casefold(), line) for line in lines
             if len(line) >= 0.6 * len(name)), default=0.0,
        )  # fmt: skip
        if like > sure:
            best, sure = name, like
    return Said(best, round(sure)) if sure >= LIKE_ENOUGH else None


def payer_named(text: str, names: Iterable[str]) -> str:
    """Return the one known payer that somebody means by what they typed; "" for none or several."""
    likes = {name: fuzz.token_set_ratio(text.casefold(), name.casefold()) for name in names}
    best = max(likes.values(), default=0)
    meant = [name for name, like in likes.items() if like == best]
    is_clear = best >= LIKE_ENOUGH and len(meant) == 1 and len(text.strip()) > 3
    return meant[0] if is_clear else ""


def _parted(words: Iterable[Word]) -> Iterable[Word]:
    """Part what was read as one word, a label and its value: "#:0457710"."""
    for word in words:
        pieces = re.split(r"(?<=[:#])(?=[A-Za-z0-9])", word.text)
        width = word.width // len(pieces)
        for place, piece in enumerate(pieces):
            yield replace(word, text=piece, left=word.left + place * width, width=width)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Put words that stand on one height into one row, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(_parted(words), key=lambda one: one.top + one.height / 2):
        middle = word.top + word.height / 2
        for row in rows[-3:]:
            last = row[-1]
            if abs(last.top + last.height / 2 - middle) < 0.6 * min(last.height, word.height):
                row.append(word)
                break
        else:
            rows.append([word])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _after_label(
    rows: list[list[Word]], label: re.Pattern[str], shape: str, used: set[Word]
) -> Said | None:
    """Return the value right of its label, or below it when nothing stands to the right."""
    for number, row in enumerate(rows):
        for start in range(len(row)):
            end = _label_end(row, start, label, used)
            if end is None:
                continue
            right = _fitting(_same_column(row[end:]), shape)
            below = right or _fitting(_below(rows, number, row[start:end]), shape)
            if below:
                used.update(row[start:end])
                used.update(below[1])
                return _said(below[0], below[1])
    return None


def _label_end(row: list[Word], start: int, label: re.Pattern[str], used: set[Word]) -> int | None:
    """Return where the longest label that starts here ends."""
    for end in range(min(len(row), start + 3), start, -1):
        several = row[start:end]
        if used & set(several):
            continue
        text = " ".join(word.text for word in several)
        if label.match(re.sub(r"[:.,]+", "", text).strip()):
            return end
        glued = text.partition(":")
        if glued[1] and not glued[2] and label.match(glued[0]):
            return end
    return None


def _same_column(words: list[Word]) -> list[Word]:
    """Return the words until a gap that only stands between columns."""
    kept: list[Word] = []
    for word in words:
        if kept and word.left - (kept[-1].left + kept[-1].width) > _GAP * word.height:
            break
        kept.append(word)
    return kept


def _below(rows: list[list[Word]], number: int, label: list[Word]) -> list[Word]:
    """Return what stands in the next row under the label."""
    if number + 1 >= len(rows):
        return []
    left, height = label[0].left, label[0].height
    under = rows[number + 1]
    if under[0].top - label[0].top > 4 * height:
        return []
    return _same_column([word for word in under if word.left >= left - 1.5 * height])


def _fitting(words: list[Word], shape: str) -> tuple[str, list[Word]] | None:
    """Return the longest run of words from the first one on that has the shape."""
    pattern = re.compile(shape)
    for end in range(min(len(words), 5), 0, -1):
        several = words[:end]
        text = " ".join(word.text for word in several).strip(" :.#")
        if pattern.fullmatch(text) and not _IS_LABEL.match(text):
            return text, several
    return None


def _said(text: str, words: Sequence[Word]) -> Said:
    return Said(text, round(min(word.sure for word in words)))


def _phone(rows: list[list[Word]]) -> Said | None:
    for row in rows:
        text = " ".join(word.text for word in row)
        if match := _PHONE.search(text):
            said = "-".join(match.groups())
            digits = [word for word in row if re.search(r"\d", word.text)]
            return _said(said, digits or row)
    return None


def _plan(rows: list[list[Word]]) -> Said | None:
    """Return what stands alone and names a kind of plan: "Choice PPO"."""
    for row in rows:
        rest = row
        while rest:
            column = _same_column(rest)
            rest = rest[len(column) :]
            text = " ".join(word.text for word in column)
            if _KINDS.search(text) and len(text) <= 40:
                return _said(text, column)
    return None


def _tidy(name: str, said: Said) -> Said:
    """Write a field as it is kept; letters that stand for digits make it less sure."""
    value = said.value.strip(" .,:;|")
    if name == "rx_bin" and not value.isdigit():
        return Said(value.translate(_FIX_DIGITS), max(0, said.sure - 15))
    if name in ("member_id", "group_number", "rx_pcn", "rx_group"):
        return Said(re.sub(r"[ ]+", "", value).upper(), said.sure)
    return Said(value, said.sure)
