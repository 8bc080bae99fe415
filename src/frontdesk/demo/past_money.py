"""What a past visit of the demo moved in the books: charges, copay, claim, remittance, balance."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from frontdesk.billing.models import Charge, Claim, ClaimEvent, ClaimLine
from frontdesk.core.clock import now
from frontdesk.coverage.models import Policy
from frontdesk.demo import office
from frontdesk.demo.bulk import new
from frontdesk.demo.foundation import CENT, allowed
from frontdesk.ledger.models import Entry, Payment, Posting
from frontdesk.visits.models import Superbill, SuperbillDiagnosis, SuperbillLine, Visit

if TYPE_CHECKING:
    from frontdesk.demo.history import Past

ZERO = Decimal("0.00")
DESK = "Maya Ortiz"
GIVEN_UP_DAYS = 60  # a denial this old was appealed: most were won, the rest written off
WON_SHARE, APPEAL_DAYS = 0.7, 35
READY_DAYS, WAITING_DAYS = 1, 12  # claims this young wait to be sent; these wait for the payer
SETTLED_DAYS = 20  # older visits may have been charged or posted late
# Days after the payer's answer until most people pay, until nearly all do, and until it is lost.
FIRST_BILL, LAST_BILL, LOST = 25, 90, 230


def has_copay(code: str) -> bool:
    """Return whether plans ask a copay for a service: for office visits, not for prevention."""
    return code.startswith("Z92")


class Money:
    """What one visit moved in the books."""

    def __init__(
        self, past: "Past", visit: Visit, superbill: Superbill, lines: list[SuperbillLine],
        policy: Policy | None, copay: Decimal,
    ) -> None:  # fmt: skip
        self.past, self.visit, self.superbill, self.lines = past, visit, superbill, lines
        self.policy, self.copay = policy, copay
        self.rows = past.rows
        self.payer = past.world.facts[visit.patient_id].payer if policy else None
        self.age = (now().date() - visit.on).days
        self.charges: list[Charge] = []
        self.owed: dict[Any, Decimal] = {}  # by the patient, for each charge
        self.answered = visit.on + timedelta(days=WAITING_DAYS)  # by the payer, or billed at once
        self.claim: Claim | None = None
        self.luck = random.Random(int(visit.stage_since.timestamp()))  # noqa: S311 - made up
        self.late = self._lateness((80, 10, 6, 3, 1)) if self.age > SETTLED_DAYS else 0
        if superbill.signed_at:
            superbill.signed_at += timedelta(days=self.late)

    def post(self) -> None:
        """Post charges, what was taken at the desk, and what the payer made of the claim."""
        self._take_copay()
        self._charge()
        if self.claim is None:
            self.owed = {charge.pk: charge.amount for charge in self.charges}
            self._settle(self.copay)
        elif self.age > WAITING_DAYS:
            self._adjudicate()

    def _posting(self, kind: str, memo: str, on: date, *, late: int = 0) -> Posting:
        at = datetime.combine(on + timedelta(days=late), time(16), tzinfo=UTC)
        posting: Posting = self.rows.add(
            new(
                Posting,
                kind=kind, key=f"{kind}:{self.visit.pk}:{memo}"[:120], memo=memo, posted_on=on,
                posted_at=at, posted_by=DESK,
            )
        )  # fmt: skip
        return posting

    def _lateness(self, weights: tuple[int, ...]) -> int:
        """Return how many days late something was entered; the office got better at it."""
        if self.luck.random() < 0.5 - self.age / 1460:
            return 0
        return self.luck.choices(range(len(weights)), weights)[0]

    def _entry(
        self, posting: Posting, kind: str, move: tuple[str, str], amount: Decimal, **more: Any
    ) -> None:
        if amount <= 0:
            return
        source, target = move
        self.rows.add(
            new(
                Entry, posting=posting, kind=kind, source=self.past.accounts[source],
                target=self.past.accounts[target], amount=amount, posted_on=posting.posted_on,
                patient=self.visit.patient, provider=self.visit.provider, site=self.visit.site,
                visit_id=self.visit.pk, service_on=self.visit.on, **more,
            )
        )  # fmt: skip

    def _take_copay(self) -> None:
        if self.copay <= 0:
            return
        self._payment("copay", self.copay, self.visit.on, "patient.credit", self.past.chance)

    def _payment(
        self, kind: str, amount: Decimal, on: date, source: str, chance: random.Random
    ) -> None:
        method = chance.choice(["card", "card", "cash", "check"])
        posting = self._posting("payment", kind, on)
        payment: Payment = self.rows.add(
            new(
                Payment, patient=self.visit.patient, amount=amount, method=method, kind=kind,
                reference="4471" if method == "card" else "", taken_at=posting.posted_at,
                taken_by=DESK, site=self.visit.site, visit_id=self.visit.pk, posting=posting,
                key=f"history:{posting.pk}",
            )
        )  # fmt: skip
        account = {"cash": "cash", "check": "checks", "card": "cards"}[method]
        parts = [(None, amount)] if kind == "copay" else self._taken_off(amount)
        for key, part in parts:
            said = {"payment_id": payment.pk} | ({"charge_id": key} if key else {})
            self._entry(posting, "payment", (source, account), part, **said)

    def _charge(self) -> None:
        posting = self._posting("charge", "Superbill", self.visit.on, late=self.late)
        owed_by = "receivable.insurance" if self.policy else "receivable.patient"
        for line in self.lines:
            charge: Charge = self.rows.add(
                new(
                    Charge,
                    visit=self.visit, patient=self.visit.patient, provider=self.visit.provider,
                    line=line, on=self.visit.on, code=line.code, description=line.description,
                    units=1, pointers="A", amount=line.charge, posting=posting,
                )
            )  # fmt: skip
            self.charges.append(charge)
            self._entry(
                posting, "charge", ("income.services", owed_by), charge.amount,
                charge_id=charge.pk, payer_id=self._payer_id(),
                label=f"{line.code} {line.description}",
            )  # fmt: skip
        if self.policy:
            self._claim()

    def _payer_id(self) -> Any:
        return self.past.world.payers[self.payer.payer_id].pk if self.payer else None

    def _claim(self) -> None:
        if self.policy is None or self.payer is None:
            return
        payer = self.past.world.payers[self.payer.payer_id]
        built = self.superbill.signed_at or now()
        sent = None if self.age <= READY_DAYS else built + timedelta(hours=8)
        self.claim = self.rows.add(
            new(
                Claim, visit=self.visit, patient=self.visit.patient, provider=self.visit.provider,
                policy=self.policy, payer=payer, on=self.visit.on, built_at=built, sent_at=sent,
                total=sum((charge.amount for charge in self.charges), ZERO),
                status="ready" if sent is None else "accepted",
                diagnoses=[
                    row.code
                    for row in self.rows.made[SuperbillDiagnosis][-2:]
                    if row.superbill_id == self.superbill.pk
                ],
                file_by=self.visit.on + timedelta(days=self.payer.filing_days),
                payer_control_number="" if sent is None else f"P{self.visit.pk.hex[-10:].upper()}",
            )
        )  # fmt: skip
        for place, charge in enumerate(self.charges, start=1):
            self.rows.add(new(ClaimLine, claim=self.claim, charge=charge, place=place))
        self._happened("built", "Built from the superbill", built)
        if sent:
            self._send(built, sent)

    def _send(self, built: datetime, sent: datetime) -> None:
        """Most claims pass at once; some were held here, a few came back. Both became fewer."""
        trouble = self.luck.random() if self.age > SETTLED_DAYS else 1.0
        if trouble < 0.02 + self.age / 14600:
            self._happened("held", "Held: the member number has a wrong form", built)
            self._happened("ready", "Passed every check", built + timedelta(hours=2))
        self._happened("sent", "Sent to the clearinghouse", sent)
        if 0.1 < trouble < 0.11 + self.age / 29200:
            back = sent + timedelta(hours=5)
            self._happened("rejected", "Rejected: the subscriber is not found", back, "A3:33")
            self._happened("ready", "Passed every check", back + timedelta(hours=20))
            sent = back + timedelta(hours=24)
            self._happened("sent", "Sent to the clearinghouse", sent)
        self._happened("277CA", "Accepted by the payer", sent + timedelta(hours=5), "A2:20")

    def _happened(self, kind: str, words: str, at: datetime, code: str = "") -> None:
        self.rows.add(
            new(
                ClaimEvent,
                claim=self.claim,
                at=at,
                kind=kind,
                words=words,
                code=code,
                by_name="Frontdesk",
            )
        )

    def _adjudicate(self) -> None:
        claim, payer = self.claim, self.payer
        if claim is None or payer is None:
            return
        days = self.past.chance.randint(9, WAITING_DAYS)
        on = self.visit.on + timedelta(days=days)
        late = self._lateness((60, 25, 10, 5)) if self.age > SETTLED_DAYS else 0
        denied = self.past.chance.random() < 0.05
        if denied:
            at = datetime.combine(on + timedelta(days=late), time(15), tzinfo=UTC)
            self._happened("denied", "Denied: no authorization (CO-197)", at, "CO-197")
            if self.age > GIVEN_UP_DAYS and self.luck.random() < WON_SHARE:
                denied, on = False, on + timedelta(days=APPEAL_DAYS)
                self.answered = on
        posting = self._posting("remittance", f"{payer.name} paid", on, late=late)
        claim_lines = self.rows.made[ClaimLine][-len(self.charges) :]
        for charge, line in zip(self.charges, claim_lines, strict=True):
            line.reasons = ["CO-197"] if denied else ["CO-45"]
            self.owed[charge.pk] = ZERO if denied else self._line(posting, charge, line)
        claim.status = "denied" if denied else "paid"
        claim.paid = sum((line.paid for line in claim_lines), ZERO)
        claim.patient_responsibility = sum(self.owed.values(), ZERO)
        if not denied:
            paid_at = posting.posted_at - timedelta(hours=1)
            self._happened("paid", f"Paid ${claim.paid}", paid_at)
        elif self.age > GIVEN_UP_DAYS:
            self._give_up(claim)
        self._settle(self.copay)

    def _give_up(self, claim: Claim) -> None:
        posting = self._posting("write-off", "Denied for good", claim.on + timedelta(days=50))
        for charge in self.charges:
            self._entry(
                posting, "writeoff", ("receivable.insurance", "adjustment.writeoff"),
                charge.amount, charge_id=charge.pk, claim_id=claim.pk, payer_id=self._payer_id(),
                reason="CO-197", label=f"{charge.code} {charge.description}",
            )  # fmt: skip
        claim.status = "closed"
        self._happened("closed", "Written off after the appeal was lost", posting.posted_at)

    def _line(self, posting: Posting, charge: Charge, line: ClaimLine) -> Decimal:
        payer = self.payer
        if payer is None:
            return ZERO
        worth = allowed(payer, charge.amount)
        owed, reason = self._share(payer, charge, worth)
        refs = {
            "charge_id": charge.pk, "payer_id": self._payer_id(),
            "claim_id": line.claim_id, "label": f"{charge.code} {charge.description}",
        }  # fmt: skip
        insurance = "receivable.insurance"
        self._entry(posting, "payment", (insurance, "bank"), worth - owed, **refs)
        self._entry(
            posting, "contractual", (insurance, "adjustment.contractual"), charge.amount - worth,
            reason="CO-45", **refs,
        )  # fmt: skip
        self._entry(
            posting, "patient", (insurance, "receivable.patient"), owed, reason=reason, **refs
        )
        line.paid, line.allowed = worth - owed, worth
        return owed

    def _share(
        self, payer: office.PayerFacts, charge: Charge, worth: Decimal
    ) -> tuple[Decimal, str]:
        if charge.code in office.FREE or payer.kind == "Medicaid":
            return ZERO, ""
        if payer.copay and has_copay(charge.code):
            return min(payer.copay, worth), "PR-3"
        year = (charge.patient_id, charge.on.year)
        left = max(payer.deductible - self.past.met.get(year, ZERO), ZERO)
        part = min(left, worth)
        if part:
            self.past.met[year] = self.past.met.get(year, ZERO) + part
        share = ((worth - part) * payer.coinsurance).quantize(CENT, ROUND_HALF_UP)
        return part + share, "PR-1" if part else "PR-2"

    def _settle(self, credit: Decimal) -> None:
        """Let the copay pay first, and most people the rest later: each charge to the cent."""
        used = self._taken_off(credit)
        if used:
            posting = self._posting("credit", "Copay applied", self.visit.on)
            for key, part in used:
                self._entry(
                    posting, "credit", ("receivable.patient", "patient.credit"), part,
                    charge_id=key,
                )  # fmt: skip
        left = sum(self.owed.values(), ZERO)
        since = (now().date() - self.answered).days
        if left and since > FIRST_BILL and self.past.chance.random() < 0.86:
            self._pay_balance(left, FIRST_BILL, self.past.chance)
        elif left and since > LAST_BILL and self.luck.random() < 0.7:
            self._pay_balance(left, LAST_BILL, self.luck)
        elif left and since > LOST and self.luck.random() < 0.9:
            self._lose(left)

    def _pay_balance(self, left: Decimal, days: int, chance: random.Random) -> None:
        on = self.answered + timedelta(days=days)
        self._payment("balance", left, on, "receivable.patient", chance)

    def _lose(self, left: Decimal) -> None:
        """Write off what nobody paid after every bill and call: bad debt."""
        posting = self._posting("write-off", "Bad debt", self.answered + timedelta(days=LOST))
        for key, part in self._taken_off(left):
            self._entry(
                posting, "writeoff", ("receivable.patient", "adjustment.writeoff"), part,
                charge_id=key,
            )  # fmt: skip

    def _taken_off(self, amount: Decimal) -> list[tuple[Any, Decimal]]:
        """Take an amount off what is owed, charge after charge; return what came off each."""
        parts = []
        for key, owed in self.owed.items():
            part = min(amount, owed)
            self.owed[key], amount = owed - part, amount - part
            if part:
                parts.append((key, part))
        return parts
