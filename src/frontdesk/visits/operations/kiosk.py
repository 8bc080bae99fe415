"""Tablets in the waiting room: set up, paired once, asked who stands before them, taken back."""

import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link
from frontdesk.comms.rules import digest_of
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Kiosk, Told
from frontdesk.visits.operations.intake import arrive_self
from frontdesk.visits.queries import kiosk as queries

SECRET_BYTES = 24
PAIRING_FOR = timedelta(hours=1)
AT_THE_TABLET = timedelta(minutes=20)  # how long one patient's pages open
MOST_MISSES = 5  # wrong names or PINs in a row, then it pauses
PAUSE = timedelta(minutes=5)
PIN_LENGTHS = range(4, 9)


class Paired(NamedTuple):
    """A tablet, and the secret that is known at this moment only."""

    kiosk: Kiosk
    secret: str


class Found(NamedTuple):
    """Who stands there, and the way to their pages."""

    appointment: Appointment
    link: Link
    url: str


@operation("visits.set_check_in")
def make_kiosk(name: str, site: Site, *, pin: str, at: datetime, by: Actor) -> Paired:
    """Set a tablet up; the secret opens its pairing address once, within the hour."""
    if not name.strip():
        raise Refused(_("Give the tablet a name: “Waiting room”."))
    kiosk = Kiosk(name=name.strip(), site=site, pin_hash=_hashed(pin))
    return _pairing(kiosk, at)


@operation("visits.set_check_in")
def pair_again(kiosk: Kiosk, *, at: datetime, by: Actor, pin: str = "") -> Paired:
    """Give a tablet a new pairing address, and a new PIN if one is given; the old one ends."""
    kiosk = Kiosk.objects.lock(kiosk.pk)
    if pin:
        kiosk.pin_hash = _hashed(pin)
    kiosk.digest, kiosk.paired_at, kiosk.ended_at = "", None, None
    kiosk.misses, kiosk.paused_until = 0, None
    return _pairing(kiosk, at)


@operation("visits.set_check_in")
def end_kiosk(kiosk: Kiosk, *, at: datetime, by: Actor) -> Kiosk:
    """Take a tablet back: from this moment it opens nothing."""
    kiosk = Kiosk.objects.lock(kiosk.pk)
    kiosk.digest = kiosk.pairing_digest = ""
    kiosk.ended_at = kiosk.ended_at or at
    kiosk.save()
    return kiosk


@operation("visits.kiosk")
def pair(kiosk: Kiosk, secret: str, *, at: datetime, by: Actor) -> Paired:
    """Use the pairing address up; the tablet keeps the secret that is returned."""
    kiosk = Kiosk.objects.lock(kiosk.pk)
    is_good = bool(kiosk.pairing_digest) and kiosk.pairing_digest == digest_of(secret)
    if not is_good or kiosk.pairing_until is None or kiosk.pairing_until < at:
        raise Refused(_("This address was used already or is too old. Make a new one."))
    own = secrets.token_urlsafe(SECRET_BYTES)
    kiosk.pairing_digest, kiosk.pairing_until = "", None
    kiosk.digest, kiosk.paired_at, kiosk.seen_at = digest_of(own), at, at
    kiosk.save()
    return Paired(kiosk, own)


@operation("visits.kiosk")
def find_me(
    kiosk: Kiosk, *, birth_date: date, last_name: str, first_name: str = "", at: datetime, by: Actor
) -> Found | None:
    """Return who stands at the tablet and arrive them; None when nobody or several fit.

    Exactly one visit of today at this site must fit the birth date and the last name or the end
    of a phone number. Whether it was nobody or somebody else is never told. After `MOST_MISSES`
    in a row the tablet pauses.
    """
    kiosk = Kiosk.objects.lock(kiosk.pk)
    _refuse_paused(kiosk, at)
    kiosk.seen_at = at
    appointment = queries.who_comes(kiosk.site, birth_date, last_name, first_name, at)
    if appointment is None:
        _miss(kiosk, at)
        return None
    kiosk.misses, kiosk.paused_until = 0, None
    kiosk.save()
    arrive_self(appointment, way=Told.Way.TABLET, at=at, by=by)
    made = comms.make_link(
        "check_in",
        patient=appointment.patient,
        subject=appointment,
        expires_at=at + AT_THE_TABLET,
        by=by,
    )
    return Found(appointment, made.link, made.url)


@operation("visits.check_in_self")
def finish_at_tablet(link: Link, *, by: Actor) -> Link:
    """End one patient's pages, so that the next one finds nothing of them."""
    return comms.end_link(link, because="Finished at the tablet", by=by)


@operation("visits.kiosk")
def leave_kiosk(kiosk: Kiosk, pin: str, *, at: datetime, by: Actor) -> bool:
    """Say whether the PIN unlocks the tablet; when it does, the tablet must be paired anew."""
    kiosk = Kiosk.objects.lock(kiosk.pk)
    _refuse_paused(kiosk, at)
    if not check_password(pin, kiosk.pin_hash):
        _miss(kiosk, at)
        return False
    kiosk.digest, kiosk.paired_at, kiosk.misses = "", None, 0
    kiosk.save()
    return True


def _pairing(kiosk: Kiosk, at: datetime) -> Paired:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    kiosk.pairing_digest, kiosk.pairing_until = digest_of(secret), at + PAIRING_FOR
    kiosk.save()
    return Paired(kiosk, secret)


def _hashed(pin: str) -> str:
    if not pin.isdigit() or len(pin) not in PIN_LENGTHS:
        raise Refused(_("The PIN has 4 to 8 digits."))
    return make_password(pin)


def _refuse_paused(kiosk: Kiosk, at: datetime) -> None:
    if kiosk.paused_until and at < kiosk.paused_until:
        raise Refused(_("Please go to the front desk."))


def _miss(kiosk: Kiosk, at: datetime) -> None:
    kiosk.misses += 1
    if kiosk.misses >= MOST_MISSES:
        kiosk.misses, kiosk.paused_until = 0, at + PAUSE
    kiosk.save()
