"""How long waits may last at a site, how long they usually do, and what was foretold."""

from django.db import models
from django.db.models import F, Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.visits.models.flow import Visit


class FlowPolicy(Record):
    """When a site wants to be alarmed, and what it does about patients who come late."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="flow_policy")
    arrived_minutes = models.PositiveSmallIntegerField(default=15)  # in the waiting room
    roomed_minutes = models.PositiveSmallIntegerField(default=10)  # alone in a room
    checkout_minutes = models.PositiveSmallIntegerField(default=10)  # at the desk, going
    forgotten_minutes = models.PositiveSmallIntegerField(default=45)  # nothing noted at all
    late_minutes = models.PositiveSmallIntegerField(default=15)  # then the provider decides
    early_minutes = models.PositiveSmallIntegerField(default=30)  # then it is said on the board
    needs_clean_rooms = models.BooleanField(default=False)  # a room not cleaned takes nobody
    notice = models.CharField(max_length=160, blank=True)  # on the lobby's display

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(arrived_minutes__gt=0, roomed_minutes__gt=0, checkout_minutes__gt=0)
                & Q(forgotten_minutes__gt=0, late_minutes__gt=0, early_minutes__gt=0),
                name="flow_policy_minutes_count",
            )
        ]

    def __str__(self) -> str:
        return f"Waits at {self.site_id}"


class LateArrival(Record):
    """A patient who came too late: whether they are seen all the same is the provider's word."""

    class Answer(models.TextChoices):
        ASKED = "asked", "Asked"
        SEE = "see", "See now"
        FIT_IN = "fit_in", "Fit in later"
        RESCHEDULE = "reschedule", "Another day"

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="late")
    minutes = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.minutes} min late: {self.answer}"


class UsualTimes(Record):
    """How long each stage takes in this practice, learnt from its own log every night."""

    fitted_at = models.DateTimeField()
    visits = models.PositiveIntegerField(default=0)  # that it was learnt from
    figures = models.JSONField(default=dict)  # rules.waits.Usual as plain values

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="usual_times_one_per_practice")
        ]

    def __str__(self) -> str:
        return f"Usual times of {self.visits} visits"


class WaitPrediction(Record):
    """What a patient was foretold, at that moment, and what came true. Minutes."""

    class Until(models.TextChoices):
        ROOM = "room", "In a room"
        PROVIDER = "provider", "Seen by the provider"

    watched_as = "waits"  # no screen is drawn anew because something was foretold

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="predictions")
    until = models.CharField(max_length=8, choices=Until)
    made_at = models.DateTimeField()
    low = models.PositiveSmallIntegerField()
    likely = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    actual = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit", "until"], name="wait_predicted_once"
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("likely")) & Q(likely__lte=F("high")),
                name="wait_prediction_in_order",
            ),
        ]
        indexes = [models.Index(fields=["practice", "made_at"], name="wait_prediction_by_time")]

    def __str__(self) -> str:
        return f"{self.low}–{self.high} min"
