"""The professional claim: its sums, pointers, original reference and other payers."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.common import ZERO, Note, Rules

_CORRECTIONS = {"7", "8"}


@dataclass(slots=True)
class _Payment:
    """What another payer did with the claim or with one line of it."""

    number: int
    paid: Decimal | None
    adjusted: Decimal = ZERO


@dataclass(slots=True)
class _Claim:
    number: int
    charge: Decimal
    frequency: str
    lines: Decimal = ZERO
    count: int = 0
    diagnoses: int = 0
    has_original: bool = False
    line: Decimal = ZERO
    payers: list[_Payment] = field(default_factory=list)
    decision: _Payment | None = None
    decided: Decimal = ZERO
    named_payers: set[str] = field(default_factory=set)
    deciding_payers: dict[str, int] = field(default_factory=dict)
    is_spoilt: bool = False


class ClaimRules(Rules):
    """Follows an 837P."""

    hooks: ClassVar[dict[str, str]] = {
        **Rules.hooks,
        "CLM": "claim",
        "HI": "codes",
        "REF": "reference",
        "LX": "line_number",
        "SV1": "service",
        "SBR": "coverage",
        "AMT": "amount",
        "CAS": "adjustment",
        "SVD": "decision",
    }

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start outside any claim."""
        super().__init__(note, delimiters)
        self._claim: _Claim | None = None

    def claim(self, loop: str, text: str, number: int) -> None:
        """CLM: a new claim begins."""
        self._end_claim()
        parts = text.split(self.element)
        frequency = parts[5].split(self.component)[2]
        self._claim = _Claim(number, Decimal(parts[2]), frequency)

    def level(self, loop: str, text: str, number: int) -> None:
        """HL: the claim before it is over."""
        self._end_claim()
        super().level(loop, text, number)

    def codes(self, loop: str, text: str, number: int) -> None:
        """HI: count the diagnoses a line may point at."""
        if self._claim and text[3:5] in {"AB", "BK"}:
            self._claim.diagnoses = text.count(self.element)

    def reference(self, loop: str, text: str, number: int) -> None:
        """REF: remember the payer's number for the claim that is corrected."""
        if loop == "2300" and self._claim and text[4:6] == "F8":
            self._claim.has_original = True

    def line_number(self, loop: str, text: str, number: int) -> None:
        """LX: lines count from 1 in each claim."""
        claim = self._claim
        if claim is None:
            return
        self._end_line(claim)
        claim.count += 1
        if text[3:] != str(claim.count):
            self.note("line-order", loop, "LX", number, "LX01")

    def service(self, loop: str, text: str, number: int) -> None:
        """SV1: add the charge, follow the pointers."""
        claim = self._claim
        if claim is None:
            return
        parts = text.split(self.element)
        claim.line = Decimal(parts[2])
        claim.lines += claim.line
        for pointer in parts[7].split(self.component):
            if pointer and int(pointer) > claim.diagnoses:
                self.note("diagnosis-pointer", loop, "SV1", number, "SV107")
                break

    def coverage(self, loop: str, text: str, number: int) -> None:
        """SBR: another payer of the claim begins in 2320."""
        if loop == "2320" and self._claim:
            self._claim.payers.append(_Payment(number, None))

    def amount(self, loop: str, text: str, number: int) -> None:
        """AMT*D: what that payer paid."""
        claim = self._claim
        if loop == "2320" and claim and claim.payers and text[4] == "D":
            claim.payers[-1].paid = Decimal(text[6:])

    def decision(self, loop: str, text: str, number: int) -> None:
        """SVD: what another payer paid on the line."""
        claim = self._claim
        if claim:
            self._end_decision(claim)
            parts = text.split(self.element, 3)
            claim.decision = _Payment(number, Decimal(parts[2]))
            claim.deciding_payers.setdefault(parts[1], number)

    def name(self, loop: str, text: str, number: int) -> None:
        """NM1: remember the other payers by their number."""
        super().name(loop, text, number)
        if loop == "2330B" and self._claim:
            self._claim.named_payers.add(text.split(self.element)[9])

    def adjustment(self, loop: str, text: str, number: int) -> None:
        """CAS: add the reductions of another payer."""
        claim = self._claim
        if claim is None:
            return
        total = sum_adjustments(text.split(self.element))
        if loop == "2430" and claim.decision:
            claim.decision.adjusted += total
            claim.decided += total
        elif loop == "2320" and claim.payers:
            claim.payers[-1].adjusted += total

    def spoil(self, loop: str, segment: str) -> None:
        """An amount or pointer is unreadable: do not judge this claim's sums."""
        if segment == "CLM":
            self._end_claim()
            self._claim = None
        elif self._claim and segment != "NM1":
            self._claim.is_spoilt = True

    def finish(self, number: int) -> None:
        """The last claim is over."""
        self._end_claim()
        super().finish(number)

    def _end_claim(self) -> None:
        claim, self._claim = self._claim, None
        if claim is None:
            return
        self._end_line(claim)
        if claim.is_spoilt:
            return
        if claim.lines != claim.charge:
            self.note("balance-claim-charge", "2300", "CLM", claim.number, "CLM02")
        if claim.frequency in _CORRECTIONS and not claim.has_original:
            self.note("original-reference", "2300", "CLM", claim.number, "CLM05-3")
        for payer in claim.payers:
            self._end_payer(claim, payer)
        for payer_id, number in claim.deciding_payers.items():
            if payer_id not in claim.named_payers:
                self.note("payer-line-unknown", "2430", "SVD", number, "SVD01")

    def _end_payer(self, claim: _Claim, payer: _Payment) -> None:
        """Judged for the only other payer; line adjustments do not say whose claim they sum to."""
        if payer.paid is None or len(claim.payers) > 1:
            return
        if payer.paid + payer.adjusted + claim.decided != claim.charge:
            self.note("balance-other-payer", "2320", "SBR", payer.number, "")

    def _end_line(self, claim: _Claim) -> None:
        self._end_decision(claim)

    def _end_decision(self, claim: _Claim) -> None:
        decision, claim.decision = claim.decision, None
        if decision is None or decision.paid is None or claim.is_spoilt:
            return
        if decision.paid + decision.adjusted != claim.line:
            self.note("balance-other-line", "2430", "SVD", decision.number, "SVD02")


class InstitutionalRules(ClaimRules):
    """Follows an 837I: its lines carry the charge elsewhere and point at no diagnosis."""

    hooks: ClassVar[dict[str, str]] = {
        **{name: method for name, method in ClaimRules.hooks.items() if name != "SV1"},
        "SV2": "institutional_service",
    }

    def institutional_service(self, loop: str, text: str, number: int) -> None:
        """SV2: add the charge."""
        claim = self._claim
        if claim is not None:
            claim.line = Decimal(text.split(self.element, 4)[3])
            claim.lines += claim.line


def sum_adjustments(parts: list[str]) -> Decimal:
    """The dollars of one CAS: every third element from the third on."""
    if len(parts) <= 5:
        return Decimal(parts[3])
    return sum((Decimal(amount) for amount in parts[3::3] if amount), ZERO)
