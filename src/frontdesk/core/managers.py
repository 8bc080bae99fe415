"""How records are asked for and changed many at a time: inside one practice, and audited."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from frontdesk.core import audit
from frontdesk.core.composed import Composed
from frontdesk.core.database import bulk, plain
from frontdesk.core.scoping import EVERY_PRACTICE, current_practice_id

M = TypeVar("M", bound=models.Model, covariant=True)


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
        names = bulk.names_of(self.model)
        for record in records:
            record.take_practice()
        audit.note_many(records, "created")
        rows = [[*map(record.__dict__.__getitem__, names)] for record in records]
        bulk.insert(self.model, names, rows)
        for record, row in zip(records, rows, strict=True):
            record._state.adding = False
            record._loaded = dict(zip(names, row, strict=True))

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
        names = list(fields)
        for record in records:
            record.take_practice()
            record.note_changes(names)
        if current_practice_id() == EVERY_PRACTICE:
            raise audit.Unaudited("Change many records inside of one practice.")
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
        if self.model._meta.managers_map.get(self.name) is not self:  # of what belongs to a record
            return self._to_hold(pk).get()
        return self._or_raise(self._held.first(pk))

    def named(self, pk: UUID, practice_id: UUID) -> M:
        """Return the record that another of the practice names by its key."""
        return self._or_raise(self._named.first(pk, practice_id))

    def share(self, pk: UUID) -> M:
        """Return the record as it is now, and let nobody change it until the transaction ends.

        Others may share it at the same time. On SQLite whoever writes holds everything.
        """
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(self.model._meta.db_table)
            sql = f'SELECT 1 FROM {table} WHERE "practice_id" = %s AND "id" = %s FOR SHARE'  # noqa: S608
            plain.run(sql, current_practice_id(), pk)
        return self.get_queryset().get(pk=pk)

    def lock_many(self, pks: Collection[UUID]) -> list[M]:
        """Return the records, held, in the order of their keys, so that two lockers never cross."""
        held = self.get_queryset().filter(pk__in=pks).order_by("pk")
        return list(held.select_for_update(of=("self",)))

    def _or_raise(self, found: M | None) -> M:
        if found is None:
            model: Any = self.model
            raise model.DoesNotExist(f"{model._meta.object_name} does not exist here.")
        return found

    @cached_property
    def _named(self) -> Composed[M]:
        return Composed(
            lambda key, practice: self.get_queryset().filter(pk=key, practice_id=practice)
        )

    @cached_property
    def _held(self) -> Composed[M]:
        return Composed(self._to_hold)

    def _to_hold(self, pk: UUID) -> models.QuerySet[M]:
        return self.get_queryset().filter(pk=pk).select_for_update(of=("self",))
