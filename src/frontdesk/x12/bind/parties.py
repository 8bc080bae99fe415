"""The shared models into segments: names, addresses, contacts, references, dates."""

from collections.abc import Iterable, Sequence

from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.errors import Unwritable
from frontdesk.x12.models.common import (
    Address,
    Adjustment,
    Amount,
    Contact,
    Member,
    Party,
    Period,
    Procedure,
    Quantity,
    Reference,
)
from frontdesk.x12.schema.grammar import Guide

_TRIPLETS_IN_A_CAS = 6


class Writer:
    """Writes parties into the loops of one guide.

    What a place cannot carry (an address of the receiver, say) is left out; what it can is
    written as given, and judged with the finished bytes.
    """

    def __init__(self, guide: Guide) -> None:
        """Note which segments each loop can hold."""
        self._holds = {
            loop.id: {item.first.id for item in loop.items if item.first.loop == loop.id}
            for loop in guide.loops()
        }

    def party(self, draft: Draft, loop: str, party: Party, entity: str) -> Draft:
        """Open a loop with the NM1 of a party and whatever else of it fits there."""
        inner = draft.open(loop)
        name(inner, party, entity)
        self.details(inner, party)
        if party.taxonomy and "PRV" in self._holds[loop]:
            inner.add("PRV", "PE", "PXC", party.taxonomy)
        return inner

    def member(self, draft: Draft, loop: str, member: Member, entity: str) -> Draft:
        """Open a loop with the NM1 of an insured person, with birth date and sex."""
        inner = self.party(draft, loop, member, entity)
        if "DMG" in self._holds[loop] and (member.birth_date or member.sex):
            form = "D8" if member.birth_date else ""
            inner.add("DMG", form, member.birth_date, member.sex)
        return inner

    def organization(self, draft: Draft, loop: str, party: Party, entity: str) -> Draft:
        """Open a loop with an N1."""
        inner = draft.open(loop)
        inner.add("N1", entity, party.name, party.id_qualifier, party.identifier)
        self.details(inner, party)
        return inner

    def details(self, inner: Draft, party: Party) -> None:
        """Add what of a party's address, references and contacts fits the loop."""
        holds = self._holds[inner.loop]
        if party.address and "N3" in holds:
            address(inner, party.address)
        if "REF" in holds:
            references(inner, party.references)
        if "PER" in holds:
            for one in party.contacts:
                contact(inner, one)


def name(draft: Draft, party: Party, entity: str) -> None:
    """Add an NM1."""
    kind = "1" if party.is_person or party.first else "2"
    draft.add(
        "NM1",
        entity,
        kind,
        party.name,
        party.first,
        party.middle,
        party.prefix,
        party.suffix,
        party.id_qualifier,
        party.identifier,
    )


def address(draft: Draft, given: Address) -> None:
    """Add N3 and N4."""
    if given.line1:
        draft.add("N3", given.line1, given.line2)
    postal_code = given.postal_code.replace("-", "").replace(" ", "")
    place = (given.city, given.state, postal_code, given.country, "", "", given.subdivision)
    if any(place):
        draft.add("N4", *place)


def contact(draft: Draft, given: Contact) -> None:
    """Add a PER with up to three numbers."""
    numbers = [
        ("TE", "".join(c for c in given.phone if c.isdigit())),
        ("EX", given.extension),
        ("FX", "".join(c for c in given.fax if c.isdigit())),
        ("EM", given.email),
        ("UR", given.url),
    ]
    present = [pair for pair in numbers if pair[1]]
    if len(present) > 3:
        raise Unwritable("PER holds at most three numbers")
    flat = [value for pair in present for value in pair]
    draft.add("PER", given.function, given.name, *flat)


def references(draft: Draft, given: Iterable[Reference]) -> None:
    """Add REFs."""
    for one in given:
        draft.add("REF", one.qualifier, one.value, one.description)


def periods(draft: Draft, given: Iterable[Period]) -> None:
    """Add DTPs in the format each needs."""
    for one in given:
        period(draft, one)


def period(draft: Draft, given: Period) -> None:
    """Add a DTP: a day, a span or a moment."""
    if given.end is not None:
        span = f"{given.start:%Y%m%d}-{given.end:%Y%m%d}"
        draft.add("DTP", given.qualifier, "RD8", span)
    elif given.at is not None:
        draft.add("DTP", given.qualifier, "DT", f"{given.start:%Y%m%d}{given.at:%H%M}")
    else:
        draft.add("DTP", given.qualifier, "D8", given.start)


def day_periods(draft: Draft, given: Iterable[Period]) -> None:
    """Add DTMs."""
    for one in given:
        draft.add("DTM", one.qualifier, one.start)


def amounts(draft: Draft, given: Iterable[Amount]) -> None:
    """Add AMTs."""
    for one in given:
        draft.add("AMT", one.qualifier, one.value)


def quantities(draft: Draft, given: Iterable[Quantity]) -> None:
    """Add QTYs."""
    for one in given:
        draft.add("QTY", one.qualifier, one.value)


def adjustments(draft: Draft, given: Sequence[Adjustment]) -> None:
    """Add CASs: neighbours of one group share a segment, up to six."""
    start = 0
    while start < len(given):
        end = start
        while (
            end < len(given)
            and given[end].group == given[start].group
            and end - start < _TRIPLETS_IN_A_CAS
        ):
            end += 1
        triplets: list[Value] = []
        for one in given[start:end]:
            triplets += [one.reason, one.amount, one.quantity]
        draft.add("CAS", given[start].group, *triplets)
        start = end


def procedure(given: Procedure) -> tuple[str, ...]:
    """The composite of a procedure."""
    modifiers = [*given.modifiers, "", "", "", ""]
    if len(given.modifiers) > 4:
        raise Unwritable("a procedure has at most four modifiers")
    return (given.qualifier, given.code, *modifiers[:4], given.description)
