"""Record: the base of everything a practice keeps. AuditEntry: what happened to it."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models, transaction
from django.db.models.base import ModelState

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.database import bulk, plain, saving
from frontdesk.core.errors import Changed
from frontdesk.core.keys import TenantFK, new_key
from frontdesk.core.managers import AuditedQuerySet, RecordManager, RecordQuerySet
from frontdesk.core.scoping import EVERY_PRACTICE, current_practice_id
from frontdesk.core.signals import entry_kept

__all__ = [
    "AuditEntry",
    "AuditSubject",
    "Audited",
    "Counter",
    "Lease",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "Revision",
    "Sent",
    "TenantFK",
]


class Audited(models.Model):
    """A row whose every change is noted in the operation under way."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    _loaded: dict[str, Any]  # the values as loaded or last noted; a new record has none

    objects = models.Manager.from_queryset(AuditedQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note what changed; raise `Unaudited` outside of an operation.

        A record that is there already gets what changed; what nobody changed stays as it is now.
        """
        self.take_practice()
        before = self.__dict__.get("_loaded")
        changed = self.note_changes()
        try:
            is_asked_more = bool(args or kwargs.keys() - saving.AS_ALWAYS)
            if is_asked_more or not saving.save(self, changed):
                super().save(*args, **kwargs)
        except BaseException:
            self._loaded = before or {}
            raise

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise: what a practice keeps is voided by its status."""
        raise audit.Unaudited("Records are voided, never deleted.")

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **_: Any
    ) -> Self:
        """Remember the values as loaded, so that a save can tell what changed.

        Django's own way sets one field after the other, through `__init__` and its signals, which
        no record listens to; here a record takes its values at once, in a fifth of the time.
        """
        record = cls.__new__(cls)
        record._loaded = dict(zip(field_names, values, strict=True))
        record.__dict__.update(record._loaded)
        record._state = ModelState()
        record._state.adding = False
        record._state.db = db
        return record

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Load again, forgetting unsaved changes."""
        super().refresh_from_db(*args, **kwargs)
        self._loaded = self._values()

    def take_practice(self) -> None:
        """Belong to the practice in scope (a Record does; a Practice itself does not)."""

    def note_changes(self, names: Collection[str] = ()) -> list[str]:
        """Tell the audit what differs from what was loaded; return the names.

        With `names` only these are compared: the others are not written, and differ as before.
        """
        before = self.__dict__.get("_loaded", {})
        after = {name: self.__dict__[name] for name in names} if names else self._values()
        changed = [
            name
            for name, value in after.items()
            if (old := before.get(name)) is not value and old != value  # most are the very same
        ]
        audit.note(self, before=before, after={name: after[name] for name in changed})
        self._loaded = {**before, **after} if names else after
        return changed

    def differs(self, *names: str) -> bool:
        """Say whether one of these fields is not as it was loaded or last noted."""
        loaded = getattr(self, "_loaded", {})
        return any(self.__dict__.get(name) != loaded.get(name) for name in names)

    def _values(self) -> dict[str, Any]:
        names = bulk.names_of(type(self))
        return dict(zip(names, map(self.__dict__.get, names), strict=True))


class Record(Audited):
    """Something a practice keeps. Subclass its Meta too: `class Meta(Record.Meta)`."""

    practice = models.ForeignKey(
        "practice.Practice", on_delete=models.PROTECT, related_name="+", db_index=False
    )  # first in every index that has more than one column, so it needs none of its own

    objects: ClassVar[RecordManager[Self]] = RecordManager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        base_manager_name = "objects"  # so that forward keys, refresh and update are scoped too

    def take_practice(self) -> None:
        """Belong to the practice in scope; refuse to cross into another."""
        scope = current_practice_id()
        if self.practice_id is None:
            self.practice_id = scope
        elif scope not in (self.practice_id, EVERY_PRACTICE):
            raise audit.Unaudited(f"{self._meta.label} belongs to another practice.")

    def expect(self, version: str) -> None:
        """Refuse when the record is not as the person saw it (`version` from the form)."""
        if version and version != self.version:
            raise Changed("Somebody changed this in the meantime. Look again before you save.")

    @property
    def version(self) -> str:
        """A short mark of the record's present values, for forms."""
        told = json.dumps(self._values(), default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


_COUNT = (
    'UPDATE "core_counter" SET "last" = "last" + %s '
    'WHERE "practice_id" = %s AND "kind" = %s RETURNING "last"'
)
_HEAD = 'SELECT "number", "digest" FROM "core_revision" WHERE "practice_id" = %s'
_MOVE_HEAD = 'UPDATE "core_revision" SET "number" = %s, "digest" = %s WHERE "practice_id" = %s'


class Counter(models.Model):
    """The last number given of a kind people read: chart, claim, receipt."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "kind"], name="counter_one_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.last}"

    @classmethod
    def take(cls, kind: str, *, start: int = 1, count: int = 1) -> int:
        """Return the next number (the first of `count`), never given twice in a practice.

        Held until the transaction ends, so a refused operation leaves no gap.
        """
        said = (count, current_practice_id(), kind)
        while (found := plain.run(_COUNT, *said)) is None:
            first = {"last": start - 1}
            cls.objects.get_or_create(practice_id=said[1], kind=kind, defaults=first)
        last: int = found[0]
        return last - count + 1


class Revision(models.Model):
    """The head of a practice's audit chain; its number tells live screens of a change."""

    practice = models.OneToOneField(
        "practice.Practice", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @classmethod
    def hold(cls, practice_id: UUID) -> tuple[int, str]:
        """Return number and digest of the head, held until the transaction ends."""
        found = plain.run(plain.held(_HEAD), practice_id)
        if found is None:
            head, _ = cls.objects.select_for_update().get_or_create(practice_id=practice_id)
            found = (head.number, head.digest)
        return found[0], found[1]


class AuditEntry(models.Model):
    """One operation that happened, chained to the one before. Never edited, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    actor = models.CharField(max_length=200)
    user_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=100)
    at = models.DateTimeField()
    patient_id = models.UUIDField(null=True)  # when it is about exactly one; else see AuditSubject
    rooms = models.CharField(max_length=200, blank=True)  # whose records changed: "people,visits"
    changes = models.JSONField(default=list)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="audit_entry_numbered_once")
        ]
        indexes = [
            models.Index(fields=["practice", "at"], name="audit_by_time"),
            models.Index(fields=["practice", "patient_id", "at"], name="audit_by_patient"),
            models.Index(fields=["practice", "user_id", "at"], name="audit_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.operation}"

    @classmethod
    def append(
        cls, operation: str, *, by: Actor, at: datetime, made: audit.Recording
    ) -> "AuditEntry":
        """Chain the entry to the practice's last one and save both ends.

        The head is taken last in every operation, so two operations queue here and never cross.
        """
        number, previous = Revision.hold(by.practice_id)
        entry = cls(
            practice_id=by.practice_id,
            number=number + 1,
            actor=by.name,
            user_id=by.user_id,
            operation=operation,
            at=at,
            patient_id=next(iter(made.patients)) if len(made.patients) == 1 else None,
            rooms=",".join(sorted(made.rooms)),
            changes=made.changes,
            previous=previous,
        )
        subjects = sorted(made.patients) if len(made.patients) > 1 else ()
        entry.digest = entry.computed_digest(subjects)
        plain.insert(cls, {one.attname: getattr(entry, one.attname) for one in cls._meta.fields})
        if subjects:
            names = ("id", "practice_id", "entry_id", "patient_id")
            rows = [(new_key(), by.practice_id, entry.pk, one) for one in subjects]
            bulk.insert(AuditSubject, names, rows)
        plain.run(_MOVE_HEAD, entry.number, entry.digest, by.practice_id)
        transaction.on_commit(entry._announce)
        return entry

    def _announce(self) -> None:
        entry_kept.send(
            AuditEntry, practice_id=self.practice_id, number=self.number, changes=self.changes
        )

    def computed_digest(self, subjects: Sequence[UUID] = ()) -> str:
        """Return the SHA-256 of what the entry says and of the digest before it.

        `subjects` are the patients of its `AuditSubject` rows, in the order of their keys.
        """
        told: list[Any] = [
            str(self.practice_id),
            self.number,
            self.actor,
            str(self.user_id),
            self.operation,
            self.at.astimezone(UTC).isoformat(),
            str(self.patient_id),
            self.rooms,
            self.changes,
            self.previous,
            *map(str, subjects),
        ]
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class AuditSubject(models.Model):
    """One of several patients whom an audit entry is about."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="subjects")
    patient_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["practice", "patient_id"], name="audit_subject_by_patient")]

    def __str__(self) -> str:
        return f"{self.entry_id} is about {self.patient_id}"


class Lease(models.Model):
    """A job worker's sign of life. Jobs of a worker that gives none are run again by another."""

    worker = models.CharField(primary_key=True, max_length=64)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} at {self.seen_at:%H:%M:%S}"


class Sent(models.Model):
    """The key of a form that was sent and has changed something (see `core.once`)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    practice = models.ForeignKey(
        "practice.Practice", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="sent_once")]
        indexes = [models.Index(fields=["practice", "at"], name="sent_by_time")]

    def __str__(self) -> str:
        return f"Sent {self.at:%Y-%m-%d %H:%M}"
