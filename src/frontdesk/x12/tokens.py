"""Bytes in, segment texts out, a block at a time; delimiters are taken from each ISA."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from frontdesk.x12.models.envelope import Delimiters

Source = bytes | Path | BinaryIO

_BLOCK = 1 << 16
# Longer than any segment can be: a text this long has lost its terminator.
_LONGEST = 1 << 20
_ISA = re.compile(r"(?<![A-Za-z0-9])ISA(?=[^A-Za-z0-9 \r\n])", re.IGNORECASE)
_ISA_ELEMENTS = 16
_ISA_LENGTH = 106
_HEADER_REACH = 400


@dataclass(slots=True)
class Block:
    """Some consecutive segment texts. `opens` tells that the first of them is an ISA.

    `offset` is where the first text starts in the source. `raw` holds the texts with the
    line breaks that were taken out of `texts`; usually both are the same list. `junk` is
    whether something else than white space stood before an ISA, or
    after the last interchange (a last block without texts).
    """

    delimiters: Delimiters
    texts: list[str]
    raw: list[str]
    offset: int
    opens: bool = False
    junk: bool = False


def blocks(source: Source) -> Iterator[Block]:
    """Yield the segment texts of a source. One without an ISA yields nothing."""
    if isinstance(source, bytes):
        yield from _blocks(io.BytesIO(source))
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _blocks(stream)
    else:
        yield from _blocks(source)


def find_delimiters(header: str) -> Delimiters:
    """Read the delimiters from a text that starts with ISA.

    The elements are counted, not their widths, so an ISA without padding is read too.
    """
    element = header[3]
    parts = header.split(element, _ISA_ELEMENTS)
    if len(parts) > _ISA_ELEMENTS and len(parts[-1]) >= 2:
        component, segment = parts[-1][0], parts[-1][1]
        version = parts[11]
    else:
        at = _ISA_LENGTH
        component, segment = (header[at - 2], header[at - 1]) if len(header) >= at else (":", "~")
        version = "U"
    # Control characters count as space in Python, and are used as separators.
    is_sign = len(version) == 1 and not version.isalnum() and version not in " \r\n"
    repetition = version if is_sign else ""
    return Delimiters(segment=segment, element=element, repetition=repetition, component=component)


def _blocks(stream: BinaryIO) -> Iterator[Block]:
    """Alternate between looking for an ISA and cutting what follows it."""
    buffer, offset, ended = "", 0, False
    junk = has_any = False
    while True:
        found = _ISA.search(buffer)
        if found is None or (len(buffer) - found.start() < _HEADER_REACH and not ended):
            if ended:
                if has_any and (junk or _is_junk(buffer)):
                    yield Block(Delimiters(), [], [], offset, junk=True)
                return
            kept = len(buffer) - 3 if found is None else found.start()
            if kept > _BLOCK:
                junk = junk or _is_junk(buffer[:kept])
                offset, buffer = offset + kept, buffer[kept:]
            more = stream.read(_BLOCK).decode("latin-1")
            buffer, ended = buffer + more, not more
            continue
        junk = junk or _is_junk(buffer[: found.start()])
        offset, buffer = offset + found.start(), buffer[found.start() :]
        cutter = _Cutter(stream, buffer, offset, ended)
        for block in cutter.blocks():
            block.junk = junk and block.opens
            yield block
        junk, has_any = False, True
        buffer, offset, ended = cutter.buffer, cutter.offset, cutter.ended


def _is_junk(text: str) -> bool:
    """Whether there is more than white space, a byte order mark and end-of-file signs."""
    return bool(text.strip("ï»¿\x00\x1a \t\r\n"))


class _Cutter:
    """Cuts one interchange into texts; what follows its IEA is left in `buffer`."""

    def __init__(self, stream: BinaryIO, buffer: str, offset: int, ended: bool) -> None:
        self.buffer = buffer
        self.offset = offset
        self.ended = ended
        self._stream = stream
        self._delimiters = find_delimiters(buffer[:_HEADER_REACH])
        segment, element = (re.escape(self._delimiters.segment), re.escape(buffer[3]))
        self._edge = re.compile(rf"{segment}\s*I[ES]A{element}", re.IGNORECASE)

    def blocks(self) -> Iterator[Block]:
        """Yield blocks up to and including the one that holds the IEA."""
        opens = True
        while True:
            block, done = self._cut()
            if block is not None:
                block.opens = opens
                opens = False
                yield block
            if done:
                return
            more = self._stream.read(_BLOCK).decode("latin-1")
            self.ended = not more
            self.buffer += more

    def _cut(self) -> tuple[Block | None, bool]:
        """Cut what the buffer holds; say whether the interchange is over."""
        terminator = self._delimiters.segment
        raw = self.buffer.split(terminator)
        rest = [raw.pop()]
        if self.ended or len(rest[0]) > _LONGEST:
            if rest[0].strip():
                raw += rest
            rest = []
        end = self._last(raw)
        size = sum(map(len, raw[:end])) + end
        block = self._block(raw[:end]) if end else None
        after = terminator.join(raw[end:] + rest)
        self.offset, self.buffer = self.offset + size, after
        return block, end < len(raw) or self._closed(raw[:end]) or self.ended

    def _last(self, raw: list[str]) -> int:
        """How many of the texts belong to this interchange: up to IEA, or to the next ISA."""
        if not self._edge.search(self.buffer):
            return len(raw)
        element = self._delimiters.element
        for index, text in enumerate(raw):
            if text.lstrip().startswith("IEA" + element):
                return index + 1
            if index and _ISA.match(text.lstrip()) and text.lstrip()[3] == element:
                return index
        return len(raw)

    def _closed(self, raw: list[str]) -> bool:
        return bool(raw) and raw[-1].lstrip().startswith("IEA" + self._delimiters.element)

    def _block(self, raw: list[str]) -> Block:
        texts = raw
        has_breaks = "\n" in self.buffer or "\r" in self.buffer
        if self._delimiters.segment not in "\r\n" and has_breaks:
            texts = [text.replace("\r", "").replace("\n", "") for text in raw]
        elif self._delimiters.segment in "\r\n":
            texts = [text.strip("\r\n") for text in raw]
        return Block(self._delimiters, texts, raw, self.offset)
