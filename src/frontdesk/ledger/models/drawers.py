"""A cash drawer from its float to its count, and the deposit that brings it to the bank."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member


class Deposit(Record):
    """Cash and checks of counted drawers on their way to the bank."""

    class Status(models.TextChoices):
        MADE = "made", "On its way"
        CONFIRMED = "confirmed", "At the bank"
        VOIDED = "voided", "Taken apart"

    lifecycle = Lifecycle(Status, {Status.MADE: {Status.CONFIRMED, Status.VOIDED}})

    number = models.BigIntegerField()
    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    cash = MoneyField()
    checks = MoneyField()
    status = models.CharField(max_length=9, choices=Status, default=Status.MADE)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    credited_on = models.DateField(null=True, blank=True)  # by the bank
    credited = MoneyField(null=True, blank=True)  # what the bank counted
    reference = models.CharField(max_length=60, blank=True)  # of the bank
    confirmed_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=200, blank=True)  # of a difference; why taken apart

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="deposit_numbered_once"),
            models.CheckConstraint(condition=Q(cash__gte=0), name="deposit_cash_not_negative"),
            models.CheckConstraint(condition=Q(checks__gte=0), name="deposit_checks_not_negative"),
        ]
        indexes = [models.Index(fields=["practice", "site", "day"], name="deposit_by_day")]

    def __str__(self) -> str:
        return f"Deposit {self.number}"

    @property
    def total(self) -> Decimal:
        """What goes to the bank, in dollars."""
        total: Decimal = self.cash + self.checks
        return total


class Drawer(Record):
    """One person's drawer on one day: it opens with a float and is counted blind."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        COUNTED = "counted", "Counted, differs"
        CLOSED = "closed", "Closed"

    lifecycle = Lifecycle(
        Status,
        {
            Status.OPEN: {Status.COUNTED, Status.CLOSED},
            Status.COUNTED: {Status.COUNTED, Status.CLOSED},
        },
    )

    site = TenantFK(Site, on_delete=models.PROTECT, related_name="+")
    member = TenantFK(Member, on_delete=models.PROTECT, related_name="drawers")
    day = models.DateField()  # of the site
    float_amount = MoneyField(
        default=0
    )  # change that was in it at first and stays out of the deposit
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True)
    over = MoneyField(default=0)  # counted less expected cash; negative where it is short
    because = models.CharField(max_length=200, blank=True)  # what explains a difference
    deposit = TenantFK(
        Deposit, null=True, blank=True, on_delete=models.PROTECT, related_name="drawers"
    )

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "member"],
                condition=~Q(status="closed"),
                name="drawer_one_open_a_person",
            ),
            models.CheckConstraint(
                condition=Q(float_amount__gte=0), name="drawer_float_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["practice", "site", "day"], name="drawer_by_day")]

    def __str__(self) -> str:
        return f"Drawer of {self.day}"


class DrawerCount(Record):
    """One count of a drawer as it was made, before anybody saw what was expected."""

    drawer = TenantFK(Drawer, on_delete=models.PROTECT, related_name="counts")
    pieces = models.JSONField(default=dict)  # how many of each: {"20.00": 3, "0.25": 8}
    cash = MoneyField()
    checks = MoneyField(default=0)
    expected_cash = MoneyField()
    expected_checks = MoneyField(default=0)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"Count at {self.at:%Y-%m-%d %H:%M}"

    @property
    def over(self) -> Decimal:
        """Counted less expected cash, in dollars: negative where it is short."""
        over: Decimal = self.cash - self.expected_cash
        return over

    @property
    def checks_over(self) -> Decimal:
        """Counted less expected checks, in dollars."""
        over: Decimal = self.checks - self.expected_checks
        return over

    @property
    def agrees(self) -> bool:
        """Whether cash and checks are what they should be."""
        return self.over == ZERO and self.checks_over == ZERO
