"""Claims as the office's rules see them, and the rules tried on them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from frontdesk import rulebook
from frontdesk.billing.models import (
    Claim,
    ClaimAttachment,
    ClaimEvent,
    ClaimLine,
    Replay,
    ReplayRow,
)
from frontdesk.coverage.models import Payer
from frontdesk.practice.models import Rule, RuleVersion, Site
from frontdesk.practice.queries import rules as office
from frontdesk.practice.rules import age_on
from frontdesk.staff.models import Provider

LETTERS = "ABCDEFGHIJKL"
SELF = "18"
TURNED_AWAY = ("denied", "rejected")


def rule_facts(claim: Claim, today: date) -> dict[str, Any]:
    """Return what rules may ask of a claim loaded by `with_all`; nothing more is read for it.

    What rules set on it earlier is not in it: they always judge the claim as it was built.
    """
    lines = [_line(one, claim.diagnoses) for one in _in_order(claim)]
    patient, policy = claim.patient, claim.policy
    return {
        "lines": lines,
        "codes": tuple(line["line.code"] for line in lines),
        "modifiers": tuple(one for line in lines for one in line["line.modifiers"]),
        "diagnoses": tuple(claim.diagnoses),
        "place_of_service": claim.visit.superbill.place_of_service,
        "patient_age": Decimal(age_on(patient.birth_date, claim.on))
        if patient.birth_date
        else None,
        "patient_sex": patient.sex,
        "payer_filing": claim.payer.filing_indicator,
        "plan_name": policy.subscription.plan.name,
        "rank": str(policy.rank),
        "is_insured_self": policy.relationship == SELF,
        "frequency": claim.frequency,
        "authorization_number": claim.authorization_number,
        "clia_number": "",
        "provider_taxonomy": claim.provider.taxonomy,
        "billing_taxonomy": claim.practice.taxonomy,
        "service_date": claim.on,
        "days_since_service": Decimal((today - claim.on).days),
        "days_to_file": Decimal((claim.file_by - today).days),
        "total": claim.total,
        "line_count": Decimal(len(lines)),
    }


def _in_order(claim: Claim) -> list[ClaimLine]:
    return sorted(claim.lines.all(), key=lambda line: line.place)


def _line(line: ClaimLine, diagnoses: list[str]) -> dict[str, Any]:
    charge = line.charge
    places = [LETTERS.index(letter) for letter in charge.pointers if letter in LETTERS]
    return {
        "line.code": charge.code,
        "line.modifiers": tuple(charge.modifiers),
        "line.units": Decimal(charge.units),
        "line.charge": charge.amount,
        "line.diagnoses": tuple(diagnoses[place] for place in places if place < len(diagnoses)),
        "line.ndc": charge.line.ndc,
    }


def rules_on(claim: Claim, today: date) -> rulebook.Outcome:
    """Return what the rules in force decide of a claim."""
    return office.book(Rule.Kind.CLAIM).judge(
        rule_facts(claim, today),
        on=claim.on,
        payer=str(claim.payer_id),
        provider=str(claim.provider_id),
        site=str(claim.visit.site_id),
    )


def reports_with(claim: Claim) -> set[str]:
    """Return which kinds of documents are with the claim already."""
    return {one.report for one in ClaimAttachment.objects.filter(claim=claim)}


def replay_of(version: RuleVersion) -> Replay | None:
    """Return the newest trial of a version, or nothing."""
    return Replay.objects.filter(version=version).order_by("-pk").first()


def claims_to_try(replay: Replay) -> QuerySet[Claim]:
    """Return the claims a trial looks at, in the order in which it does."""
    scope = replay.version
    found = Claim.objects.filter(on__gte=replay.since, built_at__lt=replay.until)
    for field, key in (
        ("payer_id", scope.payer_id),
        ("provider_id", scope.provider_id),
        ("visit__site_id", scope.site_id),
    ):
        found = found.filter(**{field: key}) if key else found
    return found.order_by("pk")


def turned_away(claims: list[Claim]) -> set[Any]:
    """Return which of the claims a payer or the clearinghouse ever turned away."""
    told = ClaimEvent.objects.filter(claim__in=claims, kind__in=TURNED_AWAY)
    return set(told.values_list("claim_id", flat=True))


@dataclass(frozen=True, slots=True)
class Touched:
    """The claims a rule would have touched, by what became of them."""

    rows: list[ReplayRow]
    outcome: str
    more: int  # that are not shown


MOST_ROWS = 100


def touched_by(replay: Replay, outcome: str = "") -> Touched:
    """Return the claims touched, those worth most first."""
    found = ReplayRow.objects.filter(replay=replay)
    if outcome in ReplayRow.Outcome.values:
        found = found.filter(outcome=outcome)
    rows = found.select_related("claim__patient", "claim__payer").order_by("-claim__total", "pk")
    return Touched(list(rows[:MOST_ROWS]), outcome, max(found.count() - MOST_ROWS, 0))


def scopes() -> dict[str, list[tuple[str, str]]]:
    """Return whom a rule may be limited to: payers, providers and sites by key and name."""
    return {
        "payer": [
            (str(pk), name)
            for pk, name in Payer.objects.order_by("name", "pk").values_list("pk", "name")
        ],
        "provider": [
            (str(one.pk), one.full_name) for one in Provider.objects.order_by("last_name", "pk")
        ],
        "site": [
            (str(pk), name)
            for pk, name in Site.objects.order_by("name", "pk").values_list("pk", "name")
        ],
    }
