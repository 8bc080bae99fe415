"""Every URL of the house, read from the URLconf, with what it asks."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

import frontdesk

PLAIN = {  # parts of an address that are no key
    "day": "2026-11-23",
    "on": "2026-11-23",
    "step": "identity",
    "stage": "roomed",
    "slug": "x",
    "tab": "visits",
    "kind": "all",
    "uidb36": "abc",
    "key": "abc-def",
}


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern, its converters, its view."""

    name: str
    pattern: str
    converters: tuple[tuple[str, object], ...]
    view: object

    @property
    def needs(self):
        """What whoever calls it must hold, or None when it says nothing."""
        url_name = self.name.rpartition(":")[2]
        return getattr(self.view, "needs", None) or settings.LIBRARY_VIEWS.get(url_name)

    @property
    def keys(self):
        """The names of the keys in the address."""
        return [name for name, kind in self.converters if isinstance(kind, UUIDConverter)]

    def url(self, **keys):
        """Return the address with these keys; what is no key gets a plain value."""
        path = self.pattern
        for name, kind in self.converters:
            plain = _plain(name, kind)
            path = re.sub(rf"<(?:\w+:)?{name}>", str(keys.get(name, plain)), path)
        if "(?P" in path:  # a library's own regular expression
            path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: PLAIN.get(m[1], "x"), path)
            path = path.replace("^", "").replace("$", "")
        return f"/{path}"


def _plain(name, kind):
    """Return a value that the converter takes: one of those it names, or a usual one."""
    if isinstance(kind, IntConverter):
        return 1
    named = re.fullmatch(r"\(?(?:\?:)?([\w-]+)(?:\|[\w-]+)*\)?", kind.regex)
    return named[1] if named else PLAIN.get(name, "x")


def routes():
    """Return every route of the house."""
    return sorted(_walk(get_resolver(), "", "", {}), key=lambda route: (route.name, route.pattern))


def _walk(resolver, prefix, namespace, converters):
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        known = {**converters, **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inner = ":".join(part for part in (namespace, entry.namespace) if part)
            yield from _walk(entry, pattern, inner, known)
        elif isinstance(entry, URLPattern):
            name = f"{namespace}:{entry.name}" if namespace else (entry.name or pattern)
            yield Route(name, pattern, tuple(known.items()), entry.callback)


def parameters():
    """Return the name of every query parameter that some view reads, and of every form's field."""
    found = set()
    for path in Path(frontdesk.__file__).parent.rglob("*.py"):
        text = path.read_text()
        found |= set(re.findall(r"GET(?:\.get|\.getlist)?[\[(]\s*\"(\w+)\"", text))
        if "forms" in str(path):
            found |= set(re.findall(r"^    (\w+)(?:: [^=\n]+)? = forms\.", text, re.MULTILINE))
    return sorted(found | {"page", "q", "sort", "order", "next", "filter"})
