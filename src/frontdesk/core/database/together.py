"""Rows laid beside the records they belong to, for thousands of records at once.

`prefetch_related` does the same, but makes a manager and a scoped query for every single record,
which costs more than reading the rows.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


def lay_beside(
    records: Iterable[models.Model], name: str, rows: Iterable[models.Model], key: str
) -> None:
    """Let `record.<name>.all()` answer with those of the rows whose `key` is the record's."""
    found: dict[Any, list[models.Model]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    for record in records:
        kept = record.__dict__.setdefault("_prefetched_objects_cache", {})
        kept[name] = found.get(record.pk, [])


def lay_shared(records: Iterable[models.Model], name: str, shared: Mapping[Any, M]) -> None:
    """Let `record.<name>` be the one of `shared` that its key names; each was read once."""
    attribute = f"{name}_id"
    for record in records:
        key = getattr(record, attribute)
        record._state.fields_cache[name] = shared.get(key) if key is not None else None
