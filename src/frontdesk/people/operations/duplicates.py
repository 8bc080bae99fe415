"""Two charts of one person: proposed, merged, taken apart again."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people import queries
from frontdesk.people.models import Duplicate, Patient
from frontdesk.people.rules import matching

LARGEST_BLOCK = 80  # a key that more charts share says nothing about any two of them

Pair = tuple[UUID, UUID]


@operation("people.merge")
def propose_duplicates(*, by: Actor) -> list[Duplicate]:
    """Compare all charts and propose the pairs that may be one person; decided pairs stay so."""
    patients = {
        patient.pk: patient
        for patient in Patient.objects.exclude(status=Patient.Status.MERGED).order_by("pk")
    }
    decided = {frozenset(pair) for pair in Duplicate.objects.values_list("kept_id", "other_id")}
    proposed = [
        _proposal(patients[one], patients[two], likeness)
        for (one, two), likeness in _likely_pairs(patients)
        if frozenset((one, two)) not in decided
    ]
    proposed.sort(key=lambda pair: -pair.score)
    Duplicate.objects.bulk_create(proposed)
    return proposed


@operation("people.merge", always_ask=True)
def merge(kept: Patient, other: Patient, *, because: str, by: Actor) -> Patient:
    """Let one chart lead to the other. Nothing is moved or lost, and it can be taken back."""
    if kept.pk == other.pk:
        raise Refused("A chart can't be merged into itself.")
    held = {patient.pk: patient for patient in Patient.objects.lock_many([kept.pk, other.pk])}
    kept, other = held[kept.pk], held[other.pk]
    if kept.status == Patient.Status.MERGED:
        raise Refused(f"Chart {kept.chart_number} was itself merged. Merge into the one kept.")
    if not because.strip():
        raise Refused("Say how you know that these are one person.")
    other.status = Patient.lifecycle.move(other.status, Patient.Status.MERGED)
    other.merged_into = kept
    other.save()
    pair = _pair_of(kept, other)
    pair.kept, pair.other = kept, other
    pair.status = Duplicate.Status.MERGED
    pair.decided_because, pair.decided_by = because[:200], by.name
    pair.save()
    return kept


@operation("people.merge", always_ask=True)
def unmerge(other: Patient, *, because: str, by: Actor) -> Patient:
    """Take a merge back: the chart stands for itself again."""
    other = Patient.objects.lock(other.pk)
    if other.merged_into_id is None:
        raise Refused("This chart is not merged into another.")
    kept = other.merged_into
    other.status = Patient.lifecycle.move(other.status, Patient.Status.ACTIVE)
    other.merged_into = None
    other.save()
    pair = _pair_of(kept, other)
    pair.status = Duplicate.Status.PROPOSED
    pair.decided_because, pair.decided_by = because[:200], by.name
    pair.save()
    return other


@operation("people.merge")
def keep_apart(pair: Duplicate, *, because: str, by: Actor) -> Duplicate:
    """Decide that two charts are two people, so that they are not proposed again."""
    pair = Duplicate.objects.lock(pair.pk)
    pair.status = Duplicate.lifecycle.move(pair.status, Duplicate.Status.DIFFERENT)
    pair.decided_because, pair.decided_by = because[:200], by.name
    pair.save()
    return pair


def _likely_pairs(
    patients: dict[UUID, Patient],
) -> Iterator[tuple[Pair, matching.Likeness]]:
    """Compare only charts that share a key, each pair once."""
    identities = {key: queries.identity_of(patient) for key, patient in patients.items()}
    sharing: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for key, identity in identities.items():
        for block in matching.blocks(identity):
            sharing[block].append(key)
    seen: set[Pair] = set()
    for keys in sharing.values():
        if len(keys) > LARGEST_BLOCK:
            continue
        for pair in combinations(keys, 2):
            if pair in seen:
                continue
            seen.add(pair)
            likeness = matching.compare(identities[pair[0]], identities[pair[1]])
            if likeness.score >= matching.PROPOSE:
                yield pair, likeness


def _proposal(one: Patient, two: Patient, likeness: matching.Likeness) -> Duplicate:
    """Propose to keep the older chart."""
    kept, other = sorted((one, two), key=lambda p: (p.registered_on, p.chart_number))
    return Duplicate(kept=kept, other=other, score=likeness.score, reasons=list(likeness.reasons))


def _pair_of(kept: Patient, other: Patient) -> Duplicate:
    for one, two in ((kept, other), (other, kept)):
        if found := Duplicate.objects.filter(kept=one, other=two).first():
            return found
    likeness = matching.compare(queries.identity_of(kept), queries.identity_of(other))
    return Duplicate(kept=kept, other=other, score=likeness.score, reasons=list(likeness.reasons))
