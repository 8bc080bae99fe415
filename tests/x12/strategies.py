"""Made-up messages for Hypothesis: wide, but each one valid and balanced by construction."""

import os
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from frontdesk import x12
from frontdesk.x12.rules.checkdigits import npi_is_sound
from tests.x12.samples import AT

FULL = os.environ.get("FRONTDESK_HYPOTHESIS") == "full"
INPUTS = 1000 if FULL else 100
BATCH = 4  # claims that travel together: with many more Hypothesis gives most examples up
_RULES = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate),
    "database": None,
}
single = settings(max_examples=INPUTS, **_RULES)
few = settings(max_examples=INPUTS // 20, **_RULES)  # where each input is tried in many ways

STATES = ("AL", "CA", "FL", "IL", "MA", "NY", "OH", "TX", "WA")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORDS = st.text(LETTERS, min_size=1, max_size=12)
NAMES = st.one_of(
    WORDS,
    st.tuples(WORDS, WORDS).map(" ".join),
    st.tuples(WORDS, WORDS).map("-".join),
    st.just("O'NEIL"),
)
IDS = st.text(LETTERS + "0123456789", min_size=2, max_size=15)
CENTS = st.integers(1, 5_000_000).map(lambda cents: Decimal(cents) / 100)
SMALL = st.integers(0, 5_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
BIRTHS = st.dates(date(1930, 1, 1), date(2019, 12, 31))
NPIS = st.integers(10**8, 2 * 10**8 - 1).map(
    lambda n: next(f"{n}{d}" for d in range(10) if npi_is_sound(f"{n}{d}"))
)
MODIFIERS = st.lists(st.sampled_from(("25", "59", "26", "TC", "LT", "RT", "GT")), max_size=4)
DIAGNOSES = st.lists(
    st.sampled_from(("J069", "E119", "I10", "M5450", "Z0000", "R519", "K219", "F329")),
    min_size=1,
    max_size=12,
    unique=True,
)
CODES = st.sampled_from(("99213", "99214", "99203", "36415", "85025", "J1885", "G0439"))


@st.composite
def addresses(draw):
    """A street in a real state."""
    return x12.Address(
        line1=f"{draw(st.integers(1, 9999))} {draw(WORDS)} ST",
        line2=draw(st.sampled_from(("", "APT 2"))),
        city=draw(st.text(LETTERS, min_size=2, max_size=20)),
        state=draw(st.sampled_from(STATES)),
        postal_code=draw(st.sampled_from(("62704", "627040001", "02139"))),
    )


@st.composite
def people(draw, entity, *, address=True, member_id=False, relationship=""):
    """A patient or subscriber."""
    return x12.Member(
        entity=entity,
        name=draw(NAMES),
        first=draw(WORDS),
        middle=draw(st.sampled_from(("", "Q"))),
        suffix=draw(st.sampled_from(("", "JR"))),
        id_qualifier="MI" if member_id else "",
        identifier=draw(IDS) if member_id else "",
        birth_date=draw(BIRTHS),
        sex=draw(st.sampled_from(("F", "M", "U") if address else ("F", "M"))),
        address=draw(addresses()) if address else None,
        relationship=relationship,
    )


@st.composite
def doctors(draw, entity, speciality="207Q00000X"):
    """A person with a sound NPI."""
    return x12.Party(
        entity=entity,
        is_person=True,
        name=draw(NAMES),
        first=draw(WORDS),
        id_qualifier="XX",
        identifier=draw(NPIS),
        taxonomy=speciality if entity == "82" else "",
    )


@st.composite
def clinics(draw, entity, *, tax_id=True):
    """An organization with a sound NPI."""
    return x12.Party(
        entity=entity,
        name=draw(NAMES),
        id_qualifier="XX",
        identifier=draw(NPIS),
        address=draw(addresses()),
        references=(x12.Reference("EI", "123456789"),) if tax_id else (),
    )


@st.composite
def service_lines(draw, number, pointers):
    """A line whose pointers all lead to a diagnosis."""
    served = draw(DAYS)
    end = served + timedelta(draw(st.integers(1, 9))) if draw(st.booleans()) else None
    drug = x12.Drug(ndc="00002143380", quantity=Decimal(1), unit="ML")
    return x12.ServiceLine(
        procedure=x12.Procedure(code=draw(CODES), modifiers=tuple(draw(MODIFIERS))),
        charge=draw(CENTS),
        service_date=served,
        service_end=end,
        units=Decimal(draw(st.integers(1, 99))),
        place_of_service=draw(st.sampled_from(("", "11", "22"))),
        pointers=tuple(draw(st.lists(pointers, min_size=1, max_size=4, unique=True))),
        is_emergency=draw(st.booleans()),
        control=f"L{number}",
        drug=draw(st.sampled_from((None, drug))),
        notes=draw(st.sampled_from(((), (x12.Message("ADD", "SEE CHART"),)))),
        providers=(draw(doctors("82")),) if draw(st.booleans()) else (),
    )


@st.composite
def other_payers(draw, lines):
    """An earlier payer that decided every line; with it, its decisions on the lines."""
    payer_id = draw(IDS)
    paid_on = draw(DAYS)
    total = Decimal(0)
    for line in lines:
        share = draw(st.integers(0, 100))
        paid = (line.charge * share / 100).quantize(Decimal("0.01"))
        rest = line.charge - paid
        line.payments = (
            x12.LinePayment(
                payer_id=payer_id,
                paid=paid,
                procedure=line.procedure,
                units=line.units,
                adjustments=(x12.Adjustment("CO", "45", rest),) if rest else (),
                paid_on=paid_on,
            ),
        )
        total += paid
    return x12.OtherPayer(
        responsibility="P",
        payer=x12.Party(entity="PR", name="FIRST PLAN", id_qualifier="PI", identifier=payer_id),
        subscriber=draw(people("IL", member_id=True, relationship="18").map(_plain_member)),
        filing="CI",
        paid=total,
    )


@st.composite
def claims(draw, submitter, receiver, billing):
    """A professional claim that balances."""
    diagnoses = draw(DIAGNOSES)
    pointers = st.integers(1, len(diagnoses))
    count = draw(st.integers(1, 5))
    lines = tuple(draw(service_lines(n + 1, pointers)) for n in range(count))
    has_patient = draw(st.booleans())
    frequency = draw(st.sampled_from(("1", "1", "7", "8")))
    others = (draw(other_payers(lines)),) if draw(st.booleans()) else ()
    patient = people("QC", relationship=draw(st.sampled_from(("01", "19", "G8"))))
    return x12.Claim(
        number=draw(IDS),
        charge=sum((line.charge for line in lines), Decimal(0)),
        submitter=submitter,
        receiver=receiver,
        billing=billing,
        subscriber=draw(people("IL", member_id=True, relationship="" if has_patient else "18")),
        patient=draw(patient) if has_patient else None,
        payer=x12.Party(entity="PR", name=draw(NAMES), id_qualifier="PI", identifier=draw(IDS)),
        responsibility="S" if others else "P",
        diagnoses=tuple(
            x12.Diagnosis(code=code, qualifier="ABF" if place else "ABK")
            for place, code in enumerate(diagnoses)
        ),
        lines=lines,
        place_of_service=draw(st.sampled_from(("11", "12", "22"))),
        frequency=frequency,
        payer_control=draw(IDS) if frequency != "1" else "",
        patient_paid=draw(st.one_of(st.none(), SMALL)),
        accident_causes=draw(st.sampled_from(((), ("OA",), ("EM",)))),
        references=(x12.Reference("G1", draw(IDS)),) if draw(st.booleans()) else (),
        notes=draw(st.sampled_from(((), (x12.Message("ADD", "ON FILE"),)))),
        providers=draw(_claim_providers()),
        other_payers=others,
        reference="BATCH1",
        at=AT,
    )


@st.composite
def claim_batches(draw):
    """Claims that travel together."""
    submitter = x12.Party(
        entity="41",
        name=draw(NAMES),
        id_qualifier="46",
        identifier=draw(IDS),
        contacts=(x12.Contact(name="BILLING", phone="5555550100"),),
    )
    receiver = x12.Party(entity="40", name="CLEARINGHOUSE", id_qualifier="46", identifier=draw(IDS))
    billing = draw(clinics("85"))
    return [draw(claims(submitter, receiver, billing)) for _ in range(BATCH)]


@st.composite
def _claim_providers(draw):
    entities = [entity for entity in ("DN", "82", "DQ") if draw(st.booleans())]
    found = [draw(doctors(entity)) for entity in entities]
    if draw(st.booleans()):
        found.insert(
            len([p for p in found if p.entity in {"DN", "82"}]),
            draw(clinics("77", tax_id=False)),
        )
    return tuple(found)


def _plain_member(member):
    """A subscriber of another payer: birth date and sex have no place there."""
    member.birth_date, member.sex = None, ""
    return member


@st.composite
def adjustments(draw, charge, *, sign=1):
    """Reductions of a charge, at most all of it; with them, what remains."""
    left = charge
    found = []
    for group, reason in draw(
        st.lists(
            st.sampled_from(
                (("CO", "45"), ("CO", "97"), ("PR", "1"), ("PR", "2"), ("PR", "3"), ("OA", "23"))
            ),
            max_size=4,
            unique=True,
        )
    ):
        share = draw(st.integers(0, 100))
        amount = (left * share / 100).quantize(Decimal("0.01"))
        if amount:
            found.append(x12.Adjustment(group, reason, sign * amount))
            left -= amount
    return tuple(found), sign * left


@st.composite
def remittance_claims(draw, number):
    """A claim decided line by line, or taken back with every sign turned."""
    is_reversal = draw(st.integers(0, 9)) == 0
    sign = -1 if is_reversal else 1
    lines = []
    for place in range(draw(st.integers(1, 5))):
        charge = draw(CENTS)
        reductions, paid = draw(adjustments(charge, sign=sign))
        lines.append(
            x12.RemittanceLine(
                procedure=x12.Procedure(code=draw(CODES), modifiers=tuple(draw(MODIFIERS))),
                charge=sign * charge,
                paid=paid,
                units=Decimal(1),
                periods=(x12.Period("472", draw(DAYS)),),
                adjustments=reductions,
                references=(x12.Reference("6R", f"L{place + 1}"),),
                remarks=draw(st.sampled_from(((), ("N130",), ("MA01", "N130")))),
            )
        )
    owed = sum((a.amount for one in lines for a in one.adjustments if a.group == "PR"), Decimal(0))
    paid = sum((one.paid for one in lines), Decimal(0))
    return x12.RemittanceClaim(
        number=f"{draw(IDS)}{number}",
        status="22" if is_reversal else draw(st.sampled_from(("1", "2", "4", "19"))),
        charge=sum((one.charge for one in lines), Decimal(0)),
        paid=paid,
        patient_responsibility=owed if owed and not is_reversal else None,
        filing="12",
        payer_control=draw(IDS),
        place_of_service="11",
        frequency="1",
        patient=x12.Party(entity="QC", is_person=True, name=draw(NAMES), first=draw(WORDS)),
        rendering=draw(doctors("82", speciality="")) if draw(st.booleans()) else None,
        lines=tuple(lines),
        remarks=draw(st.sampled_from(((), ("MA01",)))),
    )


@st.composite
def remittances(draw):
    """A payment that balances, never negative: what is missing comes as an adjustment."""
    decided = tuple(draw(remittance_claims(n)) for n in range(draw(st.integers(1, 4))))
    total = sum((claim.paid for claim in decided), Decimal(0))
    pairs = []
    day = draw(DAYS)
    if draw(st.booleans()):
        amount = draw(SMALL)
        pairs.append(x12.ProviderAdjustment("1234567893", day, "WO", amount, draw(IDS)))
        total -= amount
    if total < 0:
        pairs.append(x12.ProviderAdjustment("1234567893", day, "FB", total, draw(IDS)))
        total = Decimal(0)
    contact = x12.Contact(function="BL", name="EDI", phone="5555550111")
    return x12.Remittance(
        payment=x12.Payment(
            amount=total, paid_on=draw(DAYS), method="NON" if total == 0 else "CHK"
        ),
        trace=draw(IDS),
        trace_origin="1999999999",
        payer=x12.Party(
            entity="PR", name=draw(NAMES), address=draw(addresses()), contacts=(contact,)
        ),
        payee=x12.Party(entity="PE", name=draw(NAMES), id_qualifier="XX", identifier=draw(NPIS)),
        claims=decided,
        provider_adjustments=tuple(pairs),
        produced_on=draw(DAYS),
    )


@st.composite
def inquiries(draw):
    """A question about a subscriber or a dependent."""
    has_dependent = draw(st.booleans())
    service = draw(DAYS)
    end = service + timedelta(draw(st.integers(1, 30))) if draw(st.booleans()) else None
    dependent = people("03", address=False, relationship="19")
    types = st.lists(
        st.sampled_from(("30", "1", "33", "47", "86", "98", "AL", "MH", "UC")),
        min_size=1,
        max_size=5,
        unique=True,
    )
    return x12.EligibilityInquiry(
        payer=x12.Party(entity="PR", name=draw(NAMES), id_qualifier="PI", identifier=draw(IDS)),
        provider=x12.Party(entity="1P", name=draw(NAMES), id_qualifier="XX", identifier=draw(NPIS)),
        subscriber=draw(people("IL", address=False, member_id=True)),
        dependent=draw(dependent) if has_dependent else None,
        service_date=service,
        service_end=end,
        service_types=tuple(draw(types)),
        trace=draw(IDS),
        trace_origin="9123456789",
        reference=draw(IDS),
        at=AT,
    )


@st.composite
def responses(draw):
    """An answer with benefits of every shape."""
    benefits = []
    for _ in range(draw(st.integers(1, 6))):
        code = draw(st.sampled_from(("1", "6", "A", "B", "C", "F", "G", "I", "W")))
        benefits.append(
            x12.Benefit(
                code=code,
                coverage_level=draw(st.sampled_from(("", "IND", "FAM"))),
                service_types=tuple(
                    draw(
                        st.lists(st.sampled_from(("30", "98", "86", "UC")), min_size=1, max_size=3)
                    )
                ),
                plan_description=draw(st.sampled_from(("", "GOLD 500"))),
                period_qualifier=draw(st.sampled_from(("", "23", "29", "27"))),
                amount=draw(CENTS) if code in {"B", "C", "G"} else None,
                percent=Decimal("0.2") if code == "A" else None,
                in_network=draw(st.sampled_from(("", "Y", "N", "W"))),
                periods=draw(st.sampled_from(((), (x12.Period("348", date(2026, 1, 1)),)))),
                messages=tuple(draw(st.lists(NAMES, max_size=2))),
                loop="2110C",
            )
        )
    return x12.EligibilityResponse(
        payer=x12.Party(entity="PR", name=draw(NAMES), id_qualifier="PI", identifier=draw(IDS)),
        provider=x12.Party(entity="1P", name=draw(NAMES), id_qualifier="XX", identifier=draw(NPIS)),
        subscriber=draw(people("IL", address=False, member_id=True)),
        benefits=tuple(benefits),
        trace=draw(IDS),
        trace_origin="9123456789",
        reference=draw(IDS),
        at=AT,
    )


@st.composite
def interchanges(draw):
    """Models of one kind, as one message holds them."""
    kind = draw(st.sampled_from((inquiries, responses, remittances)))
    return draw(st.lists(kind(), min_size=1, max_size=3))
