"""What was ordered and what came of it: the first two legs of the three-way match."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import CENT
from frontdesk.office.models.vendors import Vendor
from frontdesk.practice.models import Site


class PurchaseOrder(Record):
    """What the office asked a vendor for, at agreed prices."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Complete"
        CANCELLED = "cancelled", "Cancelled"

    lifecycle = Lifecycle(
        Status,
        {Status.OPEN: {Status.CLOSED, Status.CANCELLED}, Status.CLOSED: {Status.OPEN}},
    )

    number = models.BigIntegerField()
    vendor = TenantFK(Vendor, on_delete=models.PROTECT, related_name="orders")
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    ordered_on = models.DateField()
    ordered_by = models.CharField(max_length=100)
    note = models.CharField(max_length=200, blank=True)
    because = models.CharField(max_length=200, blank=True)  # why it was cancelled

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="order_numbered_once")
        ]
        indexes = [models.Index(fields=["practice", "status", "ordered_on"], name="order_by_day")]

    def __str__(self) -> str:
        return f"Order {self.number}"


class OrderLine(Record):
    """One thing ordered."""

    order = TenantFK(PurchaseOrder, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=140)
    account = models.CharField(max_length=30)  # code of the chart
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    price = models.DecimalField(max_digits=12, decimal_places=4)  # dollars a piece

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "order", "place"], name="order_line_place_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_of_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="order_line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def price_shown(self) -> str:
        """The price of a piece as it is written: $8.90, $0.0345."""
        plain = f"{self.price:.4f}".rstrip("0")
        whole, _dot, cents = plain.partition(".")
        return f"${int(whole):,}.{cents.ljust(2, '0')}"

    @property
    def amount(self) -> Decimal:
        """What all of it costs, in dollars."""
        return (self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)


class OrderReceipt(Record):
    """A mark that something came, or went back (below zero)."""

    line = TenantFK(OrderLine, on_delete=models.PROTECT, related_name="receipts")
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    received_on = models.DateField()
    received_by = models.CharField(max_length=100)
    slip = models.CharField(max_length=60, blank=True)  # number of the packing slip; a reason

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="order_receipt_of_something")
        ]
        indexes = [models.Index(fields=["practice", "line"], name="receipt_by_order_line")]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.received_on}"
