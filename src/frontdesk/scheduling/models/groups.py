"""Visits that several patients share."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models.booking import Appointment, Hold
from frontdesk.scheduling.models.types import VisitType
from frontdesk.staff.models import Provider


class GroupVisit(Record):
    """One time of a provider and a room that several patients share, each with a seat.

    Its occupancy rows belong to the group and to nobody in it, so that whoever cancels gives a
    seat back and not the room. The last one to leave gives the time back too.
    """

    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    occupancy_ids = models.JSONField(default=list)  # of the rows that it takes
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="group_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "provider", "starts_at"],
                condition=Q(is_active=True),
                name="group_by_provider",
            )
        ]

    def __str__(self) -> str:
        return f"Group {self.starts_at:%Y-%m-%d %H:%M}"


class Seat(Record):
    """One place in a group visit. The database gives each number once, and no more than fit."""

    group = TenantFK(GroupVisit, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField()  # from 1
    of = models.PositiveSmallIntegerField()  # how many there are
    appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    hold = TenantFK(Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "group", "number"],
                condition=Q(is_active=True),
                name="seat_is_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(number__lte=F("of")), name="seat_is_in_the_group"
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number} of {self.of}"
