"""Which messages the practice may exchange with a payer: asked for, waited for, in force."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.coverage.models.held import Payer


class Enrolment(Record):
    """The practice's leave to exchange one kind of message with a payer; without one, none is
    known to be needed.
    """

    class Message(models.TextChoices):
        CLAIMS = "837P", "Claims"
        REMITTANCES = "835", "Remittances"
        ELIGIBILITY = "270", "Eligibility"
        STATUS = "276", "Claim status"
        AUTHORIZATIONS = "278", "Authorizations"

    class Status(models.TextChoices):
        NOT_NEEDED = "not_needed", "Not needed"
        NEEDED = "needed", "Needed, not asked for yet"
        ASKED = "asked", "Asked for"
        PENDING = "pending", "The payer is working on it"
        ENROLLED = "enrolled", "Enrolled"
        REFUSED = "refused", "Refused"
        ENDED = "ended", "Ended"

    _OPEN = {Status.ASKED, Status.PENDING, Status.ENROLLED, Status.REFUSED, Status.NOT_NEEDED}
    lifecycle = Lifecycle(
        Status,
        {
            Status.NOT_NEEDED: {Status.NEEDED, Status.ASKED, Status.PENDING, Status.ENROLLED},
            Status.NEEDED: _OPEN,
            Status.ASKED: {*_OPEN - {Status.ASKED}, Status.NEEDED},
            Status.PENDING: {Status.ENROLLED, Status.REFUSED, Status.NEEDED, Status.NOT_NEEDED},
            Status.ENROLLED: {Status.ENDED, Status.NOT_NEEDED},
            Status.REFUSED: {Status.NEEDED, Status.ASKED, Status.PENDING, Status.NOT_NEEDED},
            Status.ENDED: {Status.NEEDED, Status.ASKED, Status.ENROLLED, Status.NOT_NEEDED},
        },
    )
    WAITS = frozenset({Status.ASKED, Status.PENDING})
    ALLOWS = frozenset({Status.NOT_NEEDED, Status.ENROLLED})

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="enrolments")
    message = models.CharField(max_length=4, choices=Message)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEEDED)
    asked_on = models.DateField(null=True, blank=True)
    asked_by = models.CharField(max_length=100, blank=True)
    expected_on = models.DateField(null=True, blank=True)  # by when the payer answers
    starts_on = models.DateField(null=True, blank=True)  # from when it counts
    ended_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=50, blank=True)  # the request's number there
    note = models.CharField(max_length=200, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payer", "message"], name="enrolment_once_a_message"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(starts_on=None) | Q(ended_on__gte=F("starts_on")),
                name="enrolment_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_message_display()}: {self.get_status_display()}"

    def allows(self, on: date) -> bool:
        """Whether the message may be exchanged on a day."""
        has_begun = self.starts_on is None or self.starts_on <= on
        return self.status in self.ALLOWS and (self.status == "not_needed" or has_begun)

    def why_not(self, on: date) -> str:
        """Say why the message may not be exchanged on a day; "" where it may."""
        if self.allows(on):
            return ""
        if self.status == self.Status.ENROLLED:
            return f"it counts from {self.starts_on:%b %-d, %Y}"
        said = str(self.get_status_display()).lower()
        if self.status in self.WAITS and self.asked_on:
            said = f"asked for on {self.asked_on:%b %-d, %Y}"
            if self.expected_on:
                said += f", expected by {self.expected_on:%b %-d}"
        return said

    def is_late(self, on: date) -> bool:
        """Whether the payer should have answered before this day."""
        waits = self.status in self.WAITS
        return waits and self.expected_on is not None and self.expected_on < on
