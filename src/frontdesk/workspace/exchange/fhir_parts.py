"""A FHIR export too large for one go: read resource by resource, kind by kind, in parts."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from frontdesk.people.exchange import Rejected
from frontdesk.workspace.exchange.fhir import (
    Resource,
    Resources,
    files_of,
    opened,
    read_bodies,
)

RESOURCES_IN_A_PART = 2_000


@dataclass(slots=True)
class _File:
    path: Path
    before: int  # resources in the files before it
    kinds: set[str] = field(default_factory=set)

    def resources(self) -> Iterator[Resources]:
        """Yield each resource by itself, found or rejected."""
        number = self.before
        with opened(self.path) as content:
            for url, body in read_bodies(content, self.path.name):
                one = Resources(read=number)
                one.add(url, body)
                number = one.read
                yield one


@dataclass(slots=True)
class LargeExport:
    """What is known of a large export after one look through it, in which all of it was read."""

    files: list[_File] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def parts(self, kinds: Sequence[str]) -> Generator[Resources, None, None]:
        """Yield all resources of the kinds once, all of a kind before those of the next."""
        for kind in kinds:
            waiting: list[Resource] = []
            for resource in self._of(kind):
                waiting.append(resource)
                if len(waiting) == RESOURCES_IN_A_PART:
                    yield Resources(waiting)
                    waiting = []
            if waiting:
                yield Resources(waiting)

    def _of(self, kind: str) -> Iterator[Resource]:
        for file in self.files:
            if kind in file.kinds:
                for one in file.resources():
                    yield from one.of(kind)


def look_through_fhir(path: Path) -> LargeExport:
    """Read all of an export once. Raises `Refused` when a file of it is damaged or cut short."""
    export, number = LargeExport(), 0
    for path_of_one in files_of(path):
        file = _File(path_of_one, number)
        for one in file.resources():
            number = one.read
            export.rejected += one.rejected
            for resource in one.found:
                file.kinds.add(resource.kind)
                export.kinds[resource.kind] += 1
        export.files.append(file)
    return export
