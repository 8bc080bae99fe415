"""Single values out of segments: text, dollars, days, and the small shared models."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from frontdesk.x12.models.common import (
    Address,
    Adjustment,
    Amount,
    Contact,
    Extra,
    Member,
    Party,
    Period,
    Procedure,
    Quantity,
    Reference,
)
from frontdesk.x12.tree import Branch

_NINE = ("",) * 9
_NUMBERS = {"TE": "phone", "EX": "extension", "FX": "fax", "EM": "email", "UR": "url"}


def at(segment: Sequence[str] | None, index: int) -> str:
    """The element at this place, or an empty string."""
    return segment[index] if segment is not None and index < len(segment) else ""


def padded(segments: Sequence[list[str]] | None, size: int) -> list[str]:
    """The first of some segments with at least `size` elements, its id not counted."""
    if not segments:
        return [""] * (size + 1)
    segment = segments[0]
    if len(segment) <= size:
        segment += [""] * (size + 1 - len(segment))
    return segment


def money(text: str) -> Decimal:
    """Dollars or a count; nothing given is zero."""
    return Decimal(text) if text else Decimal(0)


def number(text: str) -> Decimal | None:
    """Dollars or a count, or nothing."""
    return Decimal(text) if text else None


@lru_cache(maxsize=4096)  # the same few days come again and again
def day(text: str) -> date | None:
    """A day written CCYYMMDD, or nothing where it is not one."""
    if len(text) < 8 or not text[:8].isdigit():
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def moment(day_text: str, time_text: str) -> datetime | None:
    """A moment written as a day and a time HHMM or HHMMSS; X12 gives it no zone."""
    on = day(day_text)
    if on is None:
        return None
    return datetime.combine(on, clock(time_text) or time())


def clock(text: str) -> time | None:
    """A time of day, or nothing where it is not one."""
    if len(text) < 4 or not text.isdigit():
        return None
    return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0))


def period(segment: Sequence[str]) -> Period | None:
    """A DTP: a day, a span or a moment; nothing where its format is not one of these."""
    form, value = at(segment, 2), at(segment, 3)
    start = day(value)
    if start is None:
        return None
    if form in {"RD8", "RDT"} and "-" in value:
        return Period(segment[1], start, day(value.partition("-")[2]))
    if form == "DT":
        return Period(segment[1], start, None, clock(value[8:]))
    return Period(segment[1], start)


def day_period(segment: Sequence[str]) -> Period | None:
    """A DTM: its second element is the day."""
    start = day(at(segment, 2))
    return Period(segment[1], start) if start else None


def periods(segments: Iterable[Sequence[str]]) -> tuple[Period, ...]:
    """Every DTP that can be read."""
    return tuple(found for s in segments if (found := period(s)) is not None)


def references(segments: Iterable[Sequence[str]]) -> tuple[Reference, ...]:
    """Every REF."""
    return tuple(
        [
            Reference(s[1], s[2]) if len(s) == 3 else Reference(at(s, 1), at(s, 2), at(s, 3))
            for s in segments
        ]
    )


def amounts(segments: Iterable[Sequence[str]]) -> tuple[Amount, ...]:
    """Every AMT."""
    return tuple([Amount(at(s, 1), money(at(s, 2))) for s in segments])


def quantities(segments: Iterable[Sequence[str]]) -> tuple[Quantity, ...]:
    """Every QTY."""
    return tuple(Quantity(at(s, 1), money(at(s, 2))) for s in segments)


def adjustments(segments: Iterable[Sequence[str]]) -> tuple[Adjustment, ...]:
    """Every triplet of every CAS."""
    found = []
    for segment in segments:
        size, group = len(segment), segment[1]
        if size == 4 and segment[2]:  # as nearly all are
            found.append(Adjustment(group, segment[2], money(segment[3])))
            continue
        for start in range(2, size, 3):
            if segment[start]:
                amount = segment[start + 1] if start + 1 < size else ""
                quantity = segment[start + 2] if start + 2 < size else ""
                found.append(Adjustment(group, segment[start], money(amount), number(quantity)))
    return tuple(found)


def procedure(text: str) -> Procedure:
    """A composite medical procedure (C003)."""
    parts = text.split(":")
    if len(parts) == 2:
        return Procedure(qualifier=parts[0], code=parts[1])
    return Procedure(
        qualifier=parts[0],
        code=at(parts, 1),
        modifiers=tuple(m for m in parts[2:6] if m),
        description=at(parts, 6),
    )


def address(branch: Branch) -> Address | None:
    """The N3 and N4 of a loop, taken out of it."""
    street, place = branch.take("N3"), branch.take("N4")
    if street is None and place is None:
        return None
    return Address(
        line1=at(street, 1),
        line2=at(street, 2),
        city=at(place, 1),
        state=at(place, 2),
        postal_code=at(place, 3),
        country=at(place, 4),
        subdivision=at(place, 7),
    )


def contact(segment: Sequence[str]) -> Contact:
    """A PER."""
    numbers: dict[str, str] = {}
    for place in (3, 5, 7):
        kind = _NUMBERS.get(at(segment, place))
        if kind and kind not in numbers:
            numbers[kind] = at(segment, place + 1)
    return Contact(function=at(segment, 1), name=at(segment, 2), **numbers)


def contacts(segments: Iterable[Sequence[str]]) -> tuple[Contact, ...]:
    """Every PER."""
    return tuple(contact(segment) for segment in segments)


def fill(party: Party, name: Sequence[str]) -> None:
    """Write an NM1 into a party."""
    parts = [*name[1:10], *_NINE[max(len(name), 1) - 1 :]]
    party.entity, kind, party.name, party.first, party.middle = parts[:5]
    party.is_person = kind == "1"
    party.prefix, party.suffix, party.id_qualifier, party.identifier = parts[5:]


def party(branch: Branch) -> Party:
    """A loop that opens with NM1: the name and whatever of a party hangs on it."""
    found = Party()
    fill(found, branch.take("NM1") or ())
    details(found, branch)
    return found


def named(segment: Sequence[str]) -> Party:
    """A lone NM1."""
    found = Party()
    fill(found, segment)
    return found


def member(branch: Branch) -> Member:
    """A loop that opens with the NM1 of a person insured."""
    found = Member()
    fill(found, branch.take("NM1") or ())
    details(found, branch)
    demographics = branch.take("DMG")
    if demographics is not None:
        found.birth_date, found.sex = day(at(demographics, 2)), at(demographics, 3)
    return found


def organization(branch: Branch) -> Party:
    """A loop that opens with N1, as in the 835."""
    name = branch.take("N1")
    found = Party(
        entity=at(name, 1), name=at(name, 2), id_qualifier=at(name, 3), identifier=at(name, 4)
    )
    details(found, branch)
    return found


def leftover(loop: str, groups: dict[str, list[list[str]]]) -> tuple[Extra, ...]:
    """The segments that no field has taken of those grouped by id."""
    return tuple(Extra(loop, tuple(s)) for segments in groups.values() for s in segments)


def rest(branch: Branch) -> tuple[Extra, ...]:
    """The segments of a loop that no field has taken."""
    return tuple(Extra(branch.id, tuple(segment)) for segment in branch.segments)


def deep_rest(branch: Branch) -> tuple[Extra, ...]:
    """The segments that no field has taken, of a loop and all loops in it."""
    found = rest(branch)
    for child in branch.children:
        found += deep_rest(child)
    return found


def details(found: Party, branch: Branch) -> None:
    """Take address, references, contacts and speciality of a party out of its loop."""
    if not branch.segments:
        return
    held = {segment[0] for segment in branch.segments}
    if "N3" in held or "N4" in held:
        found.address = address(branch)
    if "REF" in held:
        found.references = references(branch.take_all("REF"))
    if "PER" in held:
        found.contacts = contacts(branch.take_all("PER"))
    speciality = branch.take("PRV") if "PRV" in held else None
    if speciality is not None:
        if at(speciality, 2) == "PXC":
            found.taxonomy = at(speciality, 3)
        if at(speciality, 2) != "PXC" or at(speciality, 1) not in {"BI", "PE", "AT", "OT"}:
            branch.segments.append(speciality)
