"""How the sandbox's payers pay: one balanced 835 a payer and payee, when the moment has come."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from frontdesk import x12
from frontdesk.sandbox import mistakes, outside
from frontdesk.sandbox.adjudication import DecidedLine, Decision
from frontdesk.sandbox.intake import CLEARINGHOUSE
from frontdesk.sandbox.kept import Due
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Payer, World

ZERO = Decimal("0.00")
_FILINGS = frozenset(("13", "14", "15", "16", "AM", "CH", "HM", "MA", "MB", "MC", "OF", "VA", "WC"))


def settle(
    sender: str, *, world: World, state: State, at: datetime, with_plb: bool = False
) -> Iterator[bytes]:
    """Yield the 835s of all decisions whose moment has come, one a payer and payee."""
    waiting = state.due(sender, at.timestamp())
    for (payer_id, npi), several in groupby(waiting, lambda due: (due.payer, due.payee["npi"])):
        owed = list(several)
        payer = world.payers.get(payer_id)
        if payer is None:
            continue
        number = state.next_number("payment")
        message = _remittance(payer, npi, owed, state, at, number, with_plb=with_plb)
        for due in owed:
            state.note_told(sender, due.decision.payer_control, at.date(), message.trace)
        envelope = x12.Envelope(
            sender=CLEARINGHOUSE,
            receiver=owed[0].payee["npi"],
            control=state.next_number("interchange"),
            at=at,
            usage="T",
        )
        yield x12.write(envelope, [message])


def _remittance(
    payer: Payer,
    npi: str,
    owed: Sequence[Due],
    state: State,
    at: datetime,
    number: int,
    *,
    with_plb: bool,
) -> x12.Remittance:
    told = outside.Payee(npi, number, at)
    adjustments = list(outside.adjustments(payer, told, owed, state, on_request=with_plb))
    decisions = list(mistakes.told(payer, [due.decision for due in owed], state, at, npi))
    claims = [_claim(one, payer) for one in decisions]
    earned = sum((claim.paid for claim in claims), ZERO)
    amount = earned - sum((one.amount for one in adjustments), ZERO)
    payee = owed[0].payee
    is_paid = amount > 0
    return x12.Remittance(
        payment=x12.Payment(
            amount=amount,
            paid_on=at.date(),
            handling="I" if is_paid else "H",
            method="CHK" if is_paid else "NON",
            originator=f"1{payer.tax_id}",
        ),
        trace=f"{payer.id}{number:07d}",
        trace_origin=f"1{payer.tax_id}",
        payer=x12.Party(
            name=payer.name.upper(),
            entity="PR",
            id_qualifier="XV" if len(payer.id) == 10 else "",
            references=[x12.Reference("2U", payer.id)],
            address=x12.Address(
                line1="1 SANDBOX WAY", city="COLUMBUS", state="OH", postal_code="432150001"
            ),
            contacts=[x12.Contact(function="BL", name="SANDBOX", phone="5555550100")],
        ),
        payee=x12.Party(
            name=payee["name"],
            entity="PE",
            id_qualifier="XX",
            identifier=npi,
            references=[x12.Reference("TJ", payee["tax_id"])] if payee["tax_id"] else [],
        ),
        claims=claims,
        provider_adjustments=adjustments,
        produced_on=at.date(),
        receiver_reference=payee["receiver"],
    )


def _claim(decision: Decision, payer: Payer) -> x12.RemittanceClaim:
    is_reversal = decision.status == "22"
    days = sorted(line.on for line in decision.lines)
    rendering = decision.rendering
    return x12.RemittanceClaim(
        number=decision.number,
        status=decision.status,
        charge=decision.charge,
        paid=decision.paid,
        patient_responsibility=None if is_reversal else decision.patient_share,
        filing=_filing(decision.filing),
        payer_control=decision.payer_control,
        place_of_service=decision.place_of_service,
        frequency=decision.frequency,
        patient=_person("QC", decision.patient),
        insured=_person("IL", decision.insured) if decision.insured != decision.patient else None,
        rendering=x12.Party(
            name=rendering["last"],
            first=rendering["first"],
            is_person=bool(rendering["first"]),
            entity="82",
            id_qualifier="XX",
            identifier=rendering["npi"],
        )
        if rendering
        else None,
        periods=[x12.Period("232", days[0]), x12.Period("233", days[-1])] if days else [],
        lines=[_line(line) for line in decision.lines],
    )


def _filing(code: str) -> str:
    return code if code in _FILINGS else "12"  # an 835 has no code for commercial or Blue


def _person(entity: str, named: dict[str, str]) -> x12.Party:
    return x12.Party(
        name=named["last"],
        first=named["first"],
        is_person=True,
        entity=entity,
        id_qualifier="MI",
        identifier=named["id"],
    )


def _line(line: DecidedLine) -> x12.RemittanceLine:
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=line.code, modifiers=line.modifiers),
        charge=line.charge,
        paid=line.paid,
        units=line.units,
        periods=[x12.Period("472", line.on)],
        adjustments=[x12.Adjustment(*one) for one in line.adjustments],
        references=[x12.Reference("6R", line.control)] if line.control else [],
        amounts=[x12.Amount("B6", line.allowed)] if line.allowed > 0 else [],
        remarks=line.remarks,
    )
