"""The content of a source as nested plain data, ready for JSON."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal

from frontdesk.x12.bind.draft import decimal_text
from frontdesk.x12.models.message import Defect, Transaction
from frontdesk.x12.reading import read_with_trees
from frontdesk.x12.tokens import Source
from frontdesk.x12.tree import Branch

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]


def to_json(source: Source) -> dict[str, Plain]:
    """Return `{"transactions": […]}`, each with its envelope, verdict and content.

    Amounts are strings, days ISO dates; what is empty is left out. Content is `bodies`, or
    `segments` and `loops` for a set that is only judged. Raises as `read` does.
    """
    found = read_with_trees(source)
    return {"transactions": [_transaction(transaction, root) for transaction, root in found]}


def plain(value: object) -> Plain:
    """A model, or anything inside one, as plain data; empty fields are left out."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if is_dataclass(value):
        found = {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return {name: content for name, content in found.items() if content not in ("", None, [])}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def defect_data(defect: Defect) -> dict[str, Plain]:
    """A defect as `x12 check --json` prints it."""
    return {
        "segment": defect.segment,
        "id": defect.id,
        "loop": defect.loop,
        "element": defect.element,
        "snip": defect.snip,
        "code": defect.code,
        "message": defect.message,
    }


def _transaction(transaction: Transaction, root: Branch | None) -> dict[str, Plain]:
    content: dict[str, Plain] = {"bodies": [plain(body) for body in transaction.bodies]}
    if root is not None:
        content = _loop(root)
    return {
        "set": transaction.set,
        "version": transaction.version,
        "control": transaction.control,
        "group_control": transaction.group_control,
        "interchange_control": transaction.interchange_control,
        "sender": transaction.sender,
        "receiver": transaction.receiver,
        "usage": transaction.usage,
        "valid": transaction.valid,
        "errors": [defect_data(defect) for defect in transaction.errors],
        "warnings": [defect_data(defect) for defect in transaction.warnings],
        **content,
    }


def _loop(branch: Branch) -> dict[str, Plain]:
    """A loop of a set without models: its segments as lists of elements, and its loops."""
    found: dict[str, Plain] = {"loop": branch.id} if branch.id else {}
    found["segments"] = [list[Plain](segment) for segment in branch.segments]
    if branch.children:
        found["loops"] = [_loop(child) for child in branch.children]
    return found
