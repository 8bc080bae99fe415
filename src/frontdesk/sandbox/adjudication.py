"""How the sandbox's payers decide: denied, reduced, deductible, copay, coinsurance, paid."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from frontdesk import x12
from frontdesk.sandbox.world import Member, Payer, Plan

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


@dataclass(slots=True)
class Used:
    """What a member and their family have used of the year's deductible and limit."""

    deductible: Decimal = ZERO
    family_deductible: Decimal = ZERO
    out_of_pocket: Decimal = ZERO
    family_out_of_pocket: Decimal = ZERO

    def deductible_left(self, plan: Plan) -> Decimal:
        """What may still be asked as deductible: either being met frees both."""
        left = plan.deductible - self.deductible
        if plan.family_deductible is not None:
            left = min(left, plan.family_deductible - self.family_deductible)
        return max(left, ZERO)

    def out_of_pocket_left(self, plan: Plan) -> Decimal | None:
        """What a patient may still be asked for in the year; None: there is no limit."""
        caps = [
            cap - used
            for cap, used in (
                (plan.out_of_pocket, self.out_of_pocket),
                (plan.family_out_of_pocket, self.family_out_of_pocket),
            )
            if cap is not None
        ]
        return max(min(caps), ZERO) if caps else None


@dataclass(slots=True)
class DecidedLine:
    """One line decided: charge = paid + all adjustments (group, reason, amount)."""

    code: str
    modifiers: list[str]
    charge: Decimal
    units: Decimal
    on: date
    control: str = ""
    paid: Decimal = ZERO
    allowed: Decimal = ZERO
    adjustments: list[tuple[str, str, Decimal]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def adjust(self, group: str, reason: str, amount: Decimal) -> None:
        """Add an adjustment, unless it is of nothing."""
        if amount:
            self.adjustments.append((group, reason, amount))

    @property
    def patient_share(self) -> Decimal:
        """The sum of PR."""
        return sum((amount for group, _, amount in self.adjustments if group == "PR"), ZERO)


@dataclass(slots=True)
class Decision:
    """A claim decided, as an 835 tells it. `deductible` is what moved the accumulators."""

    number: str
    status: str  # CLP02
    charge: Decimal
    payer_control: str
    lines: list[DecidedLine]
    filing: str = ""
    place_of_service: str = ""
    frequency: str = "1"
    patient: dict[str, str] = field(default_factory=dict)
    insured: dict[str, str] = field(default_factory=dict)
    rendering: dict[str, str] = field(default_factory=dict)
    deductible: Decimal = ZERO

    @property
    def paid(self) -> Decimal:
        """What the payer pays."""
        return sum((line.paid for line in self.lines), ZERO)

    @property
    def patient_share(self) -> Decimal:
        """What the patient owes."""
        return sum((line.patient_share for line in self.lines), ZERO)

    def reversed(self) -> "Decision":
        """Return the taking back of this decision: status 22, every sign turned."""
        lines = [
            DecidedLine(
                code=line.code,
                modifiers=line.modifiers,
                charge=-line.charge,
                units=line.units,
                on=line.on,
                control=line.control,
                paid=-line.paid,
                allowed=-line.allowed,
                adjustments=[
                    (group, reason, -amount) for group, reason, amount in line.adjustments
                ],
                remarks=line.remarks,
            )
            for line in self.lines
        ]
        told = {name: getattr(self, name) for name in _KEPT}
        return Decision(status="22", charge=-self.charge, lines=lines, **told)

    def as_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Decision":
        """Return the decision that was kept as plain data."""
        lines = [
            DecidedLine(
                code=line["code"],
                modifiers=line["modifiers"],
                charge=Decimal(line["charge"]),
                units=Decimal(line["units"]),
                on=date.fromisoformat(line["on"]),
                control=line["control"],
                paid=Decimal(line["paid"]),
                allowed=Decimal(line["allowed"]),
                adjustments=[(g, r, Decimal(amount)) for g, r, amount in line["adjustments"]],
                remarks=line["remarks"],
            )
            for line in told["lines"]
        ]
        amounts = {name: Decimal(told[name]) for name in ("charge", "deductible")}
        return cls(**{**told, **amounts, "lines": lines})


_KEPT = (
    "number",
    "payer_control",
    "filing",
    "place_of_service",
    "frequency",
    "patient",
    "insured",
    "rendering",
)
IsRepeated = Callable[[DecidedLine], bool]
Refusal = tuple[str, str, str]  # group, CARC, RARC; the last may be empty
APART = frozenset(("25", "59", "XE", "XP", "XS", "XU"))  # modifiers: a service of its own


def decide(
    claim: x12.Claim,
    *,
    payer: Payer,
    plan: Plan,
    member: Member,
    used: Used,
    received_on: date,
    payer_control: str,
    is_repeated: IsRepeated,
    refusal: Refusal | None = None,
) -> Decision:
    """Decide a claim. `used` moves with it; each line's charge = paid + adjustments.

    `refusal` is why the whole claim is refused where no rule of the plan says more.
    """
    lines = [_line(line) for line in claim.lines]
    decision = Decision(
        number=claim.number,
        status="2" if claim.responsibility in {"S", "T"} else "1",
        charge=claim.charge,
        payer_control=payer_control,
        lines=lines,
        filing=claim.filing,
        place_of_service=claim.place_of_service,
        frequency=claim.frequency,
        patient=_named(claim.patient or claim.subscriber, claim.subscriber.identifier),
        insured=_named(claim.subscriber, claim.subscriber.identifier),
        rendering=_rendering(claim),
    )
    npi = claim.rendering.npi if claim.rendering else claim.billing.npi
    in_network = plan.takes(npi) or plan.takes(claim.billing.npi)
    left_over = [_left_by_others(line) for line in claim.lines]
    copay_left: dict[str, Decimal] = {}
    for place, line in enumerate(lines):
        denial = _denial(claim, line, payer, plan, member, received_on, is_repeated) or refusal
        if denial:
            _refuse(line, denial)
            continue
        _price(line, payer)
        decision.deductible += _share(line, plan, used, copay_left, in_network=in_network)
        if left_over[place] is not None:
            _pay_after(line, left_over[place] or ZERO)
    if lines and all(line.allowed == 0 and not line.paid for line in lines):
        decision.status = "4"
    return decision


def anew(
    decision: Decision, *, payer: Payer, plan: Plan, used: Used, refusal: Refusal | None = None
) -> Decision:
    """Decide a decided claim once more: in full, by the contract, or (`refusal`) not at all.

    `used` moves with it; give it as it was before the first decision.
    """
    copay_left: dict[str, Decimal] = {}
    deductible = ZERO
    lines = []
    for before in decision.lines:
        line = DecidedLine(
            code=before.code, modifiers=before.modifiers, charge=before.charge,
            units=before.units, on=before.on, control=before.control,
        )  # fmt: skip
        if refusal:
            _refuse(line, refusal)
        else:
            _price(line, payer)
            deductible += _share(line, plan, used, copay_left, in_network=True)
        lines.append(line)
    status = "4" if refusal else "1"
    told = {name: getattr(decision, name) for name in _KEPT}
    return Decision(
        status=status, charge=decision.charge, lines=lines, deductible=deductible, **told
    )


def _refuse(line: DecidedLine, refusal: Refusal) -> None:
    group, reason, remark = refusal
    line.adjust(group, reason, line.charge)
    line.remarks = [remark] if remark else []


def _line(line: x12.ServiceLine) -> DecidedLine:
    return DecidedLine(
        code=line.procedure.code,
        modifiers=list(line.procedure.modifiers),
        charge=line.charge,
        units=line.units,
        on=line.service_date,
        control=line.control,
    )


def _denial(
    claim: x12.Claim,
    line: DecidedLine,
    payer: Payer,
    plan: Plan,
    member: Member,
    received_on: date,
    is_repeated: IsRepeated,
) -> Refusal | None:
    """Return group, CARC and RARC of a denial, or None."""
    number = claim.reference_value("G1")
    checks: Sequence[tuple[bool, Refusal]] = (
        (not member.is_covered_on(line.on), ("CO", "27", "N30")),
        (received_on - line.on > timedelta(days=payer.filing_days), ("CO", "29", "")),
        (claim.frequency == "1" and is_repeated(line), ("CO", "18", "N522")),
        (not plan.service(plan.service_type(line.code)).is_covered, ("PR", "204", "N130")),
        (line.code in plan.not_covered, ("CO", "96", "N425")),
        (_is_part(claim, line, plan), ("CO", "97", "M15")),
        (
            _wants_permission(plan, line) and not member.may(line.code, number, line.on),
            ("CO", "197", ""),
        ),
    )
    return next((denial for applies, denial in checks if applies), None)


def _is_part(claim: x12.Claim, line: DecidedLine, plan: Plan) -> bool:
    """Say whether a line is paid within another one of the claim, and does not stand apart."""
    whole = plan.part_of.get(line.code)
    if whole is None or APART & set(line.modifiers):
        return False
    return any(one.procedure.code == whole for one in claim.lines)


def _wants_permission(plan: Plan, line: DecidedLine) -> bool:
    service = plan.service(plan.service_type(line.code))
    return line.code in plan.needs_authorization or service.needs_authorization


def _left_by_others(line: x12.ServiceLine) -> Decimal | None:
    """Return what the plans before left to the patient; None: there was no plan before."""
    if not line.payments:
        return None
    last = line.payments[-1]
    return sum((one.amount for one in last.adjustments if one.group == "PR"), ZERO)


def _pay_after(line: DecidedLine, left: Decimal) -> None:
    """Pay as a later plan: its own benefit, and at most what the plans before left to the patient.

    What they paid and took off is OA-23: a later plan neither pays nor discounts it again.
    """
    benefit = line.paid
    line.adjustments = []
    line.adjust("OA", "23", line.charge - left)
    line.paid = min(benefit, left)
    line.adjust("PR", "2", left - line.paid)


def _price(line: DecidedLine, payer: Payer) -> None:
    fee = payer.allowed.get(line.code)
    allowed = (fee * line.units if fee is not None else line.charge * payer.allowed_ratio).quantize(
        CENT, ROUND_HALF_UP
    )
    line.allowed = min(allowed, line.charge)
    line.adjust("CO", "45", line.charge - line.allowed)
    line.paid = line.allowed


def _share(
    line: DecidedLine,
    plan: Plan,
    used: Used,
    copay_left: dict[str, Decimal],
    *,
    in_network: bool,
) -> Decimal:
    """Move the patient's share out of what would be paid; return the deductible part."""
    service_type = plan.service_type(line.code)
    service = plan.service(service_type)
    cap = used.out_of_pocket_left(plan)
    room = line.paid if cap is None else min(line.paid, cap)
    deductible = ZERO
    if plan.deductible_counts(service):
        deductible = min(line.paid, used.deductible_left(plan), room)
    left = copay_left.setdefault(service_type, service.copay or ZERO)
    copay = min(left, line.paid - deductible, room - deductible)
    copay_left[service_type] = left - copay
    rest = line.paid - deductible - copay
    share = (rest * plan.share(service, in_network=in_network)).quantize(CENT, ROUND_HALF_UP)
    coinsurance = min(share, room - deductible - copay)
    for reason, amount in (("1", deductible), ("2", coinsurance), ("3", copay)):
        line.adjust("PR", reason, amount)
        line.paid -= amount
        used.out_of_pocket += amount
        used.family_out_of_pocket += amount
    used.deductible += deductible
    used.family_deductible += deductible
    return deductible


def _named(party: x12.Party, member_id: str) -> dict[str, str]:
    return {"last": party.name, "first": party.first, "id": party.identifier or member_id}


def _rendering(claim: x12.Claim) -> dict[str, str]:
    rendering = claim.rendering
    if rendering is None or not rendering.npi:
        return {}
    return {"last": rendering.name, "first": rendering.first, "npi": rendering.npi}
