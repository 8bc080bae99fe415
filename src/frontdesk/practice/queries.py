"""Questions about the practice and its places."""

from datetime import date

from django.db.models import Q, QuerySet

from frontdesk.core.actor import Actor
from frontdesk.practice.models import Closure, Device, Practice, Room, Site


def practice_of(actor: Actor) -> Practice:
    """Return the practice in which the actor acts."""
    return Practice.objects.get(pk=actor.practice_id)


def sites() -> QuerySet[Site]:
    """Return the sites of the practice with their hours, those in use first."""
    return Site.objects.prefetch_related("hours").order_by("-is_active", "name", "pk")


def sites_of(actor: Actor) -> QuerySet[Site]:
    """Return the sites in use at which the actor works."""
    mine = Site.objects.filter(is_active=True).order_by("name", "pk")
    return mine.filter(pk__in=actor.site_ids) if actor.site_ids else mine


def rooms() -> QuerySet[Room]:
    """Return the rooms of every site, ready to list."""
    return Room.objects.select_related("site").order_by("-is_active", "site__name", "name", "pk")


def devices() -> QuerySet[Device]:
    """Return the devices of every site, ready to list."""
    return Device.objects.select_related("site").order_by("-is_active", "site__name", "name", "pk")


def closures(from_on: date) -> QuerySet[Closure]:
    """Return the days off from a day on, the next one first."""
    return Closure.objects.filter(on__gte=from_on).select_related("site").order_by("on", "pk")


def is_closed(site: Site, day: date) -> bool:
    """Say whether the site keeps this whole day off."""
    whole = Closure.objects.filter(Q(site=site) | Q(site=None), on=day, starts=None, ends=None)
    return whole.exists()
