"""Keys: made by the application in the order of time, and joined within one practice."""

import os
import time
from struct import unpack
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID, SafeUUID

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey[Any, Any]
    _Descriptor = ForwardManyToOneDescriptor[Any]
else:
    _ForeignKey = models.ForeignKey
    _Descriptor = ForwardManyToOneDescriptor


_bare = UUID.__new__
_set_number = UUID.__dict__["int"].__set__
_set_safety = UUID.__dict__["is_safe"].__set__
_UNKNOWN = SafeUUID.unknown


def key_of(number: int) -> UUID:
    """Return the UUID of a number of 128 bits, as `UUID(int=number)` does in a third of the time.

    Tens of thousands are read with every large file, and UUID asks each time what it was given.
    """
    key = _bare(UUID)
    _set_number(key, number)
    _set_safety(key, _UNKNOWN)
    return key


def key_from_hex(text: str | bytes) -> UUID:
    """Return the UUID that 32 hexadecimal digits say: how SQLite keeps it."""
    return key_of(int(text, 16))


_VERSION_AND_VARIANT = 7 << 76 | 2 << 62
_FRESH_TOGETHER = 256  # keys whose random bits are asked of the system at once
_making = Lock()
_last = 0  # the time of the last key made here: milliseconds, then 12 bits to count within one
_fresh: list[int] = []  # random bits that are in no key yet


def _in_a_child() -> None:
    """Begin anew in a process of its own: it would use the same random bits again."""
    global _making
    _making = Lock()
    _fresh.clear()


os.register_at_fork(after_in_child=_in_a_child)


def new_key() -> UUID:
    """Return a UUIDv7 (RFC 9562): in the order of time, and known before the row is written.

    Keys of one millisecond are counted in the twelve bits after it (its section 6.2, method 1);
    the 62 bits left are the system's random ones.
    """
    global _last
    with _making:
        _last = made = max(time.time_ns() // 1_000_000 << 12, _last + 1)
        if not _fresh:
            _fresh.extend(unpack(f"{_FRESH_TOGETHER}Q", os.urandom(8 * _FRESH_TOGETHER)))
        odd = _fresh.pop() >> 2
    return key_of((made >> 12) << 80 | (made & 0xFFF) << 64 | _VERSION_AND_VARIANT | odd)


class _Forward(_Descriptor):
    """Prefetches by `key IN (…)`.

    Django 5.2 asks for tuples, which SQLite gets as one OR for each key: slow, and refused from a
    thousand on.
    """

    def get_object(self, instance: Any) -> Any:
        """Return the record the key names, in the practice of the record that names it."""
        records = self.field.remote_field.model._base_manager
        return records.named(getattr(instance, self.field.attname), instance.practice_id)

    def get_prefetch_querysets(self, instances: Any, querysets: Any = None) -> Any:
        """Return what Django wants to know of the prefetch: see its own method."""
        first = {"instance": instances[0]}
        queryset: Any = querysets[0] if querysets else self.get_queryset(**first)
        queryset._add_hints(**first)
        mine = self.field.get_local_related_value
        keys = {mine(instance)[0] for instance in instances} - {None}
        queryset = queryset.filter(**{f"{self.field.target_field.name}__in": keys})
        queryset.query.clear_ordering()
        return (
            queryset,
            self.field.get_foreign_related_value,
            mine,
            True,
            self.field.cache_name,
            False,
        )


class TenantFK(_ForeignKey):
    """A foreign key that joins on the practice too, so that no join ever leaves it.

    The database's own constraint stays as it is; joins get `AND practice_id = practice_id`
    and lazy loads `WHERE practice_id = …`.
    """

    forward_related_accessor_class = _Forward

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        there: Any = self.remote_field.model._meta.get_field("practice")
        here: Any = self.model._meta.get_field("practice")
        return Exact(there.get_col(alias), here.get_col(related_alias))

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"practice_id": instance.practice_id}  # type: ignore[attr-defined]
