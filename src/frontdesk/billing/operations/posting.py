"""Post what payers decided, many claims in one transaction.

A batch is read, decided in memory and written in a handful of statements whatever its size. It
commits whole: after a crash anywhere the next run finds what is left and posts it, each decision
under a key of its own, so that nothing is lost or doubled.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from frontdesk.billing import queries
from frontdesk.billing.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    ClockKind,
    Remittance,
    RemittanceClaim,
)
from frontdesk.billing.operations.clocks import start_clocks, stop_clocks
from frontdesk.billing.operations.denials import Heard, hear_decisions
from frontdesk.billing.operations.following import follow_decisions
from frontdesk.billing.operations.history import EVENT_ROW, event_row
from frontdesk.billing.operations.judging import held_once, rejected_once
from frontdesk.billing.operations.learning import learn_authorizations
from frontdesk.billing.operations.underpaying import Allowed, compare_with_contract
from frontdesk.billing.queries.posting import Desk, desk_for
from frontdesk.billing.rules import deciding
from frontdesk.billing.rules.remitting import DENIED, FORWARDED, PROCESSED, REVERSAL
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.garbage import seldom_collected
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.operations import ToPost, post_many
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.practice.queries import office_day
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import open_many, open_work, settle_all, settle_work

Status = RemittanceClaim.Status
VOID = "8"
BEFORE_DECISION = (ClockKind.FILING, ClockKind.SECONDARY)
DECIDED = PROCESSED | {DENIED}  # CLP02
DUPLICATE = "Sent twice, the payer says: what it decided before stands"
BY_DECISION = "Decided by the payer"  # why a clock stopped
_AS_FIRST = frozenset({"1", "19"})  # decided as the first plan: later ones allow what is left


@dataclass(slots=True)
class _Batch:
    """What a batch of decisions comes to, before anything of it is written."""

    remittance: Remittance
    at: datetime
    by: Actor
    desk: Desk
    posted: list[tuple[RemittanceClaim, Claim, deciding.Decided]] = field(default_factory=list)
    waiting: list[RemittanceClaim] = field(default_factory=list)  # for a person
    paired: list[RemittanceClaim] = field(default_factory=list)  # whose lines say charges anew
    events: list[Sequence[Any]] = field(default_factory=list)  # as EVENT_ROW
    lines: dict[object, ClaimLine] = field(default_factory=dict)
    allowed: dict[object, Allowed] = field(default_factory=dict)  # to compare with the contract
    heard: list[Heard] = field(default_factory=list)  # what was said of each line
    never_sent: list[Claim] = field(default_factory=list)  # as far as we knew
    voids: list[tuple[Claim, Claim]] = field(default_factory=list)  # taken back, and by which void


@operation("billing.remit")
@seldom_collected()
def post_remittance_claims(
    remittance: Remittance,
    *,
    at: datetime,
    by: Actor,
    most: int = 0,
    only: Collection[UUID] | None = None,
) -> int:
    """Post the next decisions of a remittance that wait; return how many were looked at.

    What fits no claim here, or would settle more than was charged, goes to a person. With `only`
    these decisions are posted, while another transaction may post others of the remittance.
    """
    held = Remittance.objects.lock if only is None else Remittance.objects.share
    remittance = held(remittance.pk)
    if not remittance.may_be_posted:
        raise Refused("This remittance does not balance. Decide about it first.")
    waiting = queries.rows_to_post(remittance, only).select_for_update(of=("self",))
    rows = list(waiting[: most or settings.POSTED_TOGETHER])
    _post(remittance, rows, at, by)
    return len(rows)


@operation("billing.remit")
def post_remittance_claim(row: RemittanceClaim, *, at: datetime, by: Actor) -> RemittanceClaim:
    """Post what a payer decided on one claim, or say why a person must look. Posted once."""
    row = queries.rows_with_all(RemittanceClaim.objects.filter(pk=row.pk)).get()
    if row.status == Status.POSTED:
        return row
    if not row.remittance.may_be_posted:
        raise Refused("This remittance does not balance. Decide about it first.")
    was_waiting = row.status == Status.NEEDS_PERSON
    _post(row.remittance, [row], at, by)
    if was_waiting and row.status == Status.POSTED:
        settle_work(once=f"remittance.claim:{row.pk}", at=at, by=by)
    return row


@operation("billing.remit")
def leave_to_a_person(
    row: RemittanceClaim, *, because: str, at: datetime, by: Actor
) -> RemittanceClaim:
    """Put a decision that could not be posted on the work list, with why."""
    row = queries.rows_with_all(RemittanceClaim.objects.filter(pk=row.pk)).get()
    if row.status == Status.TO_POST:
        row.why = because
        _needs_person([row], {row.claim.pk: row.claim} if row.claim else {}, at, by)
    return row


def _post(remittance: Remittance, rows: Sequence[RemittanceClaim], at: datetime, by: Actor) -> None:
    batch = _Batch(remittance, at, by, desk_for(rows))
    for row in rows:
        row.remittance = remittance
    # What fits only once another of the file is posted is looked at again: payers list a
    # correction before the reversal that makes room for it, too.
    unfit = [row for row in rows if not _decide(batch, row)]
    batch.waiting += [row for row in unfit if not _decide(batch, row)]
    _write(batch)
    _needs_person(batch.waiting, batch.desk.claims, at, by)
    hear_decisions(batch.heard, at=at, by=by)
    refused = [(claim, decided) for _, claim, decided in batch.posted if decided.held]
    learn_authorizations(refused, at=at, by=by)
    open_many([_denied(claim, decided) for claim, decided in refused], at=at, by=by)
    for claim, _ in batch.voids:
        _ask_what_now(claim, at, by)
    if batch.allowed:
        told, known = list(batch.allowed.values()), batch.desk.priced
        compare_with_contract(remittance, told, known=known, at=at, by=by)
    follow_decisions(batch.posted, batch.desk, at=at, by=by)


def _decide(batch: _Batch, row: RemittanceClaim) -> bool:
    """Take a decision into the batch; say why not, on the row, where it does not fit."""
    claim = batch.desk.claim_of(row)
    if claim is None:
        row.why = "No claim here has this number."
        return False
    row.claim_id = claim.pk
    before = batch.desk.given_back(claim) if row.status_code in DECIDED else []
    if row.status_code == REVERSAL:
        before = batch.desk.with_later_plans(claim)
    charges = deciding.with_moved(batch.desk.charges_of(claim), before)
    decided = deciding.decide(queries.decision(row), charges, payer_id=claim.payer_id)
    if decided.why:
        row.why = decided.why
        return False
    if not decided.is_only_duplicate:
        decided.before = before
    _see_parts(batch, row, claim, decided)
    if decided.is_only_duplicate and claim.is_decided and claim.paid > ZERO:
        decided = deciding.Decided(kind="noted", words=DUPLICATE)
    batch.desk.note([*decided.before, *decided.lines])
    said = [line["control"] for line in row.lines]
    if said[: len(decided.controls)] != decided.controls:
        batch.paired.append(row)
    for line, control in zip(row.lines, decided.controls, strict=False):
        line["control"] = control  # which of our charges it was, whatever the payer gave back
    row.status = row.lifecycle.move(row.status, Status.POSTED)
    row.why = ""
    _change_claim(batch, row, claim, decided)
    batch.posted.append((row, claim, decided))
    return True


def _see_parts(
    batch: _Batch, row: RemittanceClaim, claim: Claim, decided: deciding.Decided
) -> None:
    """Leave a claim with the payer until every part of it is decided; then judge it as a whole."""
    if not decided.is_part or row.status_code == REVERSAL:
        return
    lines = batch.desk.lines.get(claim.pk, ())
    rest = [line for line in lines if line.charge_id not in decided.by_charge]
    decided.words += ". That is a part of the claim"
    if not all(line.is_decided for line in rest):
        decided.becomes = Claim.Status.ACCEPTED
    elif any(line.paid or line.is_shared for line in rest):
        decided.becomes = Claim.Status.PAID


def _change_claim(
    batch: _Batch, row: RemittanceClaim, claim: Claim, decided: deciding.Decided
) -> None:
    claim.paid += row.paid
    claim.patient_responsibility += decided.patient_share
    claim.payer_control_number = row.payer_control_number or claim.payer_control_number
    if decided.becomes:
        _move(batch, claim, decided)
    for line in batch.desk.lines.get(claim.pk, ()):
        said = decided.by_charge.get(line.charge_id)
        if said is not None:
            is_back = row.status_code == REVERSAL  # nothing is allowed until it decides anew
            line.paid += said.paid
            line.allowed = ZERO if is_back else said.allowed
            line.reasons = [] if is_back else said.reasons
            batch.lines[line.pk] = line
            batch.heard.append(_heard(batch, row, claim, line, said))
            if row.status_code in _AS_FIRST and not said.is_held:
                batch.allowed[line.pk] = Allowed(claim, line)
    _tell(batch, claim, decided.kind, decided.words)
    if row.status_code in FORWARDED:
        words = "The payer sent it on to the next plan: do not bill that plan"
        _tell(batch, claim, "forwarded", words)


def _heard(
    batch: _Batch, row: RemittanceClaim, claim: Claim, line: ClaimLine, said: deciding.LineSaid
) -> Heard:
    charge = batch.desk.charge(line)
    return Heard(
        decision=row,
        claim=claim,
        line=line,
        said=said,
        code=charge.code,
        on=charge.base.service_on or claim.on,
        decided_on=batch.remittance.paid_on,
        open=batch.desk.left.get(line.charge_id, ZERO),
        is_reversal=row.status_code == REVERSAL,
    )


def _move(batch: _Batch, claim: Claim, decided: deciding.Decided) -> None:
    """Move the claim to where the decision leads; one taken back for a later version is closed."""
    later = batch.desk.later.get(claim.pk)
    is_taken_back = decided.kind == "reversed" and later is not None
    status = Claim.Status.CLOSED if is_taken_back else Claim.Status(decided.becomes)
    if claim.lifecycle.may(claim.status, status):
        if claim.is_unsent:
            batch.never_sent.append(claim)
        claim.status = status
    if is_taken_back and later is not None and later.frequency == VOID:
        if later.lifecycle.may(later.status, Claim.Status.CLOSED):
            later.status = Claim.Status.CLOSED
        batch.voids.append((claim, later))
        _tell(batch, later, "reversed", f"The payer took claim {claim.number} back")


def _tell(batch: _Batch, claim: Claim, kind: str, words: str) -> None:
    exchange = None if kind == "forwarded" else batch.remittance.exchange_id
    batch.events.append(
        event_row(claim, kind=kind, words=words, at=batch.at, by=batch.by, exchange_id=exchange)
    )


def _write(batch: _Batch) -> None:
    """Write the whole batch: claims, lines, history, then postings with entries, and decisions.

    What is the patients' own comes first: they are held. From the books on posters queue, so that
    what is counted over many patients is counted whole.
    """
    _write_claims(batch)
    Counter.take("posting", count=0)  # held until the end, also where nothing is posted
    remittance = batch.remittance
    memo = f"{remittance.payer_name}, {remittance.trace}"
    wanted = [
        ToPost(row.posting_key, [*decided.before, *decided.lines], memo)
        for row, _, decided in batch.posted
        if decided.before or decided.lines
    ]
    keys = post_many("remittance", wanted, on=remittance.paid_on, at=batch.at, by=batch.by)
    for row, _, _ in batch.posted:
        row.posting_id = keys.get(row.posting_key, row.posting_id)
    rows = [row for row, _, _ in batch.posted]
    RemittanceClaim.objects.update_many(rows, ["claim_id", "posting_id", "status", "why"])
    RemittanceClaim.objects.update_many(batch.paired, ["lines"])


def _write_claims(batch: _Batch) -> None:
    claims = {claim.pk: claim for _, claim, _ in batch.posted}
    claims.update({void.pk: void for _, void in batch.voids})
    _run_clocks(batch, list(claims.values()))
    Claim.objects.update_many(
        list(claims.values()),
        ["paid", "patient_responsibility", "payer_control_number", "status", "urgent_on"],
    )
    ClaimLine.objects.update_many(list(batch.lines.values()), ["paid", "allowed", "reasons"])
    ClaimEvent.objects.create_rows(EVENT_ROW, batch.events)


def _run_clocks(batch: _Batch, claims: Sequence[Claim]) -> None:
    """Stop the clocks of what is decided; let the time to correct run where lines were refused."""
    refused = {claim.pk: claim for _, claim, decided in batch.posted if decided.held}
    back = {claim.pk for claim in claims if claim.status == Claim.Status.ACCEPTED}
    settled = [claim for claim in claims if claim.pk not in refused and claim.pk not in back]
    words, at, by = BY_DECISION, batch.at, batch.by
    stop_clocks(settled, why=words, at=at, by=by)
    stop_clocks([*refused.values()], BEFORE_DECISION, why=words, at=at, by=by)
    own = [claim for claim in refused.values() if claim.replaces_id]
    stop_clocks(own, [ClockKind.CORRECTED], why=words, at=at, by=by)
    on = batch.remittance.paid_on
    start_clocks(ClockKind.CORRECTED, [*refused.values()], from_on=on, by=by)
    waits = [once(claim) for claim in batch.never_sent for once in (held_once, rejected_once)]
    if waits:
        settle_all(waits, at=at, by=by)
    today = office_day(at)
    late = [claim for claim in claims if claim.late_on and claim.late_on < today]
    for claim in late:
        settle_work(once=f"claim.late:{claim.pk}", at=at, by=by)


def _needs_person(
    rows: Sequence[RemittanceClaim], about: Mapping[UUID, Claim], at: datetime, by: Actor
) -> None:
    """Leave decisions to a person, each with why; a row not saved yet is saved."""
    for row in rows:
        if row.status != Status.NEEDS_PERSON:
            row.status = row.lifecycle.move(row.status, Status.NEEDS_PERSON)
        row.why = row.why[:200]
    RemittanceClaim.objects.update_many(rows, ["claim_id", "status", "why"])
    claims = [about.get(row.claim_id) if row.claim_id else None for row in rows]
    items = [_unposted(row, claim) for row, claim in zip(rows, claims, strict=True)]
    open_many(items, at=at, by=by)


def _unposted(row: RemittanceClaim, claim: Claim | None) -> WorkItem:
    return WorkItem(
        kind="billing.remittance_claim",
        title=f"A payment of {row.remittance.payer_name} could not be posted",
        detail=f"Claim number {row.claim_number}: {row.why}",
        how_to_fix="Open the remittance, compare the decision with our claims, and choose the "
        "claim it is for, or set it aside with the reason.",
        pool="biller",
        subject_kind=Remittance._meta.label,
        subject_id=row.remittance_id,
        patient_id=claim.patient_id if claim else None,
        amount=row.paid,
        once=f"remittance.claim:{row.pk}",
    )


def _denied(claim: Claim, decided: deciding.Decided) -> WorkItem:
    return WorkItem(
        kind="billing.claim_denied",
        title=f"Claim {claim.number}: {decided.held_words}",
        detail=f"{decided.held_codes}. The amount stays with the payer until somebody decides.",
        how_to_fix=decided.how_to_fix,
        pool="biller",
        subject_kind=Claim._meta.label,
        subject_id=claim.pk,
        patient_id=claim.patient_id,
        amount=decided.held_amount,
        once=f"claim.denied:{claim.pk}",
    )


def _ask_what_now(claim: Claim, at: datetime, by: Actor) -> None:
    left = queries.open_on(claim, INSURANCE)
    if not any(left.values()):
        return
    open_work(
        kind="billing.claim_taken_back",
        title=f"Claim {claim.number} was taken back by the payer; its charges are open",
        how_to_fix="Send it to the plan that should pay, bill the patient, or open the superbill "
        "again to take the charges back.",
        pool="biller",
        subject=claim,
        amount=sum(left.values(), ZERO),
        once=f"claim.taken_back:{claim.pk}",
        at=at,
        by=by,
    )
