"""Give up what costs more to collect than it is: by a rule, after a fair try, with a report."""

from datetime import date, datetime
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import SmallBalanceRun
from frontdesk.ledger.operations.settling import write_off
from frontdesk.people.models import Patient

REASON = "Small balance: collecting it costs more"


@operation("ledger.adjust", always_ask=True)
def give_up_small_balances(*, on: date, at: datetime, by: Actor) -> SmallBalanceRun | None:
    """Write off the small balances that the practice's rule names; nothing where there is none.

    Never more in one run than the rule allows, the smallest first; the run keeps what it did.
    """
    Counter.take("small_balance_run", count=0)  # two runs at once queue here
    policy = queries.payment_policy()
    if not policy.small_most:
        raise Refused("Small balances are not given up here. A manager can set the rule.")
    lines: list[list[str]] = []
    total = ZERO
    for row in queries.crediting.small_balances(on=on):
        if total + row.owed > policy.small_run:
            break
        patient = Patient.objects.lock(row.patient_id)
        owed: Decimal = queries.balance_of(patient).to_pay
        if owed != row.owed:  # somebody paid in between
            continue
        write_off(patient, owed, because=REASON, at=at, by=by)
        lines.append([patient.chart_number, str(owed)])
        total += owed
    if not lines:
        return None
    rule = f"Up to ${policy.small_most}, nothing moved for {policy.small_days} days"
    run = SmallBalanceRun(
        at=at, by_name=by.name, rule=rule, count=len(lines), total=total, lines=lines
    )
    run.save()
    return run
