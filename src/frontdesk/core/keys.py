"""Keys: made by the application in the order of time, and joined within one practice."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import uuid6
from django.db import models
from django.db.models.lookups import Exact

if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


def new_key() -> UUID:
    """Return a UUIDv7 (RFC 9562): in the order of time, and known before the row is written."""
    return UUID(int=uuid6.uuid7().int)


class TenantFK(_ForeignKey):
    """A foreign key that joins on the practice too, so that no join ever leaves it.

    The database's own constraint stays as it is; joins get `AND practice_id = practice_id`
    and lazy loads `WHERE practice_id = …`.
    """

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        there: Any = self.remote_field.model._meta.get_field("practice")
        here: Any = self.model._meta.get_field("practice")
        return Exact(there.get_col(alias), here.get_col(related_alias))

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"practice_id": instance.practice_id}  # type: ignore[attr-defined]
