"""When people work and when they are away."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS

from frontdesk.core.clock import at_wall
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.scheduling.models.types import Phase, VisitType
from frontdesk.staff.models import Provider

if TYPE_CHECKING:
    from frontdesk.scheduling.models.blocks import Block


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
    most_visits = models.PositiveSmallIntegerField(null=True, blank=True)  # on one day
    most_of_type = models.JSONField(default=dict, blank=True)  # of a visit type, by its key
    least_visits = models.PositiveSmallIntegerField(null=True, blank=True)  # fewer are told of

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

    @property
    def active_blocks(self) -> list["Block"]:
        """Return the parts of it that are kept for some visits, the first of the day first."""
        held = (block for block in self.blocks.all() if block.is_active)
        return sorted(held, key=lambda block: block.starts)

    @property
    def is_limited(self) -> bool:
        """Say whether it takes only so many visits."""
        return self.most_visits is not None or bool(self.most_of_type)

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


class RecurringOff(Record):
    """Time off that comes again: every so many weeks, by the clock on a site's wall."""

    resource_kind = models.CharField(max_length=11, choices=Phase.Role)
    resource_id = models.UUIDField()
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")  # whose wall
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    starts = models.TimeField()
    ends = models.TimeField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    from_on = models.DateField()  # weeks are counted from the one this day is in
    until_on = models.DateField(null=True, blank=True)  # the first day it no longer holds
    because = models.CharField("reason", max_length=100)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="recurring_off_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="recurring_off_weekday_is_a_day"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gt=0), name="recurring_off_comes_again"
            ),
        ]

    def __str__(self) -> str:
        return f"Off {self.weekday}: {self.starts}–{self.ends}"

    @property
    def weekday_name(self) -> str:
        """Monday to Sunday, in the reader's language."""
        return str(WEEKDAYS[self.weekday])

    def holds_on(self, day: date) -> bool:
        """Say whether it keeps something of this day."""
        if self.weekday != day.weekday() or day < self.from_on:
            return False
        weeks = (_monday(day) - _monday(self.from_on)).days // 7
        return weeks % self.every_weeks == 0 and (self.until_on is None or day < self.until_on)

    def spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield when it begins and ends on each of its days, both days included."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if self.holds_on(day):
                starts_at, ends_at = (at_wall(self.site, day, w) for w in (self.starts, self.ends))
                if starts_at < ends_at:  # else the hour spring skips
                    yield starts_at, ends_at


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
