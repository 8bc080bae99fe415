"""Names as compared: without case, accents and punctuation, by sound, and with one slip."""

import re
import unicodedata
from functools import lru_cache

import jellyfish

_APOSTROPHES = re.compile(r"['’`´]")
_GAPS = re.compile(r"[^\w]+|_+")
_LETTERS_WITHOUT_A_BASE = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae"})

SHORTEST_WITH_A_SLIP = 4  # in shorter names one slip makes another name

_SHORT_FORMS = """
    abigail abby gail; albert al bert; alexander alex sasha; alexandra alex sandra; alfred al fred;
    amanda mandy; andrew andy drew; anthony tony; barbara barb babs; benjamin ben; catherine cathy
    kate katie kathy; katherine cathy kate katie kathy; charles charlie chuck; christine chris tina;
    christopher chris; daniel dan danny; david dave; deborah deb debbie; donald don; dorothy dot
    dottie; edward ed eddie ted ned; eleanor ellie nell nora; elizabeth beth betsy betty eliza liz
    lisa; eugene gene; florence flo; frances fran fanny; francis frank; francisco paco pancho;
    frederick fred; gerald gerry jerry; gregory greg; guadalupe lupe; harold hal harry; henry hank
    harry; isabel bella; jacob jake; james jim jimmy jamie; jennifer jen jenny; jessica jess; jesus
    chuy; john jack johnny; jonathan jon; jose pepe; joseph joe joey; joshua josh; judith judy;
    kenneth ken; kimberly kim; lawrence larry; leonard len leo; louis lou; manuel manny; margaret
    maggie marge meg peg peggy; maria mary; martha patty; mary molly polly; matthew matt; michael
    mike mick; nancy nan; nathan nate; nicholas nick; pamela pam; patricia pat patty tricia; patrick
    pat; peter pete; philip phil; raymond ray; rebecca becky; richard dick rich rick; robert bob
    bobby rob; ronald ron; rosemary rose; samantha sam; samuel sam; sandra sandy; sarah sally;
    stephen steve; steven steve; susan sue susie; teresa terry tess; theodore ted teddy theo;
    theresa terry; thomas tom tommy; timothy tim; victoria vicky; vincent vince;
    virginia ginny; walter walt; william bill billy will liam; yolanda yoli; zachary zach
"""
SHORT_FORMS: dict[str, frozenset[str]] = {
    long: frozenset(short) for long, *short in (line.split() for line in _SHORT_FORMS.split(";"))
}


def is_short_for(one: str, two: str) -> bool:
    """Say whether one first name is what people call bearers of the other, or both of a third."""
    shared = SHORT_FORMS.get(one, frozenset()) | {one}
    return bool(shared & (SHORT_FORMS.get(two, frozenset()) | {two}))


@lru_cache(maxsize=8192)  # the same names are compared again and again while one types
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
