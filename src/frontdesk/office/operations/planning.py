"""Budgets: one account's year, or a whole file at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.office.models import BudgetLine
from frontdesk.office.queries.planning import plannable
from frontdesk.office.rules.planning import version_of
from frontdesk.practice.models import Site


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan for an account at a site (none: the whole practice) in one month."""

    account: str
    site_id: UUID | None
    month: date  # its first day
    amount: Decimal  # dollars


@operation("office.budget")
def set_budget(rows: Sequence[Planned], *, by: Actor, version: str = "") -> int:
    """Set what the rows name and leave the rest of the budget as it is; return how many changed.

    The last row of a month stands where two name the same. `version` is that of the one account's
    year as the person saw it: refused where somebody changed it since.
    """
    _check(rows)
    Counter.take("budget", count=0)  # held to the end: two who plan queue here
    wanted = {(row.account, row.site_id, row.month): row.amount for row in rows}
    years = {row.month.year for row in rows}
    held = {
        (line.account, line.site_id, line.month): line
        for line in BudgetLine.objects.filter(month__year__in=years).select_for_update(of=("self",))
    }
    if version:
        _expect(version, rows[0], held.values())
    new, changed = [], []
    for (account, site_id, month), amount in wanted.items():
        line = held.get((account, site_id, month))
        if line is None:
            line = BudgetLine(account=account, site_id=site_id, month=month, amount=amount)
            new.append(line)
        elif line.amount != amount:
            line.amount = amount
            changed.append(line)
    BudgetLine.objects.bulk_create(new)
    BudgetLine.objects.bulk_update(changed, ["amount"])
    return len(new) + len(changed)


def _expect(version: str, row: Planned, held: Iterable[BudgetLine]) -> None:
    wanted = (row.account, row.site_id)
    mine = {one.month.month: one.amount for one in held if (one.account, one.site_id) == wanted}
    if version != version_of(mine):
        raise Changed("Somebody changed this in the meantime. Look again before you save.")


def _check(rows: Sequence[Planned]) -> None:
    known = dict(plannable())
    sites = set(Site.objects.values_list("pk", flat=True))
    for row in rows:
        if row.account not in known:
            raise Refused(f"There is no account “{row.account}” for income or costs.")
        if row.site_id is not None and row.site_id not in sites:
            raise Refused("There is no such site.")
        if row.month.day != 1:
            raise Refused("A budget is made for whole months.")
