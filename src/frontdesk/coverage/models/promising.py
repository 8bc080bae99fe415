"""What patients were told they would pay: against what came of it, and by law in writing."""

from decimal import Decimal

from django.db import models

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models.held import Estimate, Payer, Policy
from frontdesk.coverage.rules.good_faith import is_disputable
from frontdesk.people.models import Patient


class ClaimInFlight(Record):
    """A claim a plan has not decided yet: what it will likely use of the yearly amounts."""

    policy = TenantFK(Policy, on_delete=models.PROTECT, related_name="claims_in_flight")
    claim_id = models.UUIDField()
    service_on = models.DateField()
    deductible = MoneyField()  # likely taken by it
    owes = MoneyField()  # likely owed by the patient, the deductible within
    since = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "claim_id"], name="claim_in_flight_once")
        ]
        indexes = [
            models.Index(fields=["practice", "policy", "decided_at"], name="in_flight_by_policy")
        ]

    def __str__(self) -> str:
        return f"Claim {self.claim_id} in flight"


class EstimateOutcome(Record):
    """An estimate beside what the payer decided on the claim (835): one row a claim."""

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="outcomes")
    policy = TenantFK(Policy, on_delete=models.PROTECT, related_name="outcomes")
    estimate = TenantFK(
        Estimate, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes"
    )  # none: reckoned again from what was known on the day
    claim_id = models.UUIDField()
    service_on = models.DateField()
    expected_allowed = MoneyField()
    expected_owes = MoneyField()
    low = MoneyField()
    high = MoneyField()
    allowed = MoneyField()
    owes = MoneyField()
    decided_at = models.DateTimeField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "claim_id"], name="outcome_once_a_claim")
        ]
        indexes = [
            models.Index(fields=["practice", "payer", "decided_at"], name="outcome_by_payer")
        ]

    def __str__(self) -> str:
        return f"Outcome {self.pk}"

    @property
    def off_by(self) -> Decimal:
        """What the patient owes beyond the estimate; below zero where it is less."""
        more: Decimal = self.owes - self.expected_owes
        return more

    @property
    def is_within(self) -> bool:
        """Whether it lay between low and high."""
        return bool(self.low <= self.owes <= self.high)


class GoodFaithEstimate(Record):
    """Expected charges in writing for who pays themselves (45 CFR 149.610), kept as given.

    A change makes a new one that replaces it; a given one is never written over.
    """

    class Status(models.TextChoices):
        DUE = "due", "To give"
        GIVEN = "given", "Given"
        REPLACED = "replaced", "Replaced"
        NOT_NEEDED = "not_needed", "Not needed"

    class Cause(models.TextChoices):
        SCHEDULED = "scheduled", "Booked without insurance"
        ASKED = "asked", "The patient asked"
        CHANGED = "changed", "What is planned changed"

    class How(models.TextChoices):
        PAPER = "paper", "On paper, in hand"
        MAIL = "mail", "By mail"
        EMAIL = "email", "By e-mail"
        TEXT = "text", "By text"

    lifecycle = Lifecycle(
        Status,
        {
            Status.DUE: {Status.GIVEN, Status.NOT_NEEDED},
            Status.GIVEN: {Status.REPLACED, Status.DUE},  # due again: the message came back
            Status.NOT_NEEDED: {Status.DUE},
        },
    )

    number = models.BigIntegerField()
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="good_faith_estimates")
    appointment_id = models.UUIDField(null=True, blank=True)
    cause = models.CharField(max_length=9, choices=Cause)
    status = models.CharField(max_length=10, choices=Status, default=Status.DUE)
    begun_on = models.DateField()  # booked or asked on: the clock runs from here
    service_on = models.DateField(null=True, blank=True)  # none: no day is set yet
    due_on = models.DateField()  # the last day on which it may be given
    language = models.CharField(max_length=10, default="en")
    told = models.JSONField(default=dict)  # everything it says, as it is printed
    expected = MoneyField()
    given_at = models.DateTimeField(null=True, blank=True)
    given_how = models.CharField(max_length=5, choices=How, blank=True)
    given_by = models.CharField(max_length=100, blank=True)
    printed = models.BinaryField(null=True, blank=True)  # the PDF as it was given
    replaces = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    because = models.CharField(max_length=200, blank=True)  # why it is not needed, or was changed
    billed = MoneyField(null=True, blank=True)  # what was billed for the visit in the end
    billed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="gfe_number_is_unique"),
            models.UniqueConstraint(
                fields=["practice", "appointment_id"],
                condition=models.Q(status__in=["due", "given"])
                & models.Q(appointment_id__isnull=False),
                name="gfe_one_a_visit",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "due_on"], name="gfe_by_due"),
            models.Index(fields=["practice", "patient"], name="gfe_by_patient"),
        ]

    def __str__(self) -> str:
        return f"Good-faith estimate {self.number}"

    @property
    def items(self) -> list[dict[str, object]]:
        """The services as printed, their amounts as money."""
        return [{**one, "amount": Decimal(one["amount"])} for one in self.told.get("items", ())]

    @property
    def is_disputable(self) -> bool:
        """Whether the bill went 400 dollars beyond it, or more."""
        return self.billed is not None and is_disputable(self.expected, self.billed)
