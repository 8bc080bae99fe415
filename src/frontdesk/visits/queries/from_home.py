"""How far a patient is with the check-in on their own phone: from "not asked" to "all answered"."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontdesk.comms.models import Link, Message
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Told
from frontdesk.visits.queries.intake import plan_of

KINDS = ("visit.check_in", "visit.forms")  # messages whose link leads to it
PURPOSE = "check_in"


@dataclass(frozen=True, slots=True)
class FromHome:
    """What a drawer says of it; `at` is when that came to be."""

    says: str
    tone: str
    at: datetime | None = None


def from_home(appointment: Appointment) -> FromHome:
    """Return how it stands. What a patient did counts for more than what became of a message."""
    here = {"subject_id": appointment.pk}
    links = Link.objects.filter(purpose=PURPOSE, **here)
    opened = links.aggregate(at=Max("opened_at"))["at"]
    told = Told.objects.filter(appointment=appointment, way=Told.Way.PHONE)
    answered = told.aggregate(at=Max("told_at"))["at"]
    if opened or answered:
        return _begun(appointment, opened, answered)
    sent = Message.objects.filter(kind__in=KINDS, **here).order_by("-written_at").first()
    if sent is None:
        words = _("Code shown, not opened") if links.exists() else _("Not asked")
        return FromHome(words, "slate")
    return _sent(sent)


def _begun(
    appointment: Appointment, opened: datetime | None, answered: datetime | None
) -> FromHome:
    plan = plan_of(appointment)
    left = len(plan.to_ask) + len(plan.forms_due)
    if not left:
        return FromHome(_("All answered"), "green", answered or opened)
    words = ngettext("%(n)s thing left", "%(n)s things left", left) % {"n": left}
    begun = _("Begun, %(left)s") if answered else _("Opened, %(left)s")
    return FromHome(begun % {"left": words}, "amber", answered or opened)


def _sent(message: Message) -> FromHome:
    how = message.get_channel_display()
    if message.status == Message.Status.FAILED:
        return FromHome(_("%(how)s did not arrive") % {"how": how}, "red", message.sent_at)
    if message.status == Message.Status.DROPPED:
        return FromHome(_("Not sent, no longer needed"), "slate", message.written_at)
    if message.status == Message.Status.QUEUED:
        return FromHome(_("%(how)s waits to be sent") % {"how": how}, "slate", message.written_at)
    words = _("Asked by %(how)s, not opened") % {"how": how.lower()}
    return FromHome(words, "slate", message.sent_at)
