"""What posting many decisions at once needs to know, in the same few questions for any number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Sum

from frontdesk.billing.models import Charge, Claim, ClaimLine, RemittanceClaim
from frontdesk.billing.queries.underpaying import Priced
from frontdesk.billing.rules.deciding import ChargeOpen
from frontdesk.billing.rules.remitting import REVERSAL
from frontdesk.billing.rules.secondary import AS_LATER
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy
from frontdesk.ledger.models import Account, Entry
from frontdesk.ledger.rules import Line, signed
from frontdesk.ledger.rules.chart import CONTRACTUAL, CREDIT, INSURANCE, OTHER, PATIENT
from frontdesk.people.models import Patient

_REDUCED = (CONTRACTUAL, OTHER)  # where what a payer takes off goes by itself
_Reduced = tuple[UUID, str, str]  # charge, account, reason


@dataclass(slots=True)
class Desk:
    """The claims that a batch of decisions is about, with all that decides how they are posted.

    `left` is what insurance owes on each charge, `reduced` what was taken off by decisions that
    paid nothing; both move as decisions are made, so that a reversal and its correction in one
    file are seen in their order.
    """

    claims: dict[UUID, Claim] = field(default_factory=dict)
    by_number: dict[str, UUID] = field(default_factory=dict)
    lines: dict[UUID, list[ClaimLine]] = field(default_factory=dict)
    charges: dict[UUID, list[ChargeOpen]] = field(default_factory=dict)
    priced: dict[UUID, Priced] = field(default_factory=dict)  # of each charge, for contracts
    left: dict[UUID, Decimal] = field(default_factory=dict)
    reduced: dict[UUID, dict[_Reduced, Decimal]] = field(default_factory=dict)  # by claim
    by_payer: dict[UUID, dict[UUID, Decimal]] = field(default_factory=dict)  # `left` if reversed
    after: dict[UUID, list[Claim]] = field(default_factory=dict)  # to later plans, if reversed
    with_credit: set[UUID] = field(default_factory=set)
    crossed: dict[UUID, list[UUID]] = field(default_factory=dict)  # sent on: first plan's, later
    later_ranks: dict[UUID, int] = field(default_factory=dict)  # the highest rank of each patient
    later: dict[UUID, Claim] = field(default_factory=dict)  # the version that replaces a claim

    def claim_of(self, row: RemittanceClaim) -> Claim | None:
        """Return the claim that a decision names, or was matched with by hand.

        A plan to which the claim was sent on names the first plan's: ours for it is meant.
        """
        if row.claim_id:
            return self.claims.get(row.claim_id)
        key = self.by_number.get(row.claim_number)
        first = self.claims.get(key) if key else None
        if first is None:
            return None
        if row.status_code == REVERSAL and first.replaces_id and not first.is_decided:
            return self.claims.get(first.replaces_id, first)  # it took back what this one corrects
        later = [self.claims[key] for key in self.crossed.get(first.pk, ())]
        payer = row.remittance.payer_id
        for claim in later:
            is_theirs = payer == claim.payer_id != first.payer_id
            if AS_LATER.get(row.status_code) == claim.level or is_theirs:
                return claim
        return first

    def charges_of(self, claim: Claim) -> list[ChargeOpen]:
        """Return the claim's charges with what insurance still owes on each now."""
        return [
            charge.with_open(self.left.get(charge.charge_id, ZERO))
            for charge in self.charges.get(claim.pk, [])
        ]

    def charge(self, line: ClaimLine) -> ChargeOpen:
        """Return the charge that a line of a claim is about."""
        held = self.charges.get(line.claim_id, [])
        return next(charge for charge in held if charge.charge_id == line.charge_id)

    def given_back(self, claim: Claim) -> list[Line]:
        """Return the lines that give back what a refused claim's decision took off.

        Payers decide anew on a claim of which they paid nothing without reversing it first: the
        new decision then states the whole reduction once more.
        """
        if claim.status != Claim.Status.DENIED:
            return []
        standing = {
            one.charge_id: one.base for one in self.charges_of(claim) if not one.is_reversed
        }
        return [
            signed(standing[charge].moving(account, INSURANCE, amount, "adjustment", reason))
            for (charge, account, reason), amount in self.reduced.get(claim.pk, {}).items()
            if charge in standing and amount
        ]

    def with_later_plans(self, claim: Claim) -> list[Line]:
        """Return the lines that give the patient back what later plans have not decided yet.

        It was the patient's share of the decision that is reversed now, and was billed on.
        """
        payers = {one.payer_id for one in self.after.get(claim.pk, ())} - {claim.payer_id}
        return [
            replace(one.base, amount=amount, kind="next_plan", payer_id=payer)
            for one in (self.charges_of(claim) if payers else ())
            for payer, amount in self.by_payer.get(one.charge_id, {}).items()
            if payer in payers and amount > ZERO and not one.is_reversed
        ]

    def note(self, lines: Iterable[Line]) -> None:
        """Remember what lines that will be posted change."""
        for line in lines:
            if line.charge_id is None:
                continue
            self.note_reduced(line)
            self.note_payer(line)
            if line.source == INSURANCE:
                self.left[line.charge_id] = self.left.get(line.charge_id, ZERO) - line.amount
            elif line.target == INSURANCE:
                self.left[line.charge_id] = self.left.get(line.charge_id, ZERO) + line.amount

    def note_reduced(self, line: Line) -> None:
        """Remember what a line takes off a claim, or gives back."""
        for account, other, sign in ((line.target, line.source, 1), (line.source, line.target, -1)):
            if other == INSURANCE and account in _REDUCED and line.claim_id and line.charge_id:
                key = (line.charge_id, account, line.reason)
                taken = self.reduced.setdefault(line.claim_id, {})
                taken[key] = taken.get(key, ZERO) + sign * line.amount

    def note_payer(self, line: Line) -> None:
        """Remember by how much a line changes what one payer owes on a charge."""
        if INSURANCE not in {line.source, line.target} or not (line.charge_id and line.payer_id):
            return
        owed = self.by_payer.setdefault(line.charge_id, {})
        change = line.amount if line.target == INSURANCE else -line.amount
        owed[line.payer_id] = owed.get(line.payer_id, ZERO) + change


def desk_for(rows: Collection[RemittanceClaim]) -> Desk:
    """Return what posting the decisions needs. Patients and then claims are held, in order."""
    numbers = {row.claim_number for row in rows if not row.claim_id}
    keys = {row.claim_id for row in rows if row.claim_id}
    named = Claim.objects.filter(Q(number__in=numbers) & ~Q(status=Claim.Status.VOIDED))
    wanted = named | Claim.objects.filter(pk__in=keys) if keys else named
    about = list(wanted.values_list("pk", "patient_id"))
    if any(row.status_code == REVERSAL for row in rows):  # of what a correction stands for, too
        formers = wanted.values_list("replaces", "patient_id")
        about += [(former, patient) for former, patient in formers if former]
    crossed = _crossed([pk for pk, _ in about])
    about += [(later, patient) for _, later, patient in crossed]
    patients = sorted({patient_id for _, patient_id in about})
    _hold_patients(patients)
    desk = Desk()
    for claim in Claim.objects.lock_many([pk for pk, _ in about]):
        desk.claims[claim.pk] = claim
        if claim.status != Claim.Status.VOIDED:
            desk.by_number[claim.number] = claim.pk
    for first, later, _ in crossed:
        desk.crossed.setdefault(first, []).append(later)
    _read_lines(desk)
    _read_reduced(desk)
    _read_after(desk, rows)
    desk.with_credit = _with_credit(patients)
    desk.later_ranks = _highest_ranks(patients)
    desk.later = _later_versions(desk)
    return desk


def _later_versions(desk: Desk) -> dict[UUID, Claim]:
    """Return the version in hand that replaces or takes back a claim, by the claim's key."""
    gone = (Claim.Status.VOIDED, Claim.Status.HELD, Claim.Status.READY, Claim.Status.REJECTED)
    found = Claim.objects.filter(replaces__in=list(desk.claims)).exclude(status__in=gone)
    later = {row.replaces_id: row for row in found.order_by("pk")}
    return {key: desk.claims.get(row.pk, row) for key, row in later.items() if key}


def _hold_patients(patients: Sequence[UUID]) -> None:
    held = Patient.objects.filter(pk__in=patients).order_by("pk").select_for_update(of=("self",))
    list(held.values_list("pk"))


def _crossed(claims: Collection[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """Claims that payers sent on to later plans: the first plan's, the later one, the patient."""
    first = "lines__charge__claim_lines__claim"  # that bills one of the same charges
    later = Claim.objects.filter(
        **{f"{first}__in": claims, "level__gt": F(f"{first}__level")}, crossed_over=True
    ).exclude(status=Claim.Status.VOIDED)
    return list(later.order_by("pk").values_list(first, "pk", "patient_id").distinct())


def _read_lines(desk: Desk) -> None:
    found = list(ClaimLine.objects.filter(claim_id__in=desk.claims.keys()).order_by("place"))
    charges = _charges({line.charge_id for line in found})
    desk.left = _left(charges.keys())
    lines: dict[UUID, list[ClaimLine]] = defaultdict(list)
    opened: dict[UUID, list[ChargeOpen]] = defaultdict(list)
    for line in found:
        lines[line.claim_id].append(line)
        claim = desk.claims[line.claim_id]
        opened[claim.pk].append(_charge_open(charges[line.charge_id], claim))
    desk.lines, desk.charges = dict(lines), dict(opened)
    desk.priced = {key: _priced(charge) for key, charge in charges.items()}


_CHARGE = (
    "pk",
    "number",
    "code",
    "modifiers",
    "amount",
    "status",
    "patient_id",
    "provider_id",
    "visit__site_id",
    "visit_id",
    "on",
    "units",
)


def _charges(keys: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = Charge.objects.filter(pk__in=keys).values_list(*_CHARGE)
    return {row[0]: dict(zip(_CHARGE, row, strict=True)) for row in rows}


def _priced(charge: dict[str, Any]) -> Priced:
    return Priced(
        charge["code"],
        charge["modifiers"],
        charge["on"],
        charge["provider_id"],
        charge["visit__site_id"],
        charge["amount"],
        charge["units"],
    )


def _charge_open(charge: dict[str, Any], claim: Claim) -> ChargeOpen:
    return ChargeOpen(
        charge_id=charge["pk"],
        control=str(charge["number"]),
        code=charge["code"],
        modifiers=charge["modifiers"],
        amount=charge["amount"],
        open=ZERO,
        is_reversed=charge["status"] == Charge.Status.REVERSED,
        base=Line(
            INSURANCE,
            PATIENT,
            ZERO,
            "",
            patient_id=charge["patient_id"],
            provider_id=charge["provider_id"],
            site_id=charge["visit__site_id"],
            visit_id=charge["visit_id"],
            charge_id=charge["pk"],
            payer_id=claim.payer_id,
            claim_id=claim.pk,
            service_on=charge["on"],
        ),
    )


def _left(charge_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    owed = _account(INSURANCE)
    on_them = Entry.objects.filter(charge_id__in=charge_ids).order_by()
    sums: dict[UUID, Decimal] = {}
    for side, sign in (("target_id", 1), ("source_id", -1)):
        rows = on_them.filter(**{side: owed}).values_list("charge_id")
        for charge_id, amount in rows.annotate(Sum("amount")):
            sums[charge_id] = sums.get(charge_id, ZERO) + sign * amount
    return sums


def _read_reduced(desk: Desk) -> None:
    """Read what was taken off the claims of which nothing was paid: mostly there are none."""
    refused = [key for key, claim in desk.claims.items() if claim.status == Claim.Status.DENIED]
    if not refused:
        return
    charges = {one.charge_id for key in refused for one in desk.charges.get(key, ())}
    found = Entry.objects.filter(charge_id__in=charges, claim_id__in=refused)
    for entry in found.filter(kind__startswith="adjustment").select_related("source", "target"):
        desk.note_reduced(entry.as_line())


def _read_after(desk: Desk, rows: Collection[RemittanceClaim]) -> None:
    """Read the claims to later plans that follow decisions which are reversed now."""
    told = [desk.claim_of(row) for row in rows if row.status_code == REVERSAL]
    keys = {claim.pk for claim in told if claim is not None}
    if not keys:
        return
    first = "lines__charge__claim_lines__claim"  # that bills one of the same charges
    later = Claim.objects.filter(**{f"{first}__in": keys, "level__gt": F(f"{first}__level")})
    later = later.exclude(status__in=(Claim.Status.VOIDED, Claim.Status.CLOSED))
    pairs = sorted(set(later.values_list(first, "pk")))
    claims = Claim.objects.in_bulk({pk for _, pk in pairs})
    for key, pk in pairs:
        if key in keys:
            desk.after.setdefault(key, []).append(claims[pk])
    charges = {one.charge_id for key in desk.after for one in desk.charges.get(key, ())}
    for entry in Entry.objects.filter(charge_id__in=charges).select_related("source", "target"):
        desk.note_payer(entry.as_line())


def _with_credit(patients: Collection[UUID]) -> set[UUID]:
    """Return the patients who have ever had credit: theirs is settled when something falls due."""
    credit = _account(CREDIT)
    touched = Q(source_id=credit) | Q(target_id=credit)
    rows = Entry.objects.filter(touched, patient_id__in=patients).order_by()
    return set(rows.values_list("patient_id", flat=True).distinct())


def _account(code: str) -> UUID | None:
    """Return the account's key: asked for by it, the books are searched by it and not read."""
    return Account.objects.filter(code=code).values_list("pk", flat=True).first()


def _highest_ranks(patients: Collection[UUID]) -> dict[UUID, int]:
    ranks: dict[UUID, int] = {}
    for patient_id, rank in Policy.objects.filter(patient_id__in=patients).values_list(
        "patient_id", "rank"
    ):
        ranks[patient_id] = max(rank, ranks.get(patient_id, 0))
    return ranks
