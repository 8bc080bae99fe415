"""Days and months that are closed: the database itself refuses an entry in them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site


class Closing(Record):
    """The books of a site, or of the practice, closed from one day to another.

    A day's closing reaches back to the one before it, so that no Sunday in between stays open.
    """

    class Span(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"

    class Status(models.TextChoices):
        CLOSED = "closed", "Closed"
        ASKED = "asked", "Asked to be opened again"
        REOPENED = "reopened", "Opened again"

    lifecycle = Lifecycle(
        Status,
        {
            Status.CLOSED: {Status.ASKED, Status.REOPENED},
            Status.ASKED: {Status.REOPENED, Status.CLOSED},
        },
    )

    span = models.CharField(max_length=5, choices=Span)
    site = TenantFK(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # none: the whole practice
    first = models.DateField()
    last = models.DateField()  # the day or month that was closed ends here
    status = models.CharField(max_length=8, choices=Status, default=Status.CLOSED)
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=100)
    open_points = models.JSONField(default=list)  # what was still open, in words
    note = models.CharField(max_length=200, blank=True)  # why it was closed all the same
    figures = models.JSONField(default=dict)  # the sums at the close, as printed
    asked_by = models.CharField(max_length=100, blank=True)
    asked_by_id = models.UUIDField(null=True, blank=True)  # staff.User
    because = models.CharField(max_length=200, blank=True)  # why it is to be opened again
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="closing_ends_later"),
            models.UniqueConstraint(
                fields=["practice", "span", "site", "last"],
                condition=~Q(status="reopened") & ~Q(site=None),
                name="closing_of_a_site_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "span", "last"],
                condition=~Q(status="reopened") & Q(site=None),
                name="closing_of_a_practice_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "last"], name="closing_by_end")]

    def __str__(self) -> str:
        return f"{self.get_span_display()} to {self.last}"

    @property
    def sums(self) -> dict[str, Decimal]:
        """The sums at the close, in dollars."""
        return {name: Decimal(figure) for name, figure in self.figures.items()}
