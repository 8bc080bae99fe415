"""A modem in the office, driven by gammu-smsd with its files backend.

Texts are files: ours in `outbox/`, then in `sent/` or `error/`; theirs in `inbox/`. Source:
Gammu's manual, "Files backend". Its file names hold a free part, in which our own key travels.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from frontdesk.comms.gateways.texts import News, Taken, Text
from frontdesk.comms.gateways.trouble import NotDelivered

_IN = re.compile(r"^IN\d+_\d+_\d+_(\+?[\w-]*)_(\d+)\.txt$")  # date_time_serial_sender_sequence
_OUT = re.compile(r"^OUT.*_([0-9a-f-]{36})\.")
_FOLDERS = ("outbox", "sent", "error")


class Spool:
    """The folders that gammu-smsd watches."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def send(self, text: Text) -> Taken:
        """Leave the text in the outbox, whole at once; a text that is there already stays."""
        name = f"OUTA_{text.to}_{text.key}.txt"
        if any(list((self.root / folder).glob(f"*{text.key}*")) for folder in _FOLDERS):
            return Taken(text.key)
        try:
            draft = self.root / "outbox" / f".{name}"
            draft.write_text(text.body, encoding="utf-8")
            draft.replace(draft.with_name(name))
        except OSError as trouble:
            why = f"The modem's folder can't be written ({type(trouble).__name__})."
            raise NotDelivered(why, is_final=False) from None
        return Taken(text.key)

    def news(self) -> Sequence[News]:
        """Return what came in, part joined to part, and what became of our own."""
        return [*self._came_in(), *self._became_of_ours()]

    def seen(self, news: News) -> None:
        """Put away what we have kept, so that it is not read again."""
        folder = self.root / "kept"
        folder.mkdir(exist_ok=True)
        names = [news.id] if not news.sender else [path.name for path in self._parts(news.id)]
        for source in ("inbox", "sent", "error"):
            for name in names:
                path = self.root / source / name
                if path.exists():
                    path.replace(folder / name)

    def _came_in(self) -> Iterator[News]:
        for first in sorted((self.root / "inbox").glob("IN*_00.txt")):
            if (named := _IN.match(first.name)) is None:
                continue
            said = "".join(path.read_text("utf-8", "replace") for path in self._parts(first.name))
            yield News(id=first.name, sender=named[1], body=said)

    def _parts(self, first: str) -> list[Path]:
        """Return the files of a text: a long one is several, numbered from 00."""
        stem = first.rpartition("_")[0]
        return sorted((self.root / "inbox").glob(f"{stem}_*.txt"))

    def _became_of_ours(self) -> Iterator[News]:
        for folder, state in (("sent", "delivered"), ("error", "failed")):
            for path in sorted((self.root / folder).glob("OUT*")):
                if (named := _OUT.match(path.name)) is not None:
                    yield News(id=path.name, state=state, key=named[1])
