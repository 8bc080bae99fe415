"""Where a patient is, and how they came there."""

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider


class Stage(models.TextChoices):
    """Where a patient is: a lane of Today's board."""

    EXPECTED = "expected", "Expected"
    ARRIVED = "arrived", "Arrived"
    ROOMED = "roomed", "Roomed"
    WITH_PROVIDER = "provider", "With provider"
    CHECK_OUT = "checkout", "Check-out"
    GONE = "gone", "Gone"


class Visit(Record):
    """One coming to the office. Place, paper and money are told apart: each has its own state."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="visit")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="visits")
    provider = TenantFK(Provider, on_delete=models.PROTECT, related_name="visits")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()  # the site's day
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.EXPECTED)
    stage_since = models.DateTimeField()  # both are the fold of the flow events
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    left_unseen = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)  # everything at check-out is answered
    closed_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "site", "on", "stage"], name="visit_board"),
            models.Index(fields=["practice", "patient", "on"], name="visit_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Visit {self.pk} on {self.on}"

    @property
    def is_here(self) -> bool:
        """Whether the patient is in the office."""
        return self.stage not in (Stage.EXPECTED, Stage.GONE)


class FlowEvent(Record):
    """Somebody moved, a move was taken back, or its time put right. Never edited.

    Boards, waits and figures are folds of it.
    """

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="events")
    stage = models.CharField(max_length=8, choices=Stage)
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)  # the how-manieth of its visit
    by_name = models.CharField(max_length=100)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    corrects = TenantFK(  # the move whose time this puts right: `at` is when it really was
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    noted_at = models.DateTimeField(null=True, blank=True)  # when written, if later than `at`
    note = models.CharField(max_length=100, blank=True)  # "left without being seen"

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit", "place"], name="flow_event_one_after_the_other"
            )
        ]
        indexes = [models.Index(fields=["practice", "visit", "at"], name="flow_by_visit")]

    def __str__(self) -> str:
        return f"{self.stage} at {self.at:%H:%M}"
