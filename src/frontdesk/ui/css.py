"""A stylesheet reduced to what is used: rules whose classes nobody names are dropped."""

import re
from collections.abc import Collection, Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NESTING = ("@media", "@supports", "@layer", "@container")
_DROPPED = ("@charset", "@import")


def reduced(css: str, words: Collection[str]) -> str:
    """Return the rules of a minified stylesheet that can match a page made of these words.

    A selector stays when each class in it is one of the words; a rule stays when one of its
    selectors does. Rules on elements, `:root` and attributes always stay, as do `@` rules.
    """
    return "".join(_kept(_COMMENT.sub("", css), frozenset(words)))


def _kept(css: str, words: frozenset[str]) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None:
            if not head.startswith(_DROPPED):
                yield f"{head};"
        elif head.startswith(_NESTING):
            inside = "".join(_kept(body, words))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = [one for one in _selectors(head) if words.issuperset(_CLASS.findall(one))]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule as its head and its body, or a statement as its head and nothing."""
    at, end = 0, len(css)
    while at < end:
        brace, semicolon = css.find("{", at), css.find(";", at)
        if brace < 0:
            return
        if 0 <= semicolon < brace:
            yield css[at:semicolon].strip(), None
            at = semicolon + 1
            continue
        close = _closing(css, brace)
        yield css[at:brace].strip(), css[brace + 1 : close]
        at = close + 1


def _closing(css: str, brace: int) -> int:
    """Return where the brace that opens here is closed, reading over strings."""
    depth, quote = 0, ""
    for at in range(brace, len(css)):
        sign = css[at]
        if quote:
            quote = "" if sign == quote and css[at - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if depth == 0:
                return at
    return len(css)


def _selectors(head: str) -> Iterator[str]:
    """Yield the selectors of a list; a comma inside brackets does not part them."""
    depth, start = 0, 0
    for at, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield head[start:at]
            start = at + 1
    yield head[start:]
