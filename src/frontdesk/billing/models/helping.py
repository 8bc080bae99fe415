"""Financial help: who asks, what they earn, what was decided, and until when."""

from datetime import date

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.people.models import Guarantor, Patient


class HelpRequest(Record):
    """Somebody asks for financial help, for themselves or the family they answer for."""

    class Region(models.TextChoices):
        STATES = "states", "48 states and DC"
        ALASKA = "alaska", "Alaska"
        HAWAII = "hawaii", "Hawaii"

    class Status(models.TextChoices):
        ASKED = "asked", "To decide"
        GIVEN = "given", "Given"
        DENIED = "denied", "Denied"
        ENDED = "ended", "Ended"

    lifecycle = Lifecycle(
        Status,
        {Status.ASKED: {Status.GIVEN, Status.DENIED}, Status.GIVEN: {Status.ENDED}},
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="help_requests")
    guarantor = TenantFK(
        Guarantor, null=True, blank=True, on_delete=models.PROTECT, related_name="help_requests"
    )  # whose family it is for
    household = models.PositiveSmallIntegerField()  # people
    income = MoneyField()  # of all of them in a year
    region = models.CharField(max_length=6, choices=Region, default=Region.STATES)
    words = models.TextField(blank=True)  # what they say
    guideline = models.PositiveSmallIntegerField()  # the year of the poverty guideline
    percent = models.DecimalField(max_digits=7, decimal_places=1)  # of the guideline
    proposed = models.PositiveSmallIntegerField()  # percent off, by the sliding scale
    off = models.PositiveSmallIntegerField(default=0)  # percent off, as decided
    status = models.CharField(max_length=6, choices=Status, default=Status.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    is_by_patient = models.BooleanField(default=False)
    from_on = models.DateField(null=True, blank=True)  # first day of service it is for
    until_on = models.DateField(null=True, blank=True)  # last day of service it is for
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=200, blank=True)
    given = MoneyField(default=ZERO)  # dollars taken off so far

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="help_numbered_once"),
            models.UniqueConstraint(
                fields=["practice", "patient"],
                condition=Q(status="asked"),
                name="help_asked_once",
            ),
            models.CheckConstraint(condition=Q(off__lte=100), name="help_off_is_a_share"),
            models.CheckConstraint(condition=Q(household__gte=1), name="help_household"),
        ]
        indexes = [models.Index(fields=["practice", "status", "until_on"], name="help_work_list")]

    def __str__(self) -> str:
        return f"Request {self.number}"

    def covers(self, on: date) -> bool:
        """Whether it is for visits of that day."""
        return (
            self.from_on is not None
            and self.until_on is not None
            and (self.from_on <= on <= self.until_on)
        )
