"""The remittance: lines, claims and the whole payment balance; reversals turn every sign."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules.checkdigits import npi_is_sound, routing_number_is_sound
from frontdesk.x12.rules.claim import sum_adjustments
from frontdesk.x12.rules.common import ZERO, Note, Rules

_REVERSAL = "22"
_ROUTING = "01"


@dataclass(slots=True)
class _Line:
    number: int
    charge: Decimal
    paid: Decimal
    adjusted: Decimal = ZERO


@dataclass(slots=True)
class _Claim:
    number: int
    status: str
    charge: Decimal
    paid: Decimal
    patient: Decimal | None
    adjusted: Decimal = ZERO
    patient_adjusted: Decimal = ZERO
    has_claim_adjustment: bool = False
    line_charges: Decimal = ZERO
    line_payments: Decimal = ZERO
    lines: int = 0
    is_spoilt: bool = False


class RemittanceRules(Rules):
    """Follows an 835."""

    hooks: ClassVar[dict[str, str]] = {
        **Rules.hooks,
        "BPR": "payment",
        "CLP": "claim",
        "SVC": "service",
        "CAS": "adjustment",
        "PLB": "provider_adjustment",
    }

    def __init__(self, note: Note, delimiters: Delimiters) -> None:
        """Start before the payment."""
        super().__init__(note, delimiters)
        self._payment: Decimal | None = None
        self._payment_number = 0
        self._expected = ZERO
        self._is_spoilt = False
        self._claim: _Claim | None = None
        self._line: _Line | None = None

    def payment(self, loop: str, text: str, number: int) -> None:
        """BPR: the amount, and the routing numbers of the banks."""
        parts = text.split(self.element)
        self._payment, self._payment_number = Decimal(parts[2]), number
        if self._payment < 0:
            self.note("payment-negative", loop, "BPR", number, "BPR02")
        for place in (6, 12):
            is_routed = len(parts) > place + 1 and parts[place] == _ROUTING
            if is_routed and not routing_number_is_sound(parts[place + 1]):
                self.note("bank-check-digit", loop, "BPR", number, f"BPR{place + 1:02}")

    def claim(self, loop: str, text: str, number: int) -> None:
        """CLP: a new claim begins."""
        self._end_claim()
        parts = text.split(self.element, 6)
        patient = Decimal(parts[5]) if len(parts) > 5 and parts[5] else None
        claim = _Claim(number, parts[2], Decimal(parts[3]), Decimal(parts[4]), patient)
        self._claim = claim
        self._expected += claim.paid
        if claim.status == _REVERSAL and (claim.charge > 0 or claim.paid > 0):
            self.note("reversal-sign", loop, "CLP", number, "CLP04" if claim.paid > 0 else "CLP03")

    def service(self, loop: str, text: str, number: int) -> None:
        """SVC: a new line begins."""
        self._end_line()
        claim = self._claim
        if claim is None:
            return
        parts = text.split(self.element, 4)
        self._line = _Line(number, Decimal(parts[2]), Decimal(parts[3]))
        claim.lines += 1
        claim.line_charges += self._line.charge
        claim.line_payments += self._line.paid

    def adjustment(self, loop: str, text: str, number: int) -> None:
        """CAS: on the line, or on the claim before its first line."""
        claim = self._claim
        if claim is None:
            return
        parts = text.split(self.element)
        total = sum_adjustments(parts)
        claim.adjusted += total
        if parts[1] == "PR":
            claim.patient_adjusted += total
        if self._line is not None:
            self._line.adjusted += total
        else:
            claim.has_claim_adjustment = True

    def provider_adjustment(self, loop: str, text: str, number: int) -> None:
        """PLB: every pair lowers the payment by its amount."""
        self._end_claim()
        parts = text.split(self.element)
        provider = parts[1]
        if len(provider) == 10 and provider.isdigit() and not npi_is_sound(provider):
            self.note("npi-check-digit", loop, "PLB", number, "PLB01")
        self._expected -= sum((Decimal(amount) for amount in parts[4::2] if amount), ZERO)

    def spoil(self, loop: str, segment: str) -> None:
        """An amount is unreadable: do not judge what depends on it."""
        if segment in {"BPR", "CLP", "PLB"}:
            self._is_spoilt = True
        if segment == "CLP":
            self._end_claim()
        elif self._claim and segment in {"SVC", "CAS"}:
            self._claim.is_spoilt = True

    def finish(self, number: int) -> None:
        """The claims and the payment are over."""
        self._end_claim()
        if self._payment is not None and not self._is_spoilt and self._payment != self._expected:
            self.note("balance-payment", "", "BPR", self._payment_number, "BPR02")
        super().finish(number)

    def _end_line(self) -> None:
        line, self._line = self._line, None
        if line is None or self._claim is None or self._claim.is_spoilt:
            return
        if line.charge - line.adjusted != line.paid:
            self.note("balance-line", "2110", "SVC", line.number, "SVC03")

    def _end_claim(self) -> None:
        self._end_line()
        claim, self._claim = self._claim, None
        if claim is None or claim.is_spoilt:
            return
        if claim.charge - claim.adjusted != claim.paid:
            self.note("balance-claim", "2100", "CLP", claim.number, "CLP04")
        elif claim.lines and not claim.has_claim_adjustment:
            self._end_lines(claim)
        owes = claim.patient if claim.status != _REVERSAL else None
        if owes is not None and owes != claim.patient_adjusted:
            self.note("balance-patient", "2100", "CLP", claim.number, "CLP05")

    def _end_lines(self, claim: _Claim) -> None:
        if claim.line_payments != claim.paid:
            self.note("balance-claim-lines", "2100", "CLP", claim.number, "CLP04")
        if claim.line_charges != claim.charge:
            self.note("balance-claim-charges", "2100", "CLP", claim.number, "CLP03")
