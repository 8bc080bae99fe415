"""Questions about texts that came in: whose number, what was asked, which practice."""

from datetime import datetime, timedelta

from frontdesk.comms.models import Line, Message
from frontdesk.comms.rules import WORDINGS
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.people.models import Channel, Patient

ANSWERED_WITHIN = timedelta(days=21)  # an answer later than that is read by a person
ASKING = frozenset(kind for kind, wording in WORDINGS.items() if wording.asks)
MOST_REPLIES, REPLY_WINDOW = 6, timedelta(hours=1)  # a machine may answer our answers


def line_of(number: str) -> Line | None:
    """Return the line to which a text came, whichever practice's it is."""
    with practice_scope(EVERY_PRACTICE):
        return Line.objects.filter(number=number).first() if number else None


def only_line() -> Line | None:
    """Return the line of the practice whose modem it is; None when there are several or none."""
    with practice_scope(EVERY_PRACTICE):
        lines = list(Line.objects.filter(is_on=True)[:2])
    return lines[0] if len(lines) == 1 else None


def sent_as(gateway_id: str) -> Message | None:
    """Return the text that the carrier calls so, whichever practice's it is."""
    with practice_scope(EVERY_PRACTICE):
        return Message.objects.filter(gateway_id=gateway_id).first() if gateway_id else None


def sent_under(key: str) -> Message | None:
    """Return the e-mail of this key, whichever practice's it is."""
    with practice_scope(EVERY_PRACTICE):
        mails = Message.objects.filter(direction=Message.Direction.OUT, channel=Channel.EMAIL)
        return mails.filter(pk=key).first() if key else None


def patients_at(number: str) -> list[Patient]:
    """Return who is reached at a mobile number, a family perhaps, the longest known first."""
    here = Patient.objects.filter(mobile_phone=number)
    return list(here.exclude(status=Patient.Status.MERGED).order_by("registered_on", "pk"))


def asked_of(number: str, at: datetime) -> list[Message]:
    """Return what was asked by text of a number and may still be answered, the newest first."""
    sent = Message.objects.filter(
        address=number,
        direction=Message.Direction.OUT,
        channel=Channel.SMS,
        kind__in=ASKING,
        written_at__gte=at - ANSWERED_WITHIN,
        status__in=(Message.Status.SENT, Message.Status.DELIVERED, Message.Status.FAILED),
    )
    return list(sent.select_related("patient", "answers").order_by("-written_at", "-pk")[:20])


def may_reply(number: str, at: datetime) -> bool:
    """Say whether a machine's answer may still go to a number: two machines would never end."""
    lately = Message.objects.filter(
        address=number, kind__startswith="reply.", written_at__gte=at - REPLY_WINDOW
    )
    return lately.count() < MOST_REPLIES
