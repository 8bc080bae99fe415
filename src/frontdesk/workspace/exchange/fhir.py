"""FHIR R4 resources read from files: bundles, lists, ndjson, folders, packed or not."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from frontdesk.core.errors import Refused
from frontdesk.people.exchange import Rejected

Key = tuple[str, str]  # a system and a value, by which a resource is known
Body = Mapping[str, Any]

REFERENCE = "fhir"  # the system of keys that are only addresses within their server
NPI = "http://hl7.org/fhir/sid/us-npi"
_PRIVATE = ("SS", "DL", "PPN", "TAX")  # identifiers that nobody's chart here should hold
_PRIVATE_SYSTEMS = ("us-ssn", "2.16.840.1.113883.4.1", "2.16.840.1.113883.4.3")
_BY_IDENTIFIER = re.compile(r"\w+\?identifier=(?P<system>[^|]+)\|(?P<value>.+)")
_SUFFIXES = (".json", ".ndjson", ".json.gz", ".ndjson.gz", ".jsonl")
LARGEST = 500 * 1024 * 1024  # bytes of one file, unpacked, or of one line of ndjson
_PACKED = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, where it stands, and the keys by which others speak of it."""

    row: int  # its number among all that were read
    kind: str
    body: Body
    url: str = ""  # fullUrl of its entry

    @property
    def identifiers(self) -> tuple[Key, ...]:
        """Keys that hold anywhere: its business identifiers, without those that are private."""
        return tuple(
            (str(one["system"])[:200], str(one["value"])[:200])
            for one in several(self.body, "identifier")
            if one.get("system") and one.get("value") and not _is_private(one)
        )

    @property
    def addresses(self) -> tuple[Key, ...]:
        """Keys that hold within its server or bundle: Patient/17, urn:uuid:…"""
        found = [f"{self.kind}/{self.body['id']}"] if self.body.get("id") else []
        found += [self.url] if self.url else []
        return tuple((REFERENCE, one[:200]) for one in found)

    @property
    def own_key(self) -> Key:
        """The key by which it is known when it comes again."""
        whole = next((key for key in self.addresses if ":" in key[1]), None)
        return next(iter(self.identifiers), None) or whole or self.addresses[0]


@dataclass(slots=True)
class Resources:
    """What the files hold, in the order they were read."""

    found: list[Resource] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    read: int = 0  # resources so far; the number of the next is one more

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of one kind."""
        return [one for one in self.found if one.kind == kind]

    def add(self, url: str, body: Any) -> None:
        """Take a resource, or say why it can't be taken."""
        self.read += 1
        kind = text_of(body, "resourceType")
        if not kind:
            self.rejected.append(Rejected(self.read, "resourceType", "Not a FHIR resource"))
        elif not body.get("id") and not url and not body.get("identifier"):
            self.rejected.append(Rejected(self.read, "id", "It has neither id nor identifier"))
        else:
            self.found.append(Resource(self.read, kind, body, url))


def read_resources(path: Path) -> Resources:
    """Read a file or every FHIR file of a folder. Raises `Refused` when one is damaged."""
    resources = Resources()
    for file in files_of(path):
        with opened(file) as content:
            for url, body in read_bodies(content, file.name):
                resources.add(url, body)
    return resources


def files_of(path: Path) -> list[Path]:
    """Return the FHIR files of a folder, in order, or the file itself."""
    if not path.is_dir():
        return [path]
    files = sorted(one for one in path.rglob("*") if one.name.endswith(_SUFFIXES))
    if not files:
        raise Refused("The folder has no .json or .ndjson file.")
    return files


def read_content(content: bytes, name: str, resources: Resources) -> None:
    """Add the resources of one file."""
    is_packed = content.startswith(_PACKED)
    with io.BytesIO(content) as plain, gzip.GzipFile(fileobj=plain) as packed:
        chosen: Any = packed if is_packed else plain
        for url, body in read_bodies(chosen, name):
            resources.add(url, body)


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open a file, packed or not."""
    with file.open("rb") as plain:
        is_packed = plain.read(2) == _PACKED
    with gzip.open(file) if is_packed else file.open("rb") as content:
        yield content  # type: ignore[misc] # both are read alike


def read_bodies(content: IO[bytes], name: str) -> Iterator[tuple[str, Any]]:
    """Yield each resource of a file with its address; ndjson is held a line at a time."""
    is_lines = ".ndjson" in name or name.endswith(".jsonl")
    try:
        if is_lines:
            for line in iter(lambda: content.readline(LARGEST + 1), b""):
                if text := _text(line, name).strip():
                    yield from _unwrapped(json.loads(text))
        else:
            yield from _unwrapped(json.loads(_text(content.read(LARGEST + 1), name)))
    except (ValueError, RecursionError) as trouble:
        raise Refused(f"{name} is not whole: it can't be read as JSON.") from trouble
    except (EOFError, gzip.BadGzipFile, zlib.error) as trouble:
        raise Refused(f"{name} is damaged or cut short.") from trouble


def several(body: Any, name: str) -> list[Body]:
    """Return the objects of a repeated element; what is not an object is passed over."""
    found = body.get(name) if isinstance(body, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, Mapping)]


def one_of(body: Any, name: str) -> Body:
    """Return the first object of an element, or an empty one."""
    return next(iter(several(body, name)), {})


def text_of(body: Any, name: str) -> str:
    """Return a text element, or nothing."""
    value = body.get(name) if isinstance(body, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def code_of(concept: Body) -> str:
    """Return the first code of a concept."""
    return next((text_of(one, "code") for one in several(concept, "coding")), "")


def words_of(concept: Body) -> str:
    """Return what a concept says for people."""
    shown = (text_of(one, "display") for one in several(concept, "coding"))
    return text_of(concept, "text") or next((one for one in shown if one), "")


def refers_to(reference: Body) -> list[Key]:
    """Return the keys by which a reference may be followed."""
    keys: list[Key] = []
    identifier = one_of(reference, "identifier")
    if identifier.get("system") and identifier.get("value"):
        keys.append((str(identifier["system"]), str(identifier["value"])))
    said = text_of(reference, "reference")
    if match := _BY_IDENTIFIER.fullmatch(said):
        keys.append((match["system"], match["value"]))
    elif said:
        keys.append((REFERENCE, said))
        parts = said.split("/")
        if "://" in said and len(parts) >= 2:
            keys.append((REFERENCE, "/".join(parts[-2:])))
    return keys


def _unwrapped(body: Any) -> Iterator[tuple[str, Any]]:
    """Yield the resources of a bundle, a list, a mapping of names to resources, or the one."""
    named = isinstance(body, Mapping) and "resourceType" not in body
    if isinstance(body, list) or named:
        for one in body.values() if named else body:
            yield from _unwrapped(one)
    elif text_of(body, "resourceType") == "Bundle":
        entries = (entry for entry in several(body, "entry") if "resource" in entry)
        yield from ((text_of(entry, "fullUrl"), entry["resource"]) for entry in entries)
    else:
        yield "", body


def _text(content: bytes, name: str) -> str:
    if len(content) > LARGEST:
        raise Refused(f"{name} is larger than 500 MB. Ask for an export as ndjson.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Refused(f"{name} is damaged or cut short.") from trouble


def _is_private(identifier: Body) -> bool:
    system = str(identifier.get("system", ""))
    kinds = {str(one.get("code", "")) for one in several(one_of(identifier, "type"), "coding")}
    return bool(kinds & set(_PRIVATE)) or any(one in system for one in _PRIVATE_SYSTEMS)


def first_text(found: Iterable[str]) -> str:
    """Return the first that says something."""
    return next((one for one in found if one), "")
