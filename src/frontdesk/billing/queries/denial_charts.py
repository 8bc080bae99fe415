"""Denials as charts: by root cause, by the duty that could have prevented them, by payer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from frontdesk.billing.queries.denials import (
    CauseSum,
    by_cause,
    by_payer,
    overturned_by_reason,
)
from frontdesk.core.money import ZERO
from frontdesk.ui import charts

MOST_PAYERS = 10


@dataclass(frozen=True, slots=True)
class DenialReport:
    """What was refused in a span of days, as charts and sums."""

    causes: list[CauseSum]
    by_cause: charts.Chart | None
    by_duty: charts.Chart | None
    by_payer: charts.Chart | None
    appeals: list[dict[str, Any]]
    count: int
    amount: Decimal
    recovered: Decimal
    front: Decimal

    @property
    def front_share(self) -> float:
        """The share of the dollars whose cause lay before the visit."""
        return float(self.front / self.amount) if self.amount else 0.0


def report(since: date) -> DenialReport:
    """Return the denials since a day by cause, duty and payer, each first refusal once."""
    causes = by_cause(since)
    front = sum((one.amount for one in causes if one.cause.is_front), ZERO)
    return DenialReport(
        causes=causes,
        by_cause=_causes(causes),
        by_duty=_duties(causes),
        by_payer=_payers(by_payer(since)),
        appeals=overturned_by_reason(),
        count=sum(one.count for one in causes),
        amount=sum((one.amount for one in causes), ZERO),
        recovered=sum((one.recovered for one in causes), ZERO),
        front=front,
    )


def _causes(causes: list[CauseSum]) -> charts.Chart | None:
    if not causes:
        return None
    here = reverse("billing:denials")
    urls = [f"{here}?show=all&cause={one.cause.key}" for one in causes]
    return charts.ranked(
        "Refused, by root cause",
        [one.cause.label for one in causes],
        [
            charts.Series("Refused", [float(one.amount) for one in causes], urls),
            charts.Series("Recovered so far", [float(one.recovered) for one in causes]),
        ],
        unit=_dollars,
        head="Root cause",
    )


def _duties(causes: list[CauseSum]) -> charts.Chart | None:
    sums: dict[str, Decimal] = {}
    for one in causes:
        sums[one.cause.duty] = sums.get(one.cause.duty, ZERO) + one.amount
    if not sums:
        return None
    rows = sorted(sums, key=lambda duty: -sums[duty])
    return charts.ranked(
        "Refused, by the duty that could have prevented it",
        rows,
        [charts.Series("Refused", [float(sums[duty]) for duty in rows])],
        unit=_dollars,
        head="Duty",
    )


def _payers(payers: list[dict[str, Any]]) -> charts.Chart | None:
    shown = payers[:MOST_PAYERS]
    if not shown:
        return None
    here = reverse("billing:denials")
    return charts.ranked(
        "Refused, by payer",
        [row["payer__name"] for row in shown],
        [
            charts.Series(
                "Refused",
                [float(row["amount"]) for row in shown],
                [f"{here}?show=all&payer={row['payer_id']}" for row in shown],
            )
        ],
        unit=_dollars,
        head="Payer",
    )


def _dollars(value: float) -> str:
    return f"${value:,.0f}"
