"""When the sandbox's payers look again: a price put right, money taken back, an appeal answered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from frontdesk.sandbox import habits
from frontdesk.sandbox.adjudication import Decision, Refusal, anew
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Member, Payer, World

ENDED: Refusal = ("PR", "27", "N30")  # the coverage had ended: found when it was paid already
CENT = Decimal("0.01")


class Office(Protocol):
    """Who sent the claim and where its answers go."""

    sender: str
    world: World
    state: State
    at: datetime


def at_first(payer: Payer, number: str) -> Payer:
    """Return the payer as it prices a claim at first: some of them below the contract."""
    if not habits.is_priced_short(payer, number):
        return payer
    less = {code: (fee * payer.short_ratio).quantize(CENT) for code, fee in payer.allowed.items()}
    return replace(payer, allowed=less, allowed_ratio=payer.allowed_ratio * payer.short_ratio)


def plan(
    decision: Decision,
    member: Member,
    payer: Payer,
    payee: Mapping[str, str],
    office: Office,
    *,
    at: float,
) -> None:
    """Let a paid claim be looked at again at a moment, where the payer's habits say so."""
    if habits.is_priced_short(payer, decision.number):
        _decide_again(decision, member, payer, payee, office, at=at)
    elif habits.is_taken_back(payer, decision.number):
        _decide_again(decision, member, payer, payee, office, at=at, refusal=ENDED)


def hear_appeal(control: str, reason: str, level: int, office: Office) -> bool | None:
    """Decide an appeal against a refusal (by its CARC): whether the payer gives in.

    Then the claim is decided anew, and paid in the payer's time. None: there is no such claim,
    or nothing of it stands refused.
    """
    found = office.state.decided(control, office.sender)
    if found is None or found.decision.status != "4":
        return None
    member = office.world.member(found.member)
    payer = office.world.payers.get(found.payer)
    if member is None or payer is None:
        return None
    if not habits.gives_in(payer, control, reason, level):
        return False
    at = office.at.timestamp() + payer.appeal_seconds
    _decide_again(found.decision, member, payer, found.payee, office, at=at)
    return True


def _decide_again(
    before: Decision,
    member: Member,
    payer: Payer,
    payee: Mapping[str, str],
    office: Office,
    *,
    at: float,
    refusal: Refusal | None = None,
) -> None:
    """Take a decision back and decide anew; both are told in one 835 when the moment comes."""
    state, year = office.state, before.lines[0].on.year
    state.move(member, before, year, sign=-1)
    plan_of = office.world.plans[member.plan]
    decision = anew(
        before, payer=payer, plan=plan_of, used=state.used(member, year), refusal=refusal
    )
    state.move(member, decision, year, sign=1)
    state.change_decision(decision)
    for one in (before.reversed(), decision):
        state.owe(one, sender=office.sender, payer=payer.id, payee=dict(payee), at=at)
