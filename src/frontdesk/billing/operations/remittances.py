"""Take in a payer's remittance, balance it, and post it claim by claim.

Each claim of it is posted in a transaction of its own under a key of its own, so that a crash
anywhere neither loses nor doubles: what is left is posted when the job runs again.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from frontdesk import x12
from frontdesk.billing import exchange as forms
from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClaimLine, Exchange, Remittance, RemittanceClaim
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.resolving import bill_next_plan
from frontdesk.billing.rules import deciding
from frontdesk.billing.rules.balancing import (
    ClaimRead,
    Equation,
    ProviderAdjustmentRead,
    adjustment_json,
    balance,
)
from frontdesk.billing.rules.remitting import FORWARDED, PROCESSED, provider_line
from frontdesk.billing.signals import remittance_received
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.operations import apply_credit, post
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work, settle_work

Status = RemittanceClaim.Status


@operation("billing.remit")
def record_remittance(
    body: x12.Remittance, *, exchange: Exchange, control: str, at: datetime, by: Actor
) -> Remittance:
    """Keep a remittance with its three balances; the same payment again is the same remittance.

    One that does not balance waits for a person; one that came broken before and now comes
    whole takes its place.
    """
    claims = forms.claims_read(body)
    provider = forms.provider_adjustments_read(body)
    equations = balance(claims, provider, body.payment.amount)
    holds = all(equation.holds for equation in equations.values())
    known = queries.remittance_known(body)
    if known is not None:
        if known.status != Remittance.Status.UNBALANCED or not holds:
            return known
        known.status = known.lifecycle.move(known.status, Remittance.Status.REPLACED)
        known.save()
        settle_work(once=f"remittance.unbalanced:{known.pk}", at=at, by=by)
    remittance = _remittance(body, exchange, control, equations, provider)
    remittance.save()
    RemittanceClaim.objects.bulk_create(
        _row(remittance, place, claim) for place, claim in enumerate(claims, start=1)
    )
    if holds:
        remittance_received.send(Remittance, remittance=remittance)
    else:
        _set_aside(remittance, at, by)
    return remittance


@operation("billing.remit")
def post_remittance_claim(row: RemittanceClaim, *, at: datetime, by: Actor) -> RemittanceClaim:
    """Post what a payer decided on one claim, or say why a person must look. Posted once."""
    row = queries.rows_with_all(RemittanceClaim.objects.filter(pk=row.pk)).get()
    if row.status == Status.POSTED:
        return row
    if not row.remittance.may_be_posted:
        raise Refused("This remittance does not balance. Decide about it first.")
    claim = row.claim or queries.claim_numbered(row.claim_number)
    if claim is None:
        return _needs_person(row, "No claim here has this number.", at, by)
    Patient.objects.lock(claim.patient_id)
    claim = Claim.objects.lock(claim.pk)
    row.claim = claim
    decided = deciding.decide(
        queries.decision(row), queries.charges_open(claim), payer_id=claim.payer_id
    )
    if decided.why:
        return _needs_person(row, decided.why, at, by)
    return _post(row, claim, decided, at, by)


@operation("billing.remit", always_ask=True)
def match_claim(row: RemittanceClaim, claim: Claim, *, at: datetime, by: Actor) -> RemittanceClaim:
    """Say which of our claims a decision is about, and post it."""
    row = RemittanceClaim.objects.lock(row.pk)
    if row.status == Status.POSTED:
        raise Refused("This was posted already.")
    row.claim = claim
    row.save()
    tell(claim, kind="matched", words="A payer's decision was matched by hand", at=at, by=by)
    row = post_remittance_claim(row, at=at, by=by)
    close_remittance(row.remittance, at=at, by=by)
    return row


@operation("billing.remit")
def set_row_aside(
    row: RemittanceClaim, *, because: str, at: datetime, by: Actor
) -> RemittanceClaim:
    """Close a decision that is not ours to post, with the reason; its money stays the payer's."""
    row = RemittanceClaim.objects.lock(row.pk)
    if row.status == Status.POSTED:
        raise Refused("This was posted already.")
    if not because.strip():
        raise Refused("Say why nothing is posted.")
    if row.paid != ZERO:
        line = provider_line("NOT", -row.paid, payer_id=row.remittance.payer_id)
        row.posting = post(
            "remittance",
            key=f"era:{row.pk}",
            lines=[line],
            on=row.remittance.paid_on,
            memo=because,
            at=at,
            by=by,
        )
    row.status = row.lifecycle.move(row.status, Status.POSTED)
    row.why = because[:200]
    row.save()
    settle_work(once=f"remittance.claim:{row.pk}", at=at, by=by)
    close_remittance(row.remittance, at=at, by=by)
    return row


@operation("billing.remit")
def close_remittance(remittance: Remittance, *, at: datetime, by: Actor) -> Remittance:
    """Post what the payer adjusted outside of claims, and say how far the remittance has come."""
    remittance = Remittance.objects.lock(remittance.pk)
    if remittance.status == Remittance.Status.POSTED or not remittance.may_be_posted:
        return remittance
    _post_provider_adjustments(remittance, at, by)
    rows = list(remittance.claims.values_list("status", flat=True))
    if Status.TO_POST in rows:
        return remittance
    done = Status.NEEDS_PERSON not in rows
    status = Remittance.Status.POSTED if done else Remittance.Status.PARTLY
    if remittance.status != status:
        remittance.status = remittance.lifecycle.move(remittance.status, status)
        remittance.save()
    return remittance


@operation("billing.remit", always_ask=True)
def accept_unbalanced(
    remittance: Remittance, *, because: str, at: datetime, by: Actor
) -> Remittance:
    """Let a remittance be posted although it does not balance; the reason is kept."""
    remittance = Remittance.objects.lock(remittance.pk)
    if remittance.status != Remittance.Status.UNBALANCED:
        raise Refused("This remittance is not waiting for a decision.")
    if not because.strip():
        raise Refused("Say why it is posted all the same.")
    remittance.status = remittance.lifecycle.move(remittance.status, Remittance.Status.PARTLY)
    remittance.balances = {**remittance.balances, "accepted": because.strip()}
    remittance.save()
    settle_work(once=f"remittance.unbalanced:{remittance.pk}", at=at, by=by)
    remittance_received.send(Remittance, remittance=remittance)
    return remittance


def _remittance(
    body: x12.Remittance,
    exchange: Exchange,
    control: str,
    equations: dict[str, Equation],
    provider: Sequence[ProviderAdjustmentRead],
) -> Remittance:
    holds = all(equation.holds for equation in equations.values())
    return Remittance(
        exchange=exchange,
        transaction_control=control[:9],
        payer=queries.payer_of(body),
        payer_name=body.payer.name[:80],
        trace=body.trace[:50],
        trace_payer=body.trace_origin[:15],
        method=body.payment.method[:3],
        amount=body.payment.amount,
        paid_on=body.payment.paid_on,
        status=Remittance.Status.RECEIVED if holds else Remittance.Status.UNBALANCED,
        balances={name: equation.as_json() for name, equation in equations.items()},
        provider_adjustments=[
            {"reason": one.reason, "amount": str(one.amount), "reference": one.reference}
            for one in provider
        ],
    )


def _row(remittance: Remittance, place: int, claim: ClaimRead) -> RemittanceClaim:
    return RemittanceClaim(
        remittance=remittance,
        place=place,
        claim_number=claim.number[:40],
        status_code=claim.status[:2],
        charged=claim.charge,
        paid=claim.paid,
        patient_responsibility=claim.patient_share,
        payer_control_number=claim.payer_control[:50],
        patient_name=claim.patient_name[:80],
        lines=[line.as_json() for line in claim.lines],
        adjustments=[adjustment_json(one) for one in claim.adjustments],
    )


def _set_aside(remittance: Remittance, at: datetime, by: Actor) -> None:
    wrong = [name for name, one in remittance.balances.items() if not one["holds"]]
    open_work(
        kind="billing.remittance_unbalanced",
        title=f"A remittance of {remittance.payer_name} does not balance",
        detail=f"Not equal: {', '.join(wrong)}. Nothing of it was posted.",
        how_to_fix="Open the remittance. Ask the payer or clearinghouse to send it again; a whole "
        "one takes its place by itself.",
        pool="biller",
        subject=remittance,
        amount=remittance.amount,
        once=f"remittance.unbalanced:{remittance.pk}",
        at=at,
        by=by,
    )


def _needs_person(row: RemittanceClaim, why: str, at: datetime, by: Actor) -> RemittanceClaim:
    if row.status != Status.NEEDS_PERSON:
        row.status = row.lifecycle.move(row.status, Status.NEEDS_PERSON)
    row.why = why[:200]
    row.save()
    open_work(
        kind="billing.remittance_claim",
        title=f"A payment of {row.remittance.payer_name} could not be posted",
        detail=f"Claim number {row.claim_number}: {why}",
        how_to_fix="Open the remittance, compare the decision with our claims, and choose the "
        "claim it is for, or set it aside with the reason.",
        pool="biller",
        subject=row.remittance,
        patient_id=row.claim.patient_id if row.claim else None,
        amount=row.paid,
        once=f"remittance.claim:{row.pk}",
        at=at,
        by=by,
    )
    return row


def _post(
    row: RemittanceClaim, claim: Claim, decided: deciding.Decided, at: datetime, by: Actor
) -> RemittanceClaim:
    if decided.lines:
        row.posting = post(
            "remittance",
            key=f"era:{row.pk}",
            lines=decided.lines,
            on=row.remittance.paid_on,
            memo=f"{row.remittance.payer_name}, {row.remittance.trace}",
            at=at,
            by=by,
        )
    for line, control in zip(row.lines, decided.controls, strict=False):
        line["control"] = control  # which of our charges it was, whatever the payer gave back
    row.status = row.lifecycle.move(row.status, Status.POSTED)
    row.why = ""
    row.save()
    settle_work(once=f"remittance.claim:{row.pk}", at=at, by=by)
    _update_claim(row, claim, decided, at, by)
    if row.status_code in PROCESSED - FORWARDED and decided.patient_share > ZERO:
        bill_next_plan(claim, at=at, by=by)
    apply_credit(claim.patient, at=at, by=by)
    return row


def _update_claim(
    row: RemittanceClaim, claim: Claim, decided: deciding.Decided, at: datetime, by: Actor
) -> None:
    claim.paid += row.paid
    claim.patient_responsibility += decided.patient_share
    claim.payer_control_number = row.payer_control_number or claim.payer_control_number
    if decided.becomes:
        status = Claim.Status(decided.becomes)
        if claim.lifecycle.may(claim.status, status):
            claim.status = status
    claim.save()
    _update_lines(claim, decided)
    tell(
        claim,
        kind=decided.kind,
        words=decided.words,
        exchange=row.remittance.exchange,
        at=at,
        by=by,
    )
    if row.status_code in FORWARDED:
        words = "The payer sent it on to the next plan: do not bill that plan"
        tell(claim, kind="forwarded", words=words, at=at, by=by)
    if decided.held:
        _ask_about_denial(claim, decided, at, by)


def _update_lines(claim: Claim, decided: deciding.Decided) -> None:
    changed = []
    for line in ClaimLine.objects.filter(claim=claim):
        said = decided.by_charge.get(line.charge_id)
        if said is not None:
            line.paid += said.paid
            line.allowed = said.allowed
            line.reasons = said.reasons
            changed.append(line)
    ClaimLine.objects.bulk_update(changed, ["paid", "allowed", "reasons"])


def _ask_about_denial(claim: Claim, decided: deciding.Decided, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.claim_denied",
        title=f"Claim {claim.number}: {decided.held_words}",
        detail=f"{decided.held_codes}. The amount stays with the payer until somebody decides.",
        how_to_fix=decided.how_to_fix,
        pool="biller",
        subject=claim,
        amount=decided.held_amount,
        once=f"claim.denied:{claim.pk}",
        at=at,
        by=by,
    )


def _post_provider_adjustments(remittance: Remittance, at: datetime, by: Actor) -> None:
    lines = [
        provider_line(one["reason"], Decimal(one["amount"]), payer_id=remittance.payer_id)
        for one in remittance.provider_adjustments
        if Decimal(one["amount"]) != ZERO
    ]
    if not lines:
        return
    post(
        "remittance",
        key=f"plb:{remittance.pk}",
        lines=lines,
        on=remittance.paid_on,
        memo=f"{remittance.payer_name}, {remittance.trace}: outside of claims",
        at=at,
        by=by,
    )
    kept_back = [one for one in remittance.provider_adjustments if one["reason"] != "L6"]
    if kept_back:
        _ask_about_provider_adjustments(remittance, kept_back, at, by)


def _ask_about_provider_adjustments(
    remittance: Remittance, kept_back: Sequence[dict[str, str]], at: datetime, by: Actor
) -> None:
    open_work(
        kind="billing.provider_adjustment",
        title=f"{remittance.payer_name} changed a payment outside of claims",
        detail="; ".join(
            f"{one['reason']} ${one['amount']}, reference {one['reference'] or 'none'}"
            for one in kept_back
        ),
        how_to_fix="Find the claim or letter of this reference. The amount stands on the payer's "
        "account until then.",
        pool="biller",
        subject=remittance,
        amount=sum((abs(Decimal(one["amount"])) for one in kept_back), ZERO),
        once=f"remittance.plb:{remittance.pk}",
        at=at,
        by=by,
    )
