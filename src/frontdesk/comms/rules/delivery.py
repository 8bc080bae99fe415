"""When a message is tried again, and what is kept of a link's secret."""

import hashlib
import re
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

# How long after each try that failed the next one comes. After the last one a person is asked.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
LEASE = timedelta(minutes=3)  # a worker that has not answered by then is taken for dead

DOOR = "/l/"  # where links without login lead: `/l/<secret>/`
MOST_MISSES = 5  # wrong birth dates before a link is taken back
_ADDRESS = re.compile(r"https?://\S+?/l/([A-Za-z0-9_-]{24})/?")
_MARK = re.compile(r"\[link ([0-9a-f-]{36})\]")


class Enclosure(NamedTuple):
    """A file that goes with a message; `content_type` may carry parameters."""

    name: str
    content_type: str
    content: bytes


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many tries that failed; None when it is enough."""
    return PAUSES[attempts - 1] if 0 < attempts <= len(PAUSES) else None


def digest_of(secret: str) -> str:
    """Return what is kept of a link's secret: SHA-256, hexadecimal.

    The secret is random and long, so that no slow hash is needed; and whoever measures how long
    a look-up takes learns of the digest, which leads nowhere.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def mark_of(link_id: UUID) -> str:
    """Return what stands for a link's address in a message that is kept."""
    return f"[link {link_id}]"


def secrets_in(text: str) -> list[tuple[str, str]]:
    """Return the addresses of links in a text, each with its secret."""
    return [(found[0], found[1]) for found in _ADDRESS.finditer(text)]


def links_in(text: str) -> list[tuple[str, UUID]]:
    """Return the marks of links in a kept message, each with the link's key."""
    return [(found[0], UUID(found[1])) for found in _MARK.finditer(text)]


def without_links(text: str) -> str:
    """Return a kept message as the office reads it, its links as a word."""
    return _MARK.sub("[link]", text)
