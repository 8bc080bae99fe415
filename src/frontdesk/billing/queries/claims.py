"""Questions about charges and claims."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from frontdesk import x12
from frontdesk.billing.models import Charge, Claim
from frontdesk.billing.rules import secondary
from frontdesk.coverage.models import Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.ledger.models import Entry
from frontdesk.practice.models import Practice
from frontdesk.visits.models import CheckIn, Superbill, Visit

_LIVE = (
    Claim.Status.HELD,
    Claim.Status.READY,
    Claim.Status.SENT,
    Claim.Status.RECEIVED,
    Claim.Status.REJECTED,
    Claim.Status.ACCEPTED,
    Claim.Status.PAID,
    Claim.Status.DENIED,
    Claim.Status.CLOSED,
)


def charges_of(visit: Visit) -> QuerySet[Charge]:
    """Return the charges of a visit that stand."""
    standing = Charge.objects.filter(visit=visit, status=Charge.Status.POSTED)
    return standing.select_related("line").order_by("number")


def entries_on(charges: Iterable[Charge]) -> QuerySet[Entry]:
    """Return everything posted on the charges, with the accounts."""
    keys = [charge.pk for charge in charges]
    return (
        Entry.objects.filter(charge_id__in=keys).select_related("source", "target").order_by("pk")
    )


def policy_chosen(visit: Visit) -> Policy | None:
    """Return the plan that check-in chose to bill, or nothing where the patient pays."""
    check_in = (
        CheckIn.objects.filter(visit=visit, pays=CheckIn.Pays.INSURANCE)
        .select_related("policy__subscription__plan__payer")
        .first()
    )
    return check_in.policy if check_in else None


def live_claims(visit: Visit) -> QuerySet[Claim]:
    """Return the visit's claims that are not voided, the newest first."""
    return (
        Claim.objects.filter(visit=visit, status__in=_LIVE).select_related("payer").order_by("-pk")
    )


def claim_to_replace(visit: Visit, level: int, charges: Collection[Charge]) -> Claim | None:
    """Return the newest claim that a payer may hold and a new one of these charges replaces.

    It billed the same charges, or some that do not stand any more: another claim of a visit that
    was split stays. One to a plan of the same level comes first.
    """
    keys = {charge.pk for charge in charges}
    found = []
    for claim in live_claims(visit).prefetch_related("lines__charge"):
        billed = [line.charge for line in claim.lines.all()]
        stands = any(one.status == Charge.Status.POSTED for one in billed)
        if not claim.is_unsent and (not stands or any(one.pk in keys for one in billed)):
            found.append(claim)
    same = [claim for claim in found if claim.level == level]
    return next(iter([*same, *found]), None)


def charges_on(claim: Claim) -> QuerySet[Charge]:
    """Return the charges that a claim bills and that stand."""
    return charges_of(claim.visit).filter(claim_lines__claim=claim).distinct()


def later_version(claim: Claim) -> Claim | None:
    """Return the claim that replaces this one or takes it back, unless that was given up."""
    later = Claim.objects.filter(replaces=claim).exclude(status=Claim.Status.VOIDED)
    return later.order_by("pk").last()


def diagnosis_codes(superbill: Superbill) -> list[str]:
    """Return the diagnoses in the order of their letters; a gap in the letters is refused later."""
    active = superbill.diagnoses.filter(is_active=True).order_by("place")
    return [diagnosis.code for diagnosis in active]


def trial_envelope(practice: Practice, at: datetime) -> x12.Envelope:
    """Return an envelope for writing a claim on trial; it is never sent."""
    return x12.Envelope(
        sender=practice.npi or "OFFICE",
        receiver=settings.CLEARINGHOUSE_ID,
        control=1,
        at=at,
    )


def msp_type_of(claim: Claim) -> str:
    """Return why Medicare most likely pays second, for a claim to it after another plan."""
    if claim.level <= 1 or claim.payer.filing_indicator not in secondary.MEDICARE:
        return ""
    earlier = policies_of(claim.visit.patient, claim.on).filter(rank__lt=claim.level)
    first = earlier.select_related("subscription__plan__payer").order_by("rank").first()
    born, on = claim.visit.patient.birth_date, claim.on
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    filing = first.subscription.plan.payer.filing_indicator if first else ""
    return secondary.msp_type(age=age, first_filing=filing)
