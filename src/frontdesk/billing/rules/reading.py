"""How hard a text is to read, as a school grade: Flesch-Kincaid, and Fernández Huerta in Spanish.

Kincaid et al. 1975; Fernández Huerta 1959, with words a sentence as his tables reckon it.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

EASY = Decimal(8)  # the grade at or below which we write
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\$?\d[\d,.]*\d|\d")
_OF_NUMBER = 2  # syllables: a sum is read as one short word, neither as none nor digit by digit
_END = re.compile(r"[.!?:]+(?=\s|$)|\n+")
_SILENT = re.compile(r"(?<![td])ed$|(?<![sxzc])(?<![cs]h)es$")
_VOWELS = re.compile(r"[aeiouy]+")
_STRONG = "aeoáéíóú"  # each a syllable of its own; a weak vowel joins its neighbour
# From how easy it is (0 to 100) to the grade that reads it, by the scale of both authors.
_GRADES = ((90, 5), (80, 6), (70, 7), (60, 8), (50, 10), (30, 13))
_HARDEST = 16


class Reading(NamedTuple):
    """A text as it was measured."""

    words: int
    sentences: int
    syllables: int
    grade: Decimal

    @property
    def is_easy(self) -> bool:
        """Whether somebody with eight years of school reads it."""
        return self.grade <= EASY


def measure(text: str, language: str = "en") -> Reading:
    """Return how hard a text is; a text without words is of grade 0."""
    spoken = "es" if language.startswith("es") else "en"
    words = _WORD.findall(text.lower())
    if not words:
        return Reading(0, 0, 0, Decimal(0))
    parts = (part for part in _END.split(text) if _WORD.search(part))
    sentences = max(sum(1 for _ in parts), 1)
    count = syllables_es if spoken == "es" else syllables_en
    syllables = sum(count(word) if word[-1].isalpha() else _OF_NUMBER for word in words)
    grade = _grade(len(words), sentences, syllables, spoken)
    return Reading(len(words), sentences, syllables, grade)


def syllables_en(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, silent e aside."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if plain.endswith("e") and not plain.endswith(("le", "ee", "ye")):
        plain = plain[:-1]
    elif _SILENT.search(plain):
        plain = plain[:-2]
    return max(1, len(_VOWELS.findall(plain)))


def syllables_es(word: str) -> int:
    """Return how many syllables a Spanish word has; weak vowels join their neighbour."""
    plain = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "q", word.lower())
    plain = re.sub(r"y$", "i", plain)
    count, before = 0, ""
    for letter in plain:
        is_vowel = letter in "aeiouáéíóúü"
        joins = before and not (before in _STRONG and letter in _STRONG)
        if is_vowel and not joins:
            count += 1
        before = letter if is_vowel else ""
    return max(1, count)


def _grade(words: int, sentences: int, syllables: int, language: str) -> Decimal:
    of_word = Decimal(syllables) / words
    of_sentence = Decimal(words) / sentences
    if language == "en":
        grade = Decimal("0.39") * of_sentence + Decimal("11.8") * of_word - Decimal("15.59")
        return max(grade, Decimal(0)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    ease = Decimal("206.84") - 60 * of_word - Decimal("1.02") * of_sentence
    found = next((grade for least, grade in _GRADES if ease >= least), _HARDEST)
    return Decimal(found).quantize(Decimal("0.1"))
