"""An operation is the only way to change a record: permitted, atomic, audited."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import transaction

from frontdesk.core import audit, once
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry
from frontdesk.core.scoping import practice_scope

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Operation:
    """What the house knows of an operation, for the docs, the matrix of rights and the tests."""

    name: str
    permission: str
    always_asks: bool
    summary: str


CATALOGUE: dict[str, Operation] = {}


@contextmanager
def attempt() -> Iterator[None]:
    """Make a step of an operation that may fail while the operation goes on.

    When it raises, all that it changed is undone: in the database, in what the audit will say, and
    in what the records know of themselves.
    """
    with audit.attempted(), transaction.atomic():
        yield


def operation(
    permission: str, *, always_ask: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a function that changes records. It is always called with `by=actor`.

    The outermost call asks permission, opens the transaction and the practice, and is audited.
    A step of a larger operation is neither asked nor recorded again, unless it is `always_ask`:
    those move money out, widen rights, override a rule or let records leave the house, and
    a lesser right must not reach them through a side door.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.split('.')[1]}.{function.__name__}"
        summary = (function.__doc__ or "").strip().partition("\n")[0]
        if function.__module__.startswith("frontdesk."):  # tests make operations of their own
            CATALOGUE[name] = Operation(name, permission, always_ask, summary)

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by = cast("Actor", kwargs["by"])
            if audit.is_recording():
                if always_ask:
                    by.require(permission)
                return function(*args, **kwargs)
            by.require(permission)
            with transaction.atomic(), practice_scope(by.practice_id), audit.recording() as made:
                result = function(*args, **kwargs)
                if made.rooms:
                    once.keep(by.practice_id)
                AuditEntry.append(name, by=by, at=now(), made=made)
            return result

        return run

    return declare
