"""Take in a payer's remittance and balance it; what a person decides about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from frontdesk import x12
from frontdesk.billing import exchange as forms
from frontdesk.billing import queries
from frontdesk.billing.models import Claim, Exchange, Remittance, RemittanceClaim
from frontdesk.billing.operations.history import tell
from frontdesk.billing.operations.posting import post_remittance_claim
from frontdesk.billing.rules.balancing import (
    ClaimRead,
    Equation,
    ProviderAdjustmentRead,
    adjustment_json,
    balance,
)
from frontdesk.billing.rules.provider import provider_line, reason_words, to_explain
from frontdesk.billing.signals import remittance_received
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.models import Posting
from frontdesk.ledger.operations import post
from frontdesk.staff.operations import open_work, settle_work

Status = RemittanceClaim.Status
_ROW = (
    "id", "remittance_id", "claim_id", "posting_id", "place", "claim_number", "status_code",
    "charged", "paid", "patient_responsibility", "payer_control_number", "patient_name", "lines",
    "adjustments", "status", "why", "times_unposted",
)  # fmt: skip


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
    known = queries.remittance_known(body, claims)
    if known is None and holds:
        known = queries.broken_before(body, claims)
    if known is not None:
        if known.status != Remittance.Status.UNBALANCED or not holds:
            if not queries.decides_same(known, claims):
                _ask_about_other_claims(known, exchange, at, by)
            return known
        known.status = known.lifecycle.move(known.status, Remittance.Status.REPLACED)
        known.save()
        settle_work(once=f"remittance.unbalanced:{known.pk}", at=at, by=by)
    remittance = _remittance(body, exchange, control, equations, provider)
    remittance.save()
    RemittanceClaim.objects.create_rows(
        _ROW, [_row(remittance, place, claim) for place, claim in enumerate(claims, start=1)]
    )
    if holds:
        remittance_received.send(Remittance, remittance=remittance)
    else:
        _set_aside(remittance, at, by)
    return remittance


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
            key=row.posting_key,
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
    if remittance.claims.filter(status=Status.TO_POST).exists():
        return remittance
    done = not remittance.claims.filter(status=Status.NEEDS_PERSON).exists()
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


def _row(remittance: Remittance, place: int, claim: ClaimRead) -> tuple[Any, ...]:
    """Return a decision as `_ROW`: a large file has tens of thousands."""
    return (
        new_key(),
        remittance.pk,
        None,
        None,
        place,
        claim.number[:40],
        claim.status[:2],
        claim.charge,
        claim.paid,
        claim.patient_share,
        claim.payer_control[:50],
        claim.patient_name[:80],
        [line.as_json() for line in claim.lines],
        [adjustment_json(one) for one in claim.adjustments],
        Status.TO_POST.value,
        "",
        0,
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


def _ask_about_other_claims(
    remittance: Remittance, exchange: Exchange, at: datetime, by: Actor
) -> None:
    open_work(
        kind="billing.remittance_again",
        title=f"{remittance.payer_name} sent payment {remittance.trace} again, with other claims",
        detail="A payment is taken in once: nothing of this file was posted.",
        how_to_fix="Open the file under Billing, Files, and compare it with the remittance of "
        "this number. Ask the payer or clearinghouse which of the two counts.",
        pool="biller",
        subject=exchange,
        amount=remittance.amount,
        once=f"remittance.again:{exchange.pk}:{remittance.pk}",
        at=at,
        by=by,
    )


def _post_provider_adjustments(remittance: Remittance, at: datetime, by: Actor) -> None:
    made = queries.outside_of_claims(remittance)
    lines = [
        provider_line(one.reason, one.amount, payer_id=remittance.payer_id)
        for one in made
        if one.amount != ZERO
    ]
    key = f"plb:{remittance.pk}"
    if not lines or Posting.objects.filter(key=key).exists():
        return
    asked = to_explain(
        made,
        stands=queries.owed_to_payer(remittance),
        taken_back=queries.taken_back(remittance),
    )
    post(
        "remittance",
        key=key,
        lines=lines,
        on=remittance.paid_on,
        memo=f"{remittance.payer_name}, {remittance.trace}: outside of claims",
        at=at,
        by=by,
    )
    if asked:
        _ask_about_provider_adjustments(remittance, asked, at, by)


def _ask_about_provider_adjustments(
    remittance: Remittance, asked: Sequence[ProviderAdjustmentRead], at: datetime, by: Actor
) -> None:
    about = queries.claims_by_payer_number([one.reference for one in asked])
    open_work(
        kind="billing.provider_adjustment",
        title=f"{remittance.payer_name} changed a payment outside of claims",
        detail="; ".join(_told(one, about.get(one.reference)) for one in asked),
        how_to_fix="Find the claim or letter of this reference. The amount stands on the payer's "
        "account until then.",
        pool="biller",
        subject=remittance,
        amount=sum((abs(one.amount) for one in asked), ZERO),
        once=f"remittance.plb:{remittance.pk}",
        at=at,
        by=by,
    )


def _told(one: ProviderAdjustmentRead, claim: Claim | None) -> str:
    words = f"{one.reason} ({reason_words(one.reason)}) ${one.amount:.2f}"
    reference = f"reference {one.reference or 'none'}"
    return f"{words}, {reference}" + (f": our claim {claim.number}" if claim else "")
