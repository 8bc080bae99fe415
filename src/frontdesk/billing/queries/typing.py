"""What typing a paper EOB needs: the claims it may be about, and their lines."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from frontdesk.billing.models import Claim, ClaimLine
from frontdesk.billing.rules.typed import COLUMNS, TypedClaim, TypedEob, TypedLine, read_line
from frontdesk.coverage.models import Payer

_UNSENT = (Claim.Status.HELD, Claim.Status.READY, Claim.Status.VOIDED)


def claims_to_type(payer: Payer | None, words: str, limit: int = 2) -> list[Claim]:
    """Return sent claims of a payer with this number, else of a patient with this last name."""
    sent = Claim.objects.exclude(status__in=_UNSENT)
    if payer is not None:
        sent = sent.filter(payer=payer)
    said = words.strip()
    by_number = list(sent.filter(number=said)[:limit])
    if by_number or not said:
        return by_number
    open_ = sent.filter(patient__last_name__iexact=said, paid=0)
    return list(open_.select_related("patient").order_by("on", "pk")[: limit + 6])


def typed_claims(keys: Sequence[str], said: Mapping[str, str]) -> list[TypedClaim]:
    """Return the claims that are being typed, in their order, with what was typed of each line.

    `said` has the fields of a line under "paid-" and its key, and so on.
    """
    found = {str(claim.pk): claim for claim in _with_lines(keys)}
    return [_typed(found[key], said) for key in dict.fromkeys(keys) if key in found]


def typed_eob(amount: Decimal | None, keys: Sequence[str], said: Mapping[str, str]) -> TypedEob:
    """Return the whole paper as typed."""
    return TypedEob(amount, typed_claims(keys, said))


def _with_lines(keys: Sequence[str]) -> QuerySet[Claim]:
    lines = ClaimLine.objects.select_related("charge").order_by("place")
    found = Claim.objects.filter(pk__in=keys).select_related("patient", "policy")
    return found.prefetch_related(Prefetch("lines", lines))


def _typed(claim: Claim, said: Mapping[str, str]) -> TypedClaim:
    return TypedClaim(
        key=str(claim.pk),
        number=claim.number,
        patient=claim.patient.name,
        lines=[_line(line, said) for line in claim.lines.all()],
        is_later_plan=claim.policy.rank > 1,
    )


def _line(line: ClaimLine, said: Mapping[str, str]) -> TypedLine:
    charge = line.charge
    made = TypedLine(str(line.pk), str(charge.number), charge.code, charge.modifiers, charge.amount)
    return read_line(
        made, {name: said.get(f"{name}-{line.pk}", "") for name in (*COLUMNS, "reason")}
    )
