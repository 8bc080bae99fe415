"""Edits: rules on whole claims and answers, beyond what a guide can say (SNIP 4 to 6).

An edit is a function on one loop. It yields what is wrong: the loop, the segment (or nothing
for the one that opens the loop) and the element. It never yields a value.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from frontdesk.x12.edits.codes import USUAL, CodeSets
from frontdesk.x12.findings import KINDS, Kind
from frontdesk.x12.tree import Branch, grouped

# Edits whose findings may be true, or pass where the message is sent to: found in files that every
# other validator accepts, left to the payer by the guide, or a matter of what is likely. What the
# others find contradicts the message itself or a rule of its guide, or cannot be a value of its
# kind.
DOUBTFUL = frozenset(
    {
        "allowed-above-charge",
        "beneficiary-form",
        "billing-postal-code",
        "claim-number-long",
        "contact-repeated",
        "bilateral-units",
        "decided-ahead",
        "diagnosis-age",
        "diagnosis-sex",
        "expired-paid",
        "frequency-unusual",
        "group-repeated",
        "kin-age",
        "laboratory-number",
        "line-twice",
        "menstruation-sex",
        "modifier-service",
        "modifiers-apart",
        "nothing-adjusted",
        "nothing-answered",
        "nothing-questioned",
        "paid-above-charge",
        "paid-more",
        "paid-without-date",
        "postal-code-state",
        "pregnant-sex",
        "procedure-sex",
        "reason-ended",
        "referral-unsaid",
        "remaining-above-charge",
        "rendering-same",
        "served-ahead",
        "span-long",
        "taxonomy-form",
        "uncovered-paid",
        "visit-place",
        "wheelchair-kept",
    }
)
Spot = tuple[Branch, list[str] | None, str]
# A diagnosis: its HI, its place there, its qualifier and code.
Diagnosed = tuple[list[str], int, str, str]


@dataclass(slots=True)
class Service:
    """A service line: its SV1, the parts of its procedure (padded), and its DTP*472."""

    line: Branch
    segment: list[str]
    parts: Sequence[str]
    dated: list[str] | None

    @property
    def days(self) -> str:
        """The day or days as they are written."""
        return at(self.dated, 3)

    @property
    def start(self) -> date | None:
        """The first day."""
        return day(self.days[:8])

    @property
    def code(self) -> str:
        """The procedure."""
        return self.parts[1]


@dataclass(slots=True)
class Look:
    """What an edit may ask besides its loop: the code sets, the day the message was made.

    From `claim` on: what several edits ask of the claim that is judged, looked at once.
    """

    codes: CodeSets = USUAL
    made_on: date | None = None
    seen: set[str] = field(default_factory=set)
    sound_reasons: set[str] = field(default_factory=set)
    claim: Branch | None = None
    head: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    place: str = ""
    frequency: str = ""
    level: Branch | None = None
    dependent: Branch | None = None
    coverage: list[str] | None = None
    served: date | None = None
    diagnoses: list["Diagnosed"] = field(default_factory=list)
    services: dict[int, "Service"] = field(default_factory=dict)

    def refuses(self, system: str, code: str, on: date | None) -> bool:
        """Whether a code is known to be none."""
        return self.codes.knows(system, code, on) is False


Check = Callable[[Branch, Look], Iterable[Spot]]


@dataclass(slots=True, frozen=True)
class Where:
    """A condition on elements of a segment: it holds where the value in one of the places fits.

    `fits` is asked once for each value, however often that comes, so it may look at nothing else.
    """

    places: slice
    fits: Callable[[str], object]


def where(place: int, fits: Callable[[str], object], *, every: int = 0) -> Where:
    """A condition on one element, or from there on, on every so many of them."""
    return Where(slice(place, None, every) if every else slice(place, place + 1), fits)


def one_of(*values: str, place: int = 1) -> Where:
    """The condition that an element is one of these."""
    return where(place, frozenset(values).__contains__)


@dataclass(slots=True, frozen=True)
class Edit:
    """One rule: its id, SNIP type, transaction set, loops, what must stand there, the function."""

    id: str
    snip: int
    set_id: str
    loops: tuple[str, ...]
    segments: tuple[str, ...]
    only: Where | None
    needs: str
    check: Check
    is_alone: bool = False


EDITS: dict[str, Edit] = {}


def edit(
    code: str,
    words: str,
    *,
    snip: int,
    set_id: str,
    loops: str = "",
    segment: str = "",
    only: Where | None = None,
    needs: str = "",
    alone: bool = False,
) -> Callable[[Check], Check]:
    """Register a function as an edit of these loops (space between them) of a set.

    With `segment` it is judged only where the loop holds such a segment (several are those of
    different loops), and with `only` where that fits besides; without `loops` it is one of every
    loop that does. `*` is every set. Most loops hold nothing an edit is about: saying so here
    spares it the look.
    With `needs` it is judged only where the codes of that system are known. One that is `alone`
    looks at its segment and nothing else: what it found sound once is not judged again.
    What the edits in `DOUBTFUL` find is a warning unless the caller is strict, what others find
    an error.
    """

    def register(check: Check) -> Check:
        of_loops, of_segments = tuple(loops.split(" ")), tuple(segment.split())
        if alone and (loops or only or len(of_segments) != 1):
            raise ValueError(f"{code} is alone, and of every loop with one segment")
        KINDS[code] = Kind(snip, words, "8", "7", is_lenient=code in DOUBTFUL)
        EDITS[code] = Edit(code, snip, set_id, of_loops, of_segments, only, needs, check, alone)
        return check

    return register


def at(segment: list[str] | None, place: int) -> str:
    """The element at this place, or an empty string."""
    return segment[place] if segment is not None and place < len(segment) else ""


def by_name(branch: Branch) -> dict[str, list[list[str]]]:
    """The segments of a loop by their id, looked through once."""
    found = branch.index
    if found is None:
        found = branch.index = grouped(branch.segments)
    return found


def first(branch: Branch | None, name: str, *qualifiers: str) -> list[str] | None:
    """The first segment of a loop with this id (and one of these qualifiers, if given)."""
    if branch is None:
        return None
    found = (branch.index or by_name(branch)).get(name)
    if found is None:
        return None
    if not qualifiers:
        return found[0]
    for segment in found:
        if segment[1] in qualifiers:
            return segment
    return None


def each(branch: Branch, name: str, *qualifiers: str) -> Sequence[list[str]]:
    """Every segment of a loop with this id (and one of these qualifiers, if given)."""
    found = (branch.index or by_name(branch)).get(name, ())
    return [s for s in found if s[1] in qualifiers] if qualifiers else found


@lru_cache(maxsize=4096)  # the same few days come again and again
def day(text: str) -> date | None:
    """A day written CCYYMMDD, or nothing where it is not one."""
    if len(text) < 8 or not text[:8].isdigit():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def span(segment: list[str] | None) -> tuple[date | None, date | None]:
    """The first and last day of a DTP."""
    value = at(segment, 3)
    start = day(value)
    if at(segment, 2) == "RD8":
        return start, day(value.partition("-")[2])
    return start, start


def age(born: date, on: date) -> int:
    """Whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
