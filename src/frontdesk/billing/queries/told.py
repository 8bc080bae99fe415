"""What patients were told before a visit, and what the payer made of it."""

from dataclasses import dataclass
from decimal import Decimal

from frontdesk.billing.models import Claim, ClaimEvent, RemittanceClaim
from frontdesk.billing.queries.remittances import lines_decided
from frontdesk.billing.rules.balancing import LineRead
from frontdesk.billing.rules.contracting import allowed_said
from frontdesk.billing.rules.told import SHARES, Share, Why, side_by_side, why_apart
from frontdesk.comms.models import Message
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Estimate, EstimateOutcome
from frontdesk.ledger.queries import payment_policy

LETTER = "told_letter"  # the kind of event of a claim


@dataclass(frozen=True, slots=True)
class Told:
    """An estimate of a visit beside what its claim left to the patient, in dollars."""

    estimate: Estimate
    told: Decimal
    low: Decimal
    high: Decimal
    owes: Decimal
    why: list[Why]
    messages: list[Message]  # in which it was explained
    beyond: Decimal  # from so much more the practice explains it unasked
    by_code: list[tuple[str, Decimal, Decimal]]  # told and owed
    letters: list[ClaimEvent]  # that were printed about it

    @property
    def more(self) -> Decimal:
        """What is owed beyond what was told; below zero where it is less."""
        return self.owes - self.told

    @property
    def is_much(self) -> bool:
        """Whether it is so much more that the office explains it unasked."""
        return self.more >= self.beyond


def told_of(claim: Claim) -> Told | None:
    """Return what the patient was told for the visit of a decided claim, if anything was."""
    outcome = (
        EstimateOutcome.objects.filter(claim_id=claim.pk, estimate__isnull=False)
        .select_related("estimate")
        .first()
    )
    if outcome is None or outcome.estimate is None or not claim.is_decided:
        return None
    lines = [_told_share(line) for line in outcome.estimate.told_lines]
    owes = claim.patient_responsibility
    decided = _decided(claim)
    why = why_apart(lines if decided else [], decided, told_sum=outcome.expected_owes, owed=owes)
    sent = Message.objects.filter(subject_id=claim.pk, kind="estimate.apart")
    return Told(
        outcome.estimate,
        outcome.expected_owes,
        outcome.low,
        outcome.high,
        owes,
        why,
        list(sent.order_by("-written_at", "-pk")),
        payment_policy().told_beyond,
        side_by_side(lines, decided) if decided else [],
        list(claim.events.filter(kind=LETTER).order_by("-at", "-pk")),
    )


def _told_share(line: dict[str, object]) -> Share:
    def dollars(name: str) -> Decimal:
        return Decimal(str(line.get(name, ZERO)))

    return Share(
        str(line["code"]),
        dollars("allowed"),
        dollars("deductible"),
        dollars("coinsurance"),
        dollars("copay"),
    )


def _decided(claim: Claim) -> list[Share]:
    posted = RemittanceClaim.objects.filter(
        claim=claim, status=RemittanceClaim.Status.POSTED, why=""
    )
    codes = {
        str(line.charge.number): line.charge.code
        for line in claim.lines.select_related("charge").order_by("place")
    }
    return [
        _decided_share(line, codes.get(line.control, line.code))
        for row in posted.order_by("pk")
        for line in lines_decided(row)
    ]


def _decided_share(line: LineRead, code: str) -> Share:
    parts = dict.fromkeys((*SHARES.values(), "other"), ZERO)
    for one in line.adjustments:
        if one.group == "PR":
            parts[SHARES.get(one.reason, "other")] += one.amount
    return Share(code, allowed_said(line), **parts)
