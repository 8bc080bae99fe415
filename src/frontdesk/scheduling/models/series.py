"""Visits that were booked together: every week, one after the other, a family, two providers."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.models.types import VisitType


class VisitSet(Record):
    """Visits that belong together. Each is an appointment of its own; this says how they came."""

    class Kind(models.TextChoices):
        SERIES = "series", "Series"
        SEQUENCE = "sequence", "One visit after another"
        TEAM = "team", "Several providers"
        FAMILY = "family", "Family"

    class Unit(models.TextChoices):
        WEEK = "week", "weeks"
        MONTH = "month", "months, on the same weekday"

    kind = models.CharField(max_length=8, choices=Kind)
    patient = TenantFK(  # nobody in particular for a family
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="visit_sets"
    )
    visit_type = TenantFK(
        VisitType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    every = models.PositiveSmallIntegerField(default=1)  # of a series: so many units apart
    unit = models.CharField(max_length=5, choices=Unit, default=Unit.WEEK)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(every__gt=0), name="visit_set_goes_on"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SetVisit(Record):
    """One place in a set: its visit, or why there is none on that day."""

    visit_set = TenantFK(VisitSet, on_delete=models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField()  # from 1
    planned_on = models.DateField()  # the site's day on which it was due
    appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="set_visits"
    )
    left_out = models.CharField(max_length=200, blank=True)  # "Closed: Thanksgiving"

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit_set", "number"], name="set_visit_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "appointment"],
                condition=Q(appointment__isnull=False),
                name="set_visit_in_one_set",
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False) | ~Q(left_out=""),
                name="set_visit_is_booked_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.planned_on}"
