"""A remittance into the loops of an 835."""

from collections.abc import Iterator, Sequence

from frontdesk.x12.bind import parties as p
from frontdesk.x12.bind.draft import Draft, Value
from frontdesk.x12.errors import Unwritable
from frontdesk.x12.models.common import Party
from frontdesk.x12.models.remittance import (
    Account,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from frontdesk.x12.schema.grammar import Guide

_PAIRS_IN_A_PLB = 6
_REMARKS_IN_AN_MOA = 5


class RemittanceWriter:
    """Writes each remittance into a transaction set of its own."""

    def __init__(self, guide: Guide) -> None:
        """Prepare for the guide."""
        self._write = p.Writer(guide)

    def drafts(self, remittances: Sequence[Remittance], reference: str) -> Iterator[Draft]:
        """One draft a remittance."""
        for remittance in remittances:
            yield self._set(remittance)

    def _set(self, remittance: Remittance) -> Draft:
        root = Draft("")
        self._payment(root, remittance)
        root.add(
            "TRN",
            "1",
            remittance.trace,
            remittance.trace_origin,
            remittance.trace_suborigin,
        )
        if remittance.receiver_reference:
            root.add("REF", "EV", remittance.receiver_reference)
        if remittance.version_reference:
            root.add("REF", "F2", remittance.version_reference)
        if remittance.produced_on is not None:
            root.add("DTM", "405", remittance.produced_on)
        self._write.organization(root, "1000A", _with_technical_contact(remittance.payer), "PR")
        self._write.organization(root, "1000B", remittance.payee, "PE")
        self._claims(root, remittance)
        for segment in _provider_adjustments(remittance.provider_adjustments):
            root.add("PLB", *segment)
        root.put_back(e for e in remittance.extra if not e.loop.startswith("2000/"))
        return root

    def _payment(self, root: Draft, remittance: Remittance) -> None:
        payment = remittance.payment
        root.add(
            "BPR",
            payment.handling,
            payment.amount,
            payment.credit,
            payment.method,
            payment.format,
            *_account(payment.sender_account),
            payment.originator,
            payment.originator_supplement,
            *_account(payment.receiver_account),
            payment.paid_on,
        )

    def _claims(self, root: Draft, remittance: Remittance) -> None:
        group: Draft | None = None
        number = ""
        for claim in remittance.claims:
            if group is None or claim.group != number:
                number = claim.group
                group = root.open("2000")
                group.add("LX", number)
                for extra in remittance.extra:
                    if extra.loop == f"2000/{number}":
                        group.add(*extra.elements)
            self._claim(group, claim)

    def _claim(self, group: Draft, claim: RemittanceClaim) -> None:
        draft = group.open("2100")
        kept = next((e for e in claim.extra if e.elements[0] == "CLP"), None)
        draft.add(
            "CLP",
            claim.number,
            claim.status,
            claim.charge,
            claim.paid,
            claim.patient_responsibility,
            claim.filing,
            claim.payer_control,
            claim.place_of_service,
            claim.frequency,
            *(kept.elements[10:] if kept else ()),
        )
        p.adjustments(draft, claim.adjustments)
        self._parties(draft, claim)
        _remarks(draft, claim)
        p.references(draft, claim.references)
        p.day_periods(draft, claim.periods)
        for contact in claim.contacts:
            p.contact(draft, contact)
        p.amounts(draft, claim.amounts)
        p.quantities(draft, claim.quantities)
        for line in claim.lines:
            _line(draft, line)
        draft.put_back(e for e in claim.extra if e is not kept)

    def _parties(self, draft: Draft, claim: RemittanceClaim) -> None:
        for entity, party in (
            ("QC", claim.patient),
            ("IL", claim.insured),
            ("74", claim.corrected_insured),
            ("82", claim.rendering),
        ):
            if party is not None:
                p.name(draft, party, entity)
        for party in claim.parties:
            p.name(draft, party, party.entity)


def _with_technical_contact(payer: Party) -> Party:
    """The guide asks for a technical contact (PER*BL); a payer without one is refused."""
    if any(contact.function == "BL" for contact in payer.contacts):
        return payer
    raise Unwritable("an 835 needs a technical contact of the payer (a contact with function BL)")


def _account(account: Account | None) -> tuple[str, str, str, str]:
    if account is None:
        return "", "", "", ""
    return account.bank_qualifier, account.bank, account.account_qualifier, account.account


def _remarks(draft: Draft, claim: RemittanceClaim) -> None:
    """Remark codes of the claim, unless their segment was kept whole with its amounts."""
    is_kept = any(extra.elements[0] in {"MOA", "MIA"} for extra in claim.extra)
    if not claim.remarks or is_kept:
        return
    if len(claim.remarks) > _REMARKS_IN_AN_MOA:
        raise Unwritable("a claim holds at most five remark codes")
    draft.add("MOA", "", "", *claim.remarks)


def _line(above: Draft, line: RemittanceLine) -> None:
    draft = above.open("2110")
    draft.add(
        "SVC",
        p.procedure(line.procedure),
        line.charge,
        line.paid,
        line.revenue_code,
        line.units,
        p.procedure(line.submitted) if line.submitted else "",
        line.submitted_units,
    )
    p.day_periods(draft, line.periods)
    p.adjustments(draft, line.adjustments)
    p.references(draft, line.references)
    p.amounts(draft, line.amounts)
    p.quantities(draft, line.quantities)
    for remark in line.remarks:
        draft.add("LQ", "HE", remark)
    draft.put_back(line.extra)


def _provider_adjustments(given: Sequence[ProviderAdjustment]) -> Iterator[list[Value]]:
    """PLB segments: neighbours of one provider and period share one, up to six pairs."""
    segment: list[Value] = []
    last: tuple[object, object] | None = None
    for one in given:
        key = (one.provider, one.period_end)
        if key != last or len(segment) == 2 + 2 * _PAIRS_IN_A_PLB:
            if segment:
                yield segment
            segment, last = [one.provider, one.period_end], key
        segment += [(one.reason, one.reference), one.amount]
    if segment:
        yield segment
