"""A clearinghouse's mailbox as folders at an SFTP server."""

import asyncio
import hashlib
import logging
import re
import stat
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

import asyncssh

from frontdesk.billing.gateways import FileTrouble
from frontdesk.core.clock import now
from frontdesk.coverage.gateways import NoAnswer, Waiting
from frontdesk.x12.kinds import kind_of

log = logging.getLogger(__name__)

T = TypeVar("T")
USUAL_PORT = 22
SECONDS = 600  # for one file, on a slow line
MOST_BYTES = 256 * 1024 * 1024
PIECE = 256 * 1024
HEAD = 4096  # bytes that tell what a file is
TAIL = 256  # bytes in which a whole interchange ends
GROWS_FOR = 600  # seconds after its last change in which a file without an end is still coming
# An interchange's last segment, to its terminator; IEA02 alone may still be coming.
ENDED = re.compile(rb"IEA([^\w\s])\d+\1\w+[^\w ]\s*[\x00\x1a]*\s*\Z", re.IGNORECASE)
UNFINISHED = (".part", ".tmp", ".filepart", ".partial")  # names under which others upload


@dataclass(frozen=True, slots=True)
class Place:
    """An account at an SFTP server, and the folders of it that are ours."""

    host: str
    port: int
    user: str
    password: str
    key_file: str
    host_key: str  # as in known_hosts, without the name: "ssh-ed25519 AAAA…"
    outbox: str
    inbox: str
    archive: str  # where taken files go; "" deletes them


def _once_is_enough(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """Keep out of the log what else a lost connection broke.

    Parts of a file go side by side: whoever asked is told of the first that failed.
    """


class SftpMailbox:
    """Folders at an SFTP server. Nothing is sent twice under two names, nothing is half there.

    A file goes up under a hidden name and gets its own, made from its content, when all of it is
    there: who is cut off goes on where they were, and who sends again finds it sent. A file comes
    down whole, is kept here, and only then leaves the server's folder.
    """

    def __init__(self, place: Place, *, sender: str) -> None:
        self.place, self.sender = place, sender

    def submit(self, payload: bytes, *, message_id: str) -> None:
        """Put a batch into the folder of what is sent; the same content is put there once."""
        name = f"{self.sender}_{hashlib.sha256(payload).hexdigest()[:32]}.837"

        async def send(sftp: asyncssh.SFTPClient) -> None:
            whole = PurePosixPath(self.place.outbox) / name
            part = PurePosixPath(self.place.outbox) / f".{name}.part"
            if await sftp.exists(whole):
                return
            await _go_on(sftp, part, payload)
            if await sftp.getsize(part) != len(payload):
                raise NoAnswer("The server kept less than was sent.")
            await sftp.rename(part, whole)

        self._talk(send)

    def waiting(self) -> list[Waiting]:
        """Return the whole files of the folder of answers, oldest first."""

        async def look(sftp: asyncssh.SFTPClient) -> list[Waiting]:
            found = []
            for entry in await sftp.readdir(self.place.inbox):
                id_, size = str(entry.filename), entry.attrs.size or 0
                name = id_.encode(errors="replace").decode()
                is_file = stat.S_ISREG(entry.attrs.permissions or stat.S_IFREG)
                if not is_file or name.startswith(".") or name.endswith(UNFINISHED):
                    continue
                changed = entry.attrs.mtime or 0
                try:
                    head, tail = await _ends_of(sftp, self._inside(id_), size)
                except asyncssh.SFTPNoSuchFile:
                    continue  # taken away since it was listed
                except asyncssh.SFTPPermissionDenied:
                    head, tail = b"", b""  # still written, or for a person to hear of: see fetch
                if ENDED.search(tail) or changed < now().timestamp() - GROWS_FOR:
                    found.append((changed, id_, Waiting(id_, kind_of(head), name, size)))
            return [file for _changed, _id, file in sorted(found, key=lambda one: one[:2])]

        return self._talk(look)

    def fetch(self, file: Waiting) -> bytes:
        """Return a file whole; raise `FileTrouble` when it is not as it was listed."""

        async def read(sftp: asyncssh.SFTPClient) -> bytes:
            if file.size > MOST_BYTES:
                raise FileTrouble(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
            with _of_one(file):
                content = await _read(sftp, self._inside(file.id))
            if len(content) != file.size:
                raise FileTrouble(f"{file.name} changed while it was read.")
            return content

        return self._talk(read)

    def take(self, file: Waiting) -> None:
        """Move a file that was kept here to the archive folder, or delete it; gone is as good.

        Raise `FileTrouble` when it grew since it was read, or cannot be moved or deleted.
        """

        async def clear(sftp: asyncssh.SFTPClient) -> None:
            path = self._inside(file.id)
            with _of_one(file):
                if not await sftp.exists(path):
                    return
                if await sftp.getsize(path) != file.size:
                    raise FileTrouble(f"{file.name} changed after it was read.")
                if self.place.archive:
                    await _replace(sftp, path, PurePosixPath(self.place.archive) / file.id)
                else:
                    await sftp.remove(path)

        self._talk(clear)

    def _inside(self, name: str) -> PurePosixPath:
        return PurePosixPath(self.place.inbox) / PurePosixPath(name).name

    def _talk(self, act: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        """Do something over a connection of its own; whatever is wrong becomes `NoAnswer`."""

        async def connected() -> T:
            asyncio.get_running_loop().set_exception_handler(_once_is_enough)
            async with (
                asyncio.timeout(SECONDS),
                asyncssh.connect(self.place.host, self.place.port, **_options(self.place)) as line,
                line.start_sftp_client(path_errors="surrogateescape") as sftp,
            ):
                return await act(sftp)

        try:
            return asyncio.run(connected())
        except asyncssh.HostKeyNotVerifiable as error:
            raise NoAnswer("The server is not the one we know: its key is another.") from error
        except asyncssh.PermissionDenied as error:
            raise NoAnswer("The server does not let us in: user, key or password.") from error
        except asyncssh.SFTPNoSuchFile as error:
            raise NoAnswer("A folder or file of ours is not there at the server.") from error
        except TimeoutError as error:
            raise NoAnswer("The transfer took too long.") from error
        except ConnectionRefusedError as error:
            raise NoAnswer("The clearinghouse cannot be reached.") from error
        except (asyncssh.Error, OSError) as error:
            log.warning("The line to the clearinghouse broke (%s).", type(error).__name__)
            raise NoAnswer("The connection to the clearinghouse broke off.") from error


def _options(place: Place) -> dict[str, Any]:
    if not place.host_key:
        raise NoAnswer("The key of the server is not in the settings: without it we send nothing.")
    name = place.host if place.port == USUAL_PORT else f"[{place.host}]:{place.port}"
    return {
        "username": place.user,
        "password": place.password or None,
        "client_keys": [place.key_file] if place.key_file else None,
        "known_hosts": asyncssh.import_known_hosts(f"{name} {place.host_key}\n"),
        "agent_path": None,
        "config": None,
        "connect_timeout": 30,
    }


async def _go_on(sftp: asyncssh.SFTPClient, part: PurePosixPath, payload: bytes) -> None:
    """Write what the server does not have yet; what it has must be the beginning of ours."""
    done = 0
    if await sftp.exists(part):
        held = await _read(sftp, part)
        done = len(held) if payload.startswith(held) else 0
    async with sftp.open(part, "r+b" if done else "wb") as opened:
        for start in range(done, len(payload), PIECE):
            await opened.write(payload[start : start + PIECE], start)


@contextmanager
def _of_one(file: Waiting) -> Iterator[None]:
    """What the server says against one file is that file's trouble; a line that broke is not."""
    try:
        yield
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
        raise
    except asyncssh.SFTPError as error:
        trouble = f"{file.name} cannot be read, or not be moved or deleted then"
        raise FileTrouble(f"{trouble} ({type(error).__name__}).") from error


async def _replace(sftp: asyncssh.SFTPClient, path: PurePosixPath, to: PurePosixPath) -> None:
    """Move a file over what has its name; servers other than OpenSSH may not do that in one."""
    try:
        await sftp.posix_rename(path, to)
    except asyncssh.SFTPOpUnsupported:
        if await sftp.exists(to):
            await sftp.remove(to)
        await sftp.rename(path, to)


async def _ends_of(
    sftp: asyncssh.SFTPClient, path: PurePosixPath, size: int
) -> tuple[bytes, bytes]:
    return await _read(sftp, path, HEAD), await _read(sftp, path, TAIL, max(0, size - TAIL))


async def _read(
    sftp: asyncssh.SFTPClient, path: PurePosixPath, most: int = -1, start: int = 0
) -> bytes:
    async with sftp.open(path, "rb") as opened:
        content = await opened.read(most, start)
    return content if isinstance(content, bytes) else content.encode()
