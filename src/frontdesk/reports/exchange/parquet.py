"""A table as a Parquet file: numbers as numbers, dates as dates, money exact.

One row group, plain pages, nothing compressed: every reader takes it, and it needs no library in
the running office. After the format's description, version 2 of its metadata
(https://parquet.apache.org/docs/file-format/).
"""

import struct
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

TEXT, DAY, MONEY, NUMBER, WHOLE = "text", "day", "money", "number", "whole"
MAGIC = b"PAR1"
_EPOCH = date(1970, 1, 1)
_INT32, _INT64, _DOUBLE, _BYTES = 1, 2, 5, 6  # physical types
_UTF8, _DECIMAL, _DATE = 0, 5, 6  # what they mean
_OPTIONAL, _PLAIN, _RLE = 1, 0, 3
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12  # of the compact protocol


class _Kind(NamedTuple):
    physical: int
    means: int | None
    write: Callable[[Any], bytes]


def _text(value: str) -> bytes:
    content = value.encode()
    return struct.pack("<I", len(content)) + content


def _cents(value: Decimal) -> bytes:
    return struct.pack("<q", int((Decimal(value) * 100).to_integral_value()))


KINDS: dict[str, _Kind] = {
    TEXT: _Kind(_BYTES, _UTF8, _text),
    DAY: _Kind(_INT32, _DATE, lambda value: struct.pack("<i", (value - _EPOCH).days)),
    MONEY: _Kind(_INT64, _DECIMAL, _cents),
    NUMBER: _Kind(_DOUBLE, None, lambda value: struct.pack("<d", value)),
    WHOLE: _Kind(_INT64, None, lambda value: struct.pack("<q", value)),
}


def parquet(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return the file. `columns` are names with their kinds; None stands for no value."""
    content = bytearray(MAGIC)
    chunks = []
    for place, (name, kind) in enumerate(columns):
        page = _page([row[place] for row in rows], KINDS[kind])
        chunks.append(_chunk(name, KINDS[kind], len(rows), len(content), len(page)))
        content += page
    size = len(content) - len(MAGIC)
    group = _struct((1, _LIST, _list(_STRUCT, chunks)), (2, _I64, size), (3, _I64, len(rows)))
    footer = _struct(
        (1, _I32, 1),
        (2, _LIST, _list(_STRUCT, [_root(len(columns)), *map(_element, columns)])),
        (3, _I64, len(rows)),
        (4, _LIST, _list(_STRUCT, [group])),
        (6, _BINARY, b"frontdesk"),
    )
    return bytes(content) + footer + struct.pack("<I", len(footer)) + MAGIC


def _page(values: Sequence[Any], kind: _Kind) -> bytes:
    """Return a data page: which values there are, one bit each, and then the values."""
    bits = bytearray((len(values) + 7) // 8)
    for place, value in enumerate(values):
        if value is not None:
            bits[place // 8] |= 1 << place % 8
    levels = _varint(len(bits) << 1 | 1) + bytes(bits)
    data = b"".join(kind.write(value) for value in values if value is not None)
    body = struct.pack("<I", len(levels)) + levels + data
    said = _struct(
        (1, _I32, len(values)), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE)
    )  # fmt: skip
    head = _struct((1, _I32, 0), (2, _I32, len(body)), (3, _I32, len(body)), (5, _STRUCT, said))
    return head + body


def _chunk(name: str, kind: _Kind, count: int, at: int, size: int) -> bytes:
    said = _struct(
        (1, _I32, kind.physical),
        (2, _LIST, _list(_I32, [_zigzag(_PLAIN), _zigzag(_RLE)])),
        (3, _LIST, _list(_BINARY, [_sized(name.encode())])),
        (4, _I32, 0),
        (5, _I64, count),
        (6, _I64, size),
        (7, _I64, size),
        (9, _I64, at),
    )
    return _struct((2, _I64, at), (3, _STRUCT, said))


def _root(count: int) -> bytes:
    return _struct((4, _BINARY, b"rows"), (5, _I32, count))


def _element(column: tuple[str, str]) -> bytes:
    name, kind = column[0], KINDS[column[1]]
    fields: list[tuple[int, int, Any]] = [
        (1, _I32, kind.physical), (3, _I32, _OPTIONAL), (4, _BINARY, name.encode())
    ]  # fmt: skip
    if kind.means is not None:
        fields.append((6, _I32, kind.means))
    if kind.means == _DECIMAL:
        fields += [(7, _I32, 2), (8, _I32, 18)]
    return _struct(*fields)


# The compact protocol of Thrift, as far as the metadata need it


def _struct(*fields: tuple[int, int, Any]) -> bytes:
    content, last = bytearray(), 0
    for number, kind, value in fields:
        content.append((number - last) << 4 | kind)
        last = number
        if kind in (_I32, _I64):
            content += _zigzag(value)
        elif kind == _BINARY:
            content += _sized(value)
        else:
            content += value
    return bytes(content) + b"\x00"


def _list(kind: int, items: Sequence[bytes]) -> bytes:
    head = bytes([len(items) << 4 | kind]) if len(items) < 15 else bytes([0xF0 | kind])
    return head + (_varint(len(items)) if len(items) >= 15 else b"") + b"".join(items)


def _sized(content: bytes) -> bytes:
    return _varint(len(content)) + content


def _zigzag(value: int) -> bytes:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    content = bytearray()
    while value > 0x7F:
        content.append(value & 0x7F | 0x80)
        value >>= 7
    content.append(value)
    return bytes(content)
