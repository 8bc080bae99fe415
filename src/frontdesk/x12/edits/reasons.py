"""Edits on adjustment reasons by their own words, in claims and remittances alike."""

from collections.abc import Iterator

from frontdesk.x12.edits.registry import Look, Spot, each, edit, where
from frontdesk.x12.tree import Branch

# Reasons of one group only (CARC list).
_OF_GROUPS = {
    "23": {"OA"},
    "209": {"OA"},
    "45": {"CO", "PR"},
    "85": {"PR"},
    "229": {"PR"},
    "238": {"PR"},
}
# Reasons that were ended long ago (CARC list).
_ENDED = frozenset(
    code
    for line in (
        "17 28 30 36 37 41 42 46 47 48 52 57 62 63 64 65 67 68 71 72 73 77 79 80 81 82 83 84 86",
        "88 92 93 98 99 113 120 123 A2 B2 B3 B18 B19 B21",
    )
    for code in line.split()
)


@edit(
    "reason-group",
    "the reason does not go with its group",
    snip=5,
    set_id="*",
    loops="2100 2110 2320 2430",
    segment="CAS",
    only=where(2, _OF_GROUPS.__contains__, every=3),
)
def reason_group(branch: Branch, look: Look) -> Iterator[Spot]:
    """CAS01 is one that the words of the reason in CAS02 name."""
    for segment in each(branch, "CAS"):
        for number, code in enumerate(segment[2::3]):
            groups = _OF_GROUPS.get(code)
            if groups is not None and segment[1] not in groups:
                yield branch, segment, f"CAS{2 + 3 * number:02}"


@edit(
    "reason-ended",
    "the adjustment reason was ended long ago",
    snip=5,
    set_id="*",
    loops="2100 2110 2320 2430",
    segment="CAS",
    only=where(2, _ENDED.__contains__, every=3),
)
def reason_ended(branch: Branch, look: Look) -> Iterator[Spot]:
    """Told without a list too: these were ended before 005010 was asked for."""
    for segment in each(branch, "CAS"):
        for number, code in enumerate(segment[2::3]):
            if code in _ENDED:
                yield branch, segment, f"CAS{2 + 3 * number:02}"
