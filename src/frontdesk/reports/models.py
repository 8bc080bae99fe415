"""What reports keep: the figures of the money as counted for each day, and their terms."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record
from frontdesk.core.money import MoneyField


class KpiDay(Record):
    """The figures of one day, as they were known at its end. A day that is over is counted once.

    Counted again later, the former count stays beside the new one, which says why.
    """

    on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    is_over = models.BooleanField(default=False)  # the day had ended when it was counted
    taken_at = models.DateTimeField()
    flows = models.JSONField(default=dict)  # by figure and cell: counted, of, how often each lag
    stock = models.JSONField(default=dict)  # by cell: owed, credit, older than 90 days, charges
    days_known = models.PositiveSmallIntegerField(default=0)  # days of charges, at most a year
    because = models.CharField(max_length=200, blank=True)  # why it was counted again
    by_name = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "on", "revision"], name="kpi_day_revision"),
            models.UniqueConstraint(
                fields=["practice", "on"], condition=Q(is_current=True), name="kpi_day_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Figures of {self.on}"


class KpiTerms(Record):
    """What the office aims at, and what an hour of rework costs. The newest counts."""

    hour_rate = MoneyField()
    minutes = models.JSONField(default=dict)  # of one rework, by its kind
    goals = models.JSONField(default=dict)  # by figure, as text: a share, days or dollars
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=100)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "-said_at"], name="kpi_terms_newest")]

    def __str__(self) -> str:
        return f"Terms of {self.said_at:%Y-%m-%d}"
