"""Questions that are asked again and again in the same words, composed once.

Django composes a question from its parts each time, which takes ten times as long as asking it.
Here it does so once for each connection; afterwards only the values change.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError

from frontdesk.core.database import written
from frontdesk.core.keys import new_key
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope, scope

T = TypeVar("T")
Value = UUID | str | datetime | tuple[UUID, ...]  # several keys: always as many
Reader = Callable[[Sequence[Any]], Any]
USING = "default"


class Composed(Generic[T]):
    """Ask what `make` composes of its values: keys, several keys, texts, instants; never None.

    `make` is called once for each connection, with stand-ins for the values; so it may not look
    at them, only filter by them. The practice is the one in scope at each call.
    """

    def __init__(self, make: "Callable[..., models.QuerySet[Any, T]]") -> None:
        self.make = make

    def __call__(self, *values: Value) -> list[T]:
        """Return the answer; the records in it are as Django would have made them."""
        connection = connections[USING]
        practice_id = scope()
        known: dict[Any, _Question] = vars(connection).setdefault("composed", {})
        key = self, practice_id == EVERY_PRACTICE
        question = known.get(key)
        if question is None:
            question = known[key] = _composed(self.make, values, practice_id, connection)
        answer: list[T] = question.ask((*values, practice_id), connection)
        return answer

    def first(self, *values: Value) -> T | None:
        """Return the first of the answer, None where there is none."""
        return next(iter(self(*values)), None)


@dataclass(slots=True)
class _Question:
    sql: str
    said: list[Any]  # what is said with it, with gaps for the values
    gaps: list[tuple[int, int, int]]  # which place of it takes which value, or which part of it
    compiler: Any
    converters: dict[int, Any]
    read: Reader
    holds: bool

    def ask(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        if self.holds and connection.get_autocommit():
            raise TransactionManagementError("Records are held inside of a transaction only.")
        said = self.said.copy()
        kept = [_parts(value, connection) for value in values]
        for place, number, part in self.gaps:
            said[place] = kept[number][part]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, said)
            rows: Any = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [self.read(row) for row in rows]


def _composed(
    make: "Callable[..., models.QuerySet[Any, Any]]",
    values: Sequence[Value],
    practice_id: UUID | None,
    connection: BaseDatabaseWrapper,
) -> _Question:
    marks: list[Value] = [_stand_in(value) for value in values]
    if practice_id in (None, EVERY_PRACTICE):
        asked = make(*marks)
    else:
        marks.append(practice := new_key())
        with practice_scope(practice):
            asked = make(*marks[:-1])
    compiler = asked.query.get_compiler(using=USING)
    sql, said = compiler.as_sql()
    kept = {
        (number, part): mark
        for number, value in enumerate(marks)
        for part, mark in enumerate(_parts(value, connection))
    }
    gaps = [
        (place, *which)
        for place, value in enumerate(said)
        for which, mark in kept.items()
        if type(value) is type(mark) and value == mark
    ]
    missing = kept.keys() - {(number, part) for _, number, part in gaps}
    if any(number < len(values) for number, _ in missing):
        raise TypeError("A value of the question is not asked for as it is.")
    converters = compiler.get_converters([column for column, _, _ in compiler.select or ()])
    held = bool(asked.query.select_for_update and connection.features.has_select_for_update)
    return _Question(sql, list(said), gaps, compiler, converters, _reader(asked, compiler), held)


def _stand_in(value: Value) -> Value:
    """Return a value of this kind that is nowhere else in the question."""
    key = new_key()
    if isinstance(value, tuple):
        return tuple(new_key() for _ in value)
    if isinstance(value, UUID):
        return key
    if isinstance(value, datetime):
        return datetime.fromtimestamp(key.int % 10**9 + 0.123457, value.tzinfo)
    return key.hex[-12:]


def _parts(value: Any, connection: BaseDatabaseWrapper) -> list[Any]:
    """Return a value as it is said to the database: PostgreSQL takes several keys as one array."""
    if not isinstance(value, tuple):
        return [_as_kept(value, connection)]
    if connection.vendor == "postgresql" and len(value) > 1:
        return [written.array(value)]
    return [_as_kept(one, connection) for one in value]


def _as_kept(value: Any, connection: BaseDatabaseWrapper) -> Any:
    if isinstance(value, UUID):
        return value.hex if connection.vendor == "sqlite" else value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _reader(asked: "models.QuerySet[Any, Any]", compiler: Any) -> Reader:
    """Return what makes of a row what the queryset would."""
    kind = asked._iterable_class
    if kind is FlatValuesListIterable:
        return lambda row: row[0]
    if kind is ValuesListIterable:
        return tuple
    if kind is not ModelIterable or compiler.annotation_col_map:
        raise TypeError("Only records, or rows of values, are asked for this way.")
    select, told = compiler.select, compiler.klass_info
    model, fields = told["model"], told["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    beside = get_related_populators(told, select, USING)  # type: ignore[call-arg] # of a later Django

    def read(row: Sequence[Any]) -> Any:
        record = model.from_db(USING, names, row[begin:end])
        for one in beside:
            one.populate(row, record)
        return record

    return read
