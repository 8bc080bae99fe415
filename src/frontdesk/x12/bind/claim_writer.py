"""Claims into the loops of an 837P."""

from collections.abc import Callable, Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.errors import Unwritable
from frontdesk.x12.models.claim import Claim, LinePayment, OtherPayer, ServiceLine
from frontdesk.x12.models.common import Extra, Member, Party, Period
from frontdesk.x12.schema.grammar import Guide

_CLAIMS_IN_A_SET = 5_000
_CODES_IN_AN_HI = 12
_CLAIM_LOOPS = {
    "DN": "2310A",
    "P3": "2310A",
    "82": "2310B",
    "77": "2310C",
    "DQ": "2310D",
    "PW": "2310E",
    "45": "2310F",
}
_LINE_LOOPS = {
    "82": "2420A",
    "QB": "2420B",
    "77": "2420C",
    "DQ": "2420D",
    "DK": "2420E",
    "DN": "2420F",
    "P3": "2420F",
    "PW": "2420G",
    "45": "2420H",
}
_OTHER_LOOPS = {
    "DN": "2330C",
    "P3": "2330C",
    "82": "2330D",
    "77": "2330E",
    "DQ": "2330F",
    "85": "2330G",
}
_ABOVE = ("2000A", "2010A", "2000B", "2010B", "2000C", "2010C")


class ClaimWriter:
    """Writes claims of one submitter and receiver into as few transaction sets as it can."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, claims: Sequence[Claim], reference: str) -> Iterator[Draft]:
        """One draft a transaction set; claims keep their order."""
        for run in _runs(claims, _same_header):
            for start in range(0, len(run), _CLAIMS_IN_A_SET):
                yield self._set(run[start : start + _CLAIMS_IN_A_SET], reference)

    def _set(self, claims: Sequence[Claim], reference: str) -> Draft:
        first = claims[0]
        root = Draft("")
        at = first.at
        root.add(
            "BHT",
            "0019",
            "00",
            reference or first.reference,
            at.date() if at else None,
            at.time() if at else None,
            first.kind,
        )
        self._write.party(root, "1000A", first.submitter, "41")
        self._write.party(root, "1000B", first.receiver, "40")
        for run in _runs(claims, _same_provider):
            level = self._provider_level(root, run[0])
            for subscriber_run in _runs(run, _same_subscriber):
                self._subscriber_level(level, subscriber_run)
        return root

    def _provider_level(self, root: Draft, claim: Claim) -> Draft:
        level = root.open("2000A")
        level.add("HL", "20", "1")
        if claim.billing.taxonomy:
            level.add("PRV", "BI", "PXC", claim.billing.taxonomy)
        self._write.party(level, "2010AA", claim.billing, "85")
        if claim.pay_to is not None:
            self._pay_to(level, claim.pay_to)
        if claim.pay_to_plan is not None:
            self._write.party(level, "2010AC", claim.pay_to_plan, "PE")
        level.put_back(_extras(claim, "2000A", "2010A"))
        return level

    def _pay_to(self, level: Draft, pay_to: Party) -> None:
        inner = level.open("2010AB")
        inner.add("NM1", "87", "1" if pay_to.is_person else "2")
        if pay_to.address is not None:
            p.address(inner, pay_to.address)

    def _subscriber_level(self, above: Draft, claims: Sequence[Claim]) -> None:
        first = claims[0]
        level = above.open("2000B")
        level.add("HL", "22")
        relationship = "18" if first.patient is None else ""
        level.add(
            "SBR",
            first.responsibility,
            relationship,
            first.group_number,
            first.group_name,
            first.insurance_type,
            "",
            "",
            "",
            first.filing,
        )
        self._write.member(level, "2010BA", first.subscriber, "IL")
        self._write.party(level, "2010BB", first.payer, "PR")
        level.put_back(_extras(first, "2000B", "2010B"))
        for run in _runs(claims, _same_patient):
            place = level if run[0].patient is None else self._patient_level(level, run[0])
            for claim in run:
                self._claim(place, claim)

    def _patient_level(self, above: Draft, claim: Claim) -> Draft:
        patient = claim.patient or Member()
        level = above.open("2000C")
        level.add("HL", "23")
        kept = next((e for e in claim.extra if e.loop == "2000C" and e.elements[0] == "PAT"), None)
        more = kept.elements[2:] if kept else ()
        level.add("PAT", patient.relationship, *more)
        self._write.member(level, "2010CA", patient, "QC")
        others = [e for e in _extras(claim, "2000C", "2010C") if e is not kept]
        level.put_back(others)
        return level

    def _claim(self, above: Draft, claim: Claim) -> None:
        draft = above.open("2300")
        self._head(draft, claim)
        p.periods(draft, claim.periods)
        if claim.patient_paid is not None:
            draft.add("AMT", "F5", claim.patient_paid)
        p.amounts(draft, claim.amounts)
        if claim.payer_control:
            draft.add("REF", "F8", claim.payer_control)
        p.references(draft, claim.references)
        for note in claim.notes:
            draft.add("NTE", note.qualifier, note.text)
        self._codes(draft, claim)
        for provider in claim.providers:
            loop = _loop_for(provider, _CLAIM_LOOPS)
            self._write.party(draft, loop, provider, provider.entity)
        for payer in claim.other_payers:
            self._other_payer(draft, payer)
        for number, line in enumerate(claim.lines, 1):
            self._line(draft, line, number)
        draft.put_back(e for e in claim.extra if not e.loop.startswith(_ABOVE))

    def _head(self, draft: Draft, claim: Claim) -> None:
        causes = [*claim.accident_causes, "", "", ""][:3]
        accident = (*causes, claim.accident_state, claim.accident_country)
        draft.add(
            "CLM",
            claim.number,
            claim.charge,
            "",
            "",
            (claim.place_of_service, "B", claim.frequency),
            claim.provider_signature,
            claim.assignment,
            claim.benefits_assigned,
            claim.release,
            claim.patient_signature,
            accident,
            claim.special_program,
            *[""] * 7,
            claim.delay_reason,
        )

    def _codes(self, draft: Draft, claim: Claim) -> None:
        diagnoses: list[Value] = []
        for place, diagnosis in enumerate(claim.diagnoses):
            is_first = place == 0 and diagnosis.qualifier == "ABF"
            qualifier = "ABK" if is_first else diagnosis.qualifier
            diagnoses.append((qualifier, diagnosis.code.replace(".", "")))
        if len(diagnoses) > _CODES_IN_AN_HI:
            raise Unwritable("a professional claim holds at most twelve diagnoses")
        if diagnoses:
            draft.add("HI", *diagnoses)
        kinds = ("BP", "BO")
        anesthesia: list[Value] = list(zip(kinds, claim.anesthesia_procedures, strict=False))
        if anesthesia:
            draft.add("HI", *anesthesia)
        conditions = [("BG", code) for code in claim.conditions]
        for start in range(0, len(conditions), _CODES_IN_AN_HI):
            draft.add("HI", *conditions[start : start + _CODES_IN_AN_HI])

    def _other_payer(self, above: Draft, other: OtherPayer) -> None:
        draft = above.open("2320")
        draft.add(
            "SBR",
            other.responsibility,
            other.subscriber.relationship or "18",
            other.group_number,
            other.group_name,
            other.insurance_type,
            "",
            "",
            "",
            other.filing,
        )
        p.adjustments(draft, other.adjustments)
        for qualifier, amount in (
            ("D", other.paid),
            ("A8", other.noncovered),
            ("EAF", other.remaining),
        ):
            if amount is not None:
                draft.add("AMT", qualifier, amount)
        consent = (other.benefits_assigned, other.patient_signature, "", other.release)
        draft.add("OI", "", "", *consent)
        self._write.member(draft, "2330A", other.subscriber, "IL")
        payer = self._write.party(draft, "2330B", other.payer, "PR")
        if other.paid_on is not None:
            payer.add("DTP", "573", "D8", other.paid_on)
        for provider in other.providers:
            loop = _loop_for(provider, _OTHER_LOOPS)
            self._write.party(draft, loop, provider, provider.entity)
        draft.put_back(other.extra)

    def _line(self, above: Draft, line: ServiceLine, number: int) -> None:
        draft = above.open("2400")
        draft.add("LX", number)
        self._service(draft, line)
        p.period(draft, Period("472", line.service_date, line.service_end))
        p.periods(draft, line.periods)
        if line.control:
            draft.add("REF", "6R", line.control)
        p.references(draft, line.references)
        p.amounts(draft, line.amounts)
        p.quantities(draft, line.quantities)
        for note in line.notes:
            draft.add("NTE", note.qualifier, note.text)
        if line.drug is not None:
            drug = draft.open("2410")
            drug.add("LIN", "", line.drug.qualifier, line.drug.ndc)
            drug.add("CTP", "", "", "", line.drug.quantity, (line.drug.unit,))
            if line.drug.prescription:
                drug.add("REF", line.drug.prescription_qualifier, line.drug.prescription)
        for provider in line.providers:
            loop = _loop_for(provider, _LINE_LOOPS)
            self._write.party(draft, loop, provider, provider.entity)
        for payment in line.payments:
            self._payment(draft, payment)
        draft.put_back(line.extra)

    def _service(self, draft: Draft, line: ServiceLine) -> None:
        draft.add(
            "SV1",
            p.procedure(line.procedure),
            line.charge,
            line.unit,
            line.units,
            line.place_of_service,
            "",
            tuple(str(pointer) for pointer in line.pointers),
            "",
            "Y" if line.is_emergency else "",
            "",
            "Y" if line.epsdt else "",
            "Y" if line.family_planning else "",
            "",
            "",
            "0" if line.copay_exempt else "",
        )

    def _payment(self, above: Draft, payment: LinePayment) -> None:
        draft = above.open("2430")
        draft.add(
            "SVD",
            payment.payer_id,
            payment.paid,
            p.procedure(payment.procedure),
            "",
            payment.units,
            payment.bundled_into,
        )
        p.adjustments(draft, payment.adjustments)
        if payment.paid_on is not None:
            draft.add("DTP", "573", "D8", payment.paid_on)
        if payment.remaining is not None:
            draft.add("AMT", "EAF", payment.remaining)


def _loop_for(provider: Party, loops: dict[str, str]) -> str:
    loop = loops.get(provider.entity)
    if loop is None:
        raise Unwritable("a provider has a role that has no place there")
    return loop


def _extras(claim: Claim, *prefixes: str) -> list[Extra]:
    return [extra for extra in claim.extra if extra.loop.startswith(prefixes)]


def _runs(claims: Sequence[Claim], same: Callable[[Claim, Claim], bool]) -> Iterator[list[Claim]]:
    """Cut into runs of neighbours that share something."""
    run: list[Claim] = []
    for claim in claims:
        if run and not same(run[-1], claim):
            yield run
            run = []
        run.append(claim)
    if run:
        yield run


def _same_header(a: Claim, b: Claim) -> bool:
    parties = _equal(a.submitter, b.submitter) and _equal(a.receiver, b.receiver)
    return parties and (a.reference, a.at, a.kind) == (b.reference, b.at, b.kind)


def _same_provider(a: Claim, b: Claim) -> bool:
    parties = _equal(a.billing, b.billing) and _equal(a.pay_to, b.pay_to)
    plans = _equal(a.pay_to_plan, b.pay_to_plan)
    return parties and plans and _extras(a, "2000A", "2010A") == _extras(b, "2000A", "2010A")


def _same_subscriber(a: Claim, b: Claim) -> bool:
    parties = _equal(a.subscriber, b.subscriber) and _equal(a.payer, b.payer)
    extras = _extras(a, "2000B", "2010B") == _extras(b, "2000B", "2010B")
    return parties and extras and _coverage(a) == _coverage(b)


def _same_patient(a: Claim, b: Claim) -> bool:
    extras = _extras(a, "2000C", "2010C") == _extras(b, "2000C", "2010C")
    return _equal(a.patient, b.patient) and extras


def _coverage(claim: Claim) -> tuple[object, ...]:
    return (
        claim.responsibility,
        claim.group_number,
        claim.group_name,
        claim.insurance_type,
        claim.filing,
        claim.patient is None,
    )


def _equal(a: Party | None, b: Party | None) -> bool:
    return a is b or a == b
