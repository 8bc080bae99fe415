"""One practice never sees another's records.

Every query on a Record runs inside a scope. Outside of one it raises, so a forgotten filter
fails a test instead of leaking a patient.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps

EVERY_PRACTICE = UUID(int=0)  # for migrations, backups and platform jobs only

_practice_id: ContextVar[UUID | None] = ContextVar("practice_id", default=None)


class Unscoped(RuntimeError):
    """A Record was queried with no practice in scope, or by SQL that names none."""


@contextmanager
def practice_scope(practice_id: UUID) -> Iterator[None]:
    """Run what is inside for one practice."""
    token = _practice_id.set(practice_id)
    try:
        yield
    finally:
        _practice_id.reset(token)


def current_practice_id() -> UUID:
    """Return the practice in scope, or raise `Unscoped`."""
    practice_id = _practice_id.get()
    if practice_id is None:
        raise Unscoped("Set a practice first: with practice_scope(practice.pk): …")
    return practice_id


def scope() -> UUID | None:
    """Return the practice in scope; None where there is none."""
    return _practice_id.get()


def guard(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Fail any statement on a practice's table that names no `practice_id` (for tests).

    An execute wrapper of Django's: `with connection.execute_wrapper(guard): …`
    """
    if _practice_id.get() != EVERY_PRACTICE and not _names_its_practice(sql):
        raise Unscoped(f"This SQL reads a practice's table without naming practice_id: {sql}")
    return execute(sql, params, many, context)


def _names_its_practice(sql: str) -> bool:
    verb, _, rest = sql.lstrip("( ").partition(" ")
    if verb.upper() not in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}:
        return True
    read = set(re.findall(r'(?:FROM|JOIN|INTO|UPDATE)\s+"(\w+)"', sql))
    if not read & _practice_tables():
        return True
    return '"practice_id"' in rest.rpartition(" WHERE ")[2] if verb != "INSERT" else True


@cache
def _practice_tables() -> frozenset[str]:
    return frozenset(
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "practice" for field in model._meta.concrete_fields)
        and not getattr(model, "crosses_practices", False)
    )
