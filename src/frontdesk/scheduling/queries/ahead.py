"""The year's index is read ahead of the questions: when the web starts, and when its days grew.

Reading a year takes a second or two where half a million times are taken. So in the web's
processes a thread of its own does it. Whoever asks in the meantime about a few weeks gets the
answer from the calendars themselves; who asks about more waits for the thread.

What the process has loaded, and the year, stay as long as it lives: the collector of garbage is
told so. Looking through them again and again took a third of the first answers.
"""

import gc
import logging
from datetime import datetime
from threading import Thread
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import close_old_connections, connections

from frontdesk.core.clock import now
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries import year as years
from frontdesk.scheduling.queries.remembered import Ahead, Memory

SHORT = 14  # days, what is asked for at first; in a large office a third of the work
logger = logging.getLogger("frontdesk.find")


class _Here:
    """Whether this process reads ahead: the web does, jobs and the command line don't."""

    is_on = False


def start() -> None:
    """Read ahead from now on, and at once whatever practices there are."""
    _Here.is_on = True
    gc.freeze()
    Thread(target=_read_all, name="find-ahead", daemon=True).start()


def is_awaited(site: Site, memory: Memory, days: int, at: datetime) -> bool:
    """Say whether the year is being read and so few days are better asked of the calendars.

    Where it is to be read and nobody does yet, this begins it.
    """
    if not _Here.is_on or not years.must_be_read(site, memory, at):
        return False
    if site.time_zone not in memory.ahead:
        words = (site.practice_id, site.pk)
        Thread(target=_read_one, args=words, name="find-ahead", daemon=True).start()
    return days <= SHORT


def read(site: Site, memory: Memory, at: datetime) -> bool:
    """Read the year of a site's zone beside what goes on; return whether it is kept.

    What is booked while it is read is read once more at the next question, as after any change.
    """
    zone = site.time_zone
    with memory.lock:
        if zone in memory.ahead:
            return False
        mine = memory.ahead[zone] = Ahead()
        shape = memory.shape
    try:
        year = years.build(zone, at.astimezone(ZoneInfo(zone)).date())
        with memory.lock:
            if mine.is_void:
                return False
            year.shape = shape if memory.shape == shape else -1
            memory.years[zone] = year
            memory.taken |= mine.taken
            memory.holds |= mine.holds
            return True
    finally:
        with memory.lock:
            memory.ahead.pop(zone, None)
        mine.over.set()


def _read_all() -> None:
    """Read every practice's years, one after the other; trouble here is nobody's trouble."""
    try:
        with practice_scope(EVERY_PRACTICE):
            practices = list(Practice.objects.values_list("pk", flat=True))
        for practice_id in practices[: remembered.PRACTICES]:
            _read_sites(practice_id, None)
    except Exception:  # the first question reads it then, as it always could
        logger.exception("The year could not be read ahead.")
    finally:
        connections.close_all()
        gc.freeze()


def _read_one(practice_id: UUID, site_id: UUID) -> None:
    try:
        close_old_connections()
        _read_sites(practice_id, site_id)
    except Exception:
        logger.exception("The year could not be read ahead.")
    finally:
        connections.close_all()


def _read_sites(practice_id: UUID, site_id: UUID | None) -> None:
    with practice_scope(practice_id):
        sites = Site.objects.filter(is_active=True)
        for site in sites.filter(pk=site_id) if site_id else sites.order_by("name"):
            memory = remembered.memory()
            if memory is not None and years.must_be_read(site, memory, now()):
                read(site, memory, now())
