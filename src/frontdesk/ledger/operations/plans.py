"""Agree on a payment plan, and change it later: every change is kept with its reason."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Instalment, Plan, SavedCard
from frontdesk.ledger.operations.plan_parts import settle_plan, today_of, told
from frontdesk.ledger.rules.money_policy import needs_disclosure
from frontdesk.ledger.rules.plans import Part, Terms, day_of, parts_of, trouble_with
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.operations import settle_work

Status = Instalment.Status
FIRST_PLAN = 101
DISCLOSE = (
    "More than four instalments are consumer credit (12 CFR 1026.2(a)(17)): print the agreement, "
    "which holds the disclosure, give it to the patient, and tick that it was given."
)


@operation("ledger.plan")
def start_plan(
    patient: Patient,
    terms: Terms,
    *,
    site: Site,
    agreed_how: str,
    at: datetime,
    by: Actor,
    card: SavedCard | None = None,
    disclosed: bool = False,
) -> Plan:
    """Put a balance on a plan as it was agreed; instalments soon due count as announced by it."""
    patient = Patient.objects.lock(patient.pk)
    if queries.plans.open_plan(patient.pk):
        raise Refused("There is a plan already: change that one.")
    today = local(site, at).date()
    parts = _agreed(terms, queries.balance_of(patient).to_pay, today, disclosed)
    _expect_card(card, patient, terms.each, today)
    plan = Plan(
        number=Counter.take("plan", start=FIRST_PLAN),
        patient=patient,
        site=site,
        total=terms.total,
        each=terms.each,
        every=terms.every,
        first_on=terms.first_on,
        card=card,
        agreed_how=agreed_how,
        disclosed=disclosed,
        started_at=at,
        started_by=by.name,
    )
    plan.save()
    _lay(plan, parts, today)
    words = f"Agreed: ${terms.total} in {len(parts)} instalments of ${terms.each}, {agreed_how}"
    told(plan, words, at=at, by=by)
    return plan


@operation("ledger.plan")
def change_plan(
    plan: Plan,
    terms: Terms,
    *,
    because: str,
    at: datetime,
    by: Actor,
    card: SavedCard | None = None,
    disclosed: bool = False,
) -> Plan:
    """Agree on other instalments for what is left, or for more: the open ones are laid anew.

    `terms.total` is what is still to be paid from now on.
    """
    plan = _open(plan)
    _expect_reason(because)
    _nothing_at_gateway(plan)
    today = today_of(plan, at)
    owed = queries.balance_of(plan.patient).to_pay
    parts = _agreed(terms, owed, today, disclosed or plan.disclosed)
    _expect_card(card, plan.patient, terms.each, today)
    _drop(plan)
    plan.total = queries.plans.paid_of(plan) + terms.total
    plan.each, plan.every, plan.first_on = terms.each, terms.every, terms.first_on
    plan.card, plan.disclosed = card, disclosed or plan.disclosed
    _back_to_running(plan)
    plan.save()
    _lay(plan, parts, today)
    words = f"Changed to {len(parts)} instalments of ${terms.each} for ${terms.total}: {because}"
    told(plan, words, at=at, by=by)
    settle_work(once=f"plan:{plan.pk}", at=at, by=by)
    return plan


@operation("ledger.plan")
def skip_instalment(instalment: Instalment, *, because: str, at: datetime, by: Actor) -> Instalment:
    """Let one instalment be paid after the last one; return the new one."""
    plan = _open(instalment.plan)
    instalment = Instalment.objects.lock(instalment.pk)
    _expect_reason(because)
    if instalment.paid:
        raise Refused("A part of it is paid already: change the plan instead.")
    instalment.status = instalment.lifecycle.move(instalment.status, Status.SKIPPED)
    instalment.because, instalment.again_on = because.strip()[:200], None
    instalment.save()
    last = Instalment.objects.filter(plan=plan).order_by("-place").first() or instalment
    late = max(last.due_on, today_of(plan, at))
    step = day_of(late, plan.every, 1)
    new = Instalment(plan=plan, place=last.place + 1, due_on=step, amount=instalment.amount)
    new.save()
    words = f"Instalment {instalment.place} skipped, paid on {step:%b %-d, %Y} instead: {because}"
    told(plan, words, at=at, by=by)
    settle_plan(plan, at=at, by=by)
    return new


@operation("ledger.plan")
def pause_plan(plan: Plan, *, until: date, because: str, at: datetime, by: Actor) -> Plan:
    """Charge and announce nothing before that day; then the instalments go on from there."""
    plan = _open(plan)
    _expect_reason(because)
    _nothing_at_gateway(plan)
    if until <= today_of(plan, at):
        raise Refused("Choose a day to come.")
    plan.status = plan.lifecycle.move(plan.status, Plan.Status.PAUSED)
    plan.resumes_on = until
    plan.save()
    told(plan, f"Paused until {until:%b %-d, %Y}: {because}", at=at, by=by)
    return plan


@operation("ledger.plan")
def resume_plan(plan: Plan, *, first_on: date, at: datetime, by: Actor) -> Plan:
    """Go on: the open instalments follow each other from that day, and are announced anew."""
    plan = _open(plan)
    if plan.status != Plan.Status.PAUSED:
        return plan
    today = today_of(plan, at)
    if first_on < today:
        raise Refused("The first day has passed already.")
    opened = Instalment.objects.filter(plan=plan, status__in=queries.plans.OPEN)
    for number, instalment in enumerate(opened.order_by("place")):
        instalment.due_on = day_of(first_on, plan.every, number)
        if instalment.status != Status.DUE:
            instalment.status = instalment.lifecycle.move(instalment.status, Status.DUE)
        instalment.noticed_on, instalment.noticed_how = None, ""
        instalment.again_on = None
        instalment.save()
    plan.status = plan.lifecycle.move(plan.status, Plan.Status.ACTIVE)
    plan.resumes_on = None
    plan.save()
    told(plan, f"Going on from {first_on:%b %-d, %Y}", at=at, by=by)
    return plan


@operation("ledger.plan")
def end_plan(plan: Plan, *, because: str, at: datetime, by: Actor) -> Plan:
    """End a plan that was not paid whole: what is left is owed at once again."""
    plan = _open(plan)
    _expect_reason(because)
    _nothing_at_gateway(plan)
    _drop(plan)
    plan.status = plan.lifecycle.move(plan.status, Plan.Status.ENDED)
    plan.ended_because = because.strip()[:200]
    plan.save()
    told(plan, f"Ended: {because}", at=at, by=by)
    settle_work(once=f"plan:{plan.pk}", at=at, by=by)
    return plan


def _agreed(terms: Terms, owed: Decimal, today: date, disclosed: bool) -> list[Part]:
    policy = queries.payment_policy()
    trouble = trouble_with(
        terms, owed=owed, today=today, least=policy.plan_least, months=policy.plan_months
    )
    if trouble:
        raise Refused(trouble)
    parts = parts_of(terms)
    if needs_disclosure(len(parts)) and not disclosed:
        raise Refused(DISCLOSE)
    return parts


def _expect_card(card: SavedCard | None, patient: Patient, each: Decimal, today: date) -> None:
    if card is None:
        return
    if card.patient_id != patient.pk:
        raise Refused("This card is another patient's.")
    if why := card.refuses(each, today):
        raise Refused(why)


def _lay(plan: Plan, parts: Sequence[Part], today: date) -> None:
    """Write the instalments; those due before a notice could be given are announced by now."""
    soon = today + timedelta(days=queries.payment_policy().notice_days)
    before = Instalment.objects.filter(plan=plan).order_by("-place").first()
    start = before.place if before else 0
    for part in parts:
        is_told = part.due_on < soon
        Instalment(
            plan=plan,
            place=start + part.place,
            due_on=part.due_on,
            amount=part.amount,
            noticed_on=today if is_told else None,
            noticed_how="agreement" if is_told else "",
        ).save()


def _drop(plan: Plan) -> None:
    for instalment in Instalment.objects.filter(plan=plan, status__in=queries.plans.OPEN):
        after = Status.PAID if instalment.paid else Status.DROPPED
        instalment.amount = instalment.paid or instalment.amount
        instalment.status = instalment.lifecycle.move(instalment.status, after)
        instalment.save()


def _back_to_running(plan: Plan) -> None:
    if plan.status != Plan.Status.ACTIVE:
        plan.status = plan.lifecycle.move(plan.status, Plan.Status.ACTIVE)
        plan.resumes_on = None


def _open(plan: Plan) -> Plan:
    Patient.objects.lock(plan.patient_id)  # before the plan, as everywhere
    held: Plan = Plan.objects.lock(plan.pk)
    if not held.is_open:
        raise Refused("This plan is over.")
    return held


def _nothing_at_gateway(plan: Plan) -> None:
    if Instalment.objects.filter(plan=plan, status=Status.CHARGING).exists():
        raise Refused("An instalment is at the card gateway just now. Try again in a minute.")


def _expect_reason(because: str) -> None:
    if not because.strip():
        raise Refused("Say why.")
