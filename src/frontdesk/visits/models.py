"""The patient's way through the office, and what was found and done."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Policy
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Member, Provider
from frontdesk.visits.rules.superbill import LETTERS


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
    """Somebody moved, or a move was taken back. Never edited; boards and waits are folds of it."""

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="events")
    stage = models.CharField(max_length=8, choices=Stage)
    room = TenantFK(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)  # the how-manieth of its visit
    by_name = models.CharField(max_length=100)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
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


class CheckIn(Record):
    """What was asked and answered at the desk before the visit."""

    class Pays(models.TextChoices):
        INSURANCE = "insurance", "Insurance"
        SELF_PAY = "self_pay", "Self-pay"

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="check_in")
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


class Superbill(Record):
    """What was found and done at a visit, in codes: the encounter form."""

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", "Preliminary"
        COMPLETE = "complete", "Complete"
        SIGNED = "signed", "Signed"
        NO_CHARGE = "no_charge", "No charge"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PRELIMINARY: {Status.COMPLETE, Status.SIGNED, Status.NO_CHARGE},
            Status.COMPLETE: {Status.SIGNED, Status.PRELIMINARY, Status.NO_CHARGE},
            Status.SIGNED: {Status.PRELIMINARY},  # reopened: billing reverses, then charges anew
            Status.NO_CHARGE: {Status.PRELIMINARY},
        },
    )

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="superbill")
    status = models.CharField(max_length=11, choices=Status, default=Status.PRELIMINARY)
    place_of_service = models.CharField(max_length=2, default="11")
    authorization_number = models.CharField(max_length=50, blank=True)
    no_charge_because = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=100, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)  # counts re-openings

    def __str__(self) -> str:
        return f"Superbill {self.pk}: {self.status}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed without opening it again."""
        return self.status in (self.Status.PRELIMINARY, self.Status.COMPLETE)

    @property
    def tone(self) -> str:
        """The colour of its status."""
        tones = {self.Status.SIGNED: "green", self.Status.COMPLETE: "blue"}
        return tones.get(self.Status(self.status), "slate")


class SuperbillDiagnosis(Record):
    """A diagnosis of a superbill; its place gives the letter that lines point at."""

    superbill = TenantFK(Superbill, on_delete=models.PROTECT, related_name="diagnoses")
    place = models.PositiveSmallIntegerField()  # 0 is A
    code = models.CharField(max_length=8)
    description = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "superbill", "place"],
                condition=Q(is_active=True),
                name="superbill_diagnosis_place_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.code}"

    @property
    def letter(self) -> str:
        """A to L, as on the CMS-1500."""
        return LETTERS[self.place]


class SuperbillLine(Record):
    """A procedure of a superbill: what was done, how often, for which diagnoses, at what price."""

    superbill = TenantFK(Superbill, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    description = models.CharField(max_length=120)
    modifiers = models.JSONField(default=list)  # up to four
    units = models.PositiveSmallIntegerField(default=1)
    pointers = models.CharField(
        max_length=4, blank=True
    )  # letters of diagnoses, most important first
    charge = MoneyField()  # for all units
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="superbill_line_has_units"),
            models.CheckConstraint(
                condition=Q(charge__gte=0), name="superbill_line_charge_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} x {self.units}"


class CheckOutItem(Record):
    """One thing to settle before a visit closes: done, declined, or deferred to somebody."""

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "Next visit"
        SUPERBILL = "superbill", "Superbill"
        BALANCE = "balance", "Balance explained"

    class Answer(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DECLINED = "declined", "Declined"
        DEFERRED = "deferred", "Deferred"

    visit = TenantFK(Visit, on_delete=models.PROTECT, related_name="check_out_items")
    kind = models.CharField(max_length=9, choices=Kind)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.OPEN)
    because = models.CharField(max_length=200, blank=True)
    owner = TenantFK(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "visit", "kind"], name="check_out_item_once"
            ),
            models.CheckConstraint(
                condition=~Q(answer="deferred") | (~Q(owner=None) & ~Q(due_on=None)),
                name="check_out_deferred_has_owner_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.answer}"
