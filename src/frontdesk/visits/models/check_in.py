"""What was asked and answered before the visit."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Policy
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.records.models import Document
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models.flow import Visit


class CheckIn(Record):
    """What was asked and answered at the desk before the visit."""

    class Pays(models.TextChoices):
        INSURANCE = "insurance", "Insurance"
        SELF_PAY = "self_pay", "Self-pay"

    class Way(models.TextChoices):
        DESK = "desk", "At the desk"
        TABLET = "tablet", "On the tablet"
        PHONE = "phone", "On their phone"

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="check_in")
    way = models.CharField(max_length=6, choices=Way, default=Way.DESK)
    identity_confirmed_at = models.DateTimeField(null=True, blank=True)
    identity_by = models.CharField(max_length=40, blank=True)  # photo, birth date, photo ID
    details_confirmed_at = models.DateTimeField(null=True, blank=True)
    pays = models.CharField(max_length=9, choices=Pays, blank=True)
    policy = TenantFK(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    coverage_confirmed_at = models.DateTimeField(null=True, blank=True)
    forms_done_at = models.DateTimeField(null=True, blank=True)
    copay_due = MoneyField(null=True, blank=True)
    copay_payment = TenantFK(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    copay_not_taken_because = models.CharField(max_length=100, blank=True)
    payment_done_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"Check-in {self.pk}"


class Item(models.TextChoices):
    """What check-in asks to be still right."""

    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    ADDRESS = "address", "Address"
    REACH = "reach", "How we may reach you"
    CONTACT = "contact", "Emergency contact"
    INSURANCE = "insurance", "Insurance"


class ItemRule(Record):
    """How long an answer about one item holds in this practice; without one the house's own."""

    item = models.CharField(max_length=10, choices=Item)
    holds_days = models.PositiveSmallIntegerField()  # 0: asked at every visit

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "item"], name="check_in_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} holds {self.holds_days} days"


class Told(Record):
    """One answer about what we hold: still right, corrected, or waiting for staff to decide.

    Never edited but by the decision. The newest that was not turned down says when an item was
    last confirmed.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Still right"
        APPLIED = "applied", "Corrected"
        PROPOSED = "proposed", "To decide"
        TAKEN = "taken", "Taken over"
        DECLINED = "declined", "Not taken over"

    class Way(models.TextChoices):
        DESK = "desk", "At the desk"
        TABLET = "tablet", "On the tablet"
        PHONE = "phone", "On their phone"
        CARD = "card", "Read from the card"
        LICENCE = "licence", "Read from the licence"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PROPOSED: {Status.TAKEN, Status.DECLINED},
            Status.DECLINED: {Status.PROPOSED},
        },
    )

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="told")
    appointment = TenantFK(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="told"
    )
    item = models.CharField(max_length=30)  # an Item, "name", or "card.member_id"
    way = models.CharField(max_length=7, choices=Way)
    status = models.CharField(max_length=9, choices=Status)
    held = models.JSONField(default=dict, blank=True)  # what we held, by field
    said = models.JSONField(default=dict, blank=True)  # what was said instead
    sure = models.PositiveSmallIntegerField(default=100)  # percent, of what a machine read
    is_crossed = models.BooleanField(default=False)  # staff changed the same while it was typed
    document = TenantFK(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    policy = TenantFK(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()  # the site's day
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=80, blank=True)  # the same key is the same press

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key"], condition=~Q(key=""), name="told_once"
            )
        ]
        indexes = [
            models.Index(fields=["practice", "patient", "item", "told_at"], name="told_last"),
            models.Index(
                fields=["practice", "patient"],
                condition=Q(status="proposed"),
                name="told_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.pk}: {self.status}"


class Kiosk(Record):
    """A tablet in the waiting room. Only digests of its secrets and a hash of its PIN are kept."""

    name = models.CharField(max_length=60)
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="kiosks")
    pairing_digest = models.CharField(max_length=64, blank=True)  # of the address opened once
    pairing_until = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of what the tablet shows us
    pin_hash = models.CharField(max_length=128)
    misses = models.PositiveSmallIntegerField(default=0)  # since somebody was found
    paused_until = models.DateTimeField(null=True, blank=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back by the office

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(digest=""), name="kiosk_secret_is_unique"
            ),
            models.UniqueConstraint(
                fields=["pairing_digest"],
                condition=~Q(pairing_digest=""),
                name="kiosk_pairing_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name
