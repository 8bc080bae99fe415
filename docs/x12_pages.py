"""Pages of the X12 engine's guides and edits, written from what the engine works from."""

from collections import defaultdict
from collections.abc import Iterator

from frontdesk.x12.edits.inspector import MODULES
from frontdesk.x12.edits.registry import DOUBTFUL, EDITS
from frontdesk.x12.findings import KINDS
from frontdesk.x12.schema import every_guide
from frontdesk.x12.schema.grammar import REQUIRED, UNBOUNDED, Element, Guide, Loop, Segment

NOTE = "*Written from the guides by `make docs`; do not edit.*\n"
FOLDER = "x12"
_MOST_CODES = 24
_NAMES = {
    "270": "Eligibility inquiry",
    "271": "Eligibility response",
    "276": "Claim status inquiry",
    "277": "Claim status answer",
    "820": "Premium payment",
    "834": "Enrolment",
    "835": "Remittance",
    "837": "Professional claim",
    "999": "Group acknowledgement",
}
_OTHERS = {
    "005010X214": "Claim acknowledgement (277CA)",
    "005010X223A2": "Institutional claim",
}


def pages() -> dict[str, str]:
    """Each page by its path below the reference."""
    found = {f"{FOLDER}/{_file(guide)}": _guide(guide) for guide in every_guide()}
    found[f"{FOLDER}/edits.md"] = _edits()
    found[f"{FOLDER}/index.md"] = _index()
    return found


def _file(guide: Guide) -> str:
    parts = (guide.set_id, guide.kind, guide.version.lower())
    return "-".join(part for part in parts if part) + ".md"


def _title(guide: Guide) -> str:
    if guide.kind:
        return f"Services review {guide.kind} (278)"
    return _OTHERS.get(guide.version, f"{_NAMES[guide.set_id]} ({guide.set_id})")


def _index() -> str:
    lines = ["# The guides\n", NOTE, "| set | guide | also read | page |", "|---|---|---|---|"]
    for guide in every_guide():
        others = ", ".join(v for v in guide.accepts if v != guide.version)
        page = f"[{_title(guide)}]({_file(guide)})"
        lines.append(f"| {guide.set_id} | {guide.version} | {others} | {page} |")
    lines.append("\nWhat is judged beyond the guides: [edits](edits.md).")
    return "\n".join(lines) + "\n"


def _guide(guide: Guide) -> str:
    lines = [
        f"# {_title(guide)}, {guide.version}\n",
        NOTE,
        "Loops in their order, each with its segments. R required, S situational; how often it",
        "may come (any: without limit). Of the elements, those in bold are required; what is",
        "not named is not used. Long lists of codes are cut.",
    ]
    seen: set[int] = set()
    lines += _loop(guide.root, 0, seen)
    return "\n".join(lines) + "\n"


def _loop(loop: Loop, depth: int, seen: set[int]) -> Iterator[str]:
    usage = f"{'R' if loop.required else 'S'}, {_times(loop.most)}"
    name = f"{loop.id} {loop.name}" if loop.id else "Transaction"
    inside = f"; level {depth}" if depth > 1 else ""
    yield f"\n## {name}\n\n{usage}{inside}\n"
    if id(loop.items) in seen:
        yield "The same segments as above."
        return
    seen.add(id(loop.items))
    yield "| segment | usage | times | elements |\n|---|---|---|---|"
    inner = []
    for item in loop.items:
        if isinstance(item, Segment):
            usage = "R" if item.required else "S"
            elements = "; ".join(_elements(item))
            yield f"| {item.id} | {usage} | {_times(item.most)} | {elements} |"
        else:
            inner.append(item)
    for item in inner:
        yield from _loop(item, depth + 1, seen)


def _times(most: int) -> str:
    return "any" if most == UNBOUNDED else str(most)


def _elements(segment: Segment) -> Iterator[str]:
    last = max((i for i, e in enumerate(segment.elements) if e.usage != "-"), default=-1)
    for place, element in enumerate(segment.elements[: last + 1], start=1):
        if element.usage != "-":
            yield _element(f"{place:02}", element)


def _element(place: str, element: Element) -> str:
    if element.components:
        parts = ", ".join(
            _element(f"{place}-{n}", c)
            for n, c in enumerate(element.components, start=1)
            if c.usage != "-"
        )
        text = parts
    else:
        size = f"{element.low}" if element.low == element.high else f"{element.low}–{element.high}"
        codes = list(element.codes[:_MOST_CODES])
        more = " …" if len(element.codes) > _MOST_CODES else ""
        kind = f"{'|'.join(codes)}{more}".replace("|", " ") if codes else f"{element.kind} {size}"
        text = f"{place} {kind}"
    repeats = f" ×{element.repeats}" if element.repeats > 1 else ""
    return f"**{text}**{repeats}" if element.usage == REQUIRED else f"{text}{repeats}"


def _edits() -> str:
    by_set = defaultdict(list)
    for edit in EDITS.values():
        by_set[edit.set_id].append(edit)
    lines = [
        "# Edits\n",
        NOTE,
        f"{len(EDITS)} rules of SNIP 4 to 6 in {len(MODULES)} files, beyond what the guides say.",
        "They are judged where `check` or `read` is asked with `snip`. What is sure is an error,",
        "the others are warnings, and errors with `strict`. One that needs a code set is silent",
        "where none is given.",
    ]
    for set_id, edits in sorted(by_set.items()):
        name = "Every set" if set_id == "*" else set_id
        lines += [
            f"\n## {name}\n",
            "| code | SNIP | sure | where | what is wrong |",
            "|---|---|---|---|---|",
        ]
        for edit in sorted(edits, key=lambda e: (e.snip, e.id)):
            loops = [loop or "transaction" for loop in edit.loops if loop or not edit.segments]
            where = " ".join((*loops, *edit.segments))
            sure = "●" if edit.id not in DOUBTFUL else ""
            words = KINDS[edit.id].words
            lines.append(f"| `{edit.id}` | {edit.snip} | {sure} | {where} | {words} |")
    return "\n".join(lines) + "\n"
