"""How the authorizations of claims stand: what is missing, wrong, or not enough."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import F

from frontdesk.coverage.models import Authorization, AuthorizationRule, AuthorizedService, Policy
from frontdesk.coverage.queries.authorizing import NOBODY, Who, decided_by, services_used
from frontdesk.coverage.rules.authorizing import Held, RuleFacts, need_of, with_decisions
from frontdesk.people.models import Patient
from frontdesk.practice.queries.rules import book
from frontdesk.rulebook import Book

Status = Authorization.Status


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """How the authorization of a claim stands: what is missing, wrong, or not enough."""

    missing: str = ""  # codes that need one, and why
    is_hard: bool = False
    wrong: str = ""  # the number on the claim does not fit
    short: tuple[str, ...] = ()  # lines that ask for more than is left
    is_waived: bool = False  # the payer said that none is needed, with proof


@dataclass(frozen=True, slots=True)
class Claimed:
    """A line of a claim as authorizations see it."""

    charge_id: UUID
    code: str
    units: int


@dataclass(frozen=True, slots=True)
class ClaimAsked:
    """A claim as authorizations see it: whose, for which payer, what, when, under which number."""

    patient_id: UUID
    payer_id: UUID
    lines: Sequence[Claimed]
    on: date
    number: str
    policy: Policy  # loaded with its plan and payer
    patient: Patient
    who: Who = NOBODY


@dataclass(slots=True)
class _Known:
    by_number: dict[str, list[AuthorizedService]] = field(default_factory=dict)
    waivers: list[Held] = field(default_factory=list)


def claim_standing(
    policy: Policy, lines: Sequence[Claimed], on: date, number: str
) -> ClaimStanding:
    """Return how the authorization of a claim stands, in three queries.

    A number that the office knows nothing of is believed: somebody typed it from a letter.
    """
    payer_id = policy.subscription.plan.payer_id
    return claim_standings(
        [ClaimAsked(policy.patient_id, payer_id, lines, on, number, policy, policy.patient)]
    )[0]


def claim_standings(asked: Sequence[ClaimAsked]) -> list[ClaimStanding]:
    """Return how the authorization of each claim stands, in four queries for any number."""
    known = _known({one.patient_id for one in asked})
    rules = _rules({one.on for one in asked if not one.number})
    mine = [known.get(one.patient_id, _Known()) for one in asked]
    numbered = [own.by_number.get(one.number, []) for one, own in zip(asked, mine, strict=True)]
    used = _used(
        {line.authorization_id for lines in numbered for line in lines},
        {
            line.charge_id
            for one, own in zip(asked, numbered, strict=True)
            if own
            for line in one.lines
        },
    )
    ours = book("authorization")
    return [
        _standing(one, own, lines, rules.get(one.on, ()), used, ours)
        for one, own, lines in zip(asked, mine, numbered, strict=True)
    ]


def referrals_for(
    asked: Collection[tuple[UUID, date]],
) -> dict[tuple[UUID, date], Authorization]:
    """Return by policy and day the referral whose number a claim carries; the first to end."""
    rows = Authorization.objects.filter(
        policy__in={policy for policy, _on in asked},
        kind=Authorization.Kind.REFERRAL,
        status__in=Authorization.ALLOWS,
    ).exclude(number="")
    found: dict[tuple[UUID, date], Authorization] = {}
    held: dict[UUID, list[Authorization]] = {}
    for row in rows.order_by(F("ends_on").asc(nulls_last=True), "pk"):
        held.setdefault(row.policy_id, []).append(row)
    for policy, on in asked:
        holding = next((one for one in held.get(policy, ()) if one.holds_on(on)), None)
        if holding is not None:
            found[policy, on] = holding
    return found


def _standing(
    asked: ClaimAsked,
    known: _Known,
    numbered: Sequence[AuthorizedService],
    rules: Sequence[RuleFacts],
    used: Mapping[UUID, Sequence[tuple[UUID, int, str]]],
    ours: Book,
) -> ClaimStanding:
    on, codes = asked.on, [line.code for line in asked.lines]
    covered = {c for c in codes if any(one.fits(c, on) for one in known.waivers)}
    is_waived = bool(codes) and covered == set(codes)
    if asked.number:
        short = _short(numbered, asked.lines, used)
        return ClaimStanding(wrong=_wrong(numbered, on), short=short, is_waived=is_waived)
    left = [code for code in codes if code not in covered]
    need = need_of(rules, payer_id=asked.payer_id, codes=left or [""])
    if left and ours.rules:
        said = decided_by(ours, asked.policy, asked.patient, left, on, who=asked.who)
        need = with_decisions(need, left, said)
    if is_waived or not need.is_needed:
        return ClaimStanding(is_waived=is_waived)
    return ClaimStanding(f"{', '.join(need.codes)}: {need.words}", is_hard=need.is_hard)


def _rules(days: Collection[date]) -> dict[date, list[RuleFacts]]:
    """Return the rules that count on each of these days."""
    if not days:
        return {}
    rules = [
        (one.from_on or date.min, one.until_on or date.max, one.facts)
        for one in AuthorizationRule.objects.filter(is_active=True)
    ]
    return {on: [rule for first, last, rule in rules if first <= on <= last] for on in days}


def _known(patient_ids: Collection[UUID]) -> dict[UUID, _Known]:
    known: dict[UUID, _Known] = {}
    prior = services_used().filter(
        authorization__patient__in=patient_ids, authorization__kind=Authorization.Kind.PRIOR
    )
    for line in prior:
        whole = line.authorization
        mine = known.setdefault(whole.patient_id, _Known())
        if whole.number:
            mine.by_number.setdefault(whole.number, []).append(line)
        if whole.status == Status.NOT_NEEDED:
            mine.waivers.append(line.held(0))
    return known


def _wrong(mine: Sequence[AuthorizedService], on: date) -> str:
    if not mine:
        return ""
    whole = mine[0].authorization
    if not whole.allows and whole.status != Status.ENDED:
        return f"it is {whole.get_status_display().lower()}"
    if not whole.holds_on(on):
        return "it does not count on the day of the visit"
    return ""


def _used(
    authorizations: Collection[UUID], charges: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, int, str]]]:
    """Return what of each authorization these charges use: charge, units, what is counted."""
    if not authorizations:
        return {}
    found: dict[UUID, list[tuple[UUID, int, str]]] = {}
    uses = AuthorizedService.objects.filter(
        authorization__in=authorizations, uses__charge_id__in=charges, uses__is_active=True
    ).values_list("authorization_id", "uses__charge_id", "uses__units", "counts")
    for authorization_id, charge_id, units, counts in uses:
        if charge_id is not None:
            found.setdefault(authorization_id, []).append((charge_id, units, counts))
    return found


def _short(
    mine: Sequence[AuthorizedService],
    lines: Sequence[Claimed],
    used: Mapping[UUID, Sequence[tuple[UUID, int, str]]],
) -> tuple[str, ...]:
    """Name the lines that use more than the authorization gave: what is billed is compared."""
    if not mine:
        return ()
    charges = {line.charge_id: line for line in lines}
    return tuple(
        f"{charges[key].code}: {charges[key].units} billed, {units} authorized"
        for key, units, counts in used.get(mine[0].authorization_id, ())
        if key in charges
        and counts == AuthorizedService.Counts.UNITS
        and units < charges[key].units
    )
