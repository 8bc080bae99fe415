"""Take back what was posted wrongly: a decision put on another claim, a paper typed in wrongly.

The books get entries that reverse it; none is edited. The claim, its clocks, its denials and the
claims that followed from it go back to where they were, and the payer's money waits for a person.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import (
    Charge,
    Claim,
    ClaimLine,
    ClockKind,
    Deadline,
    Denial,
    Remittance,
    RemittanceClaim,
    Underpayment,
)
from frontdesk.billing.operations.appeals import AT_LEVEL
from frontdesk.billing.operations.claims import build_claim, void_claim
from frontdesk.billing.operations.clocks import stop_clocks
from frontdesk.billing.operations.denials import (
    NO_APPEAL,
    NO_CORRECTION,
    settle_if_done,
    was_appealed,
    weigh_again,
)
from frontdesk.billing.operations.history import step_of, tell
from frontdesk.billing.operations.judging import held_once, rejected_once
from frontdesk.billing.operations.learning import unlearn_authorizations
from frontdesk.billing.operations.overpaid import settle_with_later_plans
from frontdesk.billing.operations.posting import BY_DECISION, leave_to_a_person
from frontdesk.billing.operations.reconciling import open_bank_line
from frontdesk.billing.operations.telling import apart_once
from frontdesk.billing.queries import unposting
from frontdesk.billing.queries.remittances import lines_decided
from frontdesk.billing.rules import clocks, deciding
from frontdesk.billing.rules.contracting import allowed_said
from frontdesk.billing.rules.remitting import REVERSAL
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.operations import fly_again
from frontdesk.ledger.operations import apply_credit, reverse
from frontdesk.ledger.queries import entries_of
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.people.models import Patient
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work, settle_work

Status = RemittanceClaim.Status
WRONG = "Posted wrongly, taken back"
REFUSED_KINDS = (ClockKind.CORRECTED, ClockKind.APPEAL, ClockKind.SECOND_APPEAL)


@operation("billing.unpost", always_ask=True)
def unpost_decision(
    row: RemittanceClaim, *, because: str, at: datetime, by: Actor
) -> RemittanceClaim:
    """Take back a decision that was posted wrongly; its money waits for a person again.

    Only the last one on a claim: later ones rest on it. What was sent or written because of it
    is ended first.
    """
    row = _take_back(row, because, at, by)
    return leave_to_a_person(row, because=f"{WRONG}: {because.strip()}"[:200], at=at, by=by)


@operation("billing.unpost", always_ask=True)
def withdraw_eob(remittance: Remittance, *, because: str, at: datetime, by: Actor) -> Remittance:
    """Take back a whole paper EOB that was typed in wrongly, so that it can be typed in anew."""
    remittance = Remittance.objects.lock(remittance.pk)
    if not remittance.is_typed or not remittance.may_be_posted:
        raise Refused("Only a payment that was typed from paper can be taken back as a whole.")
    for row in remittance.claims.order_by("-place"):
        was_waiting = row.status == Status.NEEDS_PERSON
        done = row if row.status != Status.POSTED else _take_back(row, because, at, by)
        done.status = done.lifecycle.move(done.status, Status.POSTED)
        done.why = f"{WRONG}: {because.strip()}"[:200]
        done.save()
        if was_waiting:
            settle_work(once=f"remittance.claim:{row.pk}", at=at, by=by)
    remittance.refresh_from_db()
    if remittance.bank_line is not None:
        open_bank_line(remittance.bank_line, at=at, by=by)
        remittance.refresh_from_db()
    remittance.status = remittance.lifecycle.move(remittance.status, Remittance.Status.REPLACED)
    remittance.save()
    return remittance


def _take_back(row: RemittanceClaim, because: str, at: datetime, by: Actor) -> RemittanceClaim:
    """Undo what posting a decision did; the row is saved, to be posted again."""
    if not because.strip():
        raise Refused("Say what was wrong.")
    row = RemittanceClaim.objects.lock(row.pk)
    if row.status != Status.POSTED:
        raise Refused("This is not posted.")
    claim = row.claim if row.is_on_claim else None
    if claim is not None:
        _off_the_claim(row, claim, because.strip(), at, by)
    elif row.posting is not None:
        reverse(row.posting, because=because.strip(), at=at, by=by)
    row.status = row.lifecycle.move(row.status, Status.TO_POST)
    row.claim, row.posting, row.why = None, None, ""
    row.times_unposted += 1
    row.save()
    if claim is not None and row.status_code == REVERSAL:
        _bill_next_again(claim, at, by)
    _reopen(row.remittance, at, by)
    return row


def _reopen(remittance: Remittance, at: datetime, by: Actor) -> None:
    found = Remittance.objects.lock(remittance.pk)
    if found.status == Remittance.Status.POSTED:
        found.status = found.lifecycle.move(found.status, Remittance.Status.PARTLY)
        found.save()


def _off_the_claim(row: RemittanceClaim, its: Claim, because: str, at: datetime, by: Actor) -> None:
    """Take a decision off its claim: the dollars, the claim, what followed, clocks, denials."""
    patient = Patient.objects.lock(its.patient_id)
    claim = Claim.objects.lock(its.pk)
    others = unposting.other_decisions(row)
    _refuse_what_rests_on_it(row, claim, others)
    _reverse_dollars(row, claim, because, at, by)
    claim.paid -= row.paid
    if row.posting is not None:
        moved = [entry.as_line() for entry in entries_of(row.posting)]
        claim.patient_responsibility -= deciding.share_moved(moved)
    _set_back(claim, others)
    claim.save()
    tell(claim, kind="unposted", words=f"{WRONG}: {because}", at=at, by=by)
    _take_denials_back(row, claim, others, at, by)
    _take_underpaid_back(claim, others)
    if not others:
        _run_on(claim)
        _ask_again(claim, at, by)
        fly_again(claim.pk, at=at, by=by)
        settle_work(once=apart_once(claim), at=at, by=by)
    for trouble in ("denied", "taken_back"):
        settle_work(once=f"claim.{trouble}:{claim.pk}", at=at, by=by)
    if any(other.status_code == REVERSAL for other in others):
        key = f"next:{claim.pk}:owed:{row.posting_key}:off"
        settle_with_later_plans(claim, key=key, at=at, by=by)
    apply_credit(patient, at=at, by=by)


def _bill_next_again(claim: Claim, at: datetime, by: Actor) -> None:
    """Build the claim to the next plan that a reversal had ended: its dollars are there again."""
    policy = queries.next_policy(claim)
    with_plan = queries.open_on(claim, INSURANCE)
    if policy is None or not any(with_plan.values()) or unposting.claims_after(claim).exists():
        return
    charges = list(queries.charges_on(claim))
    build_claim(claim.visit.superbill, policy=policy, charges=charges, at=at, by=by)


def _refuse_what_rests_on_it(
    row: RemittanceClaim, claim: Claim, others: Sequence[RemittanceClaim]
) -> None:
    """Refuse while something that left the house rests on the decision."""
    if unposting.later_decision(row, others) is not None:
        raise Refused("The payer decided on this claim again. Take the later decision back first.")
    if claim.lines.filter(charge__status=Charge.Status.REVERSED).exists():
        raise Refused("The superbill was opened again since. Send the corrected claim instead.")
    later = queries.later_version(claim)
    if later is not None:
        raise Refused(f"Claim {later.number} was built because of it. Give that one up first.")
    sent = [one for one in unposting.claims_after(claim) if not _may_go(one)]
    if sent and not others:
        raise Refused(
            f"Claim {sent[0].number} to {sent[0].payer.name} rests on it and was sent. "
            "Take that one back first."
        )
    born = Denial.objects.filter(claim=claim, decision=row)
    appeal = unposting.appealed(born)
    if appeal is not None:
        raise Refused(f"Appeal {appeal.number} is against it. Drop it, or note its answer, first.")


def _may_go(later: Claim) -> bool:
    """Whether a claim to a later plan never went out from here, and nothing was decided on it."""
    waits = later.crossed_over and later.status == Claim.Status.ACCEPTED
    return later.is_unsent or waits


def _reverse_dollars(
    row: RemittanceClaim, claim: Claim, because: str, at: datetime, by: Actor
) -> None:
    """Reverse the decision's posting, and before it what moved its dollars on since."""
    on = local(claim.visit.site, at).date()
    for posting in unposting.moved_since(claim, row):
        reverse(posting, because=f"{WRONG}: {because}", on=on, at=at, by=by)
    for later in unposting.claims_after(claim):
        _end_later(later, at, by)
    if row.posting is not None:
        reverse(row.posting, because=f"{WRONG}: {because}", on=on, at=at, by=by)


def _end_later(later: Claim, at: datetime, by: Actor) -> None:
    words = "The decision before it was posted wrongly"
    if later.is_unsent:
        void_claim(later, because=words, at=at, by=by)
        return
    later = Claim.objects.lock(later.pk)
    if _may_go(later):
        later.status = later.lifecycle.move(later.status, Claim.Status.CLOSED)
        later.save()
        tell(later, kind="closed", words=words, at=at, by=by)
        stop_clocks([later], why=words, at=at, by=by)


def _set_back(claim: Claim, others: Sequence[RemittanceClaim]) -> None:
    """Put the claim and its lines to where the decisions that stand leave them."""
    if others:
        to = Claim.Status(deciding.verdict(queries.decision(others[-1])))
    else:
        to = unposting.status_before(claim) if claim.is_decided else Claim.Status(claim.status)
    if to != claim.status and claim.lifecycle.may(claim.status, to):
        claim.status = to
    lines = list(claim.lines.select_related("charge").order_by("place"))
    said = [(other, one) for other in others for one in lines_decided(other)]
    for line in lines:
        mine = [told for told in said if told[1].control == str(line.charge.number)]
        line.paid = sum((one.paid for _, one in mine), ZERO)
        last = mine[-1][1] if mine and mine[-1][0].status_code != REVERSAL else None
        line.allowed = allowed_said(last) if last else ZERO
        line.reasons = [one.code for one in last.adjustments] if last else []
    if claim.status == Claim.Status.PAID and not all(line.is_decided for line in lines):
        claim.status = Claim.Status.ACCEPTED  # the payer decides it in parts: one is open again
    ClaimLine.objects.update_many(lines, ["paid", "allowed", "reasons"])


def _ask_again(claim: Claim, at: datetime, by: Actor) -> None:
    """Put a claim that waited to be put right on the work list again."""
    names = {Claim.Status.HELD: held_once, Claim.Status.REJECTED: rejected_once}
    once = names.get(Claim.Status(claim.status))
    if once is not None:
        open_work(
            kind=f"billing.claim_{claim.status}",
            title=f"Claim {claim.number} is to be put right and sent after all",
            detail="The decision on it was posted wrongly and is taken back.",
            how_to_fix="Open the claim: it says why it was not sent, and how to put it right.",
            pool="biller",
            subject=claim,
            amount=claim.total,
            once=once(claim),
            at=at,
            by=by,
        )


def _take_denials_back(
    row: RemittanceClaim,
    claim: Claim,
    others: Sequence[RemittanceClaim],
    at: datetime,
    by: Actor,
) -> None:
    """End the denials that the decision bore, open those again that it ended."""
    posted_at = unposting.posted_at(row)
    touched = unposting.refused_then(claim, posted_at) if posted_at else {}
    out = unposting.in_appeal_then(touched, posted_at) if posted_at else set()
    found, on = list(Denial.objects.lock_many(touched)), office_day(at)
    for denial in found:
        born = touched[denial.pk] == "denied" or (denial.claim_id == claim.pk and not others)
        to = Denial.Status.MISTAKEN if born else Denial.Status.WORKING
        if not born and denial.pk in out and denial.appeal is not None:
            to = AT_LEVEL[denial.appeal.level]
            denial.appeal_by = min(denial.appeal_by, denial.appeal.due_on)
        if denial.status != to:
            denial.status = denial.lifecycle.move(denial.status, to)
        denial.recovered, denial.ended_on = ZERO, on if born else None
        denial.save()
        step_of(denial, kind="unposted", words=WRONG, at=at, by=by).save()
        settle_work(once=f"denial.asked:{denial.pk}", at=at, by=by)
    working = [one for one in found if one.status == Denial.Status.WORKING]
    for key in {one.claim_id for one in working if not was_appealed(one)}:
        _resume(key, REFUSED_KINDS, (BY_DECISION, NO_APPEAL, NO_CORRECTION))
    _send_appeals_back([one for one in found if one.status in Denial.APPEALS], at, by)
    weigh_again({(one.payer_id, one.cause) for one in found}, at=at, by=by)
    said = [one for one in found if touched[one.pk] in ("denied", "again")]
    unlearn_authorizations(claim, said, because=WRONG, at=at, by=by)
    if not Denial.objects.filter(claim=claim, status__in=Denial.OPEN).exists() and not others:
        stop_clocks([claim], REFUSED_KINDS, why=WRONG, at=at, by=by)


def _send_appeals_back(denials: Sequence[Denial], at: datetime, by: Actor) -> None:
    """Let appeals wait for their answer again that nobody has answered, as their claims do."""
    for appeal in {one.appeal_id: one.appeal for one in denials}.values():
        if appeal is not None and appeal.status != appeal.Status.SENT:
            appeal.status = appeal.lifecycle.move(appeal.status, appeal.Status.SENT)
            appeal.won, appeal.answered_on = ZERO, None
            appeal.save()
    for key in {one.claim_id for one in denials}:
        _resume(key, (ClockKind.CORRECTED,), (BY_DECISION, NO_CORRECTION))
        settle_if_done(key, at=at, by=by)


def _take_underpaid_back(claim: Claim, others: Sequence[RemittanceClaim]) -> None:
    """Take off the list what the decision paid too little, where no other says so."""
    if others:
        return
    over = Underpayment.Status.RECOVERED
    for found in Underpayment.objects.filter(claim=claim).exclude(status=over):
        found.status = found.lifecycle.move(found.status, over)
        found.missing, found.because = ZERO, WRONG
        found.save()


def _run_on(claim: Claim) -> None:
    """Let the clocks run on that the decision stopped, with the days they had."""
    if not claim.is_decided:
        _resume(claim.pk, tuple(ClockKind), (BY_DECISION,))


def _resume(claim_id: UUID, kinds: Sequence[str], whys: Sequence[str]) -> None:
    """Let a claim's clocks of these kinds run on that were stopped for one of these reasons."""
    running = set(queries.running([claim_id]).values_list("kind", flat=True))
    stopped = Deadline.objects.filter(claim=claim_id, kind__in=kinds, stopped_why__in=whys)
    for clock in stopped.order_by("-pk"):
        if clock.kind in running:
            continue
        running.add(clock.kind)
        clock.stopped_on, clock.stopped_why = None, ""
        clock.alarm_on = clocks.next_alarm(clock.told, clock.starts_on, clock.due_on)
        clock.save()
