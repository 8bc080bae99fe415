"""Names as compared: without case, accents and punctuation, by sound, and with one slip."""

import re
import unicodedata

import jellyfish

_APOSTROPHES = re.compile(r"['’`´]")
_GAPS = re.compile(r"[^\w]+|_+")
_LETTERS_WITHOUT_A_BASE = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae"})

SHORTEST_WITH_A_SLIP = 4  # in shorter names one slip makes another name


def plain(text: str) -> str:
    """Return the text without case, accents and apostrophes: "O’Briên" is "obrien"."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS_WITHOUT_A_BASE))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _APOSTROPHES.sub("", bare)


def words(text: str) -> list[str]:
    """Return the words of a name: "Anne-Marie O'Neil" is anne, marie, oneil."""
    return [word for word in _GAPS.split(plain(text)) if word]


def search_words(*names: str) -> set[str]:
    """Return every word by which somebody with these names may be looked for.

    A double name is found by each half and by both run together.
    """
    found: set[str] = set()
    for name in names:
        parts = words(name)
        found.update(parts)
        if len(parts) > 1:
            found.add("".join(parts))
    return found


def sound(word: str) -> str:
    """Return how a plain word sounds (metaphone), or nothing for other scripts."""
    return str(jellyfish.metaphone(word)).replace(" ", "") if word.isascii() else ""


def slips(word: str) -> set[str]:
    """Return the word and what is left when any one letter is dropped.

    Two words that share one of these differ by one letter added, dropped, changed or swapped.
    """
    if len(word) < SHORTEST_WITH_A_SLIP:
        return {word}
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
