"""Texts: how many parts one takes, when one may be sent, and what an answer means."""

import re
import unicodedata
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from frontdesk.core.clock import HasTimeZone, at_wall, local

# 3GPP TS 23.038, 6.2.1: the letters of a plain text, and those that take two places.
_PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
_SAME = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "\u00a0": " ",
    "\u202f": " ",
}


class Parts(NamedTuple):
    """How a text travels."""

    letters: int  # places taken
    parts: int  # what the carrier counts, and charges
    is_plain: bool  # GSM-7, 160 letters; else UCS-2, 70


def as_sent(text: str) -> str:
    """Return the text in plain letters where that loses no more than an accent.

    One "á" makes every part of a text hold 67 letters instead of 153.
    """
    plain = "".join(_plain(sign) for sign in text)
    return plain if all(sign in _PLAIN or sign in _DOUBLE for sign in plain) else text


def _plain(sign: str) -> str:
    if sign in _PLAIN or sign in _DOUBLE:
        return sign
    if sign in _SAME:
        return _SAME[sign]
    bare = unicodedata.normalize("NFD", sign)[0]
    return bare if bare in _PLAIN and sign.isalpha() else sign


def parts_of(text: str) -> Parts:
    """Count the parts of a text as it is sent (3GPP TS 23.040, 9.2.3.24.1)."""
    sent = as_sent(text)
    if all(sign in _PLAIN or sign in _DOUBLE for sign in sent):
        letters = len(sent) + sum(sign in _DOUBLE for sign in sent)
        return Parts(letters, _parts(letters, 160, 153), is_plain=True)
    letters = len(sent.encode("utf-16-be")) // 2
    return Parts(letters, _parts(letters, 70, 67), is_plain=False)


def _parts(letters: int, alone: int, each: int) -> int:
    return 1 if letters <= alone else -(-letters // each)


def when_allowed(
    at: datetime, place: HasTimeZone, *, quiet_from: time, quiet_until: time
) -> datetime:
    """Return the instant, or when the quiet hours in which it falls are over, on the site's wall.

    Source: 47 CFR 64.1200(c)(1), before 8 in the morning and after 9 at night, where they are.
    """
    wall = local(place, at)
    said = wall.time()
    over_night = quiet_from > quiet_until
    if over_night:
        is_quiet = said >= quiet_from or said < quiet_until
    else:
        is_quiet = quiet_from <= said < quiet_until
    if not is_quiet:
        return at
    day = wall.date() + timedelta(days=1 if said >= quiet_until else 0)
    return at_wall(place, day, quiet_until)


class Said(StrEnum):
    """What somebody means who answers a text."""

    YES = "yes"
    NO = "no"
    MOVE = "move"
    STOP = "stop"
    START = "start"
    HELP = "help"
    WORDS = "words"  # anything else: for a person to read


_WORDS = {
    Said.STOP: "stop stopall unsubscribe end quit revoke optout alto parar basta",
    Said.START: "start unstop comenzar empezar",
    Said.HELP: "help info ayuda",
    Said.YES: "c yes y si s ok okay confirm confirmed confirmo confirmar 1",
    Said.NO: "x no n cancel cancelar cancelo 2",
    Said.MOVE: "r reschedule move change cambiar mover 3",
}
_MEANS = {word: said for said, words in _WORDS.items() for word in words.split()}
_PHRASES = {
    "stop all": Said.STOP,
    "opt out": Said.STOP,
    "no mas": Said.STOP,
    "yes please": Said.YES,
    "si por favor": Said.YES,
    "yes i will": Said.YES,
}
# Words of a reminder, which say nothing to an offered time.
_OF_VISITS = frozenset(
    {"1", "2", "3", "c", "confirm", "confirmed", "confirmo", "confirmar"}
    | {"x", "cancel", "cancelar", "cancelo"}
    | {"r", "reschedule", "move", "change", "cambiar", "mover"}
)
_ALL = frozenset({"all", "both", "todas", "todos", "ambas", "ambos"})


def meaning_of(text: str) -> Said:
    """Return what an answer means; more than a known word is for a person to read.

    "Yes, but can my son come too?" is no yes.
    """
    words = _bare(text)
    if words in _PHRASES:
        return _PHRASES[words]
    return _MEANS.get(words, Said.WORDS)


def is_about_visit(text: str) -> bool:
    """Say whether an answer can only mean a visit that is booked: "C", "CANCEL"."""
    return _bare(text) in _OF_VISITS


def choice_in(text: str, count: int) -> list[int]:
    """Return which of so many numbered questions somebody chose, from 0: one, all or none."""
    said = _bare(text)
    if said in _ALL:
        return list(range(count))
    return [int(said) - 1] if said.isdecimal() and 0 < int(said) <= count else []


def _bare(text: str) -> str:
    flat = unicodedata.normalize("NFD", text.lower())
    letters = "".join(sign for sign in flat if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", letters))
