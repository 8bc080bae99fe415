"""What the operation under way has changed. Outside of one, nothing may be saved."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID
from weakref import ref

from django.db import models

Values = dict[str, Any]

HIDDEN = "changed"  # stands for free text, files and documents: that they changed, not what to
_PRIVATE_FIELDS = (models.TextField, models.JSONField, models.BinaryField, models.FileField)


@dataclass(slots=True)
class Recording:
    """What one operation did: its changes in order, whom they are about, which rooms they touch."""

    changes: list[Values] = field(default_factory=list)
    patients: set[UUID] = field(default_factory=set)
    rooms: set[str] = field(default_factory=set)
    saved: list[tuple[ref[models.Model], Values]] = field(
        default_factory=list
    )  # what each was before

    @contextmanager
    def undone_on_failure(self) -> Iterator[None]:
        """Forget on an error what was noted inside, which the database will undo as well.

        The records keep the values they were given, and know again that these are not saved.
        """
        changes, saved = len(self.changes), len(self.saved)
        patients, rooms = self.patients.copy(), self.rooms.copy()
        try:
            yield
        except BaseException:
            for held, before in reversed(self.saved[saved:]):
                if (record := held()) is not None:
                    vars(record)["_loaded"] = before
            del self.changes[changes:], self.saved[saved:]
            self.patients, self.rooms = patients, rooms
            raise


_recording: ContextVar[Recording | None] = ContextVar("recording", default=None)


class Unaudited(RuntimeError):
    """A record was saved outside of an operation."""


def is_recording() -> bool:
    """Say whether an operation is under way."""
    return _recording.get() is not None


def changes_so_far() -> list[Values]:
    """Return what the operation under way has changed; nothing outside of one."""
    made = _recording.get()
    return made.changes if made else []


@contextmanager
def attempted() -> Iterator[None]:
    """Forget on an error what was noted inside; outside of an operation nothing is noted."""
    made = _recording.get()
    with made.undone_on_failure() if made else nullcontext():
        yield


@contextmanager
def recording() -> Iterator[Recording]:
    """Collect every change made inside, in the order it was made."""
    made = Recording()
    token = _recording.set(made)
    try:
        with made.undone_on_failure():
            yield made
    finally:
        _recording.reset(token)


def note(record: models.Model, before: Values, after: Values) -> None:
    """Add what changed in one record, from its column values before and after."""
    made = _under_way(record._meta.label)
    made.saved.append((ref(record), before))
    changed = {
        name: _shown(record, name, old, value)
        for name, value in after.items()
        if (old := before.get(name)) is not value and old != value  # most are the very same
    }
    if changed:
        made.changes.append(
            {"record": record._meta.label, "pk": str(record.pk), "changed": changed}
        )
        made.rooms.add(_room(record))
        _about(made, record)


def note_many(records: Iterable[models.Model], what: str) -> None:
    """Add that these records were created or changed together, by their keys."""
    several = list(records)
    if not several:
        return
    made = _under_way(several[0]._meta.label)
    keys = [str(record.pk) for record in several]
    made.changes.append({"record": several[0]._meta.label, what: keys})
    made.rooms.add(_room(several[0]))
    for record in several:
        _about(made, record)


def note_rows(model: type[models.Model], keys: list[str], patients: Iterable[UUID]) -> None:
    """Add that records of a model were created together, by their keys and whom they are about."""
    if keys:
        made = _under_way(model._meta.label)
        made.changes.append({"record": model._meta.label, "created": keys})
        made.rooms.add(getattr(model, "watched_as", model._meta.app_label))
        made.patients.update(patients)


def note_look(record: models.Model, at_what: str) -> None:
    """Add that somebody looked at a record: looking changes nothing and is remembered."""
    made = _under_way(record._meta.label)
    made.changes.append({"record": record._meta.label, "pk": str(record.pk), "looked_at": at_what})
    _about(made, record)


def _under_way(label: str) -> Recording:
    made = _recording.get()
    if made is None:
        raise Unaudited(f"Save {label} from an operation.")
    return made


def _room(record: models.Model) -> str:
    return str(getattr(record, "watched_as", record._meta.app_label))


def _about(made: Recording, record: models.Model) -> None:
    if record._meta.label == "people.Patient":
        made.patients.add(record.pk)
    elif patient_id := getattr(record, "patient_id", None):
        made.patients.add(patient_id)


def _shown(record: models.Model, name: str, old: Any, new: Any) -> list[str | None] | str:
    if name in _private(type(record)):
        return HIDDEN
    return [_plain(old), _plain(new)]


@cache
def _private(model: type[models.Model]) -> frozenset[str]:
    """Return the columns of which the audit says no more than that they changed."""
    return frozenset(
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, _PRIVATE_FIELDS) and not getattr(field, "is_audited_in_full", False)
    )


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
