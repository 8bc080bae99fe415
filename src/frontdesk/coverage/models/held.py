"""Who pays: payer, plan, subscription, the patient's policy; what was asked and answered."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from frontdesk.coding.models import FeeSchedule
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.rules import Fact
from frontdesk.people.models import Patient, Sex
from frontdesk.practice.models import Address


class Payer(Record, Address):
    """An insurer or programme that claims are sent to."""

    name = models.CharField(max_length=80)
    payer_id = models.CharField(max_length=20)  # as the clearinghouse knows it
    filing_indicator = models.CharField(max_length=2, default="CI")  # X12 SBR09: MB, MC, BL, CI …
    phone = models.CharField(max_length=20, blank=True)
    takes_eligibility = models.BooleanField(default=True)
    takes_claims = models.BooleanField(default=True)
    takes_corrections = models.BooleanField(
        null=True, blank=True
    )  # replaced and voided claims (CLM05-3 7 and 8); none: as is usual for its kind
    finds_by_name = models.BooleanField(default=False)  # answers a 270 without a member id
    timely_filing_days = models.PositiveSmallIntegerField(default=180)
    allowed = TenantFK(
        FeeSchedule, null=True, blank=True, on_delete=models.PROTECT, related_name="payers"
    )  # what the contract allows
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer_id"], name="payer_id_is_unique")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_replaced_claims(self) -> bool:
        """Whether a corrected claim goes as a replacement of the first, or as a claim of its own.

        Medicare's carriers take neither replacements nor voids (CMS IOM 100-04, ch. 34, and ch. 1,
        80.3): what was not processed is sent anew, what was is reopened or appealed.
        """
        usual = self.filing_indicator != "MB"
        return usual if self.takes_corrections is None else self.takes_corrections


class Plan(Record):
    """One product of a payer: benefits that everybody on it shares."""

    payer = TenantFK(Payer, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=80)
    group_number = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=12, blank=True)  # PPO, HMO, Medicare …
    year_begins = models.PositiveSmallIntegerField(default=1)  # the month its amounts start anew

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payer", "name", "group_number"], name="plan_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(year_begins__gte=1, year_begins__lte=12), name="plan_year_has_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(Record):
    """Somebody's contract with a plan: the member id, and who holds it."""

    plan = TenantFK(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    member_id = models.CharField(max_length=30)
    holder = TenantFK(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )  # when the subscriber is a patient here
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    address_1 = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["practice", "member_id"], name="subscription_by_member")]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"


class Policy(Record):
    """A patient's own coverage under a subscription, and its turn: primary, secondary, tertiary."""

    class Relationship(models.TextChoices):
        SELF = "18", "Self"
        SPOUSE = "01", "Spouse"
        CHILD = "19", "Child"
        OTHER = "G8", "Other"

    class Rank(models.IntegerChoices):
        PRIMARY = 1, "Primary"
        SECONDARY = 2, "Secondary"
        TERTIARY = 3, "Tertiary"

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="policies")
    subscription = TenantFK(Subscription, on_delete=models.PROTECT, related_name="policies")
    rank = models.PositiveSmallIntegerField(choices=Rank, default=Rank.PRIMARY)
    relationship = models.CharField(max_length=2, choices=Relationship, default=Relationship.SELF)
    rx_bin = models.CharField(max_length=8, blank=True)  # of the card, for the pharmacy
    rx_pcn = models.CharField(max_length=20, blank=True)
    rx_group = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # the last day covered
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "patient", "rank"],
                condition=Q(is_active=True),
                name="policy_one_active_per_rank",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="policy_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"Policy {self.pk}"

    def covers(self, on: date) -> bool:
        """Whether the day lies between the dates we hold for it."""
        return (self.starts_on is None or self.starts_on <= on) and (
            self.ends_on is None or on <= self.ends_on
        )

    @property
    def pharmacy(self) -> list[tuple[str, str]]:
        """What the card says for the pharmacy, as it is called there; what is blank left out."""
        held = (("RxBIN", self.rx_bin), ("RxPCN", self.rx_pcn), ("RxGrp", self.rx_group))
        return [(name, value) for name, value in held if value]

    @property
    def is_own(self) -> bool:
        """Whether the patient is the subscriber."""
        return self.relationship == self.Relationship.SELF


class EligibilityCheck(Record):
    """One 270 asked and what the payer answered, raw messages kept."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Asking"
        ACTIVE = "active", "Active"
        INACTIVE = "inactive", "Not active"
        NOT_FOUND = "not_found", "Not found"
        UNCLEAR = "unclear", "Needs a person"
        FAILED = "failed", "No answer"

    class How(models.TextChoices):
        ASKED = "271", "By message"
        PHONE = "phone", "By phone"
        SITE = "site", "On the payer’s website"

    class Why(models.TextChoices):
        HAND = "hand", "Somebody pressed Verify"
        BOOKED = "booked", "The visit was booked or moved"
        AHEAD = "ahead", "Three days before the visit"
        DAY = "day", "The morning of the visit"
        MONTH = "month", "A new month began"
        YEAR = "year", "A new plan year began"

    policy = TenantFK(Policy, on_delete=models.PROTECT, related_name="checks")
    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="eligibility_checks")
    appointment_id = models.UUIDField(null=True, blank=True)
    service_on = models.DateField()
    service_types = models.CharField(max_length=60, default="30")  # X12 EB03, separated by commas
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    how = models.CharField(max_length=5, choices=How, default=How.ASKED)
    why = models.CharField(max_length=6, choices=Why, default=Why.HAND)
    told_by = models.CharField(max_length=80, blank=True)  # who said it, where it was not a message
    reference = models.CharField(max_length=50, blank=True)  # the number of the call
    trace = models.CharField(max_length=50)  # TRN02 of the 270
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    request = models.TextField(blank=True)
    response = models.TextField(blank=True)
    plan_name = models.CharField(max_length=80, blank=True)
    plan_begins_on = models.DateField(null=True, blank=True)
    plan_ends_on = models.DateField(null=True, blank=True)
    rejected_because = models.CharField(max_length=200, blank=True)  # AAA, in plain words
    differences = models.JSONField(default=list, blank=True)  # what the payer holds differently
    other_payer = models.CharField(max_length=80, blank=True)  # named in loop 2120
    trouble = models.JSONField(default=list, blank=True)  # what of the answer could not be read

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "trace"], name="check_trace_is_unique")
        ]
        indexes = [
            models.Index(fields=["practice", "policy", "service_on"], name="check_by_policy"),
            models.Index(fields=["practice", "appointment_id"], name="check_by_appointment"),
        ]

    def __str__(self) -> str:
        return f"Eligibility {self.pk}: {self.status}"

    @property
    def is_answered(self) -> bool:
        """Whether the payer has spoken, whatever it said."""
        return self.status not in {self.Status.QUEUED, self.Status.FAILED}

    @property
    def is_active(self) -> bool:
        """Whether the plan covers the patient on the day asked about."""
        return self.status == self.Status.ACTIVE

    @property
    def asked_types(self) -> tuple[str, ...]:
        """The service types asked about, the whole plan last."""
        codes = [code for code in self.service_types.split(",") if code]
        return tuple(sorted(codes, key=lambda code: code == "30"))


class Benefit(Record):
    """One benefit of a 271, with the segment it was read from."""

    asked = TenantFK(EligibilityCheck, on_delete=models.PROTECT, related_name="benefits")
    code = models.CharField(max_length=2)  # EB01: 1 active, A coinsurance, B copay, C deductible …
    level = models.CharField(max_length=3, blank=True)  # EB02: IND, FAM
    service_types = models.CharField(max_length=200, blank=True)  # EB03
    insurance_type = models.CharField(max_length=3, blank=True)  # EB04
    description = models.CharField(max_length=80, blank=True)  # EB05
    period = models.CharField(max_length=2, blank=True)  # EB06: 23 year, 29 remaining …
    amount = MoneyField(null=True, blank=True)  # EB07
    percent = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)  # EB08
    quantity = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)  # EB10
    counts = models.CharField(max_length=2, blank=True)  # EB09: what the quantity counts
    authorization = models.CharField(max_length=1, blank=True)  # EB11: Y, N, U
    network = models.CharField(max_length=1, blank=True)  # EB12: Y, N, W
    message = models.TextField(blank=True)
    segment = models.PositiveIntegerField()  # its number in the response, from ST

    def __str__(self) -> str:
        return f"EB {self.code} at {self.segment}"

    @property
    def fact(self) -> Fact:
        """The benefit as a plain value, for the rules."""
        return Fact(
            code=self.code,
            segment=self.segment,
            level=self.level,
            service_types=tuple(code for code in self.service_types.split(",") if code),
            insurance_type=self.insurance_type,
            period=self.period,
            amount=self.amount,
            percent=self.percent,
            authorization=self.authorization,
            network=self.network,
            message=self.message,
        )


class Estimate(Record):
    """What the patient was told they would owe, kept as given."""

    patient = TenantFK(Patient, on_delete=models.PROTECT, related_name="estimates")
    policy = TenantFK(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="estimates"
    )  # none: self-pay
    asked = TenantFK(
        EligibilityCheck, null=True, blank=True, on_delete=models.PROTECT, related_name="estimates"
    )  # the answer it rests on
    appointment_id = models.UUIDField(null=True, blank=True)
    service_on = models.DateField()
    charged = MoneyField()
    allowed = MoneyField()
    plan_pays = MoneyField()
    patient_owes = MoneyField()
    low = MoneyField(null=True, blank=True)  # the least and the most it will likely be
    high = MoneyField(null=True, blank=True)
    second = TenantFK(
        Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the plan that pays after the first
    second_pays = MoneyField(default=0)
    lines = models.JSONField(default=list)  # one a code: amounts, and the source of each
    because = models.JSONField(default=list)  # plain sentences, with the segment they come from
    made_at = models.DateTimeField()

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "appointment_id"], name="estimate_by_appointment")
        ]

    def __str__(self) -> str:
        return f"Estimate {self.pk}"

    @property
    def told_lines(self) -> list[dict[str, object]]:
        """The lines as given, their amounts as money."""
        return [
            {name: _as_told(name, value) for name, value in line.items()} for line in self.lines
        ]

    @property
    def discount(self) -> Decimal:
        """What the contract takes off the charges."""
        taken_off: Decimal = self.charged - self.allowed
        return taken_off


def _as_told(name: str, value: object) -> object:
    return value if name in {"code", "units", "service_type"} else Decimal(str(value))
