"""Walk every practice's audit chain and name what was edited, removed or inserted."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TextIO
from uuid import UUID

from frontdesk.core.models import AuditEntry, AuditSubject, Revision
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice.models import Practice

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a chain: which entry, and what is wrong with it."""

    number: int
    kind: str  # edited, removed, inserted, replaced
    says: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What the walk through one practice's chain found."""

    practice: str
    entries: int
    head: str
    findings: list[Finding]


def verify(*, practice: str, as_json: bool, out: TextIO) -> int:
    """Check the chains of every practice, or of the named one; return 0 when all are whole.

    1 when something is wrong, 2 when there is no such practice.
    """
    with practice_scope(EVERY_PRACTICE):
        known = Practice.objects.order_by("name")
        chosen = list(known.filter(name__iexact=practice) if practice else known)
        if practice and not chosen:
            out.write(f"There is no practice named {practice}.\n")
            return 2
        chains = [walk(each) for each in chosen]
    if as_json:
        out.write(json.dumps([asdict(chain) for chain in chains]) + "\n")
    else:
        for chain in chains:
            _tell(chain, out)
    return 1 if any(chain.findings for chain in chains) else 0


def walk(practice: Practice, *, after: int = 0) -> Chain:
    """Return what is wrong in one practice's chain, in the order of its entries.

    With `after` the walk begins behind the entry of that number, which was walked before.
    """
    head = Revision.objects.filter(practice_id=practice.pk).first()
    end, digest = (head.number, head.digest) if head else (0, "")
    findings: list[Finding] = []
    mine = AuditEntry.objects.filter(practice_id=practice.pk)
    last = mine.filter(number=after).first() if after else None
    count = 0
    while entries := list(mine.filter(number__gt=after).order_by("number")[:CHUNK]):
        about = _subjects(practice, entries)
        for entry in entries:
            findings += _link(last, entry, about[entry.pk], end)
            last, count = entry, count + 1
        after = entries[-1].number
    findings += _tail(last, end, digest)
    return Chain(practice.name, count, digest, findings)


def _subjects(practice: Practice, entries: Sequence[AuditEntry]) -> dict[UUID, list[UUID]]:
    """Return whom entries about several patients are about, as the rows beside them say."""
    keys = [entry.pk for entry in entries]
    rows = AuditSubject.objects.filter(practice_id=practice.pk, entry_id__in=keys)
    about: dict[UUID, list[UUID]] = defaultdict(list)
    for entry_id, patient_id in rows.order_by("patient_id").values_list("entry_id", "patient_id"):
        about[entry_id].append(patient_id)
    return about


def _link(
    before: AuditEntry | None, entry: AuditEntry, about: Sequence[UUID], end: int
) -> Iterator[Finding]:
    """Yield what is wrong between an entry and the one before it."""
    number = entry.number
    expected = before.number + 1 if before else 1
    if number > end:
        yield Finding(number, "inserted", f"Entry {number} was inserted after the last one.")
    elif number > expected:
        yield _removed(expected, number - 1)
    if entry.computed_digest(about) != entry.digest:
        yield Finding(number, "edited", f"Entry {number} was edited: it no longer fits its seal.")
    previous = before.digest if before else ""
    if number == expected and entry.previous != previous:
        told = f"Entry {number} does not continue the one before it: one of them was "
        yield Finding(number, "replaced", told + "inserted, or edited and sealed again.")


def _tail(last: AuditEntry | None, end: int, digest: str) -> Iterator[Finding]:
    """Yield what is wrong between the last entry and the head of the chain."""
    number = last.number if last else 0
    if number < end:
        yield _removed(number + 1, end)
    elif number == end and last is not None and last.digest != digest:
        told = f"Entry {number}, the last, is not the one the chain ends with."
        yield Finding(number, "replaced", told)


def _removed(first: int, last: int) -> Finding:
    if first == last:
        return Finding(first, "removed", f"Entry {first} was removed.")
    return Finding(first, "removed", f"Entries {first} to {last} were removed.")


def _tell(chain: Chain, out: TextIO) -> None:
    verdict = "whole" if not chain.findings else f"{len(chain.findings)} found"
    out.write(f"{chain.practice}: {chain.entries} entries, {verdict}\n")
    out.writelines(f"  {finding.says}\n" for finding in chain.findings)
    if chain.head and not chain.findings:
        out.write(f"  Ends with {chain.head}\n")
