"""Whom the office buys from, how they are paid, and who may approve how much."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.office.rules.banking import masked
from frontdesk.office.rules.matching import Tolerance
from frontdesk.practice.models import Address, Site
from frontdesk.staff.models import Member

PERCENT = (MinValueValidator(0), MaxValueValidator(50))


class Vendor(Record, Address):
    """Somebody who sends the practice bills."""

    class Reported(models.TextChoices):
        NO = "", "Not reported"
        SERVICES = "nec", "1099-NEC: services"
        RENT = "rent", "1099-MISC: rent"
        LEGAL = "legal", "1099-MISC: paid to an attorney"
        MEDICAL = "medical", "1099-MISC: medical services"

    class PaysBy(models.TextChoices):
        CHECK = "check", "Check"
        ACH = "ach", "Bank transfer (ACH)"

    name = models.CharField(max_length=100)
    our_account = models.CharField(max_length=40, blank=True)  # our number with them
    contact = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    tax_id_sealed = models.TextField(blank=True)  # encrypted: see operations.vendors
    tax_id_last4 = models.CharField(max_length=4, blank=True)
    reported_as = models.CharField(max_length=7, choices=Reported, blank=True)
    net_days = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(365)])
    discount_percent = models.DecimalField(
        max_digits=4, decimal_places=2, default=0, validators=PERCENT
    )
    discount_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(90)])
    account = models.CharField(max_length=30)  # what their bills usually are: code of the chart
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pays_by = models.CharField(max_length=5, choices=PaysBy, default=PaysBy.CHECK)
    needs_order = models.BooleanField(default=False)  # a bill without an order is a difference
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name"],
                name="vendor_name_is_unique",
                violation_error_message="There is a vendor of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> str:
        """The terms as they are written: 2/10 net 30."""
        net = f"net {self.net_days}" if self.net_days else "due at once"
        if not self.discount_percent:
            return net
        percent = f"{Decimal(self.discount_percent):f}".rstrip("0").rstrip(".")
        return f"{percent}/{self.discount_days} {net}"

    @property
    def tax_id_shown(self) -> str:
        """The end of the tax id."""
        return masked(self.tax_id_last4)


class VendorBank(Record):
    """A bank account of a vendor: proposed by one person, confirmed by another, then used."""

    class Kind(models.TextChoices):
        CHECKING = "checking", "Checking"
        SAVINGS = "savings", "Savings"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "To be confirmed"
        CONFIRMED = "confirmed", "In use"
        REFUSED = "refused", "Refused"
        REPLACED = "replaced", "Replaced"

    lifecycle = Lifecycle(
        Status,
        {
            Status.PROPOSED: {Status.CONFIRMED, Status.REFUSED, Status.REPLACED},
            Status.CONFIRMED: {Status.REPLACED},
        },
    )

    vendor = TenantFK(Vendor, on_delete=models.PROTECT, related_name="banks")
    routing = models.CharField(max_length=9)
    account_sealed = models.TextField()  # encrypted, so that no copy of the database shows it
    last4 = models.CharField(max_length=4)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHECKING)
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    came_by = models.CharField(max_length=200)  # how the office heard of it
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100)
    proposed_by_id = models.UUIDField(null=True, blank=True)  # staff.User
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=200, blank=True)  # how it was checked, why refused

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "vendor"],
                condition=Q(status="confirmed"),
                name="vendor_bank_one_in_use",
            ),
            models.UniqueConstraint(
                fields=["practice", "vendor"],
                condition=Q(status="proposed"),
                name="vendor_bank_one_proposed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.shown}"

    @property
    def shown(self) -> str:
        """The end of the account number, which is all that is ever shown."""
        return masked(self.last4)


class PaySettings(Record):
    """From which account bills are paid, and what the office's own rules are."""

    bank_name = models.CharField(max_length=60, blank=True)
    routing = models.CharField(max_length=9, blank=True)
    account_sealed = models.TextField(blank=True)
    account_last4 = models.CharField(max_length=4, blank=True)
    company_id = models.CharField(max_length=10, blank=True)  # of the practice, given by the bank
    first_check = models.BigIntegerField(default=1001)  # the first number of the check stock
    nudge_right = models.SmallIntegerField(default=0)  # millimetres, until print meets the stock
    nudge_down = models.SmallIntegerField(default=0)
    tolerance_percent = models.DecimalField(
        max_digits=4, decimal_places=2, default=2, validators=PERCENT
    )
    tolerance_amount = MoneyField(default=5)
    discount_worth = models.DecimalField(  # percent a year that make paying early worth it
        max_digits=5, decimal_places=1, default=6, validators=[MinValueValidator(0)]
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="pay_settings_once"),
        ]

    def __str__(self) -> str:
        return "How bills are paid"

    @property
    def tolerance(self) -> Tolerance:
        """By how much a bill may differ from its order."""
        return Tolerance(self.tolerance_percent, self.tolerance_amount)

    @property
    def has_ach(self) -> bool:
        """Whether a bank file can be written."""
        return bool(self.routing and self.account_sealed and self.company_id)

    @property
    def account_shown(self) -> str:
        """The end of the practice's own account number."""
        return masked(self.account_last4)


class ApprovalLimit(Record):
    """The largest bill that somebody approves alone; above it a second person does too."""

    member = TenantFK(Member, on_delete=models.PROTECT, related_name="+")
    up_to = MoneyField()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member"],
                name="approval_limit_once_a_person",
                violation_error_message="This person has a limit already.",
            ),
            models.CheckConstraint(condition=Q(up_to__gte=0), name="approval_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.member)
