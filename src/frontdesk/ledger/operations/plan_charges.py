"""What the clock does with plans: announce instalments, charge them, note what was missed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Instalment, Payment, Plan
from frontdesk.ledger.operations.plan_parts import note_declined, settle_plan, today_of, told
from frontdesk.ledger.signals import instalment_noticed
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work, settle_work

Status = Instalment.Status
AGREED = "agreement"


@operation("ledger.plan")
def give_notice(instalment: Instalment, *, at: datetime, by: Actor) -> Instalment:
    """Announce an instalment by message; where no way is open, somebody calls or writes.

    Said twice it is announced once. What cannot be announced is not charged.
    """
    instalment = Instalment.objects.lock(instalment.pk)
    plan = instalment.plan
    if instalment.noticed_on or instalment.status != Status.DUE:
        return instalment
    answers = instalment_noticed.send(Instalment, instalment=instalment, at=at, by=by)
    if any(answer for _, answer in answers):
        return _noticed(instalment, "message", today_of(plan, at))
    open_work(
        kind="ledger.plan_notice",
        title=f"Announce an instalment of payment plan {plan.number}",
        detail=f"${instalment.left} is due on {instalment.due_on:%b %-d, %Y}; no message can go.",
        how_to_fix="Call or write, then note it in the plan. Until then the card isn't charged.",
        pool="biller",
        subject=plan,
        amount=instalment.left,
        once=f"plan.notice:{instalment.pk}",
        by=by,
    )
    return instalment


@operation("ledger.plan")
def note_notice(instalment: Instalment, *, how: str, at: datetime, by: Actor) -> Instalment:
    """Note that the patient was told of an instalment by phone or letter."""
    instalment = Instalment.objects.lock(instalment.pk)
    settle_work(once=f"plan.notice:{instalment.pk}", at=at, by=by)
    told(instalment.plan, f"Instalment {instalment.place} announced by {how}", at=at, by=by)
    return _noticed(instalment, how, today_of(instalment.plan, at))


@operation("ledger.take_payment")
def begin_charge(instalment: Instalment, *, at: datetime, by: Actor) -> Payment | None:
    """Write down that an instalment is about to be charged; return the payment to be asked for.

    Begun twice, it is the same payment: its key is the instalment's and the number of the try.
    Nothing where it may not be charged, or nothing is owed any more.
    """
    patient = Patient.objects.lock(instalment.plan.patient_id)
    instalment = Instalment.objects.lock(instalment.pk)
    plan, today = instalment.plan, today_of(instalment.plan, at)
    if instalment.status == Status.CHARGING:
        underway: Payment | None = instalment.charge
        return underway
    if not may_be_charged(instalment, plan, today):
        return None
    settle_plan(plan, at=at, by=by)
    instalment = Instalment.objects.lock(instalment.pk)
    amount = min(instalment.left, queries.balance_of(patient).to_pay)
    if not instalment.is_open or amount <= ZERO or plan.card is None:
        return None
    if why := plan.card.refuses(amount, today):
        note_declined(instalment, because=why, may_retry=False, at=at, by=by)
        return None
    return _begun(instalment, plan, amount, at, by)


def may_be_charged(instalment: Instalment, plan: Plan, today: date) -> bool:
    """Say whether its day has come, the patient was told in time, and the card may be tried."""
    if plan.status != Plan.Status.ACTIVE or instalment.due_on > today:
        return False
    if instalment.status == Status.DECLINED:
        return instalment.again_on is not None and instalment.again_on <= today
    if instalment.status != Status.DUE or instalment.noticed_on is None:
        return False
    wait = timedelta(days=queries.payment_policy().notice_days)
    return instalment.noticed_how == AGREED or instalment.noticed_on + wait <= today


def _begun(instalment: Instalment, plan: Plan, amount: Decimal, at: datetime, by: Actor) -> Payment:
    instalment.tries += 1
    payment = Payment(
        patient=plan.patient,
        amount=amount,
        method=Payment.Method.CARD,
        kind=Payment.Kind.PLAN,
        status=Payment.Status.PENDING,
        is_online=True,
        saved_card=plan.card,
        taken_at=at,
        taken_by=by.name,
        site=plan.site,
        key=f"instalment:{instalment.pk}:{instalment.tries}",
    )
    payment.save()
    instalment.charge = payment
    instalment.status = instalment.lifecycle.move(instalment.status, Status.CHARGING)
    instalment.save()
    return payment


def _noticed(instalment: Instalment, how: str, on: date) -> Instalment:
    instalment.noticed_on, instalment.noticed_how = on, how
    instalment.save()
    return instalment
