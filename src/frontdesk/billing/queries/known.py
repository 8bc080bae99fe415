"""What claims need to know beyond their own rows, read for all of them at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from frontdesk.billing.models import Claim, ClaimLine, RemittanceClaim
from frontdesk.billing.queries.remittances import decision
from frontdesk.billing.rules import facts
from frontdesk.billing.rules.deciding import is_only_duplicate
from frontdesk.billing.rules.remitting import DENIED, PROCESSED, REVERSAL
from frontdesk.coding.models import Diagnosis
from frontdesk.coding.rules.em import is_established, levelled
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Authorization, EligibilityCheck, Enrolment, Policy, Proposal
from frontdesk.coverage.queries import (
    ClaimAsked,
    Claimed,
    ClaimStanding,
    Who,
    claim_standings,
    enrolments_for,
    last_checks,
    named_plans,
    referrals_for,
    why_not_enrolled,
)
from frontdesk.visits.queries.superbill import days_seen

IN_HAND = (
    Claim.Status.SENT,
    Claim.Status.RECEIVED,
    Claim.Status.ACCEPTED,
    Claim.Status.PAID,
)
_DECIDED = (*sorted(PROCESSED), DENIED)  # CLP02
_Twin = tuple[UUID, UUID, UUID, date]  # patient, payer, provider, day


@dataclass(slots=True)
class Known:
    """What was read for some claims; every answer comes from memory."""

    checks: Mapping[tuple[UUID, date], EligibilityCheck]
    standings: Mapping[UUID, ClaimStanding]
    has_diagnoses: bool
    diagnoses: Mapping[str, Sequence[Diagnosis]]
    twins: Mapping[_Twin, Sequence[tuple[UUID, str, str]]]  # claim, its number, a code
    decisions: Mapping[UUID, Sequence[tuple[int, RemittanceClaim]]]  # by charge, the newest 0
    plans: Mapping[UUID, Sequence[Policy]]
    enrolments: Mapping[UUID, Enrolment]  # for claims, by payer
    referrals: Mapping[tuple[UUID, date], Authorization]
    named: Mapping[UUID, Proposal]  # by policy: a plan that its payer named
    seen: Mapping[UUID, Sequence[tuple[date, str]]]  # of those billed as new: days, specialties
    _judged: dict[tuple[str, date], facts.DiagnosisFacts] = field(default_factory=dict)

    def diagnosis(self, code: str, on: date) -> facts.DiagnosisFacts:
        """A diagnosis on a day; a house without the code set cannot say that one is wrong."""
        if not self.has_diagnoses:
            return facts.DiagnosisFacts(code)
        if (code, on) not in self._judged:
            self._judged[code, on] = _judged(code, self.diagnoses.get(code, ()), on)
        return self._judged[code, on]

    def twins_of(self, claim: Claim, codes: Collection[str]) -> list[str]:
        """The numbers of other claims in hand for the same day and one of the same codes."""
        own = {claim.pk, claim.replaces_id}
        found = self.twins.get(_twin(claim), ())
        return sorted({number for pk, number, code in found if code in codes and pk not in own})

    def decided_before(
        self, claim: Claim, charges: Mapping[UUID, int]
    ) -> list[list[RemittanceClaim]]:
        """What each plan before decided newest on each of these charges, the nearest plan first.

        It is several decisions where a payer decided parts of a claim apart. A plan that took one
        back and has not decided anew has decided nothing.
        """
        if claim.level <= Policy.Rank.PRIMARY:
            return []
        newest: dict[int, dict[UUID, RemittanceClaim]] = {}
        for charge in charges:
            for _place, row in self.decisions.get(charge, ()):
                if row.claim is not None and row.claim.level < claim.level:
                    newest.setdefault(row.claim.level, {}).setdefault(charge, row)
        found = [newest[level] for level in sorted(newest, reverse=True)]
        return [
            list({row.pk: row for row in rows.values()}.values())
            for rows in found
            if all(row.status_code != REVERSAL for row in rows.values())
        ]

    def plan_before(self, claim: Claim) -> Policy | None:
        """The plan that comes right before the claim's, where it covered the day."""
        found = [
            policy
            for policy in self.plans.get(claim.patient_id, ())
            if policy.rank < claim.level and _covered(policy, claim.on)
        ]
        return max(found, key=lambda policy: policy.rank, default=None)

    def is_established(self, claim: Claim) -> bool:
        """Whether the patient of a claim for a new one was seen here within three years."""
        seen = self.seen.get(claim.patient_id, ())
        return is_established(claim.on, claim.provider.taxonomy, seen)

    def names_plan(self, policy_id: UUID) -> str:
        """The plan that a policy's payer named and nobody has decided about; "" where none."""
        return self.named[policy_id].payer_name if policy_id in self.named else ""

    def why_not_enrolled(self, payer_id: UUID, on: date) -> str:
        """Why the payer takes no claims of the practice on a day yet; "" where it does."""
        return why_not_enrolled(self.enrolments.get(payer_id), on)


def _seen(claims: Sequence[Claim]) -> Mapping[UUID, Sequence[tuple[date, str]]]:
    """When patients whose claims say that they are new were seen; nothing is asked of others."""
    new = {claim.patient_id for claim in claims for line in claim.lines.all() if _says_new(line)}
    return days_seen(new) if new else {}


def _says_new(line: ClaimLine) -> bool:
    level = levelled(line.charge.code)
    return level is not None and level[0]


def known_of(claims: Sequence[Claim]) -> Known:
    """Read for claims loaded by `with_all` what `Known` holds."""
    later = [claim for claim in claims if claim.level > Policy.Rank.PRIMARY]
    decisions = _decisions(later)
    asked = {(claim.policy_id, claim.on) for claim in claims}
    on_days = {claim.on for claim in later}
    asked |= {(row.claim.policy_id, on) for row in decisions if row.claim for on in on_days}
    codes = {code for claim in claims for code in claim.diagnoses}
    diagnoses: dict[str, list[Diagnosis]] = {}
    for row in Diagnosis.objects.filter(code__in=codes):
        diagnoses.setdefault(row.code, []).append(row)
    return Known(
        checks=last_checks(asked),
        standings=_standings(claims),
        has_diagnoses=bool(diagnoses) or Diagnosis.objects.exists(),
        diagnoses=diagnoses,
        twins=_twins(claims),
        seen=_seen(claims),
        decisions=_by_charge(decisions),
        plans=_plans({claim.patient_id for claim in later}),
        named=named_plans({policy_id for policy_id, _on in asked}),
        referrals=referrals_for({(claim.policy_id, claim.on) for claim in claims}),
        enrolments=enrolments_for(Enrolment.Message.CLAIMS, {one.payer_id for one in claims}),
    )


def _judged(code: str, rows: Sequence[Diagnosis], on: date) -> facts.DiagnosisFacts:
    valid = [
        row
        for row in rows
        if (row.valid_from is None or row.valid_from <= on)
        and (row.valid_to is None or row.valid_to >= on)
    ]
    return facts.DiagnosisFacts(
        code,
        is_known=bool(rows),
        is_billable=any(row.is_billable for row in valid or rows),
        is_valid=bool(valid),
    )


def _standings(claims: Sequence[Claim]) -> dict[UUID, ClaimStanding]:
    """Ask coverage how the authorization of each claim stands."""
    asked = [
        ClaimAsked(
            claim.policy.patient_id,
            claim.policy.subscription.plan.payer_id,
            [
                Claimed(line.charge_id, line.charge.code, line.charge.units)
                for line in sorted(claim.lines.all(), key=lambda line: line.place)
            ],
            claim.on,
            claim.authorization_number,
            claim.policy,
            claim.patient,
            Who(claim.provider_id, claim.visit.site_id, claim.total),
        )
        for claim in claims
    ]
    found = claim_standings(asked)
    return {claim.pk: one for claim, one in zip(claims, found, strict=True)}


def _twin(claim: Claim) -> _Twin:
    return (claim.patient_id, claim.payer_id, claim.provider_id, claim.on)


def _twins(claims: Sequence[Claim]) -> dict[_Twin, list[tuple[UUID, str, str]]]:
    rows = ClaimLine.objects.filter(
        claim__patient__in={claim.patient_id for claim in claims},
        claim__on__in={claim.on for claim in claims},
        claim__status__in=IN_HAND,
        charge__status="posted",
    ).values_list(
        "claim__patient_id", "claim__payer_id", "claim__provider_id", "claim__on",
        "claim_id", "claim__number", "charge__code",
    )  # fmt: skip
    found: dict[_Twin, list[tuple[UUID, str, str]]] = {}
    for patient, payer, provider, on, pk, number, code in rows:
        found.setdefault((patient, payer, provider, on), []).append((pk, number, code))
    return found


def _decisions(later: Sequence[Claim]) -> list[RemittanceClaim]:
    """Return what plans before decided on the charges of these claims, the newest first."""
    if not later:
        return []
    charges = {line.charge_id for claim in later for line in claim.lines.all()}
    found = (
        RemittanceClaim.objects.filter(
            claim__lines__charge__in=charges,
            claim__level__lt=max(claim.level for claim in later),
            status=RemittanceClaim.Status.POSTED,
            status_code__in=(*_DECIDED, REVERSAL),
        )
        .select_related(
            "remittance",
            "claim__payer",
            "claim__policy__subscription__holder",
            "claim__policy__subscription__plan",
        )
        .prefetch_related("claim__lines__charge")
        .distinct()
    )
    return sorted((row for row in found if not _is_noted(row)), key=_when, reverse=True)


def _is_noted(row: RemittanceClaim) -> bool:
    """Whether it only said that a claim which was paid had been sent twice: it decided nothing."""
    is_paid = row.claim is not None and row.claim.paid > ZERO
    return is_paid and is_only_duplicate(decision(row))


def _when(row: RemittanceClaim) -> tuple[date, UUID, bool, UUID]:
    """When a decision counts: in one remittance a correction after the reversal it follows."""
    return (row.remittance.paid_on, row.remittance_id, row.status_code != REVERSAL, row.pk)


def _by_charge(
    decisions: Sequence[RemittanceClaim],
) -> dict[UUID, list[tuple[int, RemittanceClaim]]]:
    found: dict[UUID, list[tuple[int, RemittanceClaim]]] = {}
    for place, row in enumerate(decisions):
        told = {line["control"] for line in row.lines}
        for line in row.claim.lines.all() if row.claim else ():
            if str(line.charge.number) in told:
                found.setdefault(line.charge_id, []).append((place, row))
    return found


def _plans(patients: Collection[UUID]) -> dict[UUID, list[Policy]]:
    if not patients:
        return {}
    found: dict[UUID, list[Policy]] = {}
    rows = Policy.objects.filter(Q(is_active=True) | Q(ends_on__isnull=False), patient__in=patients)
    for row in rows.select_related("subscription__plan__payer").order_by("pk"):
        found.setdefault(row.patient_id, []).append(row)
    return found


def _covered(policy: Policy, on: date) -> bool:
    """Whether a policy counts on a day, as `coverage.policies_of` has it."""
    if policy.starts_on is not None and policy.starts_on > on:
        return False
    return policy.is_active if policy.ends_on is None else policy.ends_on >= on
