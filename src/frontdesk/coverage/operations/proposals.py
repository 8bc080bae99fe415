"""Other plans that answers name or searches find: proposed once, added or set aside by a person."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.exchange import OtherPayer, Sought
from frontdesk.coverage.models import (
    DiscoveryQuestion,
    EligibilityCheck,
    Payer,
    Policy,
    Proposal,
)
from frontdesk.coverage.operations.eligibility import POOL
from frontdesk.coverage.operations.policies import add_policy, end_policy, rank_policies
from frontdesk.coverage.signals import proposal_decided
from frontdesk.staff import operations as staff_operations

_DAY = timedelta(days=1)
_ANY = re.compile(r"[^a-z0-9]+")
Status = Proposal.Status


def propose_named(
    check: EligibilityCheck, others: Sequence[OtherPayer], *, at: datetime, by: Actor
) -> list[Proposal]:
    """Propose the payers an answer names, inside an operation; those on file are not proposed."""
    held = _held(check)
    made = []
    for other in others:
        payer = _payer_called(other.name, other.number)
        if _bare(other.name) in held or (payer is not None and _bare(payer.name) in held):
            continue
        proposal = Proposal(
            patient_id=check.patient_id,
            kind=Proposal.Kind.NAMED,
            asked=check,
            segment=other.segment,
            payer=payer,
            payer_name=payer.name if payer else other.name,
            payer_number=other.number,
            member_id=other.member_id,
            rank=other.rank,
            begins_on=other.begins_on,
            made_at=at,
        )
        made += _put(proposal, "The plan names another payer", _named_words(proposal), at, by)
    return made


def propose_found(
    question: DiscoveryQuestion, found: Sought, *, at: datetime, by: Actor
) -> list[Proposal]:
    """Propose coverage that a search has found, inside an operation."""
    discovery = question.discovery
    proposal = Proposal(
        patient_id=discovery.patient_id,
        kind=Proposal.Kind.FOUND,
        asked=discovery.because,
        question=question,
        segment=found.segment,
        payer=question.payer,
        payer_name=question.payer.name,
        payer_number=question.payer.payer_id,
        member_id=found.member_id,
        plan_name=found.plan_name,
        begins_on=found.begins_on,
        made_at=at,
    )
    words = f"{question.payer.name} covers the patient. Member ID {found.member_id}."
    return _put(proposal, "Coverage was found", words, at, by)


@operation("coverage.edit")
def accept_proposal(
    proposal: Proposal,
    *,
    payer: Payer,
    member_id: str,
    at: datetime,
    today: date,
    by: Actor,
    plan_name: str = "",
    goes_first: bool = False,
    ends_old: bool = False,
) -> Policy:
    """Add the proposed plan to the patient's policies; on wish it goes first, the old one ends."""
    proposal = Proposal.objects.lock(proposal.pk)
    proposal.status = proposal.lifecycle.move(proposal.status, Status.ACCEPTED)
    old = proposal.asked.policy if proposal.asked else None
    if ends_old and old is not None and old.is_active:
        end_policy(old, on=_last_day(proposal, old, today), by=by)
    policy = add_policy(
        proposal.patient,
        payer=payer,
        member_id=member_id,
        plan_name=plan_name,
        starts_on=proposal.begins_on,
        by=by,
    )
    if goes_first:
        held = Policy.objects.filter(patient=proposal.patient, is_active=True).order_by("rank")
        others = [one for one in held if one.pk != policy.pk]
        rank_policies(proposal.patient, order=[policy, *others], by=by)
        policy = Policy.objects.get(pk=policy.pk)
    proposal.policy, proposal.decided_at = policy, at
    proposal.save()
    _settle(proposal, at, by)
    return policy


@operation("coverage.edit")
def decline_proposal(proposal: Proposal, *, because: str, at: datetime, by: Actor) -> Proposal:
    """Set a proposed plan aside, with the reason."""
    if not because.strip():
        raise Refused("Say why this plan is not used.")
    proposal = Proposal.objects.lock(proposal.pk)
    proposal.status = proposal.lifecycle.move(proposal.status, Status.DECLINED)
    proposal.decided_at, proposal.decided_because = at, because.strip()[:200]
    proposal.save()
    _settle(proposal, at, by)
    return proposal


def _put(proposal: Proposal, title: str, words: str, at: datetime, by: Actor) -> list[Proposal]:
    """Keep a proposal unless the same one waits, or was declined since the plan changed."""
    same = Proposal.objects.filter(
        patient_id=proposal.patient_id, payer_name=proposal.payer_name
    ).exclude(status=Status.ACCEPTED)
    known = same.order_by("-made_at").first()
    if known is not None and known.member_id == proposal.member_id:
        return []
    if known is not None and known.status == Status.OPEN:
        return []
    proposal.save()
    staff_operations.open_work(
        kind="coverage.other_payer" if proposal.asked else "coverage.found",
        title=title,
        detail=words,
        how_to_fix="Ask the patient, then add the plan, or say why it is not used.",
        pool=POOL,
        subject=proposal,
        patient_id=proposal.patient_id,
        once=_once(proposal),
        at=at,
        by=by,
    )
    return [proposal]


def _settle(proposal: Proposal, at: datetime, by: Actor) -> None:
    staff_operations.settle_work(once=_once(proposal), at=at, by=by)
    proposal_decided.send(Proposal, proposal=proposal, at=at, by=by)


def _once(proposal: Proposal) -> str:
    return f"coverage.proposal:{proposal.pk}"


def _named_words(proposal: Proposal) -> str:
    turn = {1: "first", 2: "second", 3: "third"}.get(proposal.rank or 0, "first or second")
    return f"It may have to be billed {turn}: {proposal.payer_name}."


def _last_day(proposal: Proposal, old: Policy, today: date) -> date:
    """The last day of the old plan: as its payer said, else the day before the new one begins."""
    check = proposal.asked
    ended = check.plan_ends_on if check else None
    last = ended or (proposal.begins_on - _DAY if proposal.begins_on else today - _DAY)
    return max(last, old.starts_on) if old.starts_on else last


def _held(check: EligibilityCheck) -> set[str]:
    """The payers on file for the patient, as bare names."""
    held = Policy.objects.filter(patient_id=check.patient_id, is_active=True)
    names = held.exclude(pk=check.policy_id).values_list(
        "subscription__plan__payer__name", flat=True
    )
    return {_bare(name) for name in names}


def _payer_called(name: str, number: str) -> Payer | None:
    active = list(Payer.objects.filter(is_active=True))
    by_number = [one for one in active if number and one.payer_id.upper() == number.upper()]
    by_name = [one for one in active if _bare(one.name) == _bare(name)]
    return next(iter([*by_number, *by_name]), None)


def _bare(name: str) -> str:
    return _ANY.sub("", name.casefold())
