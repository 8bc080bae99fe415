"""Gather what a claim says, as plain values for the checks and the 837P.

What many claims share is read once for all of them (see `known`); one claim is many of one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.billing.models import Claim, ClaimAttachment, ClaimLine, RemittanceClaim
from frontdesk.billing.queries.known import Known, known_of
from frontdesk.billing.queries.remittances import lines_decided
from frontdesk.billing.rules import facts
from frontdesk.billing.rules.balancing import LineRead
from frontdesk.billing.rules.ruled import as_set
from frontdesk.core.database.together import lay_beside, lay_shared
from frontdesk.core.models import Record
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import (
    Authorization,
    EligibilityCheck,
    Payer,
    Plan,
    Policy,
    Subscription,
)
from frontdesk.coverage.queries import benefit_for
from frontdesk.people.models import Patient
from frontdesk.practice.models import Address, Practice, Site
from frontdesk.staff.models import Provider
from frontdesk.visits.models import Superbill, SuperbillLine

R = TypeVar("R", bound=Record)


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


def read_with_all(claims: QuerySet[Claim]) -> list[Claim]:
    """Read many claims with what `with_all` gives: what they share is read once."""
    found = list(claims.select_related("patient", "visit__superbill", "policy__subscription"))
    visits = [claim.visit for claim in found]
    contracts = [claim.policy.subscription for claim in found]
    plans = Plan.objects.in_bulk({one.plan_id for one in contracts})
    payers = Payer.objects.in_bulk(
        {claim.payer_id for claim in found} | {plan.payer_id for plan in plans.values()}
    )
    practices = Practice.objects.in_bulk({claim.practice_id for claim in found})
    patients = {claim.patient_id: claim.patient for claim in found}
    elsewhere = {one.holder_id for one in contracts if one.holder_id} - patients.keys()
    lay_shared(found, "practice", practices)
    lay_shared(found, "provider", Provider.objects.in_bulk({c.provider_id for c in found}))
    lay_shared(found, "payer", payers)
    lay_shared(found, "replaces", _by_key(Claim, {c.replaces_id for c in found}))
    lay_shared(visits, "site", Site.objects.in_bulk({visit.site_id for visit in visits}))
    lay_shared(plans.values(), "payer", payers)
    lay_shared(contracts, "plan", plans)
    lay_shared(contracts, "holder", patients | _by_key(Patient, elsewhere))
    _lay_lines(found)
    return found


def _by_key(model: type[R], keys: Collection[UUID | None]) -> dict[UUID, R]:
    wanted = {key for key in keys if key}
    return model.objects.in_bulk(wanted) if wanted else {}


def _lay_lines(claims: Sequence[Claim]) -> None:
    keys = [claim.pk for claim in claims]
    lines = ClaimLine.objects.filter(claim__in=keys).select_related("charge").order_by("place")
    found = list(lines)
    charges = [line.charge for line in found]
    named = SuperbillLine.objects.only("practice_id", "ndc", "ndc_quantity", "ndc_unit")
    drugs = named.in_bulk({charge.line_id for charge in charges})
    lay_shared(charges, "line", drugs)
    lay_beside(claims, "lines", found, "claim_id")
    documents = ClaimAttachment.objects.filter(claim__in=keys).order_by("pk")
    lay_beside(claims, "attachments", documents, "claim_id")


def facts_of(claim: Claim, today: date) -> facts.ClaimFacts:
    """Return what the claim says; load it by `with_all` first."""
    return facts_of_many([claim], lambda _claim: today)[0]


def facts_of_many(
    claims: Sequence[Claim], today: Callable[[Claim], date]
) -> list[facts.ClaimFacts]:
    """Return what each claim says, in the same questions for any number; see `with_all`."""
    known = known_of(claims)
    return [_facts(claim, today(claim), known) for claim in claims]


def _facts(claim: Claim, today: date, known: Known) -> facts.ClaimFacts:
    policy = claim.policy
    lines = sorted(claim.lines.all(), key=lambda line: line.place)
    priors = _priors(claim, lines, known)
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
        payer=_payer(claim.payer, known.why_not_enrolled(claim.payer_id, today)),
        policy=_policy(policy, claim.on, known),
        subscriber=_subscriber(policy.subscription),
        patient=_patient(claim.patient),
        diagnoses=[known.diagnosis(code, claim.on) for code in claim.diagnoses],
        lines=[_line(line) for line in lines],
        payer_control_number=_control_number(claim),
        corrects_paid=claim.replaces is not None and claim.replaces.paid > ZERO,
        authorization_number=claim.authorization_number,
        authorization=_authorization(claim, known),
        chart_number=claim.patient.chart_number,
        sent_twins=known.twins_of(claim, {line.charge.code for line in lines}),
        prior=priors[0] if priors else None,
        earlier=priors[1:],
        level=claim.level,
        msp_type=claim.msp_type,
        waits_for=_waits_for(claim, priors, known),
        is_established=known.is_established(claim),
        built_at=claim.built_at,
        attachments=[
            facts.AttachmentFacts(one.report, one.way, one.control)
            for one in claim.attachments.all()
        ],
    )
    said = replace(said, began=_began(claim.visit.superbill))
    said = _referred(said, known.referrals.get((claim.policy_id, claim.on)))
    return as_set(said, claim.set_by_rules)


def _began(bill: Superbill) -> facts.BeginningFacts:
    return facts.BeginningFacts(bill.cause, bill.began_on, bill.accident_state, bill.case_number)


def _control_number(claim: Claim) -> str:
    """The payer's number of the claim that this one replaces; a claim of its own names none."""
    named = claim.replaces is not None and claim.frequency != "1"
    return claim.replaces.payer_control_number if named and claim.replaces else ""


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


def _payer(payer: Payer, not_enrolled: str = "") -> facts.PayerFacts:
    return facts.PayerFacts(
        name=payer.name,
        payer_id=payer.payer_id,
        filing=payer.filing_indicator,
        takes_claims=payer.takes_claims,
        takes_corrections=payer.takes_replaced_claims,
        not_enrolled=not_enrolled,
        address=_address(payer),
    )


def _policy(policy: Policy, on: date, known: Known) -> facts.PolicyFacts:
    subscription = policy.subscription
    check = known.checks.get((policy.pk, on))
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
        names_plan=known.names_plan(policy.pk),
    )


def _asks_authorization(check: EligibilityCheck) -> bool:
    return bool(benefit_for(check).needs_authorization)


def _referred(said: facts.ClaimFacts, referral: Authorization | None) -> facts.ClaimFacts:
    """The claim with the referral that it carries, where the plan wants one."""
    if referral is None:
        return said
    return replace(
        said,
        referral_number=referral.number,
        referred_by=referral.referred_by,
        referred_by_npi=referral.referred_by_npi,
    )


def _authorization(claim: Claim, known: Known) -> facts.AuthorizationFacts:
    stands = known.standings[claim.pk]
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


def _priors(claim: Claim, lines: Sequence[ClaimLine], known: Known) -> list[facts.PriorFacts]:
    """What each plan before decided on the same charges, the nearest first.

    A plan that took its decision back and has not decided anew has decided nothing.
    """
    charges = {line.charge_id: line.place for line in lines}
    return [_prior(one, claim, charges, known) for one in known.decided_before(claim, charges)]


def _prior(
    rows: Sequence[RemittanceClaim], claim: Claim, charges: Mapping[UUID, int], known: Known
) -> facts.PriorFacts:
    before = rows[0].claim
    if before is None:
        raise ValueError("A decision without a claim was asked for.")
    return facts.PriorFacts(
        payer=_payer(before.payer),
        policy=_policy(before.policy, claim.on, known),
        subscriber=_subscriber(before.policy.subscription),
        paid=sum((row.paid for row in rows), ZERO),
        lines=[one for row in rows for one in _prior_lines(row, charges)],
        level=before.level,
    )


def _prior_lines(row: RemittanceClaim, charges: Mapping[UUID, int]) -> list[facts.PriorLineFacts]:
    places = {
        str(line.charge.number): charges[line.charge_id]
        for line in (row.claim.lines.all() if row.claim else ())
        if line.charge_id in charges
    }
    return [
        _prior_line(read, places[read.control], row.remittance.paid_on)
        for read in lines_decided(row)
        if read.control in places
    ]


def _waits_for(claim: Claim, priors: Sequence[facts.PriorFacts], known: Known) -> str:
    """The plan right before this one, where it covered the day and has not decided."""
    before = known.plan_before(claim)
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
