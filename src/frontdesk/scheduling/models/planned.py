"""Visits that somebody planned and nobody has booked yet: orders, recalls, who missed theirs."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.models.recall import RecallRule
from frontdesk.scheduling.models.types import VisitType
from frontdesk.staff.models import Provider


class PlannedVisit(Record):
    """A visit that is due about a day, until it is booked, declined or of no use any more."""

    class Source(models.TextChoices):
        ORDER = "order", "Ordered"
        CHECK_OUT = "check_out", "Check-out"
        RECALL = "recall", "Recall"
        HAND = "hand", "Noted by hand"
        MISSED = "missed", "Missed visit"
        CANCELLED = "cancelled", "Cancelled visit"
        SERIES = "series", "Left out of a series"

    class Status(models.TextChoices):
        OPEN = "open", "To book"
        BOOKED = "booked", "Booked"
        DECLINED = "declined", "Declined"
        ENDED = "ended", "Ended"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.BOOKED, Status.DECLINED, Status.ENDED},
            Status.BOOKED: {Status.OPEN},  # its visit was cancelled
            Status.DECLINED: {Status.OPEN},
            Status.ENDED: {Status.OPEN},
        },
    )

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="planned_visits")
    visit_type = TenantFK(VisitType, on_delete=models.PROTECT, related_name="+")
    provider = TenantFK(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=9, choices=Source)
    because = models.CharField(max_length=200, blank=True)  # seen by the office only
    from_on = models.DateField()  # not before,
    due_on = models.DateField()  # best,
    until_on = models.DateField()  # and at the latest
    list_on = models.DateField()  # on the work list from this day; later when asked again later
    rule = TenantFK(
        RecallRule, null=True, blank=True, on_delete=models.PROTECT, related_name="planned"
    )
    after = TenantFK(  # the visit from which it came
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="planned_after"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="planned"
    )
    told = models.PositiveSmallIntegerField(default=0)  # how often it was written to the patient
    told_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)  # that reached nobody
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.CharField(max_length=100, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=F("due_on")) & Q(due_on__lte=F("until_on")),
                name="planned_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["practice", "patient", "rule", "due_on"],
                condition=Q(rule__isnull=False),
                name="planned_once_a_round_of_recall",
            ),
            models.UniqueConstraint(
                fields=["practice", "after", "source"],
                condition=Q(after__isnull=False, status="open"),
                name="planned_open_once_after_a_visit",
            ),
            models.CheckConstraint(
                condition=~Q(status="booked") | Q(appointment__isnull=False),
                name="planned_booked_has_its_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "list_on"], name="planned_by_list"),
            models.Index(fields=["practice", "patient", "status"], name="planned_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.due_on}"

    @property
    def is_recall(self) -> bool:
        """Say whether it stands on the recall list."""
        return self.source == self.Source.RECALL


class CancelReason(Record):
    """A reason for cancelling that the practice wants to count."""

    words = models.CharField("reason", max_length=100)
    whose = models.CharField(
        "who cancels", max_length=8, choices=Appointment.CancelledBy, blank=True
    )  # empty: either
    is_active = models.BooleanField("in use", default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "words"], name="cancel_reason_said_once")
        ]

    def __str__(self) -> str:
        return self.words
