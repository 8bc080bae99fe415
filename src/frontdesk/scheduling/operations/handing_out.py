"""What leaves the house as a file or on paper: remembered, with how much it was."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider

FEED = "provider_calendar"
FEED_LASTS = timedelta(days=5 * 365)


@operation("scheduling.export", always_ask=True)
def export_book(rows: QuerySet[Appointment], *, by: Actor) -> int:
    """Remember that a list of visits left the house as a file; return how many there were."""
    return rows.count()


@operation("scheduling.export", always_ask=True)
def hand_out_kit(site: Site, *, by: Actor) -> Site:
    """Remember that the downtime kit of a site, with patients' names and phones, was printed."""
    return site


@operation("scheduling.feeds")
def make_feed(provider: Provider, *, at: datetime, by: Actor) -> comms.Made:
    """Make the address of a provider's calendar, shown once; the one before stops working."""
    comms.end_links(provider, purpose=FEED, because="A newer address was made", by=by)
    return comms.make_link(FEED, patient=None, subject=provider, expires_at=at + FEED_LASTS, by=by)


@operation("scheduling.feeds")
def end_feed(link: Link, *, by: Actor) -> Link:
    """Take the address of a provider's calendar back: whoever has it sees nothing any more."""
    if link.purpose != FEED:
        raise Refused("This is no calendar address.")
    return comms.end_link(link, because="Taken back", by=by)
