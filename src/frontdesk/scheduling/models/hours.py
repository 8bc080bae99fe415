"""When people work and when they are away."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.scheduling.models.types import Phase, VisitType
from frontdesk.staff.models import Provider


class Session(Record):
    """When a provider sees patients in a usual week, by the clock on the site's wall."""

    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="sessions")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="sessions")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    starts = models.TimeField()
    ends = models.TimeField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)  # the first day it no longer holds
    visit_type_ids = models.JSONField(default=list, blank=True)  # empty: any

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="session_weekday_is_a_day"),
        ]
        indexes = [
            models.Index(fields=["practice", "provider", "weekday"], name="session_by_provider")
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.starts}–{self.ends}"

    @property
    def weekday_name(self) -> str:
        """Monday to Sunday, in the reader's language."""
        return str(WEEKDAYS[self.weekday])

    def holds_on(self, day: date) -> bool:
        """Say whether patients are seen on this day."""
        begun = self.from_on <= day
        return (
            self.weekday == day.weekday() and begun and (not self.until_on or day < self.until_on)
        )

    def overlaps_days_of(self, other: "Session") -> bool:
        """Say whether there are days on which both may hold; weekdays are not looked at."""
        begins_before = other.until_on is None or self.from_on < other.until_on
        return begins_before and (self.until_on is None or other.from_on < self.until_on)

    def is_for(self, visit_type: VisitType) -> bool:
        """Say whether this type of visit may be booked into it."""
        return not self.visit_type_ids or str(visit_type.pk) in self.visit_type_ids


class TimeOff(Record):
    """When a provider, room, device or assistant can't be booked."""

    resource_kind = models.CharField(max_length=11, choices=Phase.Role)
    resource_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    because = models.CharField("reason", max_length=100)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="time_off_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"Off {self.starts_at:%Y-%m-%d %H:%M}"
