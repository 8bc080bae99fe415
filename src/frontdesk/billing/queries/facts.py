"""Gather what a claim says, as plain values for the checks and the 837P."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.billing.models import Claim, ClaimLine, RemittanceClaim
from frontdesk.billing.queries.remittances import lines_decided
from frontdesk.billing.rules import facts
from frontdesk.billing.rules.balancing import LineRead
from frontdesk.billing.rules.remitting import DENIED, PROCESSED, REVERSAL
from frontdesk.billing.rules.ruled import as_set
from frontdesk.coding.models import Diagnosis
from frontdesk.coverage.models import EligibilityCheck, Payer, Policy, Subscription
from frontdesk.coverage.queries import (
    Claimed,
    benefit_for,
    claim_standing,
    last_check,
    policies_of,
)
from frontdesk.people.models import Patient
from frontdesk.practice.models import Address, Practice, Site
from frontdesk.staff.models import Provider

IN_HAND = (
    Claim.Status.SENT,
    Claim.Status.RECEIVED,
    Claim.Status.ACCEPTED,
    Claim.Status.PAID,
)
_DECIDED = (*sorted(PROCESSED), DENIED)  # CLP02


def with_all(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Return the claims with everything `facts_of` reads from them."""
    return claims.select_related(
        "practice",
        "patient",
        "provider",
        "payer",
        "replaces",
        "visit__site",
        "visit__superbill",
        "policy__subscription__plan__payer",
        "policy__subscription__holder",
    ).prefetch_related("lines__charge__line", "attachments")


def facts_of(claim: Claim, today: date) -> facts.ClaimFacts:
    """Return what the claim says; load it by `with_all` first."""
    policy = claim.policy
    lines = sorted(claim.lines.all(), key=lambda line: line.place)
    priors = _priors(claim, lines)
    said = facts.ClaimFacts(
        number=claim.number,
        frequency=claim.frequency,
        total=claim.total,
        on=claim.on,
        today=today,
        file_by=claim.file_by,
        place_of_service=claim.visit.superbill.place_of_service,
        practice=_practice(claim.practice),
        site=_site(claim.visit.site),
        provider=_provider(claim.provider),
        payer=_payer(claim.payer),
        policy=_policy(policy, claim.on),
        subscriber=_subscriber(policy.subscription),
        patient=_patient(claim.patient),
        diagnoses=_diagnoses(claim.diagnoses, claim.on),
        lines=[_line(line) for line in lines],
        payer_control_number=claim.replaces.payer_control_number if claim.replaces else "",
        authorization_number=claim.authorization_number,
        authorization=_authorization(claim, lines),
        chart_number=claim.patient.chart_number,
        sent_twins=_twins(claim, lines),
        prior=priors[0] if priors else None,
        earlier=priors[1:],
        level=claim.level,
        msp_type=claim.msp_type,
        waits_for=_waits_for(claim, priors),
        built_at=claim.built_at,
        attachments=[
            facts.AttachmentFacts(one.report, one.way, one.control)
            for one in claim.attachments.all()
        ],
    )
    return as_set(said, claim.set_by_rules)


def _practice(practice: Practice) -> facts.OrganizationFacts:
    return facts.OrganizationFacts(
        name=practice.legal_name or practice.name,
        npi=practice.npi,
        address=_address(practice),
        tax_id=practice.tax_id,
        taxonomy=practice.taxonomy,
        phone=practice.phone,
    )


def _site(site: Site) -> facts.OrganizationFacts:
    return facts.OrganizationFacts(name=site.name, npi=site.npi, address=_address(site))


def _provider(provider: Provider) -> facts.PersonFacts:
    return facts.PersonFacts(
        first=provider.first_name,
        last=provider.last_name,
        npi=provider.npi,
        taxonomy=provider.taxonomy,
    )


def _payer(payer: Payer) -> facts.PayerFacts:
    return facts.PayerFacts(
        name=payer.name,
        payer_id=payer.payer_id,
        filing=payer.filing_indicator,
        takes_claims=payer.takes_claims,
        address=_address(payer),
    )


def _policy(policy: Policy, on: date) -> facts.PolicyFacts:
    subscription = policy.subscription
    check = last_check(policy, on)
    asks = check is not None and check.status == EligibilityCheck.Status.ACTIVE
    return facts.PolicyFacts(
        member_id=subscription.member_id,
        group_number=subscription.plan.group_number,
        plan_name=subscription.plan.name,
        relationship=policy.relationship,
        rank=policy.rank,
        starts_on=policy.starts_on,
        ends_on=policy.ends_on,
        is_active=policy.is_active,
        answered=check.status if check else "",
        plan_began_on=check.plan_begins_on if check else None,
        plan_ended_on=check.plan_ends_on if check else None,
        needs_authorization=bool(asks and check and _asks_authorization(check)),
    )


def _asks_authorization(check: EligibilityCheck) -> bool:
    return bool(benefit_for(check).needs_authorization)


def _authorization(claim: Claim, lines: Iterable[ClaimLine]) -> facts.AuthorizationFacts:
    """Ask coverage how the authorization of the claim stands."""
    claimed = [Claimed(one.charge_id, one.charge.code, one.charge.units) for one in lines]
    stands = claim_standing(claim.policy, claimed, claim.on, claim.authorization_number)
    return facts.AuthorizationFacts(
        missing=stands.missing,
        is_hard=stands.is_hard,
        wrong=stands.wrong,
        short=stands.short,
        is_waived=stands.is_waived,
    )


def _subscriber(subscription: Subscription) -> facts.PersonFacts:
    holder = subscription.holder
    address = facts.AddressFacts(
        line1=subscription.address_1,
        city=subscription.city,
        state=subscription.state,
        zip_code=subscription.zip_code,
    )
    if holder is not None and not address.is_whole:
        address = _address(holder)
    return facts.PersonFacts(
        first=subscription.first_name,
        last=subscription.last_name,
        birth_date=subscription.birth_date,
        sex=subscription.sex,
        address=address,
    )


def _patient(patient: Patient) -> facts.PersonFacts:
    return facts.PersonFacts(
        first=patient.first_name,
        last=patient.last_name,
        middle=patient.middle_name,
        suffix=patient.suffix,
        birth_date=patient.birth_date,
        sex=patient.sex,
        address=_address(patient),
        died_on=patient.deceased_on,
    )


def _address(owner: Address) -> facts.AddressFacts:
    return facts.AddressFacts(
        line1=owner.address_1,
        line2=owner.address_2,
        city=owner.city,
        state=owner.state,
        zip_code=owner.zip_code,
    )


def _line(line: ClaimLine) -> facts.LineFacts:
    charge = line.charge
    return facts.LineFacts(
        place=line.place,
        control=str(charge.number),
        code=charge.code,
        description=charge.description,
        modifiers=tuple(charge.modifiers),
        units=charge.units,
        pointers=charge.pointers,
        charge=charge.amount,
        on=charge.on,
        ndc=charge.line.ndc,
        ndc_quantity=charge.line.ndc_quantity,
        ndc_unit=charge.line.ndc_unit,
    )


def _diagnoses(codes: Iterable[str], on: date) -> list[facts.DiagnosisFacts]:
    """Look the codes up; a house without the code set cannot say that one is wrong."""
    wanted = list(codes)
    rows: dict[str, list[Diagnosis]] = {}
    for row in Diagnosis.objects.filter(code__in=wanted):
        rows.setdefault(row.code, []).append(row)
    if not rows and not Diagnosis.objects.exists():
        return [facts.DiagnosisFacts(code) for code in wanted]
    return [_judged(code, rows.get(code, []), on) for code in wanted]


def _judged(code: str, rows: list[Diagnosis], on: date) -> facts.DiagnosisFacts:
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


def _twins(claim: Claim, lines: list[ClaimLine]) -> list[str]:
    codes = {line.charge.code for line in lines}
    twins = Claim.objects.filter(
        patient_id=claim.patient_id,
        payer_id=claim.payer_id,
        provider_id=claim.provider_id,
        on=claim.on,
        status__in=IN_HAND,
        lines__charge__code__in=codes,
        lines__charge__status="posted",
    ).exclude(pk__in=[claim.pk, *([claim.replaces_id] if claim.replaces_id else [])])
    return sorted(set(twins.values_list("number", flat=True)))


def _priors(claim: Claim, lines: list[ClaimLine]) -> list[facts.PriorFacts]:
    """What each plan before decided on the same charges, the nearest first.

    A plan that took its decision back and has not decided anew has decided nothing.
    """
    if claim.level <= Policy.Rank.PRIMARY:
        return []
    charges = {line.charge_id: line.place for line in lines}
    rows = (
        RemittanceClaim.objects.filter(
            claim__lines__charge__in=charges,
            claim__level__lt=claim.level,
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
        .order_by("-remittance__paid_on", "-pk")
        .distinct()
    )
    newest: dict[int, RemittanceClaim] = {}
    for row in rows:
        if row.claim is not None:
            newest.setdefault(row.claim.level, row)
    return [
        _prior(newest[level], claim, charges)
        for level in sorted(newest, reverse=True)
        if newest[level].status_code != REVERSAL
    ]


def _prior(decided: RemittanceClaim, claim: Claim, charges: dict[UUID, int]) -> facts.PriorFacts:
    before = decided.claim
    if before is None:
        raise ValueError("A decision without a claim was asked for.")
    places = {
        str(line.charge.number): charges[line.charge_id]
        for line in before.lines.all()
        if line.charge_id in charges
    }
    return facts.PriorFacts(
        payer=_payer(before.payer),
        policy=_policy(before.policy, claim.on),
        subscriber=_subscriber(before.policy.subscription),
        paid=decided.paid,
        lines=[
            _prior_line(read, places[read.control], decided.remittance.paid_on)
            for read in lines_decided(decided)
            if read.control in places
        ],
        level=before.level,
    )


def _waits_for(claim: Claim, priors: list[facts.PriorFacts]) -> str:
    """The plan right before this one, where it covered the day and has not decided."""
    if claim.level <= Policy.Rank.PRIMARY:
        return ""
    earlier = policies_of(claim.patient, claim.on).filter(rank__lt=claim.level)
    before = earlier.select_related("subscription__plan__payer").order_by("-rank").first()
    if before is None or any(one.level >= before.rank for one in priors):
        return ""
    return str(before.subscription.plan.payer.name)


def _prior_line(read: LineRead, place: int, paid_on: date) -> facts.PriorLineFacts:
    return facts.PriorLineFacts(
        place=place,
        paid=read.paid,
        adjustments=[(one.group, one.reason, one.amount) for one in read.adjustments],
        paid_on=paid_on,
    )
