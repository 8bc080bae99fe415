"""Edits on eligibility: what is asked, and answers that deny themselves."""

from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.codes import PLACE
from frontdesk.x12.edits.registry import Look, Spot, at, each, edit, first
from frontdesk.x12.tree import Branch

_DOLLARS = frozenset("BCGJY")
_ACTIVE, _INACTIVE = frozenset("12345"), frozenset("678")
_MET_IN_PARTS = frozenset({"C", "G"})  # deductible, out of pocket
_WHOLE, _LEFT = frozenset({"22", "23", "25"}), "29"


def _benefits(person: Branch) -> Iterator[tuple[Branch, list[str]]]:
    """The benefits of a person, with their EB."""
    for branch in person.each("2110C", "2110D"):
        segment = first(branch, "EB")
        if segment is not None:
            yield branch, segment


@edit("asked-twice", "a kind of service is asked twice", snip=4, set_id="270", loops="2100C 2100D")
def asked_twice(person: Branch, look: Look) -> Iterator[Spot]:
    """Each EQ01 once for a person."""
    seen: set[str] = set()
    for branch in person.each("2110C", "2110D"):
        segment = first(branch, "EQ")
        for code in filter(None, at(segment, 1).split("^")):
            if code in seen:
                yield branch, segment, "EQ01"
            seen.add(code)


@edit(
    "active-and-not",
    "the same coverage is active and not active",
    snip=6,
    set_id="271",
    loops="2100C 2100D",
)
def active_and_not(person: Branch, look: Look) -> Iterator[Spot]:
    """EB01 1 to 5 and 6 to 8 for the same people, service, insurance, plan and days."""
    active: set[tuple[str, ...]] = set()
    inactive: list[tuple[tuple[str, ...], Branch, list[str]]] = []
    for branch, segment in _benefits(person):
        days = tuple(at(s, 1) + at(s, 3) for s in each(branch, "DTP"))
        for code in at(segment, 3).split("^"):
            what = (at(segment, 2), code, at(segment, 4), at(segment, 5), at(segment, 12), *days)
            if at(segment, 1) in _ACTIVE:
                active.add(what)
            elif at(segment, 1) in _INACTIVE:
                inactive.append((what, branch, segment))
    for what, branch, segment in inactive:
        if what in active:
            yield branch, segment, "EB01"


@edit(
    "left-above-whole",
    "more of a benefit is left than there is",
    snip=6,
    set_id="271",
    loops="2100C 2100D",
)
def left_above_whole(person: Branch, look: Look) -> Iterator[Spot]:
    """What remains (EB06 is 29) of a deductible or maximum is not above the year's."""
    whole: dict[tuple[str, ...], Decimal] = {}
    left: list[tuple[tuple[str, ...], Decimal, Branch, list[str]]] = []
    for branch, segment in _benefits(person):
        if at(segment, 1) not in _MET_IN_PARTS or not at(segment, 7):
            continue
        amount = Decimal(at(segment, 7))
        for code in at(segment, 3).split("^"):
            what = (code, *(at(segment, place) for place in (1, 2, 4, 12)))
            if at(segment, 6) in _WHOLE:
                whole[what] = max(amount, whole.get(what, amount))
            elif at(segment, 6) == _LEFT:
                left.append((what, amount, branch, segment))
    for what, amount, branch, segment in left:
        if what in whole and amount > whole[what]:
            yield branch, segment, "EB07"


@edit(
    "refused-with-benefits",
    "the question was refused, and answered",
    snip=4,
    set_id="271",
    loops="2100C 2100D",
)
def refused_with_benefits(person: Branch, look: Look) -> Iterator[Spot]:
    """AAA on a person says that there is no answer: no benefit but V (cannot process)."""
    refusal = first(person, "AAA")
    if refusal is not None and any(at(s, 1) != "V" for _, s in _benefits(person)):
        yield person, refusal, "AAA01"


@edit("nothing-questioned", "nothing is asked", snip=4, set_id="270", loops="2100C 2100D")
def nothing_questioned(person: Branch, look: Look) -> Iterator[Spot]:
    """An EQ for whoever is the patient (005010X279A1; X12 interpretation 298)."""
    level = person.parent
    is_patient = person.id == "2100D" or level is None or level.child("2000D") is None
    if is_patient and person.child("2110C") is None and person.child("2110D") is None:
        yield person, None, "EQ01"


@edit(
    "questioned-above",
    "something is asked for the subscriber, but the patient is a dependent",
    snip=4,
    set_id="270",
    loops="2100C",
)
def questioned_above(person: Branch, look: Look) -> Iterator[Spot]:
    """No EQ in 2110C where there is a 2000D (005010X279A1; X12 interpretation 298)."""
    level, asked = person.parent, person.child("2110C")
    if asked is not None and level is not None and level.child("2000D") is not None:
        yield asked, first(asked, "EQ"), "EQ01"


@edit(
    "questioned-diagnosis",
    "the question points at a diagnosis that is not there",
    snip=4,
    set_id="270",
    loops="2100C 2100D",
)
def questioned_diagnosis(person: Branch, look: Look) -> Iterator[Spot]:
    """EQ05 counts the diagnoses of the HI beside it."""
    count = sum(len(segment) - 1 for segment in each(person, "HI"))
    for branch in person.each("2110C", "2110D"):
        segment = first(branch, "EQ")
        pointers = [p for p in at(segment, 5).split(":") if p]
        if any(int(pointer) > count for pointer in pointers):
            yield branch, segment, "EQ05"


@edit(
    "facility-unknown",
    "there is no such place of service",
    snip=5,
    set_id="*",
    loops="2110C 2110D 2115C 2115D",
    segment="III",
)
def facility_unknown(branch: Branch, look: Look) -> Iterator[Spot]:
    """III02 after ZZ is a place of service of CMS."""
    for segment in each(branch, "III", "ZZ"):
        if at(segment, 2) and look.refuses(PLACE, at(segment, 2), None):
            yield branch, segment, "III02"


@edit(
    "share-of-dollars",
    "what is paid in dollars is given as a share",
    snip=4,
    set_id="271",
    loops="2110C 2110D",
)
def share_of_dollars(branch: Branch, look: Look) -> Iterator[Spot]:
    """No EB08 where EB01 is B, C, G, J or Y (X12 interpretation 1727)."""
    segment = first(branch, "EB")
    if at(segment, 8) and at(segment, 1) in _DOLLARS:
        yield branch, segment, "EB08"


@edit("nothing-answered", "nothing is answered", snip=4, set_id="271", loops="2100C 2100D")
def nothing_answered(person: Branch, look: Look) -> Iterator[Spot]:
    """For whoever is the patient, benefits or why there are none (005010X279A1, EB and AAA)."""
    level = person.parent
    is_patient = person.id == "2100D" or level is None or level.child("2000D") is None
    is_told = first(person, "AAA") is not None or next(_benefits(person), None) is not None
    if is_patient and not is_told:
        yield person, None, "EB01"
