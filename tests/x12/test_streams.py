"""Long, broken and oddly written sources: constant memory, and what follows is still read."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12.samples import claim, envelope, errors, inquiry, response
from tests.x12.test_roundtrip import bodies, content

KILOBYTE = 1_000


class Repeated(io.RawIOBase):
    """The same interchange again and again under new numbers, made while it is read."""

    def __init__(self, times, one=None):
        claims = [claim(number=f"C{n}") for n in range(100)]
        self._one = one or x12.write(envelope(), claims)
        self._times = times
        self._rest = b""
        self.given = 0

    def readable(self):
        return True

    def read(self, size=-1):
        if not self._rest and self._times:
            number = f"{self._times:09}".encode()
            self._rest = self._one.replace(b"000000001", number)
            self._times -= 1
        piece, self._rest = self._rest[:size], self._rest[size:]
        self.given += len(piece)
        return piece


def peak_of(work, times, source=Repeated):
    """The most memory that reading takes at once, in bytes, and how much was read."""
    stream = source(times)
    tracemalloc.start()
    try:
        work(stream)
        return tracemalloc.get_traced_memory()[1], stream.given
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "work",
    [
        x12.check,
        lambda source: x12.check(source, snip=6),
        lambda source: sum(1 for _ in x12.claims(source)),
    ],
    ids=["judging", "judging with edits", "claim by claim"],
)
def test_memory_does_not_grow_with_the_source(work):
    work(Repeated(2))  # what is learnt once is not counted
    small, little = peak_of(work, 4)
    large, much = peak_of(work, 24)

    assert much > 5 * little
    assert large < small + 400 * KILOBYTE


class ManySets(Repeated):
    """One group of small sets, numbered on and on."""

    def __init__(self, times):
        whole = x12.write(envelope(), [inquiry()])
        start, end = whole.index(b"ST*"), whole.index(b"GE*")
        super().__init__(times * 200, one=whole[start:end])
        self._head = whole[:start]
        self._tail = b"GE*%d*1~IEA*1*000000001~" % (times * 200)

    def read(self, size=-1):
        if self._head:
            piece, self._head = self._head, b""
        elif self._times or self._rest:
            piece = self._one.replace(b"*0001", b"*%09d" % (10**6 - self._times))
            self._times -= 1
        else:
            piece, self._tail = self._tail, b""
        self.given += len(piece)
        return piece


@pytest.mark.parametrize("work", [x12.read, x12.claims], ids=["set by set", "claim by claim"])
def test_memory_does_not_grow_with_the_number_of_sets(work):
    def all_of(source):
        return sum(1 for _ in work(source))

    all_of(ManySets(1))
    small, little = peak_of(all_of, 2, ManySets)
    large, much = peak_of(all_of, 20, ManySets)

    assert much > 4 * little
    assert large < small + 600 * KILOBYTE


def test_a_long_stream_is_valid_to_its_end():
    stream = Repeated(30)
    report = x12.check(stream)

    assert report.valid
    assert len(report.transactions) == 30


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_set_that_breaks_off_is_told_and_the_next_is_read(kept):
    data = x12.write(envelope(), [inquiry(trace="T1"), inquiry(trace="T2"), inquiry(trace="T3")])
    texts = data.decode().split("~")
    starts = [i for i, text in enumerate(texts) if text.startswith("ST*")]
    end = starts[1] + int((starts[2] - starts[1]) * kept) or starts[1] + 1
    cut = "~".join([*texts[:end], *texts[starts[2] :]]).encode()

    report = x12.check(cut)
    read = [body.trace for t in x12.read(cut) for body in t.bodies]

    assert "se-missing" in errors(report)
    assert [t.valid for t in report.transactions] == [True, False, True]
    assert read[0] == "T1"
    assert read[-1] == "T3"


def test_a_lost_terminator_costs_one_set():
    data = x12.write(envelope(), [inquiry(trace="T1"), inquiry(trace="T2")])
    broken = data.replace(b"~NM1*IL", b"NM1*IL", 1)

    assert [t.valid for t in x12.check(broken).transactions] == [False, True]


@some.single
@given(place=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_corrupt_bytes_in_one_set_leave_the_others(place, junk):
    data = x12.write(envelope(), [response(trace="T1"), response(trace="T2"), response(trace="T3")])
    first, second = (data.index(b"ST*271*000%d" % n) for n in (2, 3))
    at = first + int((second - first - 20) * place)
    safe = junk.replace(b"ISA", b"").replace(b"isa", b"")
    for name in (b"ST*", b"GE*", b"IEA*", b"SE*", b"GS*"):
        safe = safe.replace(name, b"")
    corrupt = data[:at] + safe + data[at:]

    transactions = list(x12.read(corrupt))
    traces = [body.trace for t in transactions for body in t.bodies if t.valid]

    assert "T1" in traces
    assert "T3" in traces


SIGNS = st.lists(
    st.sampled_from("~*:^|!>\n\x1c\x1d\x1e%@#+"), min_size=4, max_size=4, unique=True
).filter(lambda signs: "\n" not in signs[1:])


@some.single
@given(signs=SIGNS)
def test_any_delimiters_say_the_same(signs):
    segment, element, repetition, component = signs
    delimiters = x12.Delimiters(
        segment=segment, element=element, repetition=repetition, component=component
    )
    data = x12.write(envelope(), [inquiry()], delimiters=delimiters)

    assert content(bodies(data)) == content(bodies(x12.write(envelope(), [inquiry()])))


@pytest.mark.parametrize("ending", ["~\n", "~\r\n", "~\n\n", "~ \n"])
def test_line_breaks_between_segments_change_nothing(ending):
    data = x12.write(envelope(), [claim()]).decode().replace("~", ending).encode()

    assert content(bodies(data)) == content(bodies(x12.write(envelope(), [claim()])))


def test_a_header_in_small_letters_or_without_padding_is_read():
    data = x12.write(envelope(), [claim()]).decode()
    parts = data.split("~")[0].split("*")
    bare = "*".join(p.strip() if 0 < n < 11 else p for n, p in enumerate(parts))
    small = "isa" + data[3:]
    unpadded = bare + data[data.index("~") :]

    for text in (small, unpadded, f"\ufeff{data}", f"  \n{data}"):
        assert content(bodies(text.encode("utf-8"))) == content(bodies(data.encode()))
