"""Put claims through every check: one at once when something changed, many before they are sent."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from frontdesk.billing import exchange, queries
from frontdesk.billing.models import Claim, ClaimEvent
from frontdesk.billing.operations.complying import compliance_on
from frontdesk.billing.operations.history import event_of
from frontdesk.billing.operations.ruling import rule_on, rule_on_many
from frontdesk.billing.queries.edits import edits_on_many
from frontdesk.billing.rules.facts import ClaimFacts
from frontdesk.billing.rules.scrub import HOLD, Finding, scrub
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.garbage import seldom_collected
from frontdesk.core.operation import operation
from frontdesk.staff.operations import open_work, settle_all

_SAID = ("status", "findings", "set_by_rules")
TOGETHER = 500  # claims whose facts are read with the same questions


@operation("billing.claim")
def judge_claim(claim: Claim, *, at: datetime, by: Actor) -> Claim:
    """Put a claim that nobody has yet through every check: it is then ready, or held."""
    claim = queries.with_all(
        Claim.objects.filter(pk=claim.pk).select_for_update(of=("self",))
    ).get()
    if not claim.is_unsent:
        raise Refused(f"Claim {claim.number} was sent already.")
    claim, told, split_off = rule_on(claim, at=at, by=by)
    _decide([(claim, told)], at, by)
    for other in split_off:
        judge_claim(other, at=at, by=by)
    return claim


@operation("billing.claim")
def judge_claims(keys: Sequence[UUID], *, at: datetime, by: Actor) -> int:
    """Put many claims through every check at once; return how many are ready.

    Each is judged as `judge_claim` does it. What was sent in the meantime is left as it is.
    """
    return len(facts_judged(keys, at=at, by=by))


@operation("billing.claim")
def facts_judged(
    keys: Sequence[UUID], *, at: datetime, by: Actor
) -> list[tuple[Claim, ClaimFacts]]:
    """Put claims through every check before they are sent, and return what the ready ones say."""
    ready: list[tuple[Claim, ClaimFacts]] = []
    in_order = sorted(keys)
    for first in range(0, len(in_order), TOGETHER):
        ready += _judge_some(in_order[first : first + TOGETHER], at, by)
    return ready


def held_once(claim: Claim) -> str:
    """Return what makes the work on a claim that a check holds one item."""
    return f"claim.held:{claim.pk}"


def rejected_once(claim: Claim) -> str:
    """Return what makes the work on a claim that was turned away one item."""
    return f"claim.rejected:{claim.pk}"


@seldom_collected()
def _judge_some(keys: Collection[UUID], at: datetime, by: Actor) -> list[tuple[Claim, ClaimFacts]]:
    held = Claim.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
    claims = [claim for claim in queries.read_with_all(held) if claim.is_unsent]
    told, to_split = rule_on_many(claims, at=at, by=by)
    ready = _decide(told, at, by)
    for claim in to_split:
        judged = judge_claim(claim, at=at, by=by)
        if judged.status == Claim.Status.READY:
            ready.append((judged, queries.facts_of(judged, _today(judged, at))))
    return ready


def _decide(
    told: Sequence[tuple[Claim, list[Finding]]], at: datetime, by: Actor
) -> list[tuple[Claim, ClaimFacts]]:
    """Say of claims on which the rules have spoken what every check finds; return the ready."""
    claims = [claim for claim, _ in told]
    said = queries.facts_of_many(claims, lambda claim: _today(claim, at))
    held = compliance_on(claims, at=at, by=by)
    rules = [[*findings, *held.get(claim.pk, [])] for claim, findings in told]
    found = _checked(claims, said, rules, at)
    before = [_stood(claim) for claim in claims]
    for claim, findings in zip(claims, found, strict=True):
        findings.sort(key=lambda finding: finding.severity != HOLD)
        claim.findings = [finding.as_json() for finding in findings]
        status = Claim.Status.HELD if _holds(findings) else Claim.Status.READY
        claim.status = claim.lifecycle.move(claim.status, status)
    Claim.objects.update_many([claim for claim in claims if claim.differs(*_SAID)], _SAID)
    _tell(claims, before, at, by)
    return [
        (claim, facts)
        for claim, facts in zip(claims, said, strict=True)
        if claim.status == Claim.Status.READY
    ]


def _checked(
    claims: Sequence[Claim],
    said: Sequence[ClaimFacts],
    told: Sequence[list[Finding]],
    at: datetime,
) -> list[list[Finding]]:
    """Return what rules, checks and payment edits find; the form is tried where nothing holds."""
    edits = edits_on_many(said)
    found = [
        [*findings, *scrub(facts), *edit]
        for findings, facts, edit in zip(told, said, edits, strict=True)
    ]
    passing = [place for place, findings in enumerate(found) if not _holds(findings)]
    if passing:
        envelope = queries.trial_envelope(claims[0].practice, at)
        tried = [said[place] for place in passing]
        trials = exchange.unwritable_among(tried, envelope, queries.codes_in(tried))
        for place, trial in zip(passing, trials, strict=True):
            found[place] += trial
    return found


def _tell(claims: Sequence[Claim], before: Sequence[str], at: datetime, by: Actor) -> None:
    """Put what is held on the work list, settle what is ready, and write both down."""
    ready = [claim for claim in claims if claim.status == Claim.Status.READY]
    settled = [once(claim) for claim in ready for once in (held_once, rejected_once)]
    settle_all(settled, at=at, by=by)
    for claim in claims:
        if claim.status == Claim.Status.HELD:
            _ask_to_fix(claim, at, by)
    changed = [claim for claim, was in zip(claims, before, strict=True) if claim.status != was]
    ClaimEvent.objects.create_many([_event(claim, at, by) for claim in changed])


def _event(claim: Claim, at: datetime, by: Actor) -> ClaimEvent:
    is_held = claim.status == Claim.Status.HELD
    words = "Held by a check" if is_held else "Passed every check"
    return event_of(claim, kind="held" if is_held else "ready", words=words, at=at, by=by)


def _holds(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == HOLD for finding in findings)


def _stood(claim: Claim) -> str:
    """Return how a claim stood; nothing of one that is judged for the first time.

    It is laid down as held before any check has spoken, and held then is news.
    """
    is_new = claim.status == Claim.Status.HELD and not claim.findings
    return "" if is_new else claim.status


def _today(claim: Claim, at: datetime) -> date:
    return local(claim.visit.site, at).date()


def _ask_to_fix(claim: Claim, at: datetime, by: Actor) -> None:
    worst: dict[str, Any] = next(one for one in claim.findings if one["severity"] == HOLD)
    open_work(
        kind="billing.claim_held",
        title=f"Claim {claim.number} is held: {worst['words']}",
        how_to_fix=worst["how"],
        pool="biller",
        subject=claim,
        amount=claim.total,
        once=held_once(claim),
        at=at,
        by=by,
    )
