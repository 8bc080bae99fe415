"""The demo's contracts: two that hold, one that ends soon without another after it."""

from datetime import date, timedelta
from decimal import Decimal

from frontdesk.coding import operations as coding
from frontdesk.core.actor import Actor
from frontdesk.core.clock import today
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.demo.visiting import staff
from frontdesk.practice.models import Practice, Site

ENDS_IN = 40  # days


def live_contracts(practice: Practice) -> None:
    """Agree with the payers as an office does: by list, by our charge, by Medicare's schedule."""
    by = staff(practice.pk, "manager", "Grace Kim")
    with practice_scope(practice.pk):
        payers = {payer.payer_id: payer for payer in Payer.objects.select_related("allowed")}
        on = today(Site.objects.order_by("pk")[0])
    year = date(on.year, 1, 1)
    for name in ("BLUEF", "CASCA"):
        payer = payers[name]
        coding.save_contract(
            {
                "name": f"{payer.name} {on.year}", "payer_id": payer.pk, "starts_on": year,
                "schedule": payer.allowed,
                "last_on": on + timedelta(days=ENDS_IN) if name == "CASCA" else None,
            },
            modifiers="50=150 80=16",
            by=by,
        )  # fmt: skip
    _advantage(payers["NORTH"], year, by)


def _advantage(payer: Payer, year: date, by: Actor) -> None:
    contract = coding.save_contract(
        {
            "name": f"{payer.name} {year.year}", "payer_id": payer.pk, "starts_on": year,
            "schedule": payer.allowed, "locality": "1520200",
        },
        by=by,
    )  # fmt: skip
    coding.add_term(contract, basis="medicare", percent=Decimal(102), year=2024, by=by)
