"""Authorizations: whether one is needed, which one covers, what is left of it, what is to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from frontdesk.core.money import ZERO
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationDispute,
    AuthorizationEvidence,
    AuthorizationRule,
    AuthorizedService,
    EligibilityCheck,
    Payer,
    Policy,
    ReviewTerms,
)
from frontdesk.coverage.queries.answers import benefit_for, last_said
from frontdesk.coverage.rules.authorizing import Held, Need, need_of, runs_out, with_decisions
from frontdesk.people.models import Patient
from frontdesk.practice.queries.rules import book
from frontdesk.practice.rules import age_on
from frontdesk.rulebook import Book, whole

Status = Authorization.Status
VIEWS = ("ask", "waiting", "denied", "ending", "approved")
_IN_VIEW = {
    "ask": {Status.NEEDED},
    "waiting": Authorization.WAITS,
    "denied": {Status.DENIED},
    "approved": Authorization.ALLOWS,
}
_WITH = ("patient", "policy__subscription__plan__payer", "provider")


@dataclass(frozen=True, slots=True)
class Who:
    """Who gives services where, and what they are charged, as far as it is known."""

    provider_id: UUID | None = None
    site_id: UUID | None = None
    expected: Decimal | None = None


NOBODY = Who()


def authorizations() -> QuerySet[Authorization]:
    """Return every authorization with whom it is about and the plan that gives it."""
    return Authorization.objects.select_related(*_WITH)


def authorizations_of(patient: Patient) -> QuerySet[Authorization]:
    """Return the patient's authorizations with their lines, the newest first."""
    lines = Prefetch("services", queryset=services_used(), to_attr="lines")
    return authorizations().filter(patient=patient).prefetch_related(lines).order_by("-pk")


def services_used() -> QuerySet[AuthorizedService]:
    """Return the lines of authorizations, each with `used`: what is booked and billed of it."""
    used = Sum("uses__units", filter=Q(uses__is_active=True), default=0)
    lines = AuthorizedService.objects.filter(is_active=True).select_related("authorization")
    return lines.annotate(used=used).order_by("place", "pk")


def allowed_services(patient_ids: Iterable[UUID]) -> QuerySet[AuthorizedService]:
    """Return the lines that these patients may use: approved, or proven not to be needed."""
    return services_used().filter(
        authorization__patient__in=list(patient_ids), authorization__status__in=Authorization.ALLOWS
    )


def held(lines: Iterable[AuthorizedService]) -> list[Held]:
    """Return lines of `services_used` as plain values."""
    return [line.held(line.used) for line in lines]  # type: ignore[attr-defined] # annotated


def authorization_for(
    patient: Patient,
    codes: Iterable[str],
    on: date,
    policy: Policy | None = None,
    appointment_id: UUID | None = None,
) -> Authorization | None:
    """Return the approval whose number a claim for these codes on a day carries.

    That which the visit itself uses comes first, then one with something left, the first to end
    first. How often a number was used before says nothing: units are counted, not claims.
    """
    mine = Q(uses__is_active=True, uses__appointment_id=appointment_id)
    lines = (
        allowed_services([patient.pk])
        .filter(authorization__kind=Authorization.Kind.PRIOR)
        .exclude(authorization__number="")
        .annotate(of_visit=Count("uses", filter=mine) if appointment_id else Count("pk") * 0)
        .order_by("authorization__ends_on", "pk")
    )
    if policy is not None:
        lines = lines.filter(authorization__policy=policy)
    wanted = list(codes)
    fitting = [
        (line, one)
        for line, one in zip(lines, held(lines), strict=True)
        if any(one.fits(code, on) for code in wanted)
    ]
    own = [line for line, _ in fitting if line.of_visit]
    own += [line for line, _ in fitting if line.authorization.appointment_id == appointment_id]
    own = own if appointment_id else []
    usable = [line for line, one in fitting if one.left is None or one.left > 0]
    found = next(iter([*own, *usable]), None)
    return found.authorization if found else None


def rules_on(on: date) -> list[AuthorizationRule]:
    """Return the rules that count on a day."""
    return list(
        AuthorizationRule.objects.filter(
            Q(from_on=None) | Q(from_on__lte=on), Q(until_on=None) | Q(until_on__gte=on)
        ).filter(is_active=True)
    )


def need_for(
    policy: Policy,
    codes: Sequence[str],
    on: date,
    *,
    visit_type: str = "",
    type_says: bool = False,
    who: Who = NOBODY,
) -> Need:
    """Return whether services under a policy on a day need an authorization, and why."""
    check = last_said(policy, on)
    plan_says = None
    if check is not None and check.status == EligibilityCheck.Status.ACTIVE:
        plan_says = benefit_for(check).needs_authorization
    need = need_of(
        [rule.facts for rule in rules_on(on)],
        payer_id=policy.subscription.plan.payer_id,
        codes=codes,
        visit_type=visit_type,
        plan_says=plan_says,
        type_says=type_says,
    )
    return with_decisions(need, codes, decided(policy, codes, on, visit_type, who))


def decided(
    policy: Policy, codes: Sequence[str], on: date, visit_type: str = "", who: Who = NOBODY
) -> list[tuple[str, str]]:
    """Return what the practice's own rules about authorizations do, and in which words."""
    rules = book("authorization")
    if not rules.rules:
        return []
    return decided_by(rules, policy, policy.patient, codes, on, visit_type, who)


def decided_by(
    rules: Book,
    policy: Policy,
    patient: Patient,
    codes: Sequence[str],
    on: date,
    visit_type: str = "",
    who: Who = NOBODY,
) -> list[tuple[str, str]]:
    """Return what these rules do."""
    outcome = rules.judge(
        facts_for_rules(policy, patient, codes, on, visit_type, who), on=on,
        payer=str(policy.subscription.plan.payer_id), provider=str(who.provider_id or ""),
        site=str(who.site_id or ""),
    )  # fmt: skip
    return [(one.does, one.words) for one in outcome.decisions]


def facts_for_rules(
    policy: Policy,
    patient: Patient,
    codes: Sequence[str],
    on: date,
    visit_type: str = "",
    who: Who = NOBODY,
) -> dict[str, Any]:
    """Return what rules about authorizations may ask of services for a patient on a day."""
    plan = policy.subscription.plan
    facts = {
        "codes": list(codes),
        "visit_type": visit_type,
        "patient_age": Decimal(age_on(patient.birth_date, on)),
        "patient_sex": patient.sex,
        "payer_filing": plan.payer.filing_indicator,
        "plan_name": plan.name,
        "units": Decimal(len(codes)),
        "charge": who.expected,
    }
    return whole("authorization", facts)


def stopped_by(
    patient: Patient, codes: Sequence[str], on: date, visit_type: str, policy: Policy
) -> Need | None:
    """Return the need that keeps a visit out of the book: a hard rule, and nothing that covers."""
    rules = [rule.facts for rule in rules_on(on)]
    payer_id = policy.subscription.plan.payer_id
    need = need_of(rules, payer_id=payer_id, codes=codes, visit_type=visit_type)
    if not need.is_needed or need.stops != "visit":
        return None
    lines = held(allowed_services([patient.pk]).filter(authorization__policy=policy))
    free = [one for one in lines if one.left is None or one.left > 0]
    covered = all(any(one.fits(code, on) for one in free) for code in need.codes)
    return None if covered else need


def has_hard_rules(on: date) -> bool:
    """Say whether any rule of the practice keeps visits out of the book."""
    return AuthorizationRule.objects.filter(is_active=True, stops="visit").exists()


def terms_of(payer: Payer) -> ReviewTerms:
    """Return how a payer is asked; as most do where the office wrote nothing down."""
    return ReviewTerms.objects.filter(payer=payer).first() or ReviewTerms(payer=payer)


def review_terms() -> QuerySet[ReviewTerms]:
    """Return what is written down per payer."""
    return ReviewTerms.objects.select_related("payer").order_by("payer__name")


def authorization_rules() -> QuerySet[AuthorizationRule]:
    """Return every rule, those of all payers first."""
    return AuthorizationRule.objects.select_related("payer").order_by(
        "-is_active", "payer__name", "code", "visit_type"
    )


def authorization_page(pk: UUID) -> QuerySet[Authorization]:
    """Return one authorization with all that its page shows."""
    wanted = AuthorizationEvidence.objects.filter(is_active=True).order_by("-is_required", "pk")
    return (
        authorizations()
        .filter(pk=pk)
        .select_related("renews")
        .prefetch_related(
            Prefetch("services", queryset=services_used(), to_attr="lines"),
            Prefetch("evidence", queryset=wanted, to_attr="wanted"),
            Prefetch("disputes", queryset=AuthorizationDispute.objects.order_by("-pk")),
        )
    )


@dataclass(frozen=True, slots=True)
class ToAuthorize:
    """One authorization on the list: what is to do about it, by when, what it is worth."""

    authorization: Authorization
    says: str
    tone: str
    view: str
    lines: Sequence[AuthorizedService]

    @property
    def dollars(self) -> Decimal:
        """What is at stake."""
        return self.authorization.expected or ZERO

    @property
    def services(self) -> str:
        """Which services, in a few words."""
        return ", ".join(line.code for line in self.lines if line.code) or "Any service"


def to_authorize(at: datetime, today: date, view: str = "", kind: str = "") -> list[ToAuthorize]:
    """Return what is open: the next visit first, of one day what is worth most.

    The same few queries for any number.
    """
    terms = {one.payer_id: one for one in ReviewTerms.objects.all()}
    lines = Prefetch("services", queryset=services_used(), to_attr="lines")
    alive = Q(ends_on=None) | Q(ends_on__gte=today)
    wanted = Q(status__in=Authorization.OPEN) | (Q(status__in=Authorization.ALLOWS) & alive)
    found = authorizations().filter(wanted).prefetch_related(lines)
    if kind in Authorization.Kind.values:
        found = found.filter(kind=kind)
    if view in _IN_VIEW:
        found = found.filter(status__in=_IN_VIEW[view])
    rows = [_row(one, at, today, terms) for one in found]
    keep = [row for row in rows if row.view == view or (not view and row.view != "approved")]
    return sorted(keep, key=_rank)


def _rank(row: ToAuthorize) -> tuple[date, Decimal, str]:
    one = row.authorization
    day = one.service_on or (one.ends_on if row.view in ("ending", "approved") else None)
    return day or date.max, -row.dollars, str(one.pk)


def _row(
    one: Authorization, at: datetime, today: date, terms: dict[UUID, ReviewTerms]
) -> ToAuthorize:
    lines: list[AuthorizedService] = one.lines  # type: ignore[attr-defined] # prefetched
    if one.allows:
        of_payer = terms.get(one.policy.subscription.plan.payer_id) or ReviewTerms()
        ending = running_out(one, lines, today, of_payer)
        renewed = ending and one.status != Status.NOT_NEEDED
        return ToAuthorize(
            one, ending or one.get_status_display(), "amber" if ending else one.tone,
            "ending" if renewed else "approved", lines,
        )  # fmt: skip
    says, tone, view = _open_words(one, at, today)
    return ToAuthorize(one, says, tone, view, lines)


def running_out(
    one: Authorization, lines: Iterable[AuthorizedService], today: date, terms: ReviewTerms
) -> str:
    """Say that an approval is nearly used up or over; "" where it is not, or was renewed."""
    return runs_out(
        held(lines), one.ends_on, today, percent=terms.renew_percent, days=terms.renew_days
    )


def _open_words(one: Authorization, at: datetime, today: date) -> tuple[str, str, str]:
    if one.status == Status.NEEDED:
        if one.is_retroactive:
            return "Care was given: ask afterwards", "red", "ask"
        is_near = one.service_on is not None and one.service_on <= today + timedelta(days=7)
        return "To ask for", "red" if is_near else "amber", "ask"
    if one.status == Status.DENIED:
        return "Denied", "red", "denied"
    if one.is_late(at):
        return "The payer is late: call", "red", "waiting"
    return one.get_status_display(), one.tone, "waiting"
