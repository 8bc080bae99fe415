"""Saving one record by a statement that is composed once for its table.

Django composes each INSERT and UPDATE from its parts and writes every field. Here a new record is
inserted, and of one that is there already those fields are written that changed. What is out of
the ordinary goes Django's own way: `save` says so.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

USING = "default"
AS_ALWAYS = {"force_insert", "using"}  # how `create` calls `save`
_AS_THEY_ARE = (models.CharField, models.TextField, models.BooleanField)
_STAND_FAST = {"id", "practice_id"}
Writer = Callable[[Any], Any]


class _Expressed(Exception):
    """A value is worked out by the database."""


def save(record: models.Model, changed: Collection[str]) -> bool:
    """Save the record, of which these attributes changed; say False where Django has to."""
    if not _is_ordinary(type(record)):
        return False
    record._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined] # Django's
    try:
        if record._state.adding:
            _insert(record)
            return True
        return _update(record, changed)
    except _Expressed:
        return False


def _insert(record: models.Model) -> None:
    model = type(record)
    names, sql, writers = _insertion(model, connection.vendor)
    said = _written(record, names, writers)
    with transaction.mark_for_rollback_on_error(using=USING), connection.cursor() as cursor:
        cursor.execute(sql, said)
    record._state.adding = False
    record._state.db = USING


def _update(record: models.Model, changed: Collection[str]) -> bool:
    model = type(record)
    if not _STAND_FAST.isdisjoint(changed):
        return False
    names = tuple(
        name
        for name in _names(model)
        if name in changed or isinstance(record.__dict__.get(name), list | dict)
    )  # a list may have been changed in its place, which nobody sees
    if not names:
        return True
    sql, writers = _change(model, names, connection.vendor)
    said = _written(record, (*names, *_keys(model)), writers)
    with transaction.mark_for_rollback_on_error(using=USING), connection.cursor() as cursor:
        cursor.execute(sql, said)
        return bool(cursor.rowcount)


def _written(record: models.Model, names: Sequence[str], writers: Sequence[Writer]) -> list[Any]:
    values = record.__dict__
    return [
        None if (value := values[name]) is None else write(value)
        for name, write in zip(names, writers, strict=True)
    ]


@cache
def _is_ordinary(model: type[models.Model]) -> bool:
    """Say whether each field is written as the record has it, and nothing is read back."""
    told = model._meta
    return not (
        told.parents
        or told.proxy
        or told.db_returning_fields
        or any(
            getattr(field, "auto_now", False)
            or getattr(field, "auto_now_add", False)
            or isinstance(field, models.FileField)
            or field.generated
            for field in told.concrete_fields
        )
    )


@cache
def _names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def _keys(model: type[models.Model]) -> tuple[str, ...]:
    return ("practice_id", "id") if "practice_id" in _names(model) else ("id",)


@cache
def _insertion(
    model: type[models.Model], vendor: str
) -> tuple[tuple[str, ...], str, tuple[Writer, ...]]:
    names = _names(model)
    columns = ", ".join(_columns(model, names))
    marks = ", ".join(["%s"] * len(names))
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of our models
    return names, sql, _writers(model, names, vendor)


@cache
def _change(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[str, tuple[Writer, ...]]:
    sets = ", ".join(f"{column} = %s" for column in _columns(model, names))
    keys = " AND ".join(f"{column} = %s" for column in _columns(model, _keys(model)))
    sql = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {keys}'  # noqa: S608 - names of our models
    return sql, _writers(model, (*names, *_keys(model)), vendor)


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    fields = _fields(model)
    return [f'"{fields[name].column}"' for name in names]


def _writers(model: type[models.Model], names: Sequence[str], vendor: str) -> tuple[Writer, ...]:
    fields = _fields(model)
    return tuple(_writer(fields[name], vendor) for name in names)


@cache
def _fields(model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
    return {field.attname: field for field in model._meta.concrete_fields}


def _writer(field: "models.Field[Any, Any]", vendor: str) -> Writer:
    """Return how a value is said to the database: what is of the usual kind the short way."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    usual, shortly = _usual(field, vendor)

    def write(value: Any) -> Any:
        if type(value) is usual:
            return shortly(value)
        if hasattr(value, "resolve_expression"):
            raise _Expressed
        return field.get_db_prep_save(value, connection)

    return write


def _usual(field: "models.Field[Any, Any]", vendor: str) -> tuple[type | None, Writer]:
    on_disk = vendor == "sqlite"
    if type(field) is models.UUIDField:
        return UUID, _hex if on_disk else _itself
    if type(field) is models.DateTimeField:
        return datetime, _moment if on_disk else _itself
    if type(field) in _AS_THEY_ARE:
        return bool if type(field) is models.BooleanField else str, _itself
    return None, _itself


def _itself(value: Any) -> Any:
    return value


def _hex(key: UUID) -> str:
    return key.hex


def _moment(at: datetime) -> str:
    """As SQLite keeps an instant: its UTC wall time, as Django writes it."""
    return str((at if at.tzinfo is UTC else at.astimezone(UTC)).replace(tzinfo=None))
