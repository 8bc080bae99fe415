"""Two versions of a claim side by side: parties, codes, lines and amounts, as they were sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from frontdesk import x12


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that both versions say, or only one of them."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the versions say different things."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs together: the parties, the claim, each line."""

    title: str
    rows: Sequence[Difference]

    @property
    def changes(self) -> int:
        """How many rows differ."""
        return sum(row.is_changed for row in self.rows)


def sent_body(content: bytes, number: str) -> x12.Claim | None:
    """Return a claim by its number out of a file that was sent; nothing where it is not there."""
    return next((one for one in x12.claims(content) if one.number == number), None)


def compare(before: x12.Claim, after: x12.Claim) -> list[Part]:
    """Return everything two versions say, part by part, with what changed marked."""
    told = [(_parties(before), _parties(after), "Who"), (_claim(before), _claim(after), "Claim")]
    parts = [Part(title, _rows(one, other)) for one, other, title in told]
    for place, (one, other) in enumerate(zip_longest(before.lines, after.lines), start=1):
        rows = _rows(_line(one) if one else {}, _line(other) if other else {})
        parts.append(Part(f"Line {place}", rows))
    return parts


def _rows(before: dict[str, str], after: dict[str, str]) -> list[Difference]:
    labels = [*before, *(label for label in after if label not in before)]
    rows = [Difference(one, before.get(one, ""), after.get(one, "")) for one in labels]
    return [row for row in rows if row.before or row.after]


def _parties(claim: x12.Claim) -> dict[str, str]:
    patient = claim.patient
    return {
        "Payer": _named(claim.payer),
        "Billing provider": _named(claim.billing),
        "Subscriber": _named(claim.subscriber),
        "Member ID": claim.subscriber.identifier,
        "Subscriber’s birth date": _day(claim.subscriber),
        "Subscriber’s address": _address(claim.subscriber),
        "Patient": _named(patient) if patient else "The subscriber",
        "Patient’s birth date": _day(patient) if patient else "",
        "Patient’s address": _address(patient) if patient else "",
        "Rendering provider": _named(claim.rendering) if claim.rendering else "",
        "Place": _named(claim.facility) if claim.facility else "",
        **{
            f"Plan before: {_named(one.payer)}": f"paid {_dollars(one.paid)}"
            for one in claim.other_payers
        },
    }


def _claim(claim: x12.Claim) -> dict[str, str]:
    kinds = {"1": "First claim", "7": "Replacement", "8": "Void"}
    return {
        "Claim number": claim.number,
        "Kind": kinds.get(claim.frequency, claim.frequency),
        "Payer’s number": claim.payer_control,
        "Total": _dollars(claim.charge),
        "Place of service": claim.place_of_service,
        "Accident": " ".join([*claim.accident_causes, claim.accident_state]).strip(),
        "Since": ", ".join(f"{one.start:%m/%d/%Y}" for one in claim.periods),
        "Diagnoses": ", ".join(one.code for one in claim.diagnoses),
        "Authorization": claim.reference_value("G1"),
        "Group": claim.group_number,
        "Kind of payer": claim.filing,
    }


def _line(line: x12.ServiceLine) -> dict[str, str]:
    return {
        "Code": line.procedure.code,
        "Modifiers": " ".join(line.procedure.modifiers),
        "Units": f"{line.units.normalize():f}",
        "Charge": _dollars(line.charge),
        "Day": f"{line.service_date:%m/%d/%Y}",
        "Diagnosis pointers": " ".join(str(one) for one in line.pointers),
        "Drug": line.drug.ndc if line.drug else "",
        "Paid before": _joined(_dollars(one.paid) for one in line.payments),
        "Taken off before": _joined(
            f"{a.group}-{a.reason} {_dollars(a.amount)}"
            for one in line.payments
            for a in one.adjustments
        ),
    }


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _named(party: x12.Party) -> str:
    name = " ".join(part for part in (party.first, party.name) if part)
    return f"{name} ({party.npi})" if party.npi else name


def _day(member: x12.Member) -> str:
    return f"{member.birth_date:%m/%d/%Y}" if member.birth_date else ""


def _address(member: x12.Member) -> str:
    if member.address is None:
        return ""
    said = member.address
    return ", ".join(
        p for p in (said.line1, said.line2, said.city, said.state, said.postal_code) if p
    )


def _dollars(amount: Decimal | None) -> str:
    return "" if amount is None else f"${amount:,.2f}"
