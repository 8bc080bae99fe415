"""Record: the base of everything a practice keeps. AuditEntry: what happened to it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models.base import ModelState

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.database import bulk, plain
from frontdesk.core.errors import Changed
from frontdesk.core.keys import TenantFK, new_key
from frontdesk.core.scoping import EVERY_PRACTICE, current_practice_id
from frontdesk.core.signals import entry_kept

M = TypeVar("M", bound=models.Model, covariant=True)

__all__ = [
    "AuditEntry",
    "AuditSubject",
    "Audited",
    "Counter",
    "Lease",
    "Record",
    "Revision",
    "Sent",
    "TenantFK",
]


class AuditedQuerySet(models.QuerySet[M]):
    """A queryset whose writes the audit sees, or refuses."""

    def update(self, **kwargs: Any) -> int:
        """Raise: records are changed one by one, or by `bulk_update`."""
        raise audit.Unaudited("Change records one by one, so that the audit sees each.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raise: nothing a practice keeps is deleted."""
        raise audit.Unaudited("Records are voided, never deleted.")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create many records in one statement; the audit keeps their keys."""
        records = list(objs)
        for record in records:
            record.take_practice()
        audit.note_many(records, "created")
        return super().bulk_create(records, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Change many records in one statement; the audit keeps each one's before and after."""
        records = list(objs)
        for record in records:
            record.note_changes()
        return (
            models.QuerySet(self.model, using=self.db)
            .filter(**self._within())
            .bulk_update(records, fields, batch_size)
        )

    def _within(self) -> dict[str, Any]:
        return {}


class RecordQuerySet(AuditedQuerySet[M]):
    """Records of the practice in scope."""

    def create_many(self, records: Collection[Any]) -> None:
        """Create thousands of records in the database's own quickest way, audited by their keys.

        They are as they were made: what the database would fill in is not read back.
        """
        names = [field.attname for field in self.model._meta.concrete_fields]
        for record in records:
            record.take_practice()
        audit.note_many(records, "created")
        rows = [[record.__dict__[name] for name in names] for record in records]
        bulk.insert(self.model, names, rows)
        for record in records:
            record._state.adding = False
            record._loaded = record._values()

    def create_rows(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Create records from bare values, for the most numerous: no record is made in Python.

        `names` are attribute names and name `id` first; the practice is the one in scope.
        """
        places = {name: place for place, name in enumerate(names)}
        about = places.get("patient_id")
        patients = {row[about] for row in rows if row[about]} if about is not None else set()
        audit.note_rows(self.model, [str(row[0]) for row in rows], patients)
        practice = current_practice_id()
        bulk.insert(self.model, [*names, "practice_id"], [(*row, practice) for row in rows])

    def update_many(self, records: Collection[Any], fields: Collection[str]) -> None:
        """Change thousands of records as `create_many` does; the audit keeps before and after.

        `fields` are attribute names: `patient_id`, not `patient`.
        """
        for record in records:
            record.take_practice()
            record.note_changes()
        if current_practice_id() == EVERY_PRACTICE:
            raise audit.Unaudited("Change many records inside of one practice.")
        names = list(fields)
        rows = [[record.pk, *(record.__dict__[name] for name in names)] for record in records]
        bulk.update(self.model, names, rows, current_practice_id())

    def _within(self) -> dict[str, Any]:
        return {"practice_id": current_practice_id()}


class RecordManager(models.Manager[M]):
    """Sees the practice in scope and no other; raises `Unscoped` where there is none."""

    def get_queryset(self) -> RecordQuerySet[M]:
        practice_id = current_practice_id()
        everything = RecordQuerySet[M](self.model, using=self._db)
        if practice_id == EVERY_PRACTICE:
            return everything
        return everything.filter(practice_id=practice_id)

    def create_many(self, records: Collection[Any]) -> None:
        """See `RecordQuerySet.create_many`."""
        RecordQuerySet[M](self.model, using=self._db).create_many(records)

    def create_rows(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """See `RecordQuerySet.create_rows`."""
        RecordQuerySet[M](self.model, using=self._db).create_rows(names, rows)

    def update_many(self, records: Collection[Any], fields: Collection[str]) -> None:
        """See `RecordQuerySet.update_many`."""
        RecordQuerySet[M](self.model, using=self._db).update_many(records, fields)

    def lock(self, pk: UUID) -> M:
        """Return the record as it is now, held until the transaction ends."""
        return self.get_queryset().select_for_update(of=("self",)).get(pk=pk)

    def lock_many(self, pks: Collection[UUID]) -> list[M]:
        """Return the records, held, in the order of their keys, so that two lockers never cross."""
        held = self.get_queryset().filter(pk__in=pks).order_by("pk")
        return list(held.select_for_update(of=("self",)))


class Audited(models.Model):
    """A row whose every change is noted in the operation under way."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)

    _loaded: dict[str, Any]  # the values as loaded or last noted; a new record has none

    objects = models.Manager.from_queryset(AuditedQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note what changed; raise `Unaudited` outside of an operation."""
        self.take_practice()
        self.note_changes()
        super().save(*args, **kwargs)

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

    def note_changes(self) -> None:
        """Tell the audit what differs from what was loaded."""
        after = self._values()
        audit.note(self, before=getattr(self, "_loaded", {}), after=after)
        self._loaded = after

    def differs(self, *names: str) -> bool:
        """Say whether one of these fields is not as it was loaded or last noted."""
        loaded = getattr(self, "_loaded", {})
        return any(self.__dict__.get(name) != loaded.get(name) for name in names)

    def _values(self) -> dict[str, Any]:
        return {f.attname: self.__dict__.get(f.attname) for f in self._meta.concrete_fields}


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
