"""Payments to vendors: by run, by check or bank file, each with the bills it pays."""

from django.db import models
from django.db.models import Q

from frontdesk.core.lifecycle import Lifecycle
from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.ledger.models import Posting
from frontdesk.office.models.bills import Bill
from frontdesk.office.models.vendors import Vendor, VendorBank


class PaymentRun(Record):
    """Bills that were paid in one go. The same press pays once."""

    number = models.BigIntegerField()
    pay_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    filed_at = models.DateTimeField(null=True, blank=True)  # when its bank file was first taken

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="run_numbered_once"),
            models.UniqueConstraint(fields=["practice", "key"], name="run_key_pays_once"),
        ]
        indexes = [models.Index(fields=["practice", "pay_on"], name="run_by_day")]

    def __str__(self) -> str:
        return f"Run {self.number}"


class VendorPayment(Record):
    """Money that went to one vendor; a check that is voided keeps its number."""

    class Method(models.TextChoices):
        CHECK = "check", "Check"
        ACH = "ach", "Bank transfer (ACH)"
        CARD = "card", "Company card"
        DEBIT = "debit", "Taken by the vendor"
        CREDIT = "credit", "Set against a credit"

    class Status(models.TextChoices):
        ISSUED = "issued", "Paid"
        VOIDED = "voided", "Voided"

    lifecycle = Lifecycle(Status, {Status.ISSUED: {Status.VOIDED}})

    number = models.BigIntegerField()
    run = TenantFK(
        PaymentRun, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )  # none: noted by hand
    vendor = TenantFK(Vendor, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=6, choices=Method)
    amount = MoneyField()
    discount = MoneyField(default=0)
    pay_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status, default=Status.ISSUED)
    check_number = models.BigIntegerField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # of a payment noted by hand
    payee = models.CharField(max_length=100)  # as printed
    payee_lines = models.JSONField(default=list)
    bank = TenantFK(VendorBank, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    posting = TenantFK(Posting, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    printed_at = models.DateTimeField(null=True, blank=True)
    replaces = TenantFK(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    voided_on = models.DateField(null=True, blank=True)
    voided_by = models.CharField(max_length=100, blank=True)
    because = models.CharField(max_length=200, blank=True)  # why it was voided

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "number"], name="vendor_payment_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "check_number"],
                condition=~Q(check_number=None),
                name="check_numbered_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "replaces"],
                condition=~Q(replaces=None),
                name="vendor_payment_replaced_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(discount__gte=0),
                name="vendor_payment_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "pay_on"], name="vendor_payment_by_day"),
            models.Index(fields=["practice", "vendor", "pay_on"], name="vendor_payment_by_vendor"),
        ]

    def __str__(self) -> str:
        if self.check_number:
            return f"Check {self.check_number}"
        return f"Payment {self.number}"

    @property
    def waits(self) -> bool:
        """Whether its check is not printed, or its transfer is in no file for the bank yet."""
        is_ours = bool(self.check_number) or (self.run_id and self.method == self.Method.ACH)
        return bool(is_ours) and self.status == self.Status.ISSUED and self.printed_at is None


class PaymentItem(Record):
    """What a payment settled of one bill; a credit that was used stands below zero."""

    payment = TenantFK(VendorPayment, on_delete=models.PROTECT, related_name="items")
    bill = TenantFK(Bill, on_delete=models.PROTECT, related_name="items")
    amount = MoneyField()
    discount = MoneyField(default=0)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payment", "bill"], name="payment_item_once_a_bill"
            )
        ]
        indexes = [models.Index(fields=["practice", "bill"], name="payment_item_by_bill")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.bill_id}"
