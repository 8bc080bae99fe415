"""Links without login: made, opened, used once, taken back."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from frontdesk.comms import queries, rules
from frontdesk.comms.models import Link
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel, Patient
from frontdesk.people.operations import say_consent
from frontdesk.staff.roles import LINK_PERMISSIONS

_UNSUBSCRIBE_FOR = timedelta(days=180)
_UNSUBSCRIBE_AT_LEAST = timedelta(days=60)  # 16 CFR 316.5(b) asks thirty
_CLOSED = {
    Link.State.USED: "This link was used already.",
    Link.State.ENDED: "This link does not work any more.",
    Link.State.EXPIRED: "This link has expired.",
}


class Made(NamedTuple):
    """A link and its address, which is known at this moment only."""

    link: Link
    url: str


@operation("comms.send")
def make_link(
    purpose: str, *, patient: Patient | None, subject: Record, expires_at: datetime, by: Actor
) -> Made:
    """Make a way in for one patient and one purpose; what the database keeps does not open it.

    The address goes into one message and nowhere else. It is signed with the installation's
    secret key, so that a message waiting to be sent needs to hold only the link's key.
    """
    if purpose not in LINK_PERMISSIONS:
        raise Refused("There is no such kind of link.")
    link = Link(
        purpose=purpose,
        patient=patient,
        subject_kind=subject._meta.label,
        subject_id=subject.pk,
        made_at=now(),
        expires_at=expires_at,
    )
    secret = queries.secret_of(link)
    link.digest = rules.digest_of(secret)
    link.save()
    return Made(link, queries.address_of(link))


@operation("comms.follow_link")
def open_link(link: Link, *, by: Actor) -> Link:
    """Remember that the link was opened for the first time. Opening does nothing else."""
    link = Link.objects.lock(link.pk)
    if link.opened_at is None:
        link.opened_at = now()
        link.save()
    return link


@operation("comms.follow_link")
def use_link(link: Link, *, by: Actor) -> Link:
    """Use the link up, in the transaction of what it was for; a second use is refused in words."""
    link = Link.objects.lock(link.pk)
    at = now()
    if (closed := _CLOSED.get(link.state(at))) is not None:
        raise Refused(closed)
    link.used_at = at
    link.save()
    return link


@operation("comms.follow_link")
def prove(link: Link, *, birth_date: date, by: Actor) -> bool:
    """Say whether whoever holds the link knows the patient's birth date.

    After `rules.MOST_MISSES` wrong answers the link is taken back: it is in the wrong hands.
    """
    link = Link.objects.lock(link.pk)
    if link.state(now()) in (Link.State.ENDED, Link.State.EXPIRED):
        return False
    if link.patient is not None and link.patient.birth_date == birth_date:
        link.misses = 0
        link.save()
        return True
    link.misses += 1
    if link.misses >= rules.MOST_MISSES:
        link.ended_at, link.ended_because = now(), "The birth date was wrong too often."
    link.save()
    return False


@operation("comms.send")
def end_link(link: Link, *, because: str = "", by: Actor) -> Link:
    """Take a link back. One that was used or taken back stays as it is."""
    link = Link.objects.lock(link.pk)
    if link.used_at is None and link.ended_at is None:
        link.ended_at, link.ended_because = now(), because[:100]
        link.save()
    return link


@operation("comms.send")
def end_links(subject: Record, *, purpose: str = "", because: str = "", by: Actor) -> int:
    """Take back every open link about a record, of one purpose when it is given; say how many."""
    standing = Link.objects.filter(subject_id=subject.pk, used_at=None, ended_at=None)
    if purpose:
        standing = standing.filter(purpose=purpose)
    keys = list(standing.values_list("pk", flat=True))
    for link in Link.objects.lock_many(keys):
        link.ended_at, link.ended_because = now(), because[:100]
        link.save()
    return len(keys)


@operation("comms.send")
def unsubscribe_address(patient: Patient, *, by: Actor) -> str:
    """Return where one click ends e-mails to the patient; a link that still holds is used again."""
    at = now()
    held = queries.standing_link(patient, "unsubscribe", until=at + _UNSUBSCRIBE_AT_LEAST)
    if held is not None:
        return queries.address_of(held)
    until = at + _UNSUBSCRIBE_FOR
    return make_link("unsubscribe", patient=patient, subject=patient, expires_at=until, by=by).url


@operation("comms.opt_out")
def opt_out(link: Link, *, by: Actor) -> Link:
    """End e-mails to the patient, as they asked by the link in one. Asked twice it is done once."""
    link = Link.objects.lock(link.pk)
    if link.used_at is None:
        link = use_link(link, by=by)
        say_consent(
            link.patient,
            channel=Channel.EMAIL,
            is_given=False,
            how="by the link in an e-mail",
            at=now(),
            by=by,
        )
    return link
