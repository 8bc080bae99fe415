"""The wire for files: a clearinghouse's mailbox, over the CORE envelope or as folders by SFTP."""

from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from frontdesk.coverage.gateways import FileTrouble, Waiting, clearinghouse

__all__ = ["FileTrouble", "Mailbox", "mailbox"]


class Mailbox(Protocol):
    """Where files for a clearinghouse are put, and where its files wait for us."""

    def submit(self, payload: bytes, *, message_id: str) -> None:
        """Send a batch of claims; return when it was received whole."""

    def waiting(self) -> list[Waiting]:
        """Return the files that were not yet taken, oldest first."""

    def fetch(self, file: Waiting) -> bytes:
        """Return the content of a file; it stays in the mailbox until `take`."""

    def take(self, file: Waiting) -> None:
        """Say that the file was kept; it is no longer waiting."""


def mailbox(sender: str) -> Mailbox:
    """Return the mailbox of this office's settings; `sender` is the practice's id there."""
    if not settings.CLEARINGHOUSE_SFTP_URL:
        return clearinghouse(sender)
    from frontdesk.billing.gateways.sftp import USUAL_PORT, Place, SftpMailbox  # large; few need it

    address = urlsplit(settings.CLEARINGHOUSE_SFTP_URL)
    return SftpMailbox(
        Place(
            host=address.hostname or "",
            port=address.port or USUAL_PORT,
            user=unquote(address.username or ""),
            password=settings.CLEARINGHOUSE_SFTP_PASSWORD,
            key_file=settings.CLEARINGHOUSE_SFTP_KEY,
            host_key=settings.CLEARINGHOUSE_SFTP_HOST_KEY,
            outbox=settings.CLEARINGHOUSE_SFTP_OUTBOX,
            inbox=settings.CLEARINGHOUSE_SFTP_INBOX,
            archive=settings.CLEARINGHOUSE_SFTP_ARCHIVE,
        ),
        sender=sender,
    )
