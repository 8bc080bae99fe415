"""What the practice means to earn and to spend."""

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record, TenantFK
from frontdesk.core.money import MoneyField
from frontdesk.practice.models import Site


class BudgetLine(Record):
    """The plan for one account, at a site or for the whole practice, in one month."""

    account = models.CharField(max_length=30)  # code of the chart
    site = TenantFK(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    amount = MoneyField()  # dollars earned (income) or spent (costs)

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "account", "site", "month"],
                condition=~Q(site=None),
                name="budget_of_a_site_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "account", "month"],
                condition=Q(site=None),
                name="budget_of_a_practice_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "month"], name="budget_by_month")]

    def __str__(self) -> str:
        return f"{self.account} in {self.month:%Y-%m}"
