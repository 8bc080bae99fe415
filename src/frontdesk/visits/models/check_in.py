"""What was asked and answered before the visit."""

from django.db import models

from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.coverage.models import Policy
from frontdesk.ledger.models import Payment
from frontdesk.visits.models.flow import Visit


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
