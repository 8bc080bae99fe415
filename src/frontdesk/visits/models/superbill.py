"""What was found and done, in codes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.visits.models.flow import Visit
from frontdesk.visits.rules import superbill as rules
from frontdesk.visits.rules.superbill import LETTERS


class Superbill(Record):
    """What was found and done at a visit, in codes: the encounter form."""

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", "Preliminary"
        COMPLETE = "complete", "Complete"
        SIGNED = "signed", "Signed"
        NO_CHARGE = "no_charge", "No charge"

    class Cause(models.TextChoices):
        NONE = "", _("No accident")
        WORK = rules.WORK, _("An accident at work")
        CAR = rules.CAR, _("A car accident")
        OTHER = rules.OTHER, _("Another accident")
        PREGNANCY = rules.PREGNANCY, _("A pregnancy")

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
    cause = models.CharField(max_length=2, choices=Cause, default=Cause.NONE, blank=True)
    began_on = models.DateField(null=True, blank=True)  # the accident, first day ill, last period
    accident_state = models.CharField(max_length=2, blank=True)
    case_number = models.CharField(max_length=30, blank=True)  # of the insurance of an accident
    no_charge_because = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=100, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)  # counts re-openings
    undo = models.JSONField(default=list, blank=True)  # what it said before each of the last steps

    def __str__(self) -> str:
        return f"Superbill {self.pk}: {self.status}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed without opening it again."""
        return self.status in (self.Status.PRELIMINARY, self.Status.COMPLETE)

    @property
    def beginning(self) -> str:
        """What it is that began, for people; nothing where nothing is said."""
        if self.cause or self.began_on is None:
            return str(self.get_cause_display()) if self.cause else ""
        return gettext("Ill since")

    @property
    def is_accident(self) -> bool:
        """Whether an accident is the cause: payers ask where and when."""
        return self.cause in rules.ACCIDENTS

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
    ndc = models.CharField(max_length=11, blank=True)  # the drug given, 5-4-2 without hyphens
    ndc_quantity = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    ndc_unit = models.CharField(max_length=2, blank=True)  # X12 CTP05: UN, ML, GR, ME, F2
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
