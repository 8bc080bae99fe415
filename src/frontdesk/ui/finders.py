"""How the static files app finds third-party files and those made from them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

from frontdesk.ui import assets

_SOURCE_MAP = re.compile(rb"(?://|/\*)# sourceMappingURL=[^\n]*")


class VendorFiles(FileSystemStorage):
    """Each served name, where it lies in `node_modules` or in the folder of made files."""

    def __init__(self) -> None:
        super().__init__(location=assets.vendor_root())

    def path(self, name: str) -> str:
        """Return the file behind a served name; a made one is brought up to date first."""
        if name in assets.MADE:
            return str(assets.make(name))
        return str(assets.vendor_root() / assets.VENDOR[name])

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Open a file without its mention of a source map, which is not served."""
        whole = Path(self.path(name)).read_bytes()
        return ContentFile(_SOURCE_MAP.sub(b"", whole), name=name)


class OurFiles(AppDirectoriesFinder):
    """Finds the static files of our own rooms; those of libraries are not ours to serve."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = {app.name for app in apps.get_app_configs() if app.name.startswith("frontdesk.")}
        super().__init__(ours, *args, **kwargs)


class VendorFinder(BaseFinder):
    """Finds exactly the files that `assets` names; nothing else of `node_modules` is served."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = VendorFiles()

    def check(self, **kwargs: Any) -> list[Any]:
        """Find nothing wrong: missing packages are reported when they are asked for."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file behind a served name, or nothing."""
        known = path in assets.VENDOR or path in assets.MADE
        found = [self.storage.path(path)] if known else []
        existing = [name for name in found if Path(name).exists()]
        return existing if find_all else (existing[0] if existing else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        """Yield every served name with the storage that opens it."""
        for name in (*assets.VENDOR, *assets.MADE):
            yield name, self.storage
