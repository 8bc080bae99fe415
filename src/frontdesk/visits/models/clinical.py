"""What was measured."""

from django.db import models

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.visits.models.flow import Visit


class Vitals(Record):
    """One set of measurements, in metric units, with the units they were entered in."""

    class Status(models.TextChoices):
        TAKEN = "taken", "Taken"
        VOIDED = "voided", "Entered by mistake"

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="vitals")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="vitals")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    systolic = models.PositiveSmallIntegerField(null=True, blank=True)  # mmHg
    diastolic = models.PositiveSmallIntegerField(null=True, blank=True)  # mmHg
    pulse = models.PositiveSmallIntegerField(null=True, blank=True)  # per minute
    respiration = models.PositiveSmallIntegerField(null=True, blank=True)  # per minute
    oxygen = models.PositiveSmallIntegerField(null=True, blank=True)  # percent saturation
    temperature = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)  # °C
    height = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)  # cm
    weight = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)  # kg
    pain = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 10
    entered = models.JSONField(default=dict)  # as typed, with units: {"weight": ["172", "lb"]}
    status = models.CharField(max_length=6, choices=Status, default=Status.TAKEN)

    lifecycle = Lifecycle(Status, {Status.TAKEN: {Status.VOIDED}, Status.VOIDED: {Status.TAKEN}})

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "patient", "taken_at"], name="vitals_by_patient")
        ]

    def __str__(self) -> str:
        return f"Vitals {self.pk}"
