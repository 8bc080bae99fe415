"""What payers answered: checks, their benefits for a service, and every line in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Prefetch, QuerySet, Value, When

from frontdesk.core.database.together import lay_beside
from frontdesk.coverage.models import Benefit, EligibilityCheck, Policy, Proposal
from frontdesk.coverage.queries.held import policies_of
from frontdesk.coverage.rules import (
    BenefitSummary,
    benefit_words,
    period_words,
    service_words,
    summary_of,
)
from frontdesk.people.models import Patient

OFFICE_VISIT = "98"
_LEVELS = {"IND": "person", "FAM": "family", "EMP": "employee", "DEP": "dependents"}
_NETWORKS = {"Y": "in", "N": "out", "W": "either"}
_UNANSWERED = (EligibilityCheck.Status.QUEUED, EligibilityCheck.Status.FAILED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy with its last answer: what that says of an office visit, and of the whole plan."""

    policy: Policy
    check: EligibilityCheck | None
    benefits: BenefitSummary
    plan: BenefitSummary


@dataclass(frozen=True, slots=True)
class BenefitLine:
    """A benefit in words, for reading: every line of the answer, known or not."""

    segment: int
    what: str
    service: str
    level: str
    amount: Decimal | None
    share: str
    period: str
    network: str
    note: str


def last_check(policy: Policy, on: date | None = None) -> EligibilityCheck | None:
    """Return the newest answered check of a policy, one for the very day before any other."""
    checks = _answered(policy, on)
    return checks.select_related("policy__subscription__plan__payer", "policy__patient").first()


def last_said(policy: Policy, on: date) -> EligibilityCheck | None:
    """Return what `last_check` does, with no more of it than how it stands and what was asked."""
    return _answered(policy, on).only("practice", "status", "service_types").first()


def _answered(policy: Policy, on: date | None) -> QuerySet[EligibilityCheck]:
    checks = EligibilityCheck.objects.filter(policy=policy).exclude(status__in=_UNANSWERED)
    if on is not None:
        here = When(service_on=on, then=Value(0))
        return checks.order_by(Case(here, default=Value(1)), "-asked_at")
    return checks.order_by("-asked_at")


def last_checks(
    asked: Collection[tuple[UUID, date]],
) -> dict[tuple[UUID, date], EligibilityCheck]:
    """Return by policy and day what `last_check` finds, with benefits: three queries for any."""
    wanted = {policy for policy, _on in asked}
    rows = EligibilityCheck.objects.filter(policy__in=wanted).exclude(status__in=_UNANSWERED)
    newest: dict[UUID, UUID] = {}
    of_day: dict[tuple[UUID, date], UUID] = {}
    in_order = rows.order_by("asked_at").values_list("pk", "policy_id", "service_on")
    for check_id, policy_id, on in in_order:
        newest[policy_id] = of_day[policy_id, on] = check_id
    chosen = {key: pk for key in asked if (pk := of_day.get(key) or newest.get(key[0])) is not None}
    keys = set(chosen.values())
    whole = EligibilityCheck.objects.defer("request", "response").in_bulk(keys)
    lay_beside(whole.values(), "benefits", Benefit.objects.filter(asked__in=keys), "asked_id")
    return {key: whole[pk] for key, pk in chosen.items()}


def named_plans(policies: Collection[UUID]) -> dict[UUID, Proposal]:
    """Return by policy the plan that its payer named and nobody has decided about, the newest."""
    open_ = Proposal.objects.filter(asked__policy__in=policies, status=Proposal.Status.OPEN)
    found = open_.select_related("asked", "payer").order_by("made_at", "pk")
    return {one.asked.policy_id: one for one in found if one.asked}


def checks_of(patient: Patient) -> QuerySet[EligibilityCheck]:
    """Return every question asked about the patient, the newest first."""
    asked = EligibilityCheck.objects.filter(patient=patient)
    return asked.select_related("policy__subscription__plan__payer").order_by("-asked_at")


def check_page(pk: UUID) -> QuerySet[EligibilityCheck]:
    """Return one check with all that its page shows."""
    return (
        EligibilityCheck.objects.filter(pk=pk)
        .select_related("patient", "policy__subscription__plan__payer", "policy__patient")
        .prefetch_related(Prefetch("benefits", Benefit.objects.order_by("segment")))
    )


def benefit_for(
    check: EligibilityCheck, service_types: str | Sequence[str] = "", network: str = "Y"
) -> BenefitSummary:
    """Return what the plan said for a service: copay, coinsurance, deductible, caps.

    `service_types` are X12 EB03 codes (a sequence, or separated by commas); without any, those
    that were asked about. The exact service is read first, then the whole plan.
    """
    if isinstance(service_types, str):
        service_types = [code for code in service_types.split(",") if code]
    return _summary(check.benefits.all(), service_types or check.asked_types, network)


def benefit_lines(check: EligibilityCheck) -> list[BenefitLine]:
    """Return every benefit of an answer in words, in the order of the answer."""
    return [_in_words(one) for one in sorted(check.benefits.all(), key=lambda b: b.segment)]


def standings(patient: Patient) -> list[Standing]:
    """Return the policies held now, each with its last answer, in a constant number of queries."""
    policies = list(policies_of(patient))
    checks = _last_checks(policies)
    found = []
    for policy in policies:
        check = checks.get(policy.pk)
        said = check.benefits.all() if check else []
        visit, plan = _summary(said, _asked(check), "Y"), _summary(said, ["30"], "Y")
        found.append(Standing(policy, check, visit, plan))
    return found


def waiting_check(policy: Policy) -> EligibilityCheck | None:
    """Return the question that is still under way."""
    return (
        EligibilityCheck.objects.filter(policy=policy, status=EligibilityCheck.Status.QUEUED)
        .order_by("-asked_at")
        .first()
    )


def waiting_checks(patient: Patient) -> QuerySet[EligibilityCheck]:
    """Return the questions about a patient that are still under way, the oldest first."""
    queued = EligibilityCheck.Status.QUEUED
    return EligibilityCheck.objects.filter(patient=patient, status=queued).order_by("asked_at")


def _asked(check: EligibilityCheck | None) -> tuple[str, ...]:
    if check is None:
        return (OFFICE_VISIT,)
    precise = tuple(code for code in check.asked_types if code != "30")
    return precise or (OFFICE_VISIT,)


def _summary(
    benefits: Iterable[Benefit], service_types: Sequence[str], network: str
) -> BenefitSummary:
    ordered = sorted(benefits, key=lambda benefit: benefit.segment)
    return summary_of([benefit.fact for benefit in ordered], service_types, network)


def _last_checks(policies: Iterable[Policy]) -> dict[UUID, EligibilityCheck]:
    """Return the newest answered check of each policy, with its benefits."""
    asked = (
        EligibilityCheck.objects.filter(policy__in=[policy.pk for policy in policies])
        .exclude(status__in=_UNANSWERED)
        .order_by("asked_at")
        .prefetch_related("benefits")
    )
    return {check.policy_id: check for check in asked}


def _in_words(benefit: Benefit) -> BenefitLine:
    notes = [benefit.description, benefit.message]
    if benefit.authorization == "Y":
        notes.append("needs an authorization")
    if benefit.quantity is not None:
        notes.append(f"{benefit.quantity.normalize():f} {benefit.counts}".strip())
    share = "" if benefit.percent is None else f"{(benefit.percent * 100).normalize():f} %"
    return BenefitLine(
        segment=benefit.segment,
        what=benefit_words(benefit.code),
        service=service_words(benefit.service_types or "30"),
        level=_LEVELS.get(benefit.level, benefit.level),
        amount=benefit.amount,
        share=share,
        period=period_words(benefit.period),
        network=_NETWORKS.get(benefit.network, benefit.network),
        note=", ".join(note for note in notes if note),
    )
