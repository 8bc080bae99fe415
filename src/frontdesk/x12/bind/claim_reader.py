"""837P loops into claims."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from frontdesk.x12.bind import values as v
from frontdesk.x12.models.claim import (
    Claim,
    Diagnosis,
    Drug,
    LinePayment,
    OtherPayer,
    ServiceLine,
)
from frontdesk.x12.models.common import Extra, Member, Message, Party
from frontdesk.x12.models.message import Body
from frontdesk.x12.tree import Branch

_CLAIM_PROVIDERS = ("2310A", "2310B", "2310C", "2310D", "2310E", "2310F")
_OTHER_PROVIDERS = ("2330C", "2330D", "2330E", "2330F", "2330G")
_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF"})
T = TypeVar("T")


class _Once(Generic[T]):
    """Reads a level above the claims once, for the first claim below it."""

    def __init__(self, read: Callable[[Branch], T]) -> None:
        self._read = read
        self._branch: Branch | None = None
        self._value: T | None = None

    def of(self, branch: Branch) -> T:
        """What the level says."""
        if branch is not self._branch or self._value is None:
            self._branch, self._value = branch, self._read(branch)
        return self._value


class _Header:
    """BHT, submitter and receiver."""

    def __init__(self, root: Branch) -> None:
        opening = root.take("BHT")
        self.reference = v.at(opening, 3)
        self.at: datetime | None = v.moment(v.at(opening, 4), v.at(opening, 5))
        self.kind = v.at(opening, 6)
        self.submitter = _party_of(root, "1000A")
        self.receiver = _party_of(root, "1000B")


class _Provider:
    """The billing provider level (2000A)."""

    def __init__(self, level: Branch) -> None:
        level.take("HL")
        self.billing = _party_of(level, "2010AA")
        speciality = level.take("PRV")
        self.billing.taxonomy = v.at(speciality, 3)
        self.pay_to = _maybe_party(level, "2010AB")
        self.pay_to_plan = _maybe_party(level, "2010AC")
        self.extra = v.rest(level) + _rest_of(level, "2010AA", "2010AB", "2010AC")


class _Subscriber:
    """The subscriber level (2000B)."""

    def __init__(self, level: Branch) -> None:
        level.take("HL")
        self.coverage = level.take("SBR") or []
        person = level.child("2010BA")
        self.member = v.member(person) if person else Member()
        self.member.relationship = v.at(self.coverage, 2)
        self.payer = _party_of(level, "2010BB")
        self.extra = v.rest(level) + _rest_of(level, "2010BA", "2010BB")


class _Patient:
    """The patient level (2000C)."""

    def __init__(self, level: Branch) -> None:
        level.take("HL")
        kin = level.take("PAT")
        person = level.child("2010CA")
        self.member = v.member(person) if person else Member()
        self.member.relationship = v.at(kin, 1)
        self.extra = v.rest(level) + _rest_of(level, "2010CA")
        if kin is not None and len(kin) > 2:
            self.extra += (Extra("2000C", ("PAT", *kin[1:])),)


class ClaimReader:
    """Builds a claim from each 2300; what stands above it is read once and shared."""

    unit = "2300"

    def __init__(self, take: Callable[[Body], None]) -> None:
        """`take` receives each claim."""
        self._take = take
        self._header = _Once(_Header)
        self._provider = _Once(_Provider)
        self._subscriber = _Once(_Subscriber)
        self._patient = _Once(_Patient)

    def finish(self, branch: Branch) -> None:
        """Build the claim of a 2300. The root makes none."""
        levels = branch.above()
        root, patient_level = levels.get(""), levels.get("2000C")
        provider_level, subscriber_level = levels.get("2000A"), levels.get("2000B")
        if root is None or provider_level is None or subscriber_level is None:
            return
        header = self._header.of(root)
        provider = self._provider.of(provider_level)
        subscriber = self._subscriber.of(subscriber_level)
        patient = self._patient.of(patient_level) if patient_level else None
        claim = _claim(branch)
        claim.reference, claim.at, claim.kind = header.reference, header.at, header.kind
        claim.submitter, claim.receiver = header.submitter, header.receiver
        claim.billing, claim.pay_to = provider.billing, provider.pay_to
        claim.pay_to_plan = provider.pay_to_plan
        claim.subscriber, claim.payer = subscriber.member, subscriber.payer
        _cover(claim, subscriber.coverage)
        claim.patient = patient.member if patient else None
        above = provider.extra + subscriber.extra + (patient.extra if patient else ())
        claim.extra = (*above, *claim.extra)
        self._take(claim)


def _cover(claim: Claim, coverage: list[str]) -> None:
    claim.responsibility = v.at(coverage, 1)
    claim.group_number, claim.group_name = v.at(coverage, 3), v.at(coverage, 4)
    claim.insurance_type, claim.filing = v.at(coverage, 5), v.at(coverage, 9)


def _claim(branch: Branch) -> Claim:
    groups = branch.take_groups()
    head = v.padded(groups.pop("CLM", None), 20)
    place, _, frequency = [*head[5].split(":"), "", "", ""][:3]
    accident = [*head[11].split(":"), "", "", "", "", ""]
    codes = _codes(groups.pop("HI", []))
    refs = v.references(groups.pop("REF", ()))
    amounts = v.amounts(groups.pop("AMT", ()))
    nobody = Party()
    claim = Claim(
        number=head[1],
        charge=v.money(head[2]),
        submitter=nobody,
        receiver=nobody,
        billing=nobody,
        subscriber=Member(),
        payer=nobody,
        diagnoses=tuple(
            Diagnosis(qualifier=kind, code=code) for kind, code in codes if kind in _DIAGNOSES
        ),
        lines=tuple(_line(line) for line in branch.each("2400")),
        place_of_service=place,
        frequency=frequency,
        payer_control=next((r.value for r in refs if r.qualifier == "F8"), ""),
        provider_signature=head[6],
        assignment=head[7],
        benefits_assigned=head[8],
        release=head[9],
        patient_signature=head[10],
        accident_causes=tuple(cause for cause in accident[:3] if cause),
        accident_state=accident[3],
        accident_country=accident[4],
        special_program=head[12],
        delay_reason=head[20],
        patient_paid=next((a.value for a in amounts if a.qualifier == "F5"), None),
        periods=v.periods(groups.pop("DTP", ())),
        references=tuple(r for r in refs if r.qualifier != "F8"),
        amounts=tuple(a for a in amounts if a.qualifier != "F5"),
        notes=_notes(groups.pop("NTE", ())),
        anesthesia_procedures=tuple(c for kind, c in codes if kind in {"BP", "BO"}),
        conditions=tuple(c for kind, c in codes if kind == "BG"),
        providers=tuple(v.party(b) for b in branch.each(*_CLAIM_PROVIDERS)),
        other_payers=tuple(_other_payer(b) for b in branch.each("2320")),
        segment=branch.number,
        position=branch.offset,
    )
    claim.extra = v.leftover("2300", groups) + _rest_of(branch, *_CLAIM_PROVIDERS)
    return claim


def _codes(segments: list[list[str]]) -> list[tuple[str, str]]:
    found = []
    for segment in segments:
        for value in segment[1:]:
            kind, _, code = value.partition(":")
            found.append((kind, code.partition(":")[0]))
    return found


def _notes(segments: Iterable[list[str]]) -> tuple[Message, ...]:
    return tuple(Message(v.at(s, 1), v.at(s, 2)) for s in segments)


def _line(branch: Branch) -> ServiceLine:
    groups = branch.take_groups()
    groups.pop("LX", None)
    service = v.padded(groups.pop("SV1", None), 15)
    refs = v.references(groups.pop("REF", ()))
    periods = v.periods(groups.pop("DTP", ()))
    served = next((p for p in periods if p.qualifier == "472"), None)
    if served is None:
        raise ValueError("a line without a service date")
    line = ServiceLine(
        procedure=v.procedure(service[1]),
        charge=v.money(service[2]),
        service_date=served.start,
        service_end=served.end,
        units=v.money(service[4]),
        unit=service[3],
        place_of_service=service[5],
        pointers=tuple(int(p) for p in service[7].split(":") if p),
        is_emergency=service[9] == "Y",
        epsdt=service[11] == "Y",
        family_planning=service[12] == "Y",
        copay_exempt=service[15] == "0",
        control=next((r.value for r in refs if r.qualifier == "6R"), ""),
        periods=tuple(p for p in periods if p is not served),
        references=tuple(r for r in refs if r.qualifier != "6R"),
    )
    if groups:
        line.amounts = v.amounts(groups.pop("AMT", ()))
        line.quantities = v.quantities(groups.pop("QTY", ()))
        line.notes = _notes(groups.pop("NTE", ()))
        line.extra = v.leftover("2400", groups)
    if branch.children:
        _hang(line, branch)
        line.extra = (*line.extra, *(e for b in branch.children for e in v.deep_rest(b)))
    return line


def _hang(line: ServiceLine, branch: Branch) -> None:
    """Read the loops of a line: drug, providers, decisions of other payers."""
    drug = branch.child("2410")
    line.drug = _drug(drug) if drug else None
    line.providers = tuple(v.party(b) for b in branch.children if b.id.startswith("2420"))
    line.payments = tuple(_payment(b) for b in branch.each("2430"))


def _drug(branch: Branch) -> Drug:
    item, amount, prescription = branch.take("LIN"), branch.take("CTP"), branch.take("REF")
    return Drug(
        qualifier=v.at(item, 2),
        ndc=v.at(item, 3),
        quantity=v.number(v.at(amount, 4)),
        unit=v.at(amount, 5),
        prescription=v.at(prescription, 2),
        prescription_qualifier=v.at(prescription, 1) or "XZ",
    )


def _payment(branch: Branch) -> LinePayment:
    head = branch.take("SVD") or []
    paid_on = v.periods(branch.take_all("DTP", "573"))
    remaining = branch.take("AMT")
    bundled = v.at(head, 6)
    return LinePayment(
        payer_id=v.at(head, 1),
        paid=v.money(v.at(head, 2)),
        procedure=v.procedure(v.at(head, 3)),
        units=v.money(v.at(head, 5)),
        bundled_into=int(bundled) if bundled else None,
        adjustments=v.adjustments(branch.take_all("CAS")),
        paid_on=paid_on[0].start if paid_on else None,
        remaining=v.number(v.at(remaining, 2)),
    )


def _other_payer(branch: Branch) -> OtherPayer:
    coverage, consent = branch.take("SBR") or [], branch.take("OI")
    person, payer = branch.child("2330A"), branch.child("2330B")
    dates = v.periods(payer.take_all("DTP", "573")) if payer else ()
    amounts = {s[1]: Decimal(s[2]) for s in branch.take_all("AMT")}
    subscriber = v.member(person) if person else Member()
    subscriber.relationship = v.at(coverage, 2)
    found = OtherPayer(
        responsibility=v.at(coverage, 1),
        payer=v.party(payer) if payer else Party(),
        subscriber=subscriber,
        group_number=v.at(coverage, 3),
        group_name=v.at(coverage, 4),
        insurance_type=v.at(coverage, 5),
        filing=v.at(coverage, 9),
        adjustments=v.adjustments(branch.take_all("CAS")),
        paid=amounts.get("D"),
        noncovered=amounts.get("A8"),
        remaining=amounts.get("EAF"),
        benefits_assigned=v.at(consent, 3),
        patient_signature=v.at(consent, 4),
        release=v.at(consent, 6),
        paid_on=dates[0].start if dates else None,
        providers=tuple(v.party(b) for b in branch.each(*_OTHER_PROVIDERS)),
    )
    found.extra = v.deep_rest(branch)
    return found


def _party_of(branch: Branch, loop: str) -> Party:
    return _maybe_party(branch, loop) or Party()


def _maybe_party(branch: Branch, loop: str) -> Party | None:
    found = branch.child(loop)
    return v.party(found) if found else None


def _rest_of(branch: Branch, *loops: str) -> tuple[Extra, ...]:
    return tuple(extra for found in branch.each(*loops) for extra in v.deep_rest(found))
