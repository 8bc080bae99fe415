"""What payers agreed to pay: contracts with their days, and the terms that price each code."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from frontdesk.coding.models.codes import FeeSchedule
from frontdesk.core.models import Record, TenantFK
from frontdesk.practice.models import Site


class Contract(Record):
    """What a payer agreed to pay from one day to another: for one plan, site, provider or all.

    The payer, plan and provider live in rooms above or beside this one and are named by their
    keys. A price on the contract's own list counts first, then the term that fits the code best.
    """

    payer_id = models.UUIDField()
    plan_id = models.UUIDField(null=True, blank=True)  # None: every plan of the payer
    provider_id = models.UUIDField(null=True, blank=True)  # None: every provider
    site = TenantFK(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )  # None: every site
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)  # None: until further notice
    schedule = TenantFK(
        FeeSchedule, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )  # prices agreed code by code
    locality = models.CharField(max_length=7, blank=True)  # Medicare: carrier and locality
    pays_lesser = models.BooleanField(default=True)  # the lesser of our charge and the price
    modifier_percents = models.JSONField(default=dict, blank=True)  # {"50": "150", "80": "16"}
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            )
        ]
        indexes = [
            models.Index(fields=["practice", "payer_id", "starts_on"], name="contract_by_payer")
        ]

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.starts_on <= day and (self.last_on is None or day <= self.last_on)

    @property
    def scope(self) -> tuple[object, object, object]:
        """Whom it is for: contracts of one scope may not share a day."""
        return self.plan_id, self.provider_id, self.site_id


class ContractTerm(Record):
    """How a contract prices codes: a percentage of our charge, or of Medicare's fee schedule."""

    class Basis(models.TextChoices):
        CHARGE = "charge", "Percent of our charge"
        MEDICARE = "medicare", "Percent of Medicare"

    contract = TenantFK(Contract, on_delete=models.PROTECT, related_name="terms")
    first_code = models.CharField(max_length=10, blank=True)  # nothing: every code
    last_code = models.CharField(max_length=10, blank=True)  # nothing: only the first
    basis = models.CharField(max_length=8, choices=Basis)
    percent = models.DecimalField(max_digits=6, decimal_places=2)  # 110.00 is 110 %
    year = models.PositiveSmallIntegerField(null=True, blank=True)  # Medicare's; None: of the day
    is_active = models.BooleanField(default=True)

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0) & Q(percent__lte=1000),
                name="contract_term_percent_is_sensible",
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.basis}"
