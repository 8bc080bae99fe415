"""Take in a paper explanation of benefits as it was typed: the same way as an 835 from there on."""

import json
from datetime import date, datetime
from hashlib import sha256

from frontdesk import x12
from frontdesk.billing.models import Exchange, Remittance
from frontdesk.billing.operations.remittances import record_remittance
from frontdesk.billing.rules.typed import TypedClaim, TypedEob, TypedLine
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer


@operation("billing.remit")
def enter_eob(
    typed: TypedEob,
    *,
    payer: Payer,
    check: str,
    paid_on: date,
    at: datetime,
    by: Actor,
) -> Remittance:
    """Keep a paper EOB with its check, once it balances; it is posted as an 835 is.

    A check that was entered before, or came as an 835, is refused.
    """
    if not typed.balances:
        raise Refused("This does not balance yet: nothing was saved.")
    body = _body(typed, payer, check, paid_on)
    kept = _kept(typed, payer, check, paid_on, at)
    remittance = record_remittance(body, exchange=kept, control="", at=at, by=by)
    if remittance.exchange_id != kept.pk:
        raise Refused(f"Check {check} of this amount and day is here already.")
    remittance.is_typed = True
    remittance.save()
    return remittance


def _kept(typed: TypedEob, payer: Payer, check: str, paid_on: date, at: datetime) -> Exchange:
    told = {
        "payer": payer.name,
        "check": check,
        "paid_on": str(paid_on),
        "amount": str(typed.amount),
        "claims": [
            {"claim": claim.number, "lines": [_told(line) for line in claim.lines]}
            for claim in typed.claims
        ],
    }
    content = json.dumps(told, indent=1).encode()
    digest = sha256(content).hexdigest()
    if Exchange.objects.filter(direction=Exchange.Direction.IN, sha256=digest).exists():
        raise Refused(f"Check {check} was entered before, with the same lines.")
    kept = Exchange(
        direction=Exchange.Direction.IN,
        kind="EOB",
        name=f"Typed from paper, check {check}"[:120],
        sha256=digest,
        content=content,
        status=Exchange.Status.READ,
        at=at,
    )
    kept.save()
    return kept


def _told(line: TypedLine) -> dict[str, object]:
    adjustments = {one.code: str(one.amount) for one in line.adjustments}
    return {"code": line.code, "charge": str(line.charge), "paid": str(line.paid), **adjustments}


def _body(typed: TypedEob, payer: Payer, check: str, paid_on: date) -> x12.Remittance:
    return x12.Remittance(
        payment=x12.Payment(amount=typed.paid, paid_on=paid_on, method="CHK"),
        trace=check,
        trace_origin="",
        payer=x12.Party(name=payer.name, identifier=payer.payer_id),
        payee=x12.Party(name=""),
        claims=[_claim(claim) for claim in typed.claims],
    )


def _claim(claim: TypedClaim) -> x12.RemittanceClaim:
    adjustments = [one for line in claim.lines for one in line.adjustments]
    return x12.RemittanceClaim(
        number=claim.number,
        status=claim.status,
        charge=sum((line.charge for line in claim.lines), ZERO),
        paid=claim.paid,
        patient_responsibility=sum((a.amount for a in adjustments if a.group == "PR"), ZERO),
        lines=[_line(line) for line in claim.lines],
    )


def _line(line: TypedLine) -> x12.RemittanceLine:
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=line.code, modifiers=list(line.modifiers)),
        charge=line.charge,
        paid=line.paid,
        adjustments=[x12.Adjustment(a.group, a.reason, a.amount) for a in line.adjustments],
        references=[x12.Reference("6R", line.control)],
    )
