"""Who did what, when and to whom: the audit, ready to read and to hand out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from frontdesk.core.actor import Actor
from frontdesk.core.models import AuditEntry, AuditSubject
from frontdesk.core.scoping import practice_scope
from frontdesk.people.models import Patient
from frontdesk.people.queries import find
from frontdesk.workspace.queries.deeds import deed

ON_A_PAGE = 50
AT_ONCE = 500
MOST_PATIENTS = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the audit; what is empty is not asked."""

    patients: Sequence[UUID] = ()
    user_id: UUID | None = None
    operation: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None
    before: int | None = None  # an entry's number: those older than it


@dataclass(frozen=True, slots=True)
class Change:
    """One record that an operation touched, and how."""

    record: str
    what: list[tuple[str, str, str]]  # field, before, after
    says: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    entry: AuditEntry
    deed: str
    patients: list[Patient]
    changes: list[Change]


def patients_meant(text: str) -> list[Patient]:
    """Return the patients a filter means: by key, else by whatever finds them."""
    try:
        key = UUID(text)
    except ValueError:
        return find(text, limit=MOST_PATIENTS) if text.strip() else []
    return list(Patient.objects.filter(pk=key))


def entries(actor: Actor, wanted: Wanted) -> QuerySet[AuditEntry]:
    """Return the practice's entries that are wanted, the newest first."""
    found = AuditEntry.objects.filter(practice_id=actor.practice_id)
    if wanted.patients:
        several = AuditSubject.objects.filter(
            practice_id=actor.practice_id, patient_id__in=wanted.patients
        )
        about = Q(patient_id__in=wanted.patients) | Q(pk__in=several.values("entry_id"))
        found = found.filter(about)
    asked = {
        "user_id": wanted.user_id,
        "operation": wanted.operation or None,
        "at__gte": wanted.from_at,
        "at__lt": wanted.until_at,
        "number__lt": wanted.before,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    return found.filter(**given).order_by("-number")


def page(actor: Actor, wanted: Wanted) -> tuple[list[Line], int | None]:
    """Return one page of lines, and the number before which the next page begins."""
    found = list(entries(actor, wanted)[: ON_A_PAGE + 1])
    more = found[ON_A_PAGE - 1].number if len(found) > ON_A_PAGE else None
    return lines(found[:ON_A_PAGE]), more


def every(actor: Actor, wanted: Wanted) -> Iterator[Line]:
    """Yield every line that is wanted, some hundreds read at a time, in the actor's practice."""
    chunk: list[AuditEntry] = []
    for entry in entries(actor, wanted).iterator(chunk_size=AT_ONCE):
        chunk.append(entry)
        if len(chunk) == AT_ONCE:
            yield from _scoped(actor, chunk)
            chunk = []
    yield from _scoped(actor, chunk)


def lines(found: list[AuditEntry]) -> list[Line]:
    """Return entries as they are read, with the patients they are about."""
    about = _subjects(found)
    known = Patient.objects.in_bulk({key for keys in about.values() for key in keys})
    return [
        Line(
            entry,
            deed(entry.operation),
            [known[key] for key in about[entry.pk] if key in known],
            [_change(change) for change in entry.changes],
        )
        for entry in found
    ]


def _scoped(actor: Actor, found: list[AuditEntry]) -> list[Line]:
    with practice_scope(actor.practice_id):
        return lines(found)


def _subjects(found: list[AuditEntry]) -> dict[UUID, list[UUID]]:
    """Return the patients each entry is about: one on the entry itself, several beside it."""
    about = {entry.pk: [entry.patient_id] if entry.patient_id else [] for entry in found}
    if found:
        beside = AuditSubject.objects.filter(
            practice_id=found[0].practice_id, entry_id__in=list(about)
        )
        for subject in beside.order_by("pk"):
            about[subject.entry_id].append(subject.patient_id)
    return about


def _change(change: dict[str, Any]) -> Change:
    label = change.get("record", "")
    record = _noun(label)
    if "looked_at" in change:
        return Change(record, [], says=str(change["looked_at"]))
    for what in ("created", "changed"):
        if isinstance(change.get(what), list):
            return Change(record, [], says=f"{len(change[what])} {what}")
    fields = change.get("changed") or {}
    return Change(record, [_field(name, value) for name, value in fields.items() if name != "id"])


def _field(name: str, value: Any) -> tuple[str, str, str]:
    said = name.removesuffix("_id").replace("_", " ")
    if isinstance(value, list):
        before, after = value
        return said, "" if before is None else before, "" if after is None else after
    return said, "", str(value)


def _noun(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name).capitalize()
    except (LookupError, ValueError):  # a record of an earlier version
        return label
