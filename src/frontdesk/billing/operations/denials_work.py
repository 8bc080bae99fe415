"""Work a denial: take it, note, correct, bill the patient where that is allowed, write it off."""

from datetime import datetime

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, Denial
from frontdesk.billing.operations.denials import settle_if_done, weigh_again
from frontdesk.billing.operations.denials_closing import AGREES, asked
from frontdesk.billing.operations.history import step_of, tell
from frontdesk.billing.rules import denials as rules
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.operations import apply_credit, post
from frontdesk.ledger.queries import payment_policy
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import INSURANCE, PATIENT, WRITE_OFF
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work, settle_work

Status = Denial.Status


@operation("billing.claim")
def take_denial(denial: Denial, *, at: datetime, by: Actor) -> Denial:
    """Begin to work a denial; the minutes until the next step are noted with it."""
    denial = Denial.objects.lock(denial.pk)
    if denial.status != Status.WORKING:
        denial.status = denial.lifecycle.move(denial.status, Status.WORKING)
        denial.ended_on = None
    elif denial.working_by and denial.working_by != by.name and denial.minutes_since(at):
        raise Refused(f"{denial.working_by} is working on it now.")
    denial.working_by, denial.working_since = by.name, at
    denial.save()
    return denial


@operation("billing.claim")
def note_denial(
    denial: Denial, words: str, *, at: datetime, by: Actor, minutes: int | None = None
) -> Denial:
    """Write down what was found out or done, with the minutes it took."""
    if not words.strip():
        raise Refused("Say what was found out or done.")
    denial = Denial.objects.lock(denial.pk)
    _step(denial, "noted", words.strip(), at, by, minutes=minutes)
    denial.save()
    return denial


@operation("billing.claim")
def set_cause(denial: Denial, cause: str, *, at: datetime, by: Actor) -> Denial:
    """Say what the root cause really was, where the remark or a call told more."""
    if cause not in rules.causes():
        raise Refused("That is no cause we know.")
    denial = Denial.objects.lock(denial.pk)
    if denial.cause == cause:
        return denial
    denial.cause = cause
    told = queries.ended_denials({(denial.payer_id, cause)})
    denial.weigh(rules.odds(cause, told.get((denial.payer_id, cause))))
    _step(denial, "cause", f"The cause is: {rules.cause(cause).label}", at, by)
    denial.save()
    return denial


@operation("billing.remit")
def bill_denial_to_patient(denial: Denial, *, because: str, at: datetime, by: Actor) -> Denial:
    """Let the patient owe what was refused, where the payer's group code allows it."""
    denial = _to_close(denial, because)
    if not denial.may_bill_patient:
        raise Refused(
            f"The patient must not be billed for {denial.carc}: the payer put it on the practice. "
            "Correct the claim, appeal, or write it off."
        )
    _move(denial, PATIENT, "share", because, at, by)
    return _closed(denial, Status.PATIENT, f"Billed to the patient: {because}", at, by)


@operation("ledger.adjust", always_ask=True)
def write_off_denial(denial: Denial, *, because: str, at: datetime, by: Actor) -> Denial:
    """Give up what was refused; above the limit a second person agrees first."""
    denial = _to_close(denial, because)
    if denial.amount > payment_policy().denial_alone and not by.may(AGREES):
        return _ask(denial, because, at, by)
    _move(denial, WRITE_OFF, "writeoff", because, at, by)
    return _closed(denial, Status.WRITTEN_OFF, f"Written off: {because}", at, by)


@operation("billing.agree", always_ask=True)
def agree_to_write_off(denial: Denial, *, at: datetime, by: Actor) -> Denial:
    """Agree to a write-off that somebody else asked for."""
    denial = Denial.objects.lock(denial.pk)
    if not denial.asked_by:
        raise Refused("Nobody asks to write this off any more.")
    if denial.asked_by == by.name:
        raise Refused("Somebody else must agree to what you asked for.")
    words = f"{denial.asked_because} (asked by {denial.asked_by})"
    _move(denial, WRITE_OFF, "writeoff", denial.asked_because, at, by)
    return _closed(denial, Status.WRITTEN_OFF, f"Written off: {words}", at, by)


@operation("billing.agree", always_ask=True)
def decline_write_off(denial: Denial, *, because: str, at: datetime, by: Actor) -> Denial:
    """Send a denial back to be worked instead of written off."""
    if not because.strip():
        raise Refused("Say what to do instead.")
    denial = Denial.objects.lock(denial.pk)
    if not denial.asked_by:
        raise Refused("Nobody asks to write this off any more.")
    denial.asked_by = denial.asked_because = ""
    _step(denial, "declined", f"Not to be written off: {because.strip()}", at, by)
    denial.save()
    settle_work(once=asked(denial), at=at, by=by)
    return denial


def _to_close(denial: Denial, because: str) -> Denial:
    if not because.strip():
        raise Refused("Say why.")
    claim = denial.claim
    Patient.objects.lock(claim.patient_id)
    denial = Denial.objects.lock(denial.pk)
    if denial.status in Denial.WAITING:
        raise Refused("The payer has it in hand. Wait for its answer, or note it first.")
    denial.claim = claim
    return denial


def _move(denial: Denial, target: str, kind: str, because: str, at: datetime, by: Actor) -> None:
    """Move what the payer still owes of the refused dollars; none where it moved already."""
    claim = denial.claim
    charge_id = denial.line.charge_id
    left = min(queries.open_on(claim, INSURANCE).get(charge_id, ZERO), denial.amount)
    if left <= ZERO:
        return
    line = Line(
        INSURANCE,
        target,
        left,
        kind,
        patient_id=claim.patient_id,
        provider_id=claim.provider_id,
        payer_id=claim.payer_id,
        visit_id=claim.visit_id,
        charge_id=charge_id,
        claim_id=claim.pk,
        reason=denial.carc,
        label=because,
        service_on=denial.on,
    )
    post(
        "adjustment",
        key=f"denial:{denial.pk}:{target}:{denial.steps.count()}",
        lines=[line],
        on=local(claim.visit.site, at).date(),
        memo=because,
        at=at,
        by=by,
    )


def _closed(denial: Denial, status: Status, words: str, at: datetime, by: Actor) -> Denial:
    claim = denial.claim
    denial.end(status, local(claim.visit.site, at).date())
    _step(denial, str(status), words, at, by)
    denial.save()
    settle_work(once=asked(denial), at=at, by=by)
    tell(claim, kind="denial", words=f"{denial.carc} on {denial.code}. {words}", at=at, by=by)
    _close_claim(claim, at, by)
    settle_if_done(claim.pk, at=at, by=by)
    weigh_again({(denial.payer_id, denial.cause)}, at=at, by=by)
    apply_credit(claim.patient, at=at, by=by)
    return denial


def _close_claim(claim: Claim, at: datetime, by: Actor) -> None:
    """Close a denied claim of which nothing is owed by the payer any more."""
    claim = Claim.objects.lock(claim.pk)
    if claim.status != Claim.Status.DENIED:
        return
    if any(amount > ZERO for amount in queries.open_on(claim, INSURANCE).values()):
        return
    claim.status = claim.lifecycle.move(claim.status, Claim.Status.CLOSED)
    claim.save()
    tell(claim, kind="closed", words="Nothing is open any more", at=at, by=by)


def _ask(denial: Denial, because: str, at: datetime, by: Actor) -> Denial:
    if denial.asked_by:
        raise Refused(f"{denial.asked_by} has asked for this already.")
    denial.asked_by, denial.asked_because = by.name, because.strip()[:140]
    _step(denial, "asked", f"Asked to write off ${denial.amount}: {because.strip()}", at, by)
    denial.save()
    open_work(
        kind="billing.write_off_asked",
        title=f"{by.name} asks to write off ${denial.amount}",
        detail=f"Claim {denial.claim.number}, {denial.carc}: {because.strip()}",
        how_to_fix="Open Billing, Denials, To agree: agree to it, or send it back with what to "
        "do instead.",
        pool="manager",
        subject=denial.claim,
        amount=denial.amount,
        once=asked(denial),
        at=at,
        by=by,
    )
    return denial


def _step(
    denial: Denial, kind: str, words: str, at: datetime, by: Actor, *, minutes: int | None = None
) -> None:
    took = denial.minutes_since(at) if minutes is None else minutes
    denial.spent += took
    denial.working_since = at if denial.status == Status.WORKING else None
    step_of(denial, kind=kind, words=words, minutes=took, at=at, by=by).save()
