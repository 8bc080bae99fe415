"""Letters that come back: what a mail server says of ours, and the folder in which they lie.

Source: RFC 3464 (delivery status notifications), RFC 3463 (their codes), RFC 6522 (the letter
around them). The mailbox is a Maildir: what is new lies in `new/` and is moved to `cur/` when seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^>]*>")
_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463, 3.2 to 3.5: no such mailbox, no such domain, moved, closed; not a full one or a filter.
NOBODY_THERE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.4"})
FAILED, DELIVERED = "failed", "delivered"
MOST_BYTES = 5_000_000  # a letter longer than that is no notification


@dataclass(frozen=True, slots=True)
class Bounce:
    """What became of a letter at one address."""

    key: str  # of the message, as its Message-ID names it; empty when that did not come back
    address: str
    action: str  # failed, delayed, delivered, relayed, expanded
    code: str  # "5.1.1"; empty when the server gave none

    @property
    def is_final(self) -> bool:
        """Whether it is not tried again (RFC 3464, 2.3.3)."""
        return self.action == FAILED

    @property
    def is_bad_address(self) -> bool:
        """Whether nothing sent there will ever arrive."""
        return self.is_final and self.code[:1] == "5" and self.code[2:] in NOBODY_THERE


@dataclass(frozen=True, slots=True)
class Came:
    """A letter in the mailbox for bounces."""

    path: Path
    bounces: tuple[Bounce, ...]
    is_automatic: bool  # "I am on holiday": written by a machine, and says nothing


def read(raw: bytes) -> tuple[Bounce, ...]:
    """Return what a letter says of ours; nothing when it is no notification, or cut short."""
    letter = message_from_bytes(raw, policy=policy.default)
    report = next((one for one in letter.walk() if _is_status(one)), None)
    if report is None:
        return ()
    key = _key_in(letter)
    groups = [one for one in report.walk() if one is not report and _said(one, "Action")]
    return tuple(_bounce(one, key) for one in groups)


class Mailbox:
    """The Maildir into which letters fall that come back."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def new(self) -> Iterator[Came]:
        """Return what nobody has looked at, the oldest first; the same again until it is `seen`."""
        for path in sorted((self.root / "new").glob("*")):
            if path.is_file() and not path.name.startswith("."):
                raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
                yield Came(path, read(raw), _is_automatic(raw))

    def seen(self, came: Came) -> None:
        """Put a letter away, as a reader of mail does."""
        kept = self.root / "cur"
        kept.mkdir(exist_ok=True)
        came.path.replace(kept / f"{came.path.name}:2,S")


def _is_status(part: Message) -> bool:
    return part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")


def _bounce(group: Message, key: str) -> Bounce:
    whose = _said(group, "Original-Recipient") or _said(group, "Final-Recipient")
    code = _CODE.search(_said(group, "Status")) or _CODE.search(_said(group, "Diagnostic-Code"))
    return Bounce(
        key=key,
        address=whose.rpartition(";")[2].strip().strip("<>"),
        action=_said(group, "Action").strip().lower(),
        code=code[0] if code else "",
    )


def _key_in(letter: EmailMessage | Message) -> str:
    """Return the key of our letter, from what came back of it: whole, or its headers alone."""
    for part in letter.walk():
        if part is not letter and (found := _OURS.search(_said(part, "Message-ID"))):
            return found[1]
    for part in letter.walk():
        if part.get_content_type() in ("text/rfc822-headers", "text/plain"):
            told = part.get_payload(decode=True)
            text = told.decode("utf-8", "replace") if isinstance(told, bytes) else ""
            if found := re.search(rf"(?mi)^Message-ID:\s*{_OURS.pattern}", text):
                return found[1]
    return ""


def _said(part: Message, name: str) -> str:
    """Return a header as text; one that is broken says nothing."""
    try:
        return str(part.get(name, ""))
    except (ValueError, IndexError, AttributeError):  # the library trips over some broken ones
        return ""


def _is_automatic(raw: bytes) -> bool:
    """Say whether a machine wrote it by itself (RFC 3834, 5)."""
    said = _said(message_from_bytes(raw, policy=policy.default), "Auto-Submitted").strip().lower()
    return said not in ("", "no")
