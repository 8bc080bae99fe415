"""The template lab: a week tried out on the past before it goes live."""

from django.db import models

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.staff.models import Provider


class TemplateDraft(Record):
    """A usual week as it might be, of one provider or of all at a site."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PLANNED = "planned", "Goes live"
        DROPPED = "dropped", "Thrown away"

    lifecycle = Lifecycle(
        Status,
        {
            Status.DRAFT: {Status.PLANNED, Status.DROPPED},
            Status.PLANNED: {Status.DRAFT},  # taken back before its day
        },
    )

    name = models.CharField(max_length=60)
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    provider = TenantFK(  # none: everybody who sees patients at the site
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sessions = models.JSONField(default=list)  # of rules.lab.Stint, as plain values
    mix = models.JSONField(default=dict, blank=True)  # percent of the demand, by visit type
    status = models.CharField(max_length=7, choices=Status, default=Status.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    live_from = models.DateField(null=True, blank=True)
    ended = models.JSONField(default=list, blank=True)  # sessions it ends, with their old last day
    began = models.JSONField(default=list, blank=True)  # sessions it begins

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "status", "-made_at"], name="template_draft_newest")
        ]

    def __str__(self) -> str:
        return self.name


class Replay(Record):
    """The last weeks' demand played against a draft and against today's template."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Could not be played"

    lifecycle = Lifecycle(
        Status,
        {
            Status.WAITING: {Status.RUNNING, Status.FAILED},
            Status.RUNNING: {Status.DONE, Status.FAILED, Status.RUNNING},
        },
    )

    draft = TenantFK(TemplateDraft, on_delete=models.PROTECT, related_name="replays")
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    weeks = models.PositiveSmallIntegerField(default=12)
    until_on = models.DateField()  # the first day that is not played any more
    sessions = models.JSONField(default=list)  # the draft as it was then
    mix = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    percent = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "draft", "-asked_at"], name="replay_by_draft")]

    def __str__(self) -> str:
        return f"Replay of {self.draft_id}"
