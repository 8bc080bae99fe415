"""Decisions on plain values: codes as written, words as searched."""

import re

_CODE = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.IGNORECASE)
_PROCEDURE = re.compile(r"[A-Z]\d{4}|\d{4}[0-9A-Z]|[A-Z]{1,3}\d{1,6}", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "for", "in", "my", "of", "on", "or", "the", "to", "with"]
)
_ENDINGS = ("ies", "es", "s")
_SHORTEST_STEM = 3


def with_point(code: str) -> str:
    """Return an ICD-10-CM code with its point: e119 is E11.9."""
    bare = code.strip().upper().replace(".", "")
    return bare if len(bare) <= 3 else f"{bare[:3]}.{bare[3:]}"


def looks_like_diagnosis(text: str) -> bool:
    """Say whether the text is the start of an ICD-10-CM code of three characters or more."""
    return bool(_CODE.fullmatch(text.strip()))


def stems(text: str) -> list[str]:
    """Return the starts of words to search for: "pains of the knee" is pain, knee.

    Every word of a description that begins so fits, so plurals and half-typed words are found.
    """
    words = _WORD.findall(text.casefold().replace("'", "").replace("’", ""))
    said = [word for word in words if word not in _SMALL_WORDS] or words
    return [_stem(word) for word in said]


def is_procedure_code(code: str) -> bool:
    """Say whether the text can be a procedure code: five characters, or the practice's own."""
    return bool(_PROCEDURE.fullmatch(code))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
