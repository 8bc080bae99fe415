"""What a payment does to a plan: instalments paid, declined, missed, and paid no more."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Instalment, InstalmentPart, Payment, Plan, PlanEvent
from frontdesk.ledger.rules.plans import split_over
from frontdesk.ledger.signals import instalment_declined
from frontdesk.staff.operations import open_work, settle_work

Status = Instalment.Status


@operation("ledger.take_payment")
def count_towards_plan(payment: Payment, *, at: datetime, by: Actor) -> Plan | None:
    """Let a payment pay open instalments: the one it was charged for, then in their order."""
    plan = queries.plans.open_plan(payment.patient_id)
    if plan is None:
        return None
    opened = _in_order(plan, payment)
    taken = split_over(payment.amount, [one.left for one in opened])
    for instalment, amount in zip(opened, taken, strict=True):
        if amount > ZERO:
            _pay(instalment, payment, amount)
    _tell(plan, f"${payment.amount} paid, receipt {payment.number}", at, by)
    return settle_plan(plan, at=at, by=by)


@operation("ledger.take_payment")
def uncount_from_plan(payment: Payment, *, at: datetime, by: Actor) -> None:
    """Expect the instalments again that a payment paid which was taken back.

    They count as missed: no card is charged for them before somebody spoke with the patient.
    """
    parts = list(
        InstalmentPart.objects.filter(payment=payment).select_related("instalment__plan__site")
    )
    for part in parts:
        instalment = Instalment.objects.lock(part.instalment_id)
        plan = part.instalment.plan
        instalment.paid -= part.amount
        if instalment.status == Status.PAID:
            instalment.status = instalment.lifecycle.move(instalment.status, Status.MISSED)
        instalment.because = "Its payment was taken back"
        instalment.save()
        _tell(plan, f"${part.amount} of instalment {instalment.place} taken back", at, by)
        if not plan.is_open:
            _work(plan, "was paid, and a payment of it was taken back", by)


@operation("ledger.take_payment")
def settle_plan(plan: Plan, *, at: datetime, by: Actor) -> Plan:
    """Fit a plan to what is still owed, and end or mend it where that is due.

    It never expects more than the patient owes: the last instalments are dropped first.
    """
    plan = Plan.objects.lock(plan.pk)
    if not plan.is_open:
        return plan
    _fit(plan)
    left = list(Instalment.objects.filter(plan=plan, status__in=queries.plans.OPEN))
    if not left:
        plan.status = plan.lifecycle.move(plan.status, Plan.Status.PAID)
        _tell(plan, "Paid: nothing is expected any more", at, by)
        settle_work(once=_once(plan), at=at, by=by)
    elif plan.status == Plan.Status.BROKEN and not _missed(left):
        plan.status = plan.lifecycle.move(plan.status, Plan.Status.ACTIVE)
        _tell(plan, "Running again: what was missed is paid", at, by)
        settle_work(once=_once(plan), at=at, by=by)
    plan.save()
    return plan


@operation("ledger.take_payment")
def note_declined(
    instalment: Instalment, *, because: str, may_retry: bool, at: datetime, by: Actor
) -> Instalment:
    """Note that an instalment was not paid: try again in some days, or it counts as missed."""
    instalment = Instalment.objects.lock(instalment.pk)
    if instalment.status not in (Status.CHARGING, Status.DUE, Status.DECLINED):
        return instalment
    policy, plan = queries.payment_policy(), instalment.plan
    today = local(plan.site, at).date()
    again = may_retry and instalment.tries < policy.tries
    if instalment.status == Status.CHARGING or not again:
        after = Status.DECLINED if again else Status.MISSED
        instalment.status = instalment.lifecycle.move(instalment.status, after)
    instalment.again_on = today + timedelta(days=policy.retry_days) if again else None
    instalment.because = because[:200]
    instalment.save()
    _tell(plan, f"Instalment {instalment.place} of ${instalment.left} not paid: {because}", at, by)
    _work(plan, f"instalment {instalment.place} was not paid: {because}", by)
    instalment_declined.send(Instalment, instalment=instalment, at=at, by=by)
    if instalment.status == Status.MISSED:
        _default(plan, policy.plan_defaults_after, at, by)
    return instalment


@operation("ledger.take_payment")
def note_missed(instalment: Instalment, *, at: datetime, by: Actor) -> Instalment:
    """Note that an instalment nobody charges was not paid on its day."""
    return note_declined(
        instalment, because="It was not paid on its day", may_retry=False, at=at, by=by
    )


def told(plan: Plan, words: str, *, at: datetime, by: Actor) -> None:
    """Write down what happened to a plan; called by operations only."""
    _tell(plan, words, at, by)


def today_of(plan: Plan, at: datetime) -> date:
    """Return the day it is where the plan is kept."""
    return local(plan.site, at).date()


def _in_order(plan: Plan, payment: Payment) -> list[Instalment]:
    """The instalment this payment was charged for, then the others; not those at the gateway."""
    found = Instalment.objects.filter(plan=plan, status__in=queries.plans.OPEN).order_by("place")
    own = [one for one in found if one.charge_id == payment.pk]
    rest = [o for o in found if o.charge_id != payment.pk and o.status != Status.CHARGING]
    return own + rest


def _pay(instalment: Instalment, payment: Payment, amount: Decimal) -> None:
    instalment.paid += amount
    is_done = instalment.left == ZERO or instalment.charge_id == payment.pk
    if instalment.left == ZERO:
        instalment.status = instalment.lifecycle.move(instalment.status, Status.PAID)
        instalment.because, instalment.again_on = "", None
    elif is_done:  # less was owed than the instalment: the rest is not expected
        instalment.amount = instalment.paid
        instalment.status = instalment.lifecycle.move(instalment.status, Status.PAID)
    instalment.save()
    InstalmentPart(instalment=instalment, payment=payment, amount=amount).save()


def _fit(plan: Plan) -> None:
    """Drop from the end what is expected beyond what is owed."""
    owed = queries.balance_of(plan.patient).to_pay
    opened = Instalment.objects.filter(plan=plan, status__in=queries.plans.OPEN)
    found = list(opened.order_by("-place"))
    over = sum((one.left for one in found), ZERO) - owed
    for instalment in found:
        if over <= ZERO or instalment.status == Status.CHARGING:
            continue
        part = min(over, instalment.left)
        over -= part
        if part == instalment.left:
            after = Status.PAID if instalment.paid else Status.DROPPED
            instalment.amount = instalment.paid or instalment.amount
            instalment.status = instalment.lifecycle.move(instalment.status, after)
        else:
            instalment.amount -= part
        instalment.save()


def _default(plan: Plan, after: int, at: datetime, by: Actor) -> None:
    plan = Plan.objects.lock(plan.pk)
    missed = Instalment.objects.filter(plan=plan, status=Status.MISSED).count()
    if plan.status == Plan.Status.ACTIVE and missed >= after:
        plan.status = plan.lifecycle.move(plan.status, Plan.Status.BROKEN)
        plan.save()
        _tell(plan, f"In default: {missed} instalments were missed", at, by)


def _missed(opened: list[Instalment]) -> bool:
    return any(one.status == Status.MISSED for one in opened)


def _tell(plan: Plan, words: str, at: datetime, by: Actor) -> None:
    PlanEvent(plan=plan, at=at, by_name=by.name, words=words[:300]).save()


def _once(plan: Plan) -> str:
    return f"plan:{plan.pk}"


def _work(plan: Plan, what: str, by: Actor) -> None:
    left = queries.plans.left_of(plan)
    open_work(
        kind="ledger.plan_trouble",
        title=f"Payment plan {plan.number}: {what}",
        how_to_fix="Call the patient: take the payment, skip or change an instalment, or end it.",
        pool="biller",
        subject=plan,
        amount=left,
        once=_once(plan),
        by=by,
    )
