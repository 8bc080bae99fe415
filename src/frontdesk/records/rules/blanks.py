"""The blanks of a form: how the office writes them down, and whether they are filled in.

One blank a line: what is asked, then in square brackets what fits, and a star where it must be
filled in: `Do you smoke? [yes/no] *`, `Since when [date]`, `Pharmacy [one of: Elm, Oak]`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, TypedDict

from django.utils.text import slugify
from django.utils.translation import gettext as _

from frontdesk.core.errors import Refused

TEXT, LONG, YES_NO, DATE, CHECK, CHOICE = "text", "long", "yes_no", "date", "check", "choice"
_KINDS = {"yes/no": YES_NO, "date": DATE, "long": LONG, "check": CHECK, "text": TEXT}
_LINE = re.compile(r"^(?P<label>[^\[\]*]+?)\s*(?:\[(?P<kind>[^\]]+)\])?\s*(?P<star>\*)?$")
MOST = 60  # blanks on one form
LONGEST = 2000  # letters in one answer
YES, NO = "yes", "no"


class Blank(TypedDict):
    """One thing to fill in."""

    name: str
    label: str
    kind: str
    is_required: bool
    choices: list[str]


def read(text: str) -> list[Blank]:
    """Return the blanks that the office wrote down; refuses a line that says nothing clear."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise Refused(_("A form has at most %(n)s blanks. Make two forms of it.") % {"n": MOST})
    found: list[Blank] = []
    for line in lines:
        blank = _read_line(line)
        if blank["name"] in {one["name"] for one in found}:
            raise Refused(_("“%(label)s” is asked twice.") % {"label": blank["label"]})
        found.append(blank)
    return found


def write(blanks: Sequence[Blank]) -> str:
    """Return the blanks as the office writes them down."""
    words = {kind: word for word, kind in _KINDS.items() if kind != TEXT}
    lines = []
    for blank in blanks:
        kind = words.get(blank["kind"], "")
        if blank["kind"] == CHOICE:
            kind = f"one of: {', '.join(blank['choices'])}"
        parts = [blank["label"], f"[{kind}]" if kind else "", "*" if blank["is_required"] else ""]
        lines.append(" ".join(part for part in parts if part))
    return "\n".join(lines)


def taken(blanks: Sequence[Blank], said: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, cleaned: known blanks only, each with an answer that fits it."""
    kept = {}
    for blank in blanks:
        answer = str(said.get(blank["name"]) or "").strip()[:LONGEST]
        if answer and not _fits(blank, answer):
            raise Refused(_("“%(label)s”: this answer does not fit.") % {"label": blank["label"]})
        if answer:
            kept[blank["name"]] = answer
    return kept


def still_blank(blanks: Sequence[Blank], filled: Mapping[str, str]) -> list[str]:
    """Return what must be filled in and is not."""
    return [one["label"] for one in blanks if one["is_required"] and not filled.get(one["name"])]


def _read_line(line: str) -> Blank:
    match = _LINE.match(line)
    if match is None:
        raise Refused(_("This line can't be read: “%(line)s”.") % {"line": line[:60]})
    label, said = match["label"].strip(), (match["kind"] or "text").strip()
    kind, choices = _KINDS.get(said.lower(), ""), list[str]()
    if said.lower().startswith("one of:"):
        kind = CHOICE
        choices = [one.strip() for one in said.partition(":")[2].split(",") if one.strip()]
    if not kind or (kind == CHOICE and len(choices) < 2):
        raise Refused(
            _("“%(kind)s” is no kind of blank. Use yes/no, date, long, check or one of: a, b.")
            % {"kind": said}
        )
    return Blank(
        name=slugify(label)[:50] or sha256(label.encode()).hexdigest()[:12],
        label=label,
        kind=kind,
        is_required=match["star"] is not None,
        choices=choices,
    )


def _fits(blank: Blank, answer: str) -> bool:
    if blank["kind"] == YES_NO:
        return answer in (YES, NO)
    if blank["kind"] == CHECK:
        return answer in (YES, "on")
    if blank["kind"] == CHOICE:
        return answer in blank["choices"]
    if blank["kind"] == DATE:
        try:
            date.fromisoformat(answer)
        except ValueError:
            return False
    return True
