"""Single-defect mutants made from the guides themselves, at places chosen by a seed.

Every element, segment and loop of a clean message is looked up in its guide, and broken in
each way the guide forbids: what must be there is taken out, what may not be is put in, codes,
types, lengths, dates, repeats, counts, control numbers, levels and sums are falsified. One
mutant differs from the clean message in one place.
"""

import random
from dataclasses import dataclass

from frontdesk.x12.compile.machines import table_for
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema.grammar import NOT_USED, REQUIRED, UNBOUNDED
from tests.x12.samples import recounted


@dataclass(frozen=True)
class Made:
    """A faulty message: its kind of fault, the SNIP type, and what was changed."""

    kind: str
    snip: int
    what: str
    data: bytes


@dataclass(frozen=True)
class Place:
    """A segment of the clean message with the guide's word on it."""

    index: int
    text: str
    segment: object
    opens: bool
    loop: object
    path: tuple


class Message:
    """A clean message of one transaction set, each segment beside its place in the guide."""

    def __init__(self, data):
        self.texts = data.decode("ascii").rstrip("~").split("~")
        self.first = next(i for i, t in enumerate(self.texts) if t.startswith("ST*")) + 1
        head = self.texts[self.first - 1].split("*")
        version = next(t for t in self.texts if t.startswith("GS*")).split("*")[8]
        opening = self.texts[self.first].split("*")
        table = table_for(head[1], version, Delimiters(), opening[2] if len(opening) > 2 else "")
        self.places = list(self._walk(table))

    def _walk(self, table):
        state, path = table.start, [(table.guide.root, 0)]
        for index in range(self.first, len(self.texts)):
            text = self.texts[index]
            if text.startswith("SE*"):
                return
            step = table.step(state, table.key(text))
            assert step.segment is not None, text
            assert not step.faults, text
            del path[len(path) - step.closes :]
            if step.opens is not None:
                path.append((step.opens, index))
            yield Place(index, text, step.segment, step.opens is not None, path[-1][0], tuple(path))
            state = step.state

    def joined(self, texts, *, recount=False):
        data = ("~".join(texts) + "~").encode("latin-1")
        return recounted(data) if recount else data

    def changed(self, index, position, value):
        """One element replaced; empty elements at the end are left out."""
        parts = self.texts[index].split("*")
        parts += [""] * (position + 1 - len(parts))
        parts[position] = value
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        return self.joined([*self.texts[:index], "*".join(parts), *self.texts[index + 1 :]])

    def without(self, first, last):
        """Some segments left out, the count made right."""
        return self.joined([*self.texts[:first], *self.texts[last:]], recount=True)

    def with_more(self, index, texts):
        """Some segments put in, the count made right."""
        return self.joined([*self.texts[:index], *texts, *self.texts[index:]], recount=True)

    def end_of(self, place):
        """Where the loop ends that this place opens."""
        depth = len(place.path)
        for other in self.places:
            if other.index > place.index and (
                len(other.path) < depth or other.path[depth - 1] != place.path[depth - 1]
            ):
                return other.index
        return self.places[-1].index + 1


def mutants(data, seed, each=3):
    """Mutants of every kind, at most `each` of a kind, at places chosen by the seed."""
    message = Message(data)
    dice = random.Random(seed)
    for make in (_elements, _segments, _loops, _envelope, _levels, _sums):
        found = {}
        for made in make(message):
            found.setdefault(made.kind, []).append(made)
        for kind in sorted(found):
            for lazy in dice.sample(found[kind], min(each, len(found[kind]))):
                yield Made(lazy.kind, lazy.snip, lazy.what, lazy.data())


def _lazy(kind, snip, what, build, *args, **named):
    return Made(kind, snip, what, lambda: build(*args, **named))


def _elements(message):
    for place in message.places:
        values = place.text.split("*")[1:]
        for number, element in enumerate(place.segment.elements, start=1):
            value = values[number - 1] if number <= len(values) else ""
            yield from _element(message, place, number, element, value)
        full = len(place.segment.elements)
        yield _lazy(
            "an element too many", 1, place.text, message.changed, place.index, full + 1, "X"
        )
        texts = list(message.texts)
        texts[place.index] = place.text + "*"
        yield _lazy("a separator at the end", 1, place.text, message.joined, texts)


def _element(message, place, number, element, value):
    def change(kind, snip, new):
        what = f"{place.segment.id}{number:02} in {place.loop.id}"
        return _lazy(kind, snip, what, message.changed, place.index, number, new)

    if element.usage == NOT_USED:
        if not element.components and element.kind != "C":
            yield change("an element not used", 2, _filler(element))
    elif value:
        if element.usage == REQUIRED:
            yield change("a required element left out", 1, "")
        if element.components:
            yield from _components(element, value, change)
        elif element.repeats == 1:
            yield from _values(place, number, element, value, change)
        else:
            yield from _repeats(element, value, change)


def _repeats(element, value, change):
    code = value.split("^")[0]
    yield change("more repeats than may be", 1, "^".join([code] * (element.repeats + 1)))
    if element.codes:
        yield change("an unknown code among the repeats", 2, f"{value}^@@")


def _components(element, value, change):
    parts = value.split(":")
    yield change("a component too many", 1, ":".join([*_full(parts, element), "X"]))
    for place, (part, component) in enumerate(zip(parts, element.components, strict=False)):
        if not part:
            continue
        rest = list(parts)
        if component.usage == REQUIRED and (len(parts) > 1 or element.usage == REQUIRED):
            rest[place] = ""
            yield change("a required component left out", 1, ":".join(rest).rstrip(":"))
        if component.codes:
            rest[place] = "@@"
            yield change("an unknown code in a component", 2, ":".join(rest))
        elif component.kind == "AN" or component.kind == "ID":
            rest[place] = "X" * (component.high + 1)
            yield change("a component too long", 1, ":".join(rest))


def _full(parts, element):
    return [*parts, *[""] * (len(element.components) - len(parts))]


def _values(place, number, element, value, change):
    if element.codes:
        yield change("an unknown code", 2, "@" * max(element.low, 1))
    elif _is_date(place, number):
        yield change("an impossible date", 1, "20261341")
        yield change("letters in a date", 1, "2026NOV1")
    elif element.kind in {"AN", "ID"}:
        yield change("a value too long", 1, "X" * (element.high + 1))
        if element.low > 1:
            yield change("a value too short", 1, "X" * (element.low - 1))
        yield change("spaces at the end", 1, value[: element.high - 1] + " ")
        yield change("a control character", 1, value[: element.high - 1] + "\x07")
        yield change("a component separator in a text", 1, value[: element.high - 1] + ":")
    elif element.kind == "DT":
        yield change("an impossible date", 1, "20261341")
        yield change("29 February of a common year", 1, "20250229")
    elif element.kind == "TM":
        yield change("an impossible time", 1, "2561")
    elif element.kind == "R" or element.kind.startswith("N"):
        yield change("letters in a number", 1, "1O")
        yield change("a number too long", 1, "9" * (element.high + 1))
        yield change("two points in a number", 1, "1.2.3")
        yield change("an exponent in a number", 1, "1E2")


def _is_date(place, number):
    """Whether the element before says in which form this one is written."""
    return number > 1 and place.segment.elements[number - 2].number == "1250"


def _filler(element):
    if element.kind == "DT":
        return "20260101"
    if element.kind in {"R", "TM"} or element.kind.startswith("N"):
        return "1" * max(element.low, 1)
    return "X" * max(element.low, 1)


def _segments(message):
    for place in message.places:
        what = f"{place.text.split('*')[0]} in {place.loop.id}"
        item = place.loop.items[0] if place.opens else place.segment
        is_item = item is place.segment
        if place.segment.required and not place.opens and _is_only(message, place):
            yield _lazy(
                "a required segment left out",
                2,
                what,
                message.without,
                place.index,
                place.index + 1,
            )
        if is_item and not place.opens and place.segment.most < min(UNBOUNDED, 120):
            copies = [place.text] * place.segment.most
            yield _lazy(
                "more segments than may be", 2, what, message.with_more, place.index, copies
            )
        yield _lazy("an unknown segment", 1, what, message.with_more, place.index, ["ZZZ*1"])
        yield _lazy("a bare segment", 1, what, message.with_more, place.index, ["N9"])
        texts = list(message.texts)
        texts[place.index] = place.text[:2].lower() + place.text[2:]
        yield _lazy("a segment in small letters", 1, what, message.joined, texts)
        texts = list(message.texts)
        texts[place.index] = " " + place.text
        yield _lazy("white space before a segment", 1, what, message.joined, texts)
        yield from _swapped(message, place, what)


def _is_only(message, place):
    """Whether no other segment of this loop satisfies the same requirement."""
    same = [p for p in message.places if p.path == place.path and p.segment is place.segment]
    return len(same) == 1


def _swapped(message, place, what):
    """The head of a loop after its next segment, which would then have no loop to stand in.

    Where the same loop stands before it, or the loop around it can hold such a segment, the
    segment may well belong there: no mutant.
    """
    before = next((p for p in message.places if p.index == place.index - 1), None)
    if before is not None and any(loop is place.loop for loop, _ in before.path):
        return
    following = next((p for p in message.places if p.index == place.index + 1), None)
    if not place.opens or following is None or following.path != place.path:
        return
    around = place.path[-2][0].items
    if not any(item.first.id == following.segment.id for item in around):
        texts = list(message.texts)
        texts[place.index], texts[place.index + 1] = following.text, place.text
        yield _lazy("the head of a loop after what it opens", 2, what, message.joined, texts)


def _loops(message):
    for place in message.places:
        if not place.opens:
            continue
        end = message.end_of(place)
        siblings = [
            p
            for p in message.places
            if p.opens and p.loop is place.loop and p.path[:-1] == place.path[:-1]
        ]
        what = f"loop {place.loop.id}"
        if place.loop.required and len(siblings) == 1:
            yield _lazy("a required loop left out", 2, what, message.without, place.index, end)
        if place.loop.most < 30 and not place.text.startswith("HL"):
            copies = message.texts[place.index : end] * place.loop.most
            yield _lazy("more loops than may be", 2, what, message.with_more, end, copies)


def _envelope(message):
    last = {t.split("*")[0]: i for i, t in enumerate(message.texts)}
    for name, position, value in (
        ("SE", 1, "77777"),  # more segments than any of ours has
        ("SE", 2, "7777"),
        ("GE", 1, "7"),
        ("GE", 2, "7777"),
        ("IEA", 1, "7"),
        ("IEA", 2, "000007777"),
        ("GS", 1, "ZZ"),
        ("GS", 7, "T"),
        ("GS", 8, "005010X999"),
        ("ST", 2, ""),
        ("ST", 3, "005010X998"),
        ("ISA", 1, "@@"),
        ("ISA", 5, "@@"),
        ("ISA", 9, "261341"),
        ("ISA", 10, "2561"),
        ("ISA", 12, "00401"),
        ("ISA", 13, "ABCDEFGHI"),
        ("ISA", 14, "7"),
        ("ISA", 15, "X"),
    ):
        kind = f"{name}{position:02} falsified"
        yield _lazy(kind, 1, kind, message.changed, last[name], position, value)
    for name in ("SE", "GE", "IEA", "GS", "ST"):
        index = last[name]
        texts = [*message.texts[:index], *message.texts[index + 1 :]]
        yield _lazy(f"no {name}", 1, name, message.joined, texts)
    inside = message.texts[last["ST"] : last["SE"] + 1]
    texts = [*message.texts[: last["SE"] + 1], *inside, *message.texts[last["SE"] + 1 :]]
    texts = ["*".join(["GE", "2", t.split("*")[2]]) if t.startswith("GE*") else t for t in texts]
    yield _lazy("a set control number used twice", 1, "ST", message.joined, texts)


def _levels(message):
    levels = [p for p in message.places if p.text.startswith("HL*")]
    for place in levels:
        parts = place.text.split("*")
        what = place.text
        yield _lazy("a level's number jumps", 1, what, message.changed, place.index, 1, "77")
        if parts[2]:
            yield _lazy("a level without parent", 1, what, message.changed, place.index, 2, "78")
        has_below = any(p.text.split("*")[2] == parts[1] for p in levels)
        if has_below and len(parts) > 4:
            yield _lazy(
                "a level denies what is below", 2, what, message.changed, place.index, 4, "0"
            )
    for place in message.places:
        if place.text.startswith("LX*") and message.texts[message.first - 1].startswith("ST*837"):
            yield _lazy("line numbers jump", 2, place.text, message.changed, place.index, 1, "7")
        if place.text.startswith(("LS*", "LE*")):
            yield _lazy(
                "a loop's bound left out",
                2,
                place.text,
                message.without,
                place.index,
                place.index + 1,
            )


# The amounts that take part in a balance: segment, and the elements.
_BALANCED = {
    "837": {"CLM": (2,), "SV1": (2,)},
    "835": {
        "BPR": (2,),
        "CLP": (3, 4, 5),
        "SVC": (2, 3),
        "CAS": (3, 6, 9),
        "PLB": (4, 6),
    },
    "999": {"AK9": (3, 4)},
}
_BALANCED_ELSEWHERE = {"837": {"SVD": (2,), "CAS": (3, 6), "AMT": (2,)}}


def _sums(message):
    set_id = message.texts[message.first - 1].split("*")[1]
    wanted = dict(_BALANCED.get(set_id, {}))
    for place in message.places:
        parts = place.text.split("*")
        positions = wanted.get(parts[0], ())
        if set_id == "837" and place.loop.id in {"2320", "2430"}:
            is_paid = parts[0] != "AMT" or parts[1] == "D"
            positions = _BALANCED_ELSEWHERE["837"].get(parts[0], ()) if is_paid else ()
        for position in positions:
            if position < len(parts) and parts[position]:
                yield from _sum(message, place, position, parts[position], set_id)


def _sum(message, place, position, value, set_id):
    from decimal import Decimal

    step = Decimal(1) if set_id == "999" else Decimal("0.01")
    what = f"{place.text.split('*')[0]}{position:02} in {place.loop.id}"
    more = format(Decimal(value) + step, "f")
    kind = "a count off by one" if set_id == "999" else "an amount off by a cent"
    yield _lazy(kind, 3, what, message.changed, place.index, position, more)
    if Decimal(value) and set_id != "999":
        turned = format(-Decimal(value), "f")
        yield _lazy("a sign turned", 3, what, message.changed, place.index, position, turned)
