"""What a provider's own calendar may show, and which addresses of calendars stand."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from frontdesk.comms.models import Link
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider

PURPOSE = "provider_calendar"
BACK, AHEAD = timedelta(days=30), timedelta(days=365)
Status = Appointment.Status


class Feed(NamedTuple):
    """A provider and the address of their calendar, where one stands."""

    provider: Provider
    link: Link | None


def visits_in_feed(provider: Provider, at: datetime) -> QuerySet[Appointment]:
    """Return the visits that a provider's calendar shows: a month back, a year ahead."""
    rows = Appointment.objects.filter(
        provider=provider, starts_at__gte=at - BACK, starts_at__lt=at + AHEAD
    )
    rows = rows.exclude(status__in=(Status.CANCELLED, Status.NO_SHOW))
    return rows.select_related("site").order_by("starts_at", "pk")


def feeds(at: datetime) -> list[Feed]:
    """Return every provider with the address that stands."""
    links = Link.objects.filter(purpose=PURPOSE, ended_at=None, expires_at__gt=at)
    by_provider = {link.subject_id: link for link in links.order_by("made_at")}
    every = Provider.objects.filter(is_active=True).order_by("last_name", "first_name")
    return [Feed(one, by_provider.get(one.pk)) for one in every]
