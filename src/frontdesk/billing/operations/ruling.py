"""Let the office's rules act on a claim: set, split, ask for a document, hold, tell."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClaimAttachment, ClaimEvent
from frontdesk.billing.operations.clocks import own_clock
from frontdesk.billing.operations.history import event_of, tell
from frontdesk.billing.queries.ruled import reports_with, rules_in_force, rules_on
from frontdesk.billing.rules import ruled
from frontdesk.billing.rules.scrub import HOLD, Finding
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Policy
from frontdesk.records.models import Document
from frontdesk.rulebook import REPORTS, Decision

FIRST_CLAIM = 88001


@operation("billing.claim")
def rule_on(claim: Claim, *, at: datetime, by: Actor) -> tuple[Claim, list[Finding], list[Claim]]:
    """Do what the rules in force decide of a claim loaded by `with_all` that nobody has yet.

    Returns the claim as it is now (the caller saves it), what is to be told on it, and the
    claims that were split off, which are to be judged by themselves.
    """
    split_off: list[Claim] = []
    while True:
        outcome = rules_on(claim, local(claim.visit.site, at).date())
        parting = _to_split(claim, outcome.decisions)
        if parting is None or _why_not_split(claim):
            break
        split_off.append(_split(claim, parting, at, by))
        claim = queries.with_all(Claim.objects.filter(pk=claim.pk)).get()
    told = _keep_settings(claim, outcome.decisions, at, by)
    ClaimEvent.objects.bulk_create(told)
    return claim, _findings(claim, outcome.decisions), split_off


@operation("billing.claim")
def rule_on_many(
    claims: Sequence[Claim], *, at: datetime, by: Actor
) -> tuple[list[tuple[Claim, list[Finding]]], list[Claim]]:
    """Do what the rules in force decide of each claim, as `rule_on` does.

    Returns the claims with what is to be told on each, and those that a rule splits: nothing was
    done with them.
    """
    book = rules_in_force()
    ruled, to_split, events = [], [], []
    for claim in claims:
        outcome = rules_on(claim, local(claim.visit.site, at).date(), book)
        if _to_split(claim, outcome.decisions) and not _why_not_split(claim):
            to_split.append(claim)
            continue
        events += _keep_settings(claim, outcome.decisions, at, by)
        ruled.append((claim, _findings(claim, outcome.decisions)))
    if events:
        ClaimEvent.objects.create_many(events)
    return ruled, to_split


@operation("billing.claim")
def attach_document(
    claim: Claim, document: Document, *, report: str, way: str, at: datetime, by: Actor
) -> ClaimAttachment:
    """Put a document of the patient's chart with a claim that nobody has yet."""
    claim = Claim.objects.lock(claim.pk)
    if not claim.is_unsent:
        raise Refused(f"Claim {claim.number} was sent already.")
    if document.patient_id != claim.patient_id:
        raise Refused("That document is another patient's.")
    if document.status != Document.Status.FILED:
        raise Refused("That document was filed by mistake. Choose another.")
    if report not in REPORTS or way not in ClaimAttachment.Way.values:
        raise Refused("Say which document it is, and how it goes.")
    attachment = ClaimAttachment(
        claim=claim,
        document=document,
        report=report,
        way=way,
        control=f"{claim.number}{report}{Counter.take('attachment')}",
        at=at,
        by_name=by.name,
    )
    attachment.save()
    words = f"{REPORTS[report]} added, number {attachment.control}"
    tell(claim, kind="attached", words=words, at=at, by=by)
    return attachment


def _findings(claim: Claim, decisions: Sequence[Decision]) -> list[Finding]:
    found = []
    for one in decisions:
        if one.does in ("hold", "warn"):
            found.append(ruled.finding(one))
        elif one.does == "split" and _parts(claim, one):
            found.append(_cannot_split(claim, one))
    asked = [one for one in decisions if one.does == "attach"]
    there = reports_with(claim) if asked else set()
    return found + [ruled.finding(one) for one in asked if one.report not in there]


def _cannot_split(claim: Claim, decision: Decision) -> Finding:
    return Finding(
        rule=ruled.named(decision),
        severity=HOLD,
        words=f"{decision.words}. It can’t be split: {_why_not_split(claim)}",
        how_to_fix="Correct the claims by hand, or void this one.",
        source=decision.rule_id,
    )


def _to_split(claim: Claim, decisions: Sequence[Decision]) -> Decision | None:
    return next((one for one in decisions if one.does == "split" and _parts(claim, one)), None)


def _parts(claim: Claim, decision: Decision) -> bool:
    """Say whether lines would stay and lines would go: a claim of one kind is whole already."""
    return 0 < len(decision.lines) < len(claim.lines.all())


def _why_not_split(claim: Claim) -> str:
    if claim.replaces_id is not None or claim.frequency != "1":
        return "it replaces a claim that the payer has."
    if claim.policy.rank != Policy.Rank.PRIMARY:
        return "the first payer has decided it whole."
    return ""


def _split(claim: Claim, decision: Decision, at: datetime, by: Actor) -> Claim:
    """Move the lines meant into a claim of their own; each line is in exactly one, once."""
    lines = sorted(claim.lines.all(), key=lambda line: line.place)
    going = [line for place, line in enumerate(lines, start=1) if place in decision.lines]
    staying = [line for line in lines if line not in going]
    new = _beside(claim, at)
    new.total = sum((line.charge.amount for line in going), ZERO)
    clock = own_clock(new, at)
    new.save()
    clock.save()
    claim.total = sum((line.charge.amount for line in staying), ZERO)
    claim.save()
    for part, owner in ((going, new), (staying, claim)):
        for place, line in enumerate(part, start=1):
            line.claim, line.place = owner, place
            line.save()
    rule = ruled.named(decision)
    tell(claim, kind="split", words=f"{rule}, made claim {new.number} of it", at=at, by=by)
    tell(new, kind="split", words=f"{rule}, made it of claim {claim.number}", at=at, by=by)
    return new


def _beside(claim: Claim, at: datetime) -> Claim:
    """Return another claim for the same visit, without its lines."""
    return Claim(
        number=str(Counter.take("claim", start=FIRST_CLAIM)),
        visit=claim.visit,
        patient_id=claim.patient_id,
        provider_id=claim.provider_id,
        policy=claim.policy,
        payer=claim.payer,
        on=claim.on,
        diagnoses=list(claim.diagnoses),
        authorization_number=claim.authorization_number,
        file_by=claim.file_by,
        built_at=at,
    )


def _keep_settings(
    claim: Claim, decisions: Sequence[Decision], at: datetime, by: Actor
) -> list[ClaimEvent]:
    """Keep what rules set on the claim; return what its history says of that, not saved yet."""
    made = [one for one in decisions if one.does == "set"]
    before, after = claim.set_by_rules, [ruled.kept(one) for one in made]
    words = [one["words"] for one in after if one not in before]
    words += [f"No longer so: {one['words']}" for one in before if one not in after]
    claim.set_by_rules = after
    return [event_of(claim, kind="rule", words=one, at=at, by=by) for one in words]
