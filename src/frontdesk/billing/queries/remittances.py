"""Questions about remittances: what came, whose it is, what is open."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Count, Prefetch, Q, QuerySet, Sum, When
from django.db.models.functions import Abs

from frontdesk import x12
from frontdesk.billing.models import Charge, Claim, Remittance, RemittanceClaim
from frontdesk.billing.rules.balancing import (
    ClaimRead,
    LineRead,
    ProviderAdjustmentRead,
    adjustments_from_json,
    line_from_json,
)
from frontdesk.billing.rules.remitting import spread
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage.models import Payer, Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules.chart import RECOUPMENT
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.models import Provider


def remittance_known(body: x12.Remittance, claims: Sequence[ClaimRead]) -> Remittance | None:
    """Return the remittance of the same payment, if it came before.

    One without money is known by its decisions: payers give many of them one number.
    """
    alike = Remittance.objects.filter(
        trace=body.trace[:50],
        trace_payer=body.trace_origin[:15],
        amount=body.payment.amount,
        paid_on=body.payment.paid_on,
    ).exclude(status=Remittance.Status.REPLACED)
    if body.payment.amount != ZERO:
        return alike.first()
    return next((one for one in alike.order_by("pk") if decides_same(one, claims)), None)


def decides_same(remittance: Remittance, claims: Sequence[ClaimRead]) -> bool:
    """Whether a remittance that was taken in holds these decisions, whatever their order."""
    told = ("claim_number", "status_code", "charged", "payer_control_number")
    theirs = (
        (one.number[:40], one.status[:2], one.charge, one.payer_control[:50]) for one in claims
    )
    return sorted(remittance.claims.values_list(*told)) == sorted(theirs)


def broken_before(body: x12.Remittance, claims: Sequence[ClaimRead]) -> Remittance | None:
    """Return the remittance of the same trace that did not balance, whatever total or day it said.

    A corrected file has the trace of the payment and claims of it; what was wrong may have been
    its total.
    """
    alike = Remittance.objects.filter(trace=body.trace[:50], trace_payer=body.trace_origin[:15])
    broken = alike.exclude(trace="").filter(status=Remittance.Status.UNBALANCED)
    if not claims:
        return broken.first()
    numbers = {one.number[:40] for one in claims}
    return broken.filter(claims__claim_number__in=numbers).order_by("pk").first()


def payer_of(body: x12.Remittance) -> Payer | None:
    """Return our payer that the remittance is from, by its ids, else by its name."""
    ids = {body.payer.identifier, body.payer.reference("2U"), body.trace_origin.lstrip("1")}
    by_id = Payer.objects.filter(payer_id__in=ids - {""}).first()
    return by_id or Payer.objects.filter(name__iexact=body.payer.name).first()


def rows_with_all(rows: QuerySet[RemittanceClaim]) -> QuerySet[RemittanceClaim]:
    """Return decisions, held, with what posting reads from them."""
    return rows.select_for_update(of=("self",)).select_related("remittance", "claim")


def rows_to_post(
    remittance: Remittance, only: Collection[UUID] | None = None
) -> QuerySet[RemittanceClaim]:
    """Return the decisions that were not posted yet, in the order of the file; or these of them."""
    waiting = remittance.claims.filter(status=RemittanceClaim.Status.TO_POST).order_by("place")
    return waiting if only is None else waiting.filter(pk__in=only)


def parted_to_post(remittance: Remittance, parts: int) -> list[list[UUID]]:
    """Return the decisions that were not posted yet in so many parts, each in the file's order.

    All about one patient are in one part: what is decided of one patient rests on nothing that is
    decided of another, so that the parts may be posted at the same time.
    """
    rows = list(rows_to_post(remittance).values_list("pk", "claim_number", "claim_id"))
    numbers, keys = {number for _, number, _ in rows}, {key for _, _, key in rows if key}
    named = Claim.objects.filter(Q(number__in=numbers) | Q(pk__in=keys))
    patients: dict[str | UUID, UUID] = {}
    for key, number, patient_id in named.values_list("pk", "number", "patient_id"):
        patients[key] = patients[number] = patient_id
    found: list[list[UUID]] = [[] for _ in range(parts)]
    for row, number, key in rows:
        whose = patients.get(key or number)
        found[whose.int % parts if whose else 0].append(row)
    return found


def remittances_to_post() -> QuerySet[Remittance]:
    """Return remittances whose posting was begun or not yet begun, the oldest first."""
    return Remittance.objects.filter(status=Remittance.Status.RECEIVED).order_by("pk")


def decision(row: RemittanceClaim) -> ClaimRead:
    """Return what a payer decided as plain values."""
    return ClaimRead(
        number=row.claim_number,
        status=row.status_code,
        charge=row.charged,
        paid=row.paid,
        patient_share=row.patient_responsibility,
        lines=[line_from_json(line) for line in row.lines],
        adjustments=adjustments_from_json(row.adjustments),
        payer_control=row.payer_control_number,
        patient_name=row.patient_name,
    )


def lines_decided(row: RemittanceClaim) -> list[LineRead]:
    """Return the lines of a decision, with what was adjusted on the claim as a whole in them."""
    read = decision(row)
    return spread(read.adjustments, read.lines) if read.adjustments else list(read.lines)


def outside_of_claims(remittance: Remittance) -> list[ProviderAdjustmentRead]:
    """Return what the payer adjusted for no claim in particular (PLB)."""
    return [
        ProviderAdjustmentRead(one["reason"], Decimal(one["amount"]), one["reference"])
        for one in remittance.provider_adjustments
    ]


def owed_to_payer(remittance: Remittance) -> Decimal:
    """Return the dollars that stand on the payer's account outside of claims: we owe them."""
    mine = Entry.objects.filter(payer_id=remittance.payer_id).order_by()
    owed = mine.filter(source__code=RECOUPMENT).aggregate(sum=Sum("amount"))["sum"] or ZERO
    back = mine.filter(target__code=RECOUPMENT).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return owed - back


def taken_back(remittance: Remittance) -> Decimal:
    """Return the dollars of the decisions that the remittance reverses."""
    told = remittance.claims.filter(paid__lt=ZERO).aggregate(sum=Sum("paid"))
    return -(told["sum"] or ZERO)


def claims_by_payer_number(numbers: Collection[str]) -> dict[str, Claim]:
    """Return our claims by the number that the payer gave them, where it is one."""
    named = [number for number in numbers if number]
    found = Claim.objects.filter(payer_control_number__in=named)
    return {claim.payer_control_number: claim for claim in found}


_COMPARED = (9, 10)  # digits of a tax id and of an NPI: what is cut short compares with nothing


def pays_us(body: x12.Remittance) -> bool:
    """Say whether a remittance pays this practice: by its NPI or tax id, or a provider's or site's.

    One that names no payee we could compare is taken for ours: it came through our mailbox.
    """
    said = {_digits(one) for one in (body.payee.identifier, body.payee.reference("TJ"))}
    said = {one for one in said if len(one) in _COMPARED}
    if not said:
        return True
    practice = Practice.objects.get(pk=current_practice_id())
    ours = {practice.npi, _digits(practice.tax_id)}
    ours.update(Site.objects.exclude(npi="").values_list("npi", flat=True))
    ours.update(Provider.objects.values_list("npi", flat=True))
    return bool(said & (ours - {""}))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def open_on(claim: Claim, account: str) -> dict[UUID, Decimal]:
    """Return what stands on an account for each of the claim's charges."""
    return _open([line.charge for line in claim.lines.select_related("charge")], account)


def next_policy(claim: Claim) -> Policy | None:
    """Return the patient's next plan after the claim's, valid on the day of the visit."""
    later = policies_of(claim.patient, claim.on).filter(rank__gt=claim.policy.rank)
    return later.first()


def candidates(row: RemittanceClaim, limit: int = 8) -> list[Claim]:
    """Return claims that a decision may be about, the likeliest first.

    Those with its number, the payer's number or the patient's name come before those that are
    only of the same amount.
    """
    last = row.patient_name.rpartition(" ")[2]
    alike = Q(total=abs(row.charged)) | Q(number=row.claim_number)
    if row.payer_control_number:
        alike |= Q(payer_control_number=row.payer_control_number)
    if last:
        alike |= Q(patient__last_name__iexact=last)
    open_claims = Claim.objects.filter(alike).exclude(
        status__in=(Claim.Status.VOIDED, Claim.Status.HELD, Claim.Status.READY)
    )
    if row.remittance.payer_id:
        open_claims = open_claims.filter(payer_id=row.remittance.payer_id)
    by_number = Q(number=row.claim_number)
    if row.payer_control_number:
        by_number |= Q(payer_control_number=row.payer_control_number)
    by_name = Q(patient__last_name__iexact=last) if last else Q(pk=None)
    ranked = open_claims.annotate(
        likeness=Case(When(by_number, then=2), When(by_name, then=1), default=0)
        + Case(When(total=abs(row.charged), then=1), default=0)
    )
    found = ranked.select_related("patient", "payer").order_by("-likeness", "-on", "-pk")
    return list(found[:limit])


def _open(charges: Iterable[Charge], account: str) -> dict[UUID, Decimal]:
    keys = [charge.pk for charge in charges]
    on_them = Entry.objects.filter(charge_id__in=keys).order_by()
    sums: dict[UUID, Decimal] = {}
    for side, sign in (("target", 1), ("source", -1)):
        rows = (
            on_them.filter(**{f"{side}__code": account})
            .values_list("charge_id")
            .annotate(Sum("amount"))
        )
        for charge_id, amount in rows:
            sums[charge_id] = sums.get(charge_id, ZERO) + sign * amount
    return sums


def remittances(show: str = "") -> QuerySet[Remittance]:
    """Return remittances, the newest first; `show` narrows to a status."""
    found = (
        Remittance.objects.select_related("payer")
        .annotate(
            inside=Count("claims"),
            open=Count("claims", filter=Q(claims__status=RemittanceClaim.Status.NEEDS_PERSON)),
        )
        .order_by("-paid_on", "-pk")
    )
    if show == "open":
        return found.filter(status__in=(Remittance.Status.PARTLY, Remittance.Status.UNBALANCED))
    return found


def unposted() -> QuerySet[RemittanceClaim]:
    """Return the decisions that wait for a person, the most dollars first."""
    waiting = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.NEEDS_PERSON)
    return (
        waiting.select_related("remittance__payer", "claim__patient")
        .annotate(worth=Abs("paid"))
        .order_by("-worth", "pk")
    )


def unposted_sum() -> Decimal:
    """Return the dollars of the decisions that wait for a person."""
    waiting = RemittanceClaim.objects.filter(status=RemittanceClaim.Status.NEEDS_PERSON)
    return waiting.aggregate(sum=Sum("paid"))["sum"] or ZERO


def remittance_page(pk: UUID) -> QuerySet[Remittance]:
    """Return one remittance with its claims."""
    rows = RemittanceClaim.objects.select_related("claim__patient", "posting").order_by("place")
    return (
        Remittance.objects.filter(pk=pk)
        .select_related("payer", "exchange", "bank_line")
        .prefetch_related(Prefetch("claims", rows))
    )


@dataclass(frozen=True, slots=True)
class RowRead:
    """A decision as its page shows it: the row and what was read in it."""

    row: RemittanceClaim
    read: ClaimRead


def row_read(row: RemittanceClaim) -> RowRead:
    """Return a decision with its lines as values."""
    return RowRead(row, decision(row))
