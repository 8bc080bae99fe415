"""Questions of the tablets: which one asks, and who stands before it."""

import hmac
from datetime import date, datetime

from django.db.models import QuerySet

from frontdesk.comms.rules import digest_of
from frontdesk.core.clock import day_bounds, local
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.people.models import Patient
from frontdesk.people.rules.names import plain
from frontdesk.people.rules.phones import digits
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Kiosk

FEWEST_DIGITS = 4  # of a phone number, from its end


def kiosks() -> QuerySet[Kiosk]:
    """Return the tablets of the practice, those in use first."""
    return Kiosk.objects.select_related("site").order_by("ended_at", "name", "pk")


def kiosk_of(secret: str) -> Kiosk | None:
    """Return the tablet that holds this secret, whichever practice's; None when taken back."""
    return _by("digest", secret)


def kiosk_to_pair(secret: str) -> Kiosk | None:
    """Return the tablet whose pairing address this is."""
    return _by("pairing_digest", secret)


def who_comes(
    site: Site, birth_date: date, said: str, first_name: str, at: datetime
) -> Appointment | None:
    """Return the one visit of today that fits; none when nobody fits, or two people.

    `said` is the last name, or at least the last four digits of a phone number. Of one person's
    several visits it is the first that is not over.
    """
    start, end = day_bounds(site, local(site, at).date())
    coming = (
        Appointment.objects.filter(
            site=site,
            starts_at__gte=start,
            starts_at__lt=end,
            patient__birth_date=birth_date,
            status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
        )
        .select_related("patient", "site", "visit_type", "provider")
        .order_by("starts_at", "pk")
    )
    fitting = [one for one in coming if _fits(one.patient, said, first_name)]
    if len({one.patient_id for one in fitting}) != 1:
        return None
    return fitting[0]


def _fits(patient: Patient, said: str, first_name: str) -> bool:
    if first_name.strip() and plain(first_name) not in {
        plain(patient.first_name),
        plain(patient.preferred_name),
    }:
        return False
    numbers = digits(said)
    if numbers and not any(letter.isalpha() for letter in said):
        own = {digits(patient.mobile_phone), digits(patient.home_phone)} - {""}
        return len(numbers) >= FEWEST_DIGITS and any(one.endswith(numbers) for one in own)
    return bool(plain(said)) and plain(said) == plain(patient.last_name)


def _by(column: str, secret: str) -> Kiosk | None:
    digest = digest_of(secret)
    with practice_scope(EVERY_PRACTICE):
        known = Kiosk.objects.select_related("practice", "site")
        found = known.filter(**{column: digest, "ended_at": None}).first()
    return found if found and hmac.compare_digest(getattr(found, column), digest) else None
