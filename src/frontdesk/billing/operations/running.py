"""A run of statements: begun by somebody, done by a job family by family, with what it left out."""

from datetime import date, datetime
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import Statement, StatementPolicy, StatementRun, StatementSkip
from frontdesk.billing.operations.helping import give_help
from frontdesk.billing.operations.statements import write_statement
from frontdesk.billing.queries.bills import Family, FamilyBill
from frontdesk.billing.rules.bills import is_recent
from frontdesk.billing.rules.helping import check_scale
from frontdesk.billing.signals import run_started
from frontdesk.comms.queries import Asked, route
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient

FIRST_RUN = 101


@operation("billing.statement")
def start_run(*, on: date, at: datetime, by: Actor, cycle: int = 0) -> StatementRun:
    """Begin a run over everybody who owes something, or over one part of the alphabet."""
    policy = queries.statement_policy()
    if not 0 <= cycle <= policy.cycles:
        raise Refused("There is no such part of the alphabet.")
    if StatementRun.objects.filter(status=StatementRun.Status.RUNNING).exists():
        raise Refused("Statements are being made already. Wait until they are done.")
    run = StatementRun(
        number=Counter.take("statement_run", start=FIRST_RUN),
        made_on=on,
        cycle=cycle,
        to_look=len(queries.heads_owing(cycle, policy.cycles)),
        started_at=at,
        started_by=by.name,
    )
    run.save()
    run_started.send(StatementRun, run=run)
    return run


@operation("billing.statement")
def bill_next(run: StatementRun, head: UUID, *, at: datetime, by: Actor) -> Statement | None:
    """Bill one family in a run, or remember why not. A family that was looked at is left alone."""
    run = StatementRun.objects.lock(run.pk)
    if run.status == StatementRun.Status.DONE or (run.reached and head <= run.reached):
        return None
    family = queries.family_billed(Patient.objects.get(pk=head))
    Patient.objects.lock_many([one.pk for one in family.patients])
    for one in family.patients:
        give_help(one, at=at, by=by)
    bill = queries.family_bill(family)
    why = why_skipped(family, bill, queries.statement_policy(), run.made_on, at)
    made = None
    if why:
        _skip(run, family, bill, why)
    else:
        made = write_statement(bill, on=run.made_on, run=run, by=by)
        run.made, run.total = run.made + 1, run.total + made.total
    run.looked, run.reached = run.looked + 1, head
    run.save()
    return made


@operation("billing.statement")
def end_run(run: StatementRun, *, at: datetime, by: Actor) -> StatementRun:
    """Close a run that has looked at everybody. Closed twice, it is closed once."""
    run = StatementRun.objects.lock(run.pk)
    if run.status == StatementRun.Status.RUNNING:
        run.status = run.lifecycle.move(run.status, StatementRun.Status.DONE)
        run.done_at = at
        run.save()
    return run


@operation("billing.statement")
def make_statements(*, on: date, at: datetime, by: Actor) -> list[Statement]:
    """Make the statements of everybody at once and return them: a run without waiting."""
    run = start_run(on=on, at=at, by=by)
    heads = queries.heads_owing(0, 1)
    made = [bill_next(run, head, at=at, by=by) for head in heads]
    end_run(run, at=at, by=by)
    return [one for one in made if one is not None]


@operation("billing.policy")
def save_policy(policy: StatementPolicy, *, by: Actor) -> StatementPolicy:
    """Set how this practice bills its patients, helps them, and when it hands bills over."""
    check_scale(policy.scale)
    if policy.cycles not in (1, 2, 4):
        raise Refused("Bill everybody at once, or in two or four parts of the alphabet.")
    held = StatementPolicy.objects.order_by("pk").first()
    if held is not None and held.pk != policy.pk:
        raise Refused("The policy was set by somebody else just now. Look again.")
    policy.save()
    return policy


def why_skipped(
    family: Family, bill: FamilyBill, policy: StatementPolicy, on: date, at: datetime
) -> str:
    """Return why a family gets no statement in a run (a key of HELD), or nothing."""
    if bill.total == ZERO:
        return bill.whole.why_held
    if bill.total < policy.least:
        return "small"
    last = queries.last_statement(family)
    if last is not None and is_recent(last.made_on, on, policy.days_between):
        return "recent"
    if route(family.addressee, Asked(at)).channel:
        return ""
    if last is not None and last.returned_on and last.returned_from == "\n".join(family.address):
        return "returned"
    return "" if family.address else "address"


def _skip(run: StatementRun, family: Family, bill: FamilyBill, why: str) -> None:
    amount = bill.total or bill.owed
    StatementSkip.objects.create(run=run, patient=family.addressee, why=why, amount=amount)
