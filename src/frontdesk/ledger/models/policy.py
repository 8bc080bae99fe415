"""How the practice takes and gives back money: one row of choices."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from frontdesk.core.models import Record
from frontdesk.core.money import MoneyField
from frontdesk.ledger.rules.money_policy import SMALL_AT_MOST, SMALL_NOT_BEFORE


class PaymentPolicy(Record):
    """What the practice decided about plans, refunds, returns, small balances and estimates."""

    plan_least = MoneyField("smallest instalment", default=Decimal("25.00"))
    plan_months = models.PositiveSmallIntegerField("longest plan, months", default=24)
    plan_defaults_after = models.PositiveSmallIntegerField(
        "missed instalments to default", default=2
    )
    notice_days = models.PositiveSmallIntegerField("notice before a charge, days", default=5)
    retry_days = models.PositiveSmallIntegerField(
        "try a declined card again after, days", default=3
    )
    tries = models.PositiveSmallIntegerField("tries of one instalment", default=3)
    card_most = MoneyField("most a kept card may be charged at once", default=Decimal("250.00"))
    refund_alone = MoneyField("refunds up to this need one person", default=Decimal("0.00"))
    refund_biller = MoneyField("above this a manager approves", default=Decimal("250.00"))
    refund_days = models.PositiveSmallIntegerField("days to refund a patient", default=30)
    unclaimed_months = models.PositiveSmallIntegerField(
        "unclaimed credits go to the state after, months", default=36
    )
    returned_fee = MoneyField("fee for a returned payment", default=Decimal("25.00"))
    small_most = MoneyField("small balances up to", default=Decimal("0.00"))  # 0: none are given up
    small_days = models.PositiveSmallIntegerField("small balances older than, days", default=120)
    small_run = MoneyField("most given up at once", default=Decimal("250.00"))
    told_beyond = MoneyField(  # so much above what was told, and the office explains it unasked
        "explained unasked above", default=Decimal("50.00")
    )
    denial_alone = MoneyField("a denial above this needs two to give up", default=Decimal("100.00"))

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="payment_policy_one"),
            models.CheckConstraint(
                condition=Q(
                    plan_least__gt=0, plan_months__gt=0, plan_defaults_after__gt=0, tries__gt=0
                ),
                name="payment_policy_plans_count",
            ),
            models.CheckConstraint(
                condition=Q(small_most__gte=0, small_most__lte=SMALL_AT_MOST)
                & Q(small_days__gte=SMALL_NOT_BEFORE),
                name="payment_policy_small_is_small",
            ),
            models.CheckConstraint(
                condition=Q(told_beyond__gte=1, denial_alone__gte=0),
                name="payment_policy_limits_are_sums",
            ),
        ]

    def __str__(self) -> str:
        return "How money is taken"
