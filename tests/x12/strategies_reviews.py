"""Made-up questions and answers about claims and authorizations, for Hypothesis."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from frontdesk import x12
from tests.x12.samples import AT
from tests.x12.strategies import (
    CENTS,
    CODES,
    DAYS,
    DIAGNOSES,
    IDS,
    MODIFIERS,
    NAMES,
    NPIS,
    WORDS,
    addresses,
    people,
)

DECISIONS = st.builds(
    x12.Decision,
    action=st.sampled_from(("A1", "A3", "A4", "A6", "CT", "NA")),
    number=st.one_of(st.just(""), IDS),
    reasons=st.lists(st.sampled_from(("0A", "0U", "1D")), max_size=3).map(tuple),
)
REJECT_CODES = st.sampled_from(("15", "33", "42", "72", "75", "T4"))


def rejects(*levels):
    """Some refusals at these levels, in the order of the message."""
    one = [
        st.lists(
            st.builds(
                x12.Reject,
                level=st.just(level),
                code=REJECT_CODES,
                follow_up=st.sampled_from(("C", "N")),
                is_valid_request=st.booleans(),
            ),
            max_size=2,
        )
        for level in levels
    ]
    return st.tuples(*one).map(lambda lists: tuple(r for some in lists for r in some))


@st.composite
def periods(draw, qualifier):
    """A day, or a span of days."""
    start = draw(DAYS)
    end = start + timedelta(draw(st.integers(1, 90))) if draw(st.booleans()) else None
    return x12.Period(qualifier, start, end)


@st.composite
def lines(draw, *, answered):
    """A line of a claim."""
    status = x12.ClaimStatus(category="F2", code="107", on=draw(DAYS))
    return x12.StatusLine(
        procedure=x12.Procedure(code=draw(CODES), modifiers=tuple(draw(MODIFIERS))),
        charge=draw(CENTS),
        units=Decimal(draw(st.integers(1, 9))),
        paid=draw(CENTS) if answered else None,
        statuses=(status,) if answered else (),
        references=(x12.Reference("FJ", draw(IDS)),),
        periods=(draw(periods("472")),),
    )


@st.composite
def _asked(draw):
    """Payer, asker and provider of a question about a claim."""
    return {
        "payer": x12.Party(entity="PR", name=draw(NAMES), id_qualifier="PI", identifier=draw(IDS)),
        "receiver": x12.Party(
            entity="41", name=draw(NAMES), id_qualifier="46", identifier=draw(IDS)
        ),
        "provider": x12.Party(
            entity="1P", name=draw(NAMES), id_qualifier="XX", identifier=draw(NPIS)
        ),
        "trace": draw(IDS),
        "reference": draw(IDS),
        "at": AT,
    }


@st.composite
def status_inquiries(draw, most_lines=3):
    """A question about a claim of a subscriber or a dependent."""
    service = draw(periods("472"))
    return x12.ClaimStatusInquiry(
        **draw(_asked()),
        subscriber=draw(people("IL", address=False, member_id=True)),
        dependent=draw(people("QC", address=False)) if draw(st.booleans()) else None,
        references=(x12.Reference("1K", draw(IDS)), x12.Reference("EJ", draw(IDS))),
        charge=draw(CENTS),
        service_date=service.start,
        service_end=service.end,
        lines=tuple(draw(st.lists(lines(answered=False), max_size=most_lines))),
    )


@st.composite
def status_responses(draw, most_lines=3):
    """An answer about a claim, paid, denied or pending, or about the question itself."""
    fields = draw(_asked())
    level = draw(st.sampled_from(("claim", "claim", "receiver", "provider")))
    if level != "claim":
        entity = "41" if level == "receiver" else "1P"
        refused = x12.ClaimStatus(category="E0", code="24", entity=entity, on=draw(DAYS))
        if level == "receiver":
            fields["provider"] = None
        return x12.ClaimStatusResponse(**fields, level=level, statuses=(refused,))
    is_paid = draw(st.booleans())
    status = x12.ClaimStatus(
        category="F1" if is_paid else "P1",
        code="65" if is_paid else "20",
        on=draw(DAYS),
        amount=draw(CENTS),
        paid=draw(CENTS) if is_paid else None,
        finalized_on=draw(DAYS) if is_paid else None,
        paid_on=draw(DAYS) if is_paid else None,
        payment=draw(IDS) if is_paid else "",
        further=draw(st.sampled_from(((), (("F1", "66", ""),)))),
    )
    nameless = {"birth_date": None, "sex": ""}
    return x12.ClaimStatusResponse(
        **fields,
        subscriber=_without(draw(people("IL", address=False, member_id=True)), nameless),
        dependent=_without(draw(people("QC", address=False)), nameless)
        if draw(st.booleans())
        else None,
        statuses=(status,),
        references=(x12.Reference("1K", draw(IDS)),),
        periods=(draw(periods("472")),),
        lines=tuple(draw(st.lists(lines(answered=True), max_size=most_lines))),
    )


def _without(member, fields):
    for name, value in fields.items():
        setattr(member, name, value)
    return member


@st.composite
def review_parties(draw, entity, *, answered=False, taxonomy=True):
    """A provider in a review, with what was wrong with it where this is an answer."""
    return x12.ReviewParty(
        entity=entity,
        is_person=True,
        name=draw(NAMES),
        first=draw(WORDS),
        id_qualifier="XX",
        identifier=draw(NPIS),
        address=draw(addresses()) if draw(st.booleans()) else None,
        taxonomy="207Q00000X" if taxonomy else "",
        role=draw(st.sampled_from(("AT", "PE", "RF"))) if taxonomy else "",
        rejects=draw(rejects("provider")) if answered else (),
    )


@st.composite
def services(draw, *, answered):
    """A professional, institutional or dental service."""
    kind = draw(st.sampled_from(("professional", "institutional", "dental")))
    code = {"dental": "D2740"}.get(kind) or draw(CODES)
    procedure = x12.Procedure(qualifier="AD" if kind == "dental" else "HC", code=code)
    given = {"unit": "UN", "units": Decimal(draw(st.integers(1, 40)))}
    if kind == "dental":
        given = {"units": Decimal(1), "oral_cavity": ("10", "20"), "prosthesis": "I"}
    return x12.ReviewedService(
        kind=kind,
        procedure=procedure,
        revenue_code="0120" if kind == "institutional" else "",
        charge=draw(CENTS),
        **given,
        pointers=(1, 2) if kind == "professional" else (),
        trace=draw(IDS),
        trace_origin="9123456789",
        review=draw(st.sampled_from((None, x12.Review(service_type="42")))),
        decision=draw(DECISIONS) if answered else None,
        rejects=draw(rejects("service")) if answered else (),
        periods=(draw(periods("472")),),
        deliveries=(x12.Delivery(period_qualifier="29", periods=2),),
        attachments=(x12.Attachment(report="OB", transmission="FX", control=draw(IDS)),),
        message=draw(st.one_of(st.just(""), NAMES)),
        providers=tuple(draw(st.lists(review_parties("SJ", answered=answered), max_size=2))),
    )


@st.composite
def _event(draw, *, answered):
    diagnoses = draw(DIAGNOSES)
    return {
        "reviewer": x12.Party(
            entity="X3", name=draw(NAMES), id_qualifier="PI", identifier=draw(IDS)
        ),
        "subscriber": draw(people("IL", member_id=True)),
        "dependent": draw(people("QC", relationship="19")) if draw(st.booleans()) else None,
        "trace": draw(IDS),
        "trace_origin": "9123456789",
        "review": x12.Review(
            category=draw(st.sampled_from(("AR", "HS", "SC"))),
            service_type=draw(st.sampled_from(("", "1", "42", "MH"))),
            place=draw(st.sampled_from(("", "11", "22"))),
            related_causes=draw(st.sampled_from(((), ("AA", "EM")))),
            level_of_service=draw(st.sampled_from(("", "03", "U"))),
        ),
        "periods": (draw(periods("AAH")),),
        "references": draw(st.sampled_from(((), (x12.Reference("BB", "OLD1"),)))),
        "diagnoses": tuple(
            x12.ReviewDiagnosis(code=c, qualifier="ABF" if n else "ABK", on=draw(DAYS))
            for n, c in enumerate(diagnoses)
        ),
        "deliveries": (
            x12.Delivery(
                quantity_qualifier="VS",
                quantity=Decimal(draw(st.integers(1, 60))),
                unit="WK",
                period_qualifier="34",
                periods=draw(st.integers(1, 12)),
                calendar="1",
                pattern="A",
            ),
        ),
        "message": draw(st.one_of(st.just(""), NAMES)),
        "providers": tuple(draw(st.lists(review_parties("SJ", answered=answered), max_size=2))),
        "places": draw(
            st.sampled_from(((), (x12.ReviewParty(entity="PW", name="HOME"),))),
        ),
        "services": tuple(draw(st.lists(services(answered=answered), max_size=3))),
        "reference": draw(IDS),
        "at": AT,
    }


@st.composite
def authorization_requests(draw):
    """A request for one patient event."""
    return x12.AuthorizationRequest(
        **draw(_event(answered=False)),
        requester=draw(review_parties("1P")),
        transaction_type=draw(st.sampled_from(("", "RU"))),
        purpose=draw(st.sampled_from(("13", "01"))),
    )


@st.composite
def authorization_responses(draw):
    """An answer: decided, pended, or refused at any level."""
    fields = draw(_event(answered=True))
    requester = draw(review_parties("1P", answered=True))
    requester.address = None
    requester.rejects = tuple(
        x12.Reject(
            level="requester",
            code=r.code,
            follow_up=r.follow_up,
            is_valid_request=r.is_valid_request,
        )
        for r in requester.rejects
    )
    levels = ["set", "payer", "subscriber", "dependent", "event"]
    if fields["dependent"] is None:
        levels.remove("dependent")
    return x12.AuthorizationResponse(
        **fields,
        requester=requester,
        decision=draw(DECISIONS),
        payer_traces=draw(st.sampled_from(((), (("P1", "1999999999"),)))),
        rejects=draw(rejects(*levels)),
        transaction_type=draw(st.sampled_from(("18", "19"))),
    )


@st.composite
def reviews_and_statuses(draw):
    """Models of one kind, as one message holds them."""
    kinds = (status_inquiries, status_responses, authorization_requests, authorization_responses)
    kind = draw(st.sampled_from(kinds))
    return draw(st.lists(kind(), min_size=1, max_size=3))
