"""The sandbox's other door: a folder for each sender, as an SFTP server shows it.

    <root>/<sender>/inbound/    what the sender puts there: batches of claims
    <root>/<sender>/outbound/   what waits for the sender: TA1, 999, 277CA, 835
    <root>/<sender>/received/   batches that were taken, as they came

A batch is taken when it is whole; an answer appears under its name when all of it is written.
"""

from pathlib import Path
from threading import Event, Thread

from frontdesk.sandbox import intake
from frontdesk.sandbox.desk import Desk
from frontdesk.x12 import connectivity as core

EVERY_SECONDS = 0.5


class Folders:
    """Looks through the folders again and again, in a thread, until it is stopped."""

    def __init__(self, desk: Desk, root: Path) -> None:
        self.desk, self.root = desk, root
        self._stop = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Folders":
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Finish the turn under way, and stop."""
        self._stop.set()
        self._thread.join()

    def turn(self) -> None:
        """Take every batch that waits, and put out every answer that is there, once."""
        for home in sorted(one for one in self.root.iterdir() if one.is_dir()):
            for name in ("inbound", "outbound", "received"):
                (home / name).mkdir(exist_ok=True)
            for batch in sorted((home / "inbound").glob("*.837")):
                self._take(home, batch)
            self._put_out(home)

    def _look(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.turn()

    def _take(self, home: Path, batch: Path) -> None:
        world = self.desk.world
        request = core.CoreRequest(
            payload_type=core.CLAIMS_REQUEST, mode=core.BATCH, payload_id=batch.stem[-36:],
            at=self.desk.clock(), user=world.user, password=world.password, sender=home.name,
            receiver=intake.CLEARINGHOUSE, payload=batch.read_bytes(),
        )  # fmt: skip
        body, content_type = core.build_request(request)
        self.desk.answer(body, content_type, self.desk.faults)
        batch.replace(home / "received" / batch.name)

    def _put_out(self, home: Path) -> None:
        for file in self.desk.mailbox(home.name):
            key = str(file["id"])
            content = self.desk.state.content(home.name, key)
            if content is not None:
                draft = home / "outbound" / f".{key}.part"
                draft.write_bytes(content)
                draft.replace(home / "outbound" / f"{key}.{str(file['kind']).lower()}")
            with self.desk.state.changing():
                self.desk.state.take(home.name, key)
