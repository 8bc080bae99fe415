"""Denials of the demo: refused for many reasons, worked, appealed, won and lost; later plans."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from uuid import UUID

from frontdesk import x12
from frontdesk.billing import operations
from frontdesk.billing.models import Appeal, Claim, ClaimLine, Denial, Remittance
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.money import CENT
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.demo.visiting import staff
from frontdesk.practice.models import Practice, Site

MOST = 32  # refused claims of the last weeks
AGO = timedelta(days=18)  # when they were refused
SENT_ON, LATER = 2, 4  # claims to a second plan: these many are sent on by the first
OUT = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
REASONS = (  # group, CARC, RARC: what a family practice hears most
    ("CO", "197", ""), ("CO", "16", "M127"), ("CO", "27", "N30"), ("CO", "50", "N115"),
    ("CO", "97", "M15"), ("CO", "16", "MA130"), ("CO", "29", ""), ("CO", "22", ""),
    ("CO", "197", "M62"), ("CO", "11", ""), ("CO", "31", ""), ("OA", "18", "N522"),
)  # fmt: skip
ALLOWED = Decimal("0.58")
LETTER = (
    "The note of the visit shows why the service was needed on that day and what was tried "
    "before. We ask you to review the claim with it, and to pay it."
)
_numbers = count(1)


def live_denials(practice_id: UUID) -> None:
    """Let payers refuse claims, and the biller work them: letters, answers, notes, a write-off."""
    by = staff(practice_id, "biller", "Omar Haddad")
    with practice_scope(practice_id):
        refused = _refused_claims()
        for place, (payer, claims) in enumerate(refused.items()):
            decided = [_refuse(claim, _reason(place, n)) for n, claim in enumerate(claims)]
            _remit(payer, decided, by)
        _work(by)
        _later_plans(by)


def _refused_claims() -> dict[Payer, list[Claim]]:
    before = (now() - AGO - timedelta(days=1)).date()  # a payer refuses what it has
    denied = Claim.objects.filter(status=Claim.Status.DENIED, on__lt=before)
    found = denied.select_related("payer", "patient")
    by_payer: dict[Payer, list[Claim]] = defaultdict(list)
    for claim in found.prefetch_related("lines__charge").order_by("-on", "pk")[:MOST]:
        by_payer[claim.payer].append(claim)
    return by_payer


def _work(by: Actor) -> None:
    """Work the first ones: two letters won, one lost, the others waiting, one being written."""
    hard = list(Denial.objects.filter(cause__in=("authorization", "necessity")).order_by("-worth"))
    letters = _letters(hard, by)
    for appeal, wins in zip(letters, (True, False, True), strict=False):
        _answer(appeal, by, wins=wins)
    rest = list(Denial.objects.filter(status=Denial.Status.NEW).order_by("worth", "pk"))
    if rest:
        operations.draft_appeal(rest[-1], at=now(), by=by)
    for denial, words in zip(
        rest,
        ("Called: the claim is with a second reviewer", "Records faxed to the address on file"),
        strict=False,
    ):
        operations.note_denial(denial, words, minutes=9, at=now(), by=by)
    late = sorted((one for one in rest if one.cause == "timely"), key=lambda one: -one.amount)
    if late:
        because = "Filed late, and no acknowledgement is found"
        operations.write_off_denial(late[0], because=because, at=now(), by=by)


def _letters(denials: Sequence[Denial], by: Actor) -> list[Appeal]:
    """Send five letters, each for another claim."""
    sent: dict[UUID, Appeal] = {}
    at = now() - timedelta(days=12)
    for denial in denials:
        if len(sent) == 5 or denial.claim_id in sent:
            continue
        operations.take_denial(denial, at=at, by=by)
        appeal = operations.draft_appeal(denial, at=at, by=by)
        operations.save_appeal(
            appeal, argument=LETTER, to=appeal.to, enclosed=[], with_remittance=True,
            with_proof=False, by=by,
        )  # fmt: skip
        later = at + timedelta(minutes=14)
        sent[denial.claim_id] = operations.send_appeal(
            appeal, how=Appeal.How.FAX, reference=f"FX{appeal.number}", at=later, by=by
        )
    return list(sent.values())


def _answer(appeal: Appeal, by: Actor, *, wins: bool) -> None:
    """Let the payer take its decision back and decide anew: paid, or refused again."""
    claim = Claim.objects.select_related("payer", "patient").get(pk=appeal.claim_id)
    group, _, reason = appeal.reason.partition("-")
    first = _claim(claim, "4", [_line(line, group, reason) for line in claim.lines.all()])
    back = _claim(claim, "22", [_line(line, group, reason, sign=-1) for line in claim.lines.all()])
    anew = _claim(claim, "1", [_paid(line) for line in claim.lines.all()]) if wins else first
    _remit(claim.payer, [back, anew], by, ago=timedelta(days=2))


def _later_plans(by: Actor) -> None:
    """Let first plans decide claims of patients with two: two are sent on, two we bill."""
    two = Claim.objects.filter(
        status__in=OUT, level=1, patient__policies__rank=2, patient__policies__is_active=True
    )
    claims = two.select_related("payer", "patient").prefetch_related("lines__charge")
    by_payer: dict[Payer, list[x12.RemittanceClaim]] = defaultdict(list)
    for place, claim in enumerate(claims.order_by("on", "pk")[:LATER]):
        status = "19" if place < SENT_ON else "1"
        lines = [_paid(line) for line in claim.lines.all()]
        by_payer[claim.payer].append(_claim(claim, status, lines))
    for payer, decided in by_payer.items():
        _remit(payer, decided, by, ago=timedelta(days=1))


def _reason(payer: int, number: int) -> int:
    """Every payer has a reason that it gives again and again, and others in between."""
    return payer * 3 if number % 2 == 0 else payer + (number + 1) // 2


def _refuse(claim: Claim, place: int) -> x12.RemittanceClaim:
    group, reason, remark = REASONS[place % len(REASONS)]
    lines = [_line(line, group, reason, remark) for line in claim.lines.all()]
    return _claim(claim, "4", lines)


def _line(
    line: ClaimLine, group: str, reason: str, remark: str = "", sign: int = 1
) -> x12.RemittanceLine:
    charge = line.charge
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=charge.code, modifiers=list(charge.modifiers)),
        charge=charge.amount * sign,
        paid=Decimal("0.00"),
        units=Decimal(charge.units),
        periods=[x12.Period("472", charge.on)],
        adjustments=[x12.Adjustment(group, reason, charge.amount * sign)],
        references=[x12.Reference("6R", str(charge.number))],
        remarks=[remark] if remark else [],
    )


def _paid(line: ClaimLine) -> x12.RemittanceLine:
    charge = line.charge
    allowed = (charge.amount * ALLOWED).quantize(CENT, ROUND_HALF_UP)
    share = (allowed / 5).quantize(CENT, ROUND_HALF_UP)
    taken = [
        x12.Adjustment("CO", "45", charge.amount - allowed),
        x12.Adjustment("PR", "2", share),
    ]
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=charge.code, modifiers=list(charge.modifiers)),
        charge=charge.amount,
        paid=allowed - share,
        units=Decimal(charge.units),
        periods=[x12.Period("472", charge.on)],
        adjustments=[one for one in taken if one.amount],
        references=[x12.Reference("6R", str(charge.number))],
    )


def _claim(claim: Claim, status: str, lines: Sequence[x12.RemittanceLine]) -> x12.RemittanceClaim:
    shares = [one.amount for line in lines for one in line.adjustments if one.group == "PR"]
    return x12.RemittanceClaim(
        number=claim.number,
        status=status,
        charge=sum((line.charge for line in lines), Decimal(0)),
        paid=sum((line.paid for line in lines), Decimal(0)),
        patient_responsibility=None if status == "22" else sum(shares, Decimal(0)),
        filing="12",
        payer_control=claim.payer_control_number or f"ICN{claim.number}",
        patient=x12.Party(
            entity="QC",
            is_person=True,
            name=claim.patient.last_name.upper(),
            first=claim.patient.first_name.upper(),
        ),
        lines=list(lines),
    )


def _remit(
    payer: Payer, decided: Iterable[x12.RemittanceClaim], by: Actor, ago: timedelta = AGO
) -> None:
    claims = list(decided)
    at, practice = now() - ago, Practice.objects.get(pk=by.practice_id)
    number = next(_numbers)
    on = local(Site.objects.order_by("pk")[0], at).date()
    amount = sum((one.paid for one in claims), Decimal(0))
    body = x12.Remittance(
        payment=x12.Payment(amount=amount, paid_on=on, method="ACH" if amount else "NON",
                            handling="I" if amount else "H"),
        trace=f"DEN{on:%y%m%d}{number:03d}",
        trace_origin=f"18{number:08d}",
        payer=x12.Party(
            name=payer.name.upper(),
            references=[x12.Reference("2U", payer.payer_id)],
            address=x12.Address(
                line1="1 PAYER WAY", city="DAYTON", state="OH", postal_code="454020001"
            ),
            contacts=[x12.Contact(function="BL", name="EDI", phone="5555550100")],
        ),
        payee=x12.Party(name=practice.name.upper(), id_qualifier="XX", identifier=practice.npi),
        claims=claims,
        produced_on=on,
    )  # fmt: skip
    envelope = x12.Envelope(sender="DEMO", receiver=practice.npi, control=8000 + number, at=at)
    kept = operations.keep_file(
        kind="835", name=f"denied-{number}.835", content=x12.write(envelope, [body]), at=at, by=by
    )
    operations.read_file(kept, at=at, by=by)
    for made in Remittance.objects.filter(exchange=kept):
        while operations.post_remittance_claims(made, at=at, by=by):
            pass
        operations.close_remittance(made, at=at, by=by)
