"""The queue at the desk: a number for everybody who comes in, and when it was called."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site
from frontdesk.visits.models.flow import Visit

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O: they read as figures


class Ticket(Record):
    """A place in the day's queue of a site. Its code says nothing of whose it is."""

    class What(models.TextChoices):
        VISIT = "visit", "A visit"
        PAYMENT = "payment", "A payment"
        QUESTION = "question", "A question"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CALLED = "called", "Called"
        SERVED = "served", "Seen to"
        LEFT = "left", "Gone"

    lifecycle = Lifecycle(
        Status,
        {
            Status.WAITING: {Status.CALLED, Status.SERVED, Status.LEFT},
            Status.CALLED: {Status.WAITING, Status.SERVED, Status.LEFT},
            Status.SERVED: {Status.WAITING, Status.CALLED},
            Status.LEFT: {Status.WAITING},
        },
    )

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="tickets")
    on = models.DateField()  # the site's day
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=8, choices=What, default=What.VISIT)
    visit = models.OneToOneField(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="ticket"
    )
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    called_to = models.CharField(max_length=40, blank=True)  # "Room 3", "Front desk"
    calls = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "site", "on", "number"], name="ticket_number_is_unique"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="ticket_is_numbered"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What the display shows and the patient is told: A07."""
        letter = _LETTERS[min(self.number // 100, len(_LETTERS) - 1)]
        return f"{letter}{self.number % 100:02}"
