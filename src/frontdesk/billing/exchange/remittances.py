"""A remittance (835) as plain values, for balancing and posting."""

from collections.abc import Sequence

from frontdesk import x12
from frontdesk.billing.rules.balancing import (
    AdjustmentRead,
    ClaimRead,
    LineRead,
    ProviderAdjustmentRead,
)
from frontdesk.core.money import ZERO


def claims_read(remittance: x12.Remittance) -> list[ClaimRead]:
    """Return the claims of a remittance."""
    return [_claim(claim) for claim in remittance.claims]


def provider_adjustments_read(remittance: x12.Remittance) -> list[ProviderAdjustmentRead]:
    """Return what was paid or kept back for no claim in particular."""
    return [
        ProviderAdjustmentRead(one.reason, one.amount, one.reference)
        for one in remittance.provider_adjustments
    ]


def _claim(claim: x12.RemittanceClaim) -> ClaimRead:
    patient = claim.patient
    return ClaimRead(
        number=claim.number,
        status=claim.status,
        charge=claim.charge,
        paid=claim.paid,
        patient_share=claim.patient_responsibility or ZERO,
        lines=[_line(line) for line in claim.lines],
        adjustments=_adjustments(claim.adjustments),
        payer_control=claim.payer_control,
        patient_name=f"{patient.first} {patient.name}".strip() if patient else "",
    )


def _line(line: x12.RemittanceLine) -> LineRead:
    billed = line.submitted or line.procedure
    return LineRead(
        control=line.control,
        code=billed.code,
        modifiers=tuple(billed.modifiers),
        charge=line.charge,
        paid=line.paid,
        adjustments=_adjustments(line.adjustments),
        remarks=tuple(line.remarks),
        allowed=line.allowed,
    )


def _adjustments(found: Sequence[x12.Adjustment]) -> list[AdjustmentRead]:
    return [AdjustmentRead(one.group, one.reason, one.amount) for one in found]
