"""Bills of vendors and credits they give, from entry to the last cent paid."""

from decimal import Decimal

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.models import Posting
from frontdesk.office.models.orders import OrderLine, PurchaseOrder
from frontdesk.office.models.vendors import Vendor
from frontdesk.practice.models import Site

# What is open, as the database adds it up.
OPEN = ExpressionWrapper(F("total") - F("settled"), output_field=MoneyField())


class RecurringBill(Record):
    """A bill that comes again: rent, leases, software. It is entered by itself on its day."""

    class Every(models.TextChoices):
        WEEK = "week", "Week"
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        HALF = "half", "Half-year"
        YEAR = "year", "Year"

    vendor = TenantFK(Vendor, on_delete=models.PROTECT, related_name="recurring")
    what = models.CharField(max_length=140)
    account = models.CharField(max_length=30)
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField()
    every = models.CharField(max_length=7, choices=Every, default=Every.MONTH)
    next_on = models.DateField()
    day = models.PositiveSmallIntegerField(default=1)  # of the month, as first given
    ends_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="recurring_amount_positive")
        ]
        indexes = [models.Index(fields=["practice", "next_on"], name="recurring_by_day")]

    def __str__(self) -> str:
        return f"{self.vendor.name}: {self.what}"


class Bill(Record):
    """What a vendor asks for, or gives back (a credit). In the books from its approval on."""

    class Kind(models.TextChoices):
        BILL = "bill", "Bill"
        CREDIT = "credit", "Credit"

    class Status(models.TextChoices):
        ENTERED = "entered", "To be approved"
        APPROVED = "approved", "To be paid"
        PAID = "paid", "Paid"
        VOIDED = "voided", "Voided"

    lifecycle = Lifecycle(
        Status,
        {
            Status.ENTERED: {Status.APPROVED, Status.VOIDED},
            Status.APPROVED: {Status.PAID, Status.VOIDED},
            Status.PAID: {Status.APPROVED},  # its payment was voided
        },
    )

    number = models.BigIntegerField()  # ours
    vendor = TenantFK(Vendor, on_delete=models.PROTECT, related_name="bills")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.BILL)
    vendor_number = models.CharField(max_length=40, blank=True)  # as printed on it
    number_key = models.CharField(max_length=40, blank=True)  # as it is compared
    billed_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    discount = MoneyField(default=0)  # taken off when it is paid by discount_on
    discount_on = models.DateField(null=True, blank=True)
    settled = MoneyField(default=0)  # paid, taken off, or set against a credit
    status = models.CharField(max_length=8, choices=Status, default=Status.ENTERED)
    note = models.CharField(max_length=200, blank=True)
    order = TenantFK(
        PurchaseOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="bills"
    )
    recurring = TenantFK(
        RecurringBill, null=True, blank=True, on_delete=models.PROTECT, related_name="bills"
    )
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=100)
    entered_by_id = models.UUIDField(null=True, blank=True)  # staff.User; none: by itself
    approved_at = models.DateTimeField(null=True, blank=True)
    posting = TenantFK(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=200, blank=True)  # why it was voided

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="bill_numbered_once"),
            models.UniqueConstraint(
                fields=["practice", "vendor", "kind", "number_key"],
                condition=~Q(status="voided") & ~Q(number_key=""),
                name="bill_of_a_vendor_entered_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "recurring", "billed_on"],
                condition=~Q(recurring=None),
                name="bill_recurs_once_a_day",
            ),
            models.CheckConstraint(condition=Q(total__gt=0), name="bill_total_positive"),
            models.CheckConstraint(
                condition=Q(settled__gte=0) & Q(settled__lte=F("total")),
                name="bill_never_paid_twice",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0) & Q(discount__lt=F("total")),
                name="bill_discount_below_total",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "status", "due_on"], name="bill_by_due"),
            models.Index(fields=["practice", "vendor", "billed_on"], name="bill_by_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def open(self) -> Decimal:
        """What is still to be paid (of a credit: still to be used), in dollars."""
        left: Decimal = self.total - self.settled
        return left

    @property
    def is_credit(self) -> bool:
        """Whether the vendor owes it to us."""
        return self.kind == self.Kind.CREDIT


class BillLine(Record):
    """What a bill is for: an account, at a site or for all of them."""

    bill = TenantFK(Bill, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=140, blank=True)
    account = models.CharField(max_length=30)  # code of the chart
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField()  # below zero for what the bill takes off
    quantity = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    order_line = TenantFK(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="bill_lines"
    )
    is_struck = models.BooleanField(default=False)  # of an earlier wording of the bill

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="bill_line_of_something")
        ]
        indexes = [
            models.Index(fields=["practice", "bill"], name="bill_line_by_bill"),
            models.Index(fields=["practice", "order_line"], name="bill_line_by_order_line"),
        ]

    def __str__(self) -> str:
        return self.what or self.account


class BillFile(Record):
    """The bill as it came: a picture or a PDF, named by its content in the store."""

    bill = TenantFK(Bill, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["practice", "bill"], name="bill_file_by_bill"),
            models.Index(fields=["practice", "sha256"], name="bill_file_by_content"),
        ]

    def __str__(self) -> str:
        return self.name


class Approval(Record):
    """One person's yes to a bill, with the limit they had then."""

    bill = TenantFK(Bill, on_delete=models.PROTECT, related_name="approvals")
    user_id = models.UUIDField(null=True, blank=True)  # staff.User
    name = models.CharField(max_length=100)
    at = models.DateTimeField()
    up_to = MoneyField()
    because = models.CharField(max_length=200, blank=True)  # why a difference is accepted
    differences = models.JSONField(default=list)  # which they were, in words
    is_struck = models.BooleanField(default=False)  # the bill was changed since

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "bill", "user_id"],
                condition=Q(is_struck=False) & ~Q(user_id=None),
                name="approval_once_a_person",
            )
        ]
        indexes = [models.Index(fields=["practice", "bill"], name="approval_by_bill")]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"
