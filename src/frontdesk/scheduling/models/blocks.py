"""Parts of a session that are kept for some visits, until they open to others."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.scheduling.models.hours import Session
from frontdesk.scheduling.models.types import VisitType


class Block(Record):
    """A part of a session kept for some types of visits, by the clock on the site's wall.

    What is free of it opens to others so many hours before it begins, or never.
    """

    session = TenantFK(Session, on_delete=models.PROTECT, related_name="blocks")
    name = models.CharField(max_length=40)  # "Same day"
    starts = models.TimeField()
    ends = models.TimeField()
    visit_type_ids = models.JSONField(default=list)  # whom it is kept for
    release_hours = models.PositiveSmallIntegerField(null=True, blank=True)  # None: never opens
    opens_to_ids = models.JSONField(default=list, blank=True)  # empty: whatever the session takes
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="block_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["practice", "session"], name="block_by_session")]

    def __str__(self) -> str:
        return self.name

    def opens_at(self, starts_at: datetime) -> datetime | None:
        """Return when what is free of it opens to others, on the day on which it begins then."""
        if self.release_hours is None:
            return None
        return starts_at - timedelta(hours=self.release_hours)

    def is_for(self, visit_type: VisitType) -> bool:
        """Say whether it is kept for this type of visit."""
        return str(visit_type.pk) in self.visit_type_ids

    def takes(self, visit_type: VisitType, starts_at: datetime, at: datetime) -> bool:
        """Say whether this type may be booked into it now (`at`), beginning at `starts_at`."""
        if self.is_for(visit_type):
            return True
        opens_at = self.opens_at(starts_at)
        if opens_at is None or at < opens_at:
            return False
        if self.opens_to_ids:
            return str(visit_type.pk) in self.opens_to_ids
        return bool(self.session.is_for(visit_type))
