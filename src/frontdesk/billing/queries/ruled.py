"""Claims as the office's rules see them, and the rules tried on them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from frontdesk import rulebook
from frontdesk.billing.models import (
    Claim,
    ClaimEvent,
    ClaimLine,
    Replay,
    ReplayRow,
)
from frontdesk.billing.queries.facts import with_all
from frontdesk.core.clock import local
from frontdesk.coverage.models import Payer
from frontdesk.coverage.queries import Who, facts_for_rules
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


def facts_to_try(rule: Rule, claim: Claim, today: date) -> dict[str, Any]:
    """Return what a rule of this kind may ask of a claim that was built on a day.

    A rule about authorizations is asked of its services, as it will be when they are planned.
    """
    if rule.kind != Rule.Kind.AUTHORIZATION:
        return rule_facts(claim, today)
    codes = [line.charge.code for line in _in_order(claim)]
    who = Who(claim.provider_id, claim.visit.site_id, claim.total)
    kind = claim.visit.appointment.visit_type.code
    return facts_for_rules(claim.policy, claim.patient, codes, claim.on, kind, who)


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


def rules_in_force() -> rulebook.Book:
    """Return the claim rules in force, compiled."""
    return office.book(Rule.Kind.CLAIM)


def rules_on(claim: Claim, today: date, book: rulebook.Book | None = None) -> rulebook.Outcome:
    """Return what the rules in force decide of a claim; many claims share one `book`."""
    return (book or rules_in_force()).judge(
        rule_facts(claim, today),
        on=claim.on,
        payer=str(claim.payer_id),
        provider=str(claim.provider_id),
        site=str(claim.visit.site_id),
    )


def reports_with(claim: Claim) -> set[str]:
    """Return which kinds of documents are with the claim already."""
    return {one.report for one in claim.attachments.all()}


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


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule as its page shows it: what it says, its examples, its trial, its versions."""

    rule: Rule
    version: RuleVersion
    when: list[str]
    join: str
    does: list[str]
    examples: list[tuple[rulebook.Tried, str]]  # how each went, and its facts in words
    lacking: str  # what keeps the examples from vouching for it
    asked: list[rulebook.Fact]  # facts that the rule asks about
    conflicts: list[rulebook.Conflict]
    replay: Replay | None
    versions: list[RuleVersion]
    held_now: int  # claims that wait because of it
    trouble: str = ""  # why nobody can read it any more

    @property
    def asks_lines(self) -> bool:
        """Whether the rule decides line by line."""
        return any(one.is_of_line for one in self.asked)

    @property
    def by_line(self) -> bool:
        """Whether an example gives lines."""
        return bool(self.line_facts)

    @property
    def line_facts(self) -> list[rulebook.Fact]:
        """The facts of a line that an example may give: those asked, and always its code."""
        code = rulebook.fact_of("claim", "line.code")
        mine = [one for one in self.asked if one.is_of_line and one != code]
        drawn = {"codes", "modifiers", "line_count"}
        is_drawn = any(one.name in drawn for one in self.asked) and self.rule.kind == "claim"
        return [code, *mine] if mine or is_drawn or code in self.asked else []

    @property
    def typed(self) -> list[rulebook.Fact]:
        """The facts of the whole that an example may give: those that no line says."""
        drawn = {"codes", "modifiers", "line_count"} if self.line_facts else set()
        return [one for one in self.asked if not one.is_of_line and one.name not in drawn]

    @property
    def is_newer(self) -> bool:
        """Whether this version waits beside the one in force."""
        return self.rule.in_force is not None and self.rule.in_force != self.version.number

    @property
    def is_in_force(self) -> bool:
        """Whether this very version decides now."""
        return self.rule.in_force == self.version.number


def rule_page(rule: Rule) -> RulePage:
    """Return everything about a rule and its newest version."""
    version = office.newest_version(rule)
    ready = version.as_rule
    if trouble := office.trouble_of(version):
        return _unreadable_page(rule, version, trouble)
    asked = list({one.fact.name: one.fact for one in ready.group.comparisons()}.values())
    return RulePage(
        rule=rule,
        version=version,
        when=rulebook.in_words(ready.group),
        join=ready.group.join,
        does=[one.words for one in ready.does],
        examples=[
            (one, _example_words(rule.kind, example.get("facts", {})))
            for one, example in zip(
                rulebook.tried(ready, version.examples), version.examples, strict=True
            )
        ],
        lacking=rulebook.lacking(ready, version.examples),
        asked=asked,
        conflicts=office.conflicts_of(version),
        replay=replay_of(version),
        versions=list(office.versions_of(rule)),
        held_now=_held_by(rule),
    )


def _unreadable_page(rule: Rule, version: RuleVersion, trouble: str) -> RulePage:
    """Return what is left to show of a rule that nobody can read any more: its words, its past."""
    return RulePage(
        rule=rule, version=version, when=[], join="all", does=[], examples=[], lacking=trouble,
        asked=[], conflicts=[], replay=None, versions=list(office.versions_of(rule)),
        held_now=_held_by(rule), trouble=trouble,
    )  # fmt: skip


def _held_by(rule: Rule) -> int:
    """Count the claims that wait because of a rule."""
    held = Claim.objects.filter(status=Claim.Status.HELD).values_list("findings", flat=True)
    key = str(rule.pk)
    return sum(
        any(one.get("source") == key and one["severity"] == "hold" for one in findings)
        for findings in held.iterator(chunk_size=500)
    )


def _example_words(kind: str, facts: dict[str, Any]) -> str:
    """Return an example's facts as one line."""
    known = rulebook.CATALOGUE[kind]
    said = [
        f"{known[name].label}: {raw if not isinstance(raw, list) else ', '.join(raw)}"
        for name, raw in facts.items()
        if name in known
    ]
    for place, line in enumerate(facts.get("lines", ()), start=1):
        parts = [", ".join(one) if isinstance(one, list) else str(one) for one in line.values()]
        said.append(f"line {place}: {' '.join(parts)}")
    return "; ".join(said)


def claim_facts(
    number: str, whole: list[rulebook.Fact], of_line: list[rulebook.Fact]
) -> dict[str, Any] | None:
    """Return of a claim, by its number, just these facts; None where there is no such claim."""
    claim = with_all(Claim.objects.filter(number=number)).first()
    if claim is None:
        return None
    known = rule_facts(claim, local(claim.visit.site, claim.built_at).date())
    facts = {one.name: _plain(known[one.name]) for one in whole}
    if of_line:
        names = {one.name for one in of_line} | {"line.modifiers"}
        facts["lines"] = [
            {name.partition(".")[2]: _plain(line[name]) for name in sorted(names)}
            for line in known["lines"]
        ]
    return facts


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) or value is None else str(value)


def rules_as_rows() -> list[dict[str, Any]]:
    """Return the rules that are not retired as a practice file holds them.

    What limits one is named as people know it elsewhere: a payer by its id, a provider by the
    NPI, a site by its name.
    """
    payers = dict(Payer.objects.values_list("pk", "payer_id"))
    providers = dict(Provider.objects.values_list("pk", "npi"))
    sites = dict(Site.objects.values_list("pk", "name"))
    return [
        _file_row(
            row.version,
            payer=_known(payers, row.version.payer_id),
            provider=_known(providers, row.version.provider_id),
            site=_known(sites, row.version.site_id),
        )
        for row in office.rule_rows()
        if row.rule.status != Rule.Status.RETIRED
    ]


def _known(names: dict[UUID, str], key: UUID | None) -> str:
    return names.get(key, "") if key else ""


def _file_row(version: RuleVersion, **scope: str) -> dict[str, Any]:
    said = {"key": version.rule.key, "kind": version.rule.kind, **scope}
    for name in ("starts_on", "ends_on"):
        day = getattr(version, name)
        said[name] = day.isoformat() if day else ""
    plain = ("words", "how_to_fix", "because", "citation", "when", "actions", "examples")
    return {
        name: value
        for name, value in (said | {one: getattr(version, one) for one in plain}).items()
        if value
    }
