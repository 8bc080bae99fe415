"""Texts: what every carrier of them can do for us, and which one this office has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it goes out."""

    key: str  # stays the same when it is tried again
    sender: str  # the practice's number, E.164
    to: str
    body: str
    written_at: datetime
    is_repeat: bool = False  # a try before this one may have gone out: look first


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier took the text: what it calls it."""

    id: str


@dataclass(frozen=True, slots=True)
class News:
    """Something that waits at a carrier which is asked, not one that calls us."""

    id: str  # what the carrier calls it
    sender: str = ""  # of a text that came in; empty when it is about one of ours
    body: str = ""
    state: str = ""  # delivered or failed, of one of ours
    key: str = ""  # our own key, of one of ours


class TextGateway(Protocol):
    """Whoever carries texts for us."""

    def send(self, text: Text) -> Taken:
        """Hand a text over, once however often it is tried; raise `NotDelivered`."""

    def news(self) -> Sequence[News]:
        """Return what waits for us; the same again until it is `seen`."""

    def seen(self, news: News) -> None:
        """Forget what we have kept."""


def text_gateway() -> TextGateway | None:
    """Return this installation's carrier of texts; None when there is none."""
    from frontdesk.comms.gateways.gammu import Spool
    from frontdesk.comms.gateways.twilio import Twilio

    if settings.SMS_SPOOL:
        return Spool(settings.SMS_SPOOL)
    if settings.SMS_ACCOUNT and settings.SMS_TOKEN:
        return Twilio(settings.SMS_URL, settings.SMS_ACCOUNT, settings.SMS_TOKEN)
    return None
