"""A carrier with Twilio's REST interface: texts by POST, replies and delivery by signed call.

Source: Twilio's Programmable Messaging, "Messages resource" and "Webhooks security"; others
(SignalWire, Telnyx's and Plivo's compatible ways in) answer at another address.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from frontdesk.comms.gateways.texts import News, Taken, Text
from frontdesk.comms.gateways.trouble import NotDelivered
from frontdesk.core.later import Later

if TYPE_CHECKING:
    import httpx
else:
    httpx = Later("httpx")

TIMEOUT = 20.0  # seconds
CALLBACK = "/messages/texts/status/"
OPTED_OUT = frozenset({21610, 30004})  # they told the carrier STOP, or blocked the number
NO_SUCH_NUMBER = frozenset({21211, 21214, 21217, 21614, 30005, 30006})
PASSING = frozenset({20429, 30001, 30003, 30017, 30022})  # queue full, phone off, too fast
_WORDS = {
    "opted out": "They asked the carrier for no texts",
    "number": "No text arrives at this number",
    "other": "The carrier refused the text",
}
_SLACK = timedelta(minutes=1)  # between the carrier's clock and ours


class Twilio:
    """The carrier at one address, for one account."""

    def __init__(self, url: str, account: str, token: str) -> None:
        self.base = f"{url.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        self.auth = (account, token)

    def send(self, text: Text) -> Taken:
        """Hand the text over. A repeat looks first whether the carrier has it already."""
        if text.is_repeat and (known := self._known(text)):
            return Taken(known)
        told = {
            "To": text.to,
            "From": text.sender,
            "Body": text.body,
            "StatusCallback": settings.PUBLIC_URL.rstrip("/") + CALLBACK,
        }
        return Taken(str(self._asked("POST", data=told)["sid"]))

    def news(self) -> Sequence[News]:
        """Return nothing: this carrier calls us."""
        return ()

    def seen(self, news: News) -> None:
        """Forget nothing: this carrier calls us."""

    def _known(self, text: Text) -> str:
        """Return what the carrier calls this text, when an earlier try brought it there."""
        day = f"{(text.written_at - _SLACK):%Y-%m-%d}"
        asked = {"To": text.to, "From": text.sender, "DateSent>": day, "PageSize": "100"}
        for one in self._asked("GET", params=asked).get("messages", []):
            made = parsedate_to_datetime(str(one.get("date_created")))
            if one.get("body") == text.body and made >= text.written_at - _SLACK:
                return str(one["sid"])
        return ""

    def _asked(self, method: str, **more: Any) -> dict[str, Any]:
        try:
            answer = httpx.request(method, self.base, auth=self.auth, timeout=TIMEOUT, **more)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as trouble:
            why = f"The carrier of texts could not be reached ({type(trouble).__name__})."
            raise NotDelivered(why, is_final=False) from None
        if answer.is_success and isinstance(said, dict):
            return said
        raise _refused(answer.status_code, said if isinstance(said, dict) else {})


def _refused(status: int, said: Mapping[str, Any]) -> NotDelivered:
    code = int(said.get("code") or 0)
    if code or 400 <= status < 500:
        return trouble_of(code, status)
    return NotDelivered(f"The carrier of texts is out of order ({status}).", is_final=False)


def trouble_of(code: int, status: int = 0) -> NotDelivered:
    """Return what an error code of the carrier means for us."""
    kind = "number" if code in NO_SUCH_NUMBER else "other"
    if code in OPTED_OUT:
        kind = "opted out"
    is_passing = code in PASSING or status in (401, 403, 408, 429)  # a wrong token is put right
    return NotDelivered(
        f"{_WORDS[kind]} ({code or status}).",
        is_final=not is_passing,
        is_bad_address=kind == "number",
        has_opted_out=kind == "opted out",
    )


def signature_of(url: str, told: Mapping[str, str], token: str) -> str:
    """Return how the carrier signs a call: HMAC-SHA1 over the address and the sorted fields."""
    said = url + "".join(f"{name}{told[name]}" for name in sorted(told))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
