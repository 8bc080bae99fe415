"""Whatever the office has on file, a claim that passes our checks passes pyx12 too."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from frontdesk import x12
from frontdesk.billing import exchange
from frontdesk.billing.rules import facts
from frontdesk.billing.rules.scrub import HOLD, scrub
from tests.billing.test_checks import SOUND, THERE, TODAY, TOM, prior
from tests.x12.oracles import pyx12_accepts, pyx12_complaints

words = st.text(
    st.characters(codec="latin-1", categories=("Lu", "Ll", "Nd", "Zs", "Pd", "Po")),
    min_size=1,
    max_size=24,
)
names = st.builds(str.__add__, st.sampled_from(["Lee", "Muñoz", "O'Neil", "Smith-Kay"]), words)
addresses = st.builds(
    facts.AddressFacts,
    line1=st.builds("{} {}".format, st.integers(1, 9999), names),
    line2=st.sampled_from(["", "Apt 4", "Suite #12"]),
    city=st.sampled_from(["Columbus", "St. Paul", "Coeur d'Alene"]),
    state=st.sampled_from(["OH", "MN", "ID"]),
    zip_code=st.sampled_from(["43215", "55101-1234"]),
)
people = st.builds(
    facts.PersonFacts,
    first=names,
    last=names,
    middle=st.sampled_from(["", "Q", "Marie"]),
    birth_date=st.dates(TODAY - timedelta(days=36000), TODAY - timedelta(days=1)),
    sex=st.sampled_from(["F", "M", "U"]),
    address=addresses,
)
lines = st.lists(
    st.tuples(
        st.sampled_from(["99213", "93000", "J3420", "G0008", "Z9214"]),
        st.lists(st.sampled_from(["25", "59", "XU", "TC"]), max_size=4, unique=True),
        st.integers(1, 99),
        st.integers(1, 999999).map(lambda cents: Decimal(cents).scaleb(-2)),
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def claims(draw):
    """A claim of a subscriber or a dependent, with a first payer's decision or without."""
    billed = [
        replace(
            SOUND.lines[0],
            place=place,
            control=str(100000 + place),
            code=code,
            modifiers=tuple(modifiers),
            units=units,
            charge=charge,
        )
        for place, (code, modifiers, units, charge) in enumerate(draw(lines), start=1)
    ]
    claim = replace(SOUND, lines=billed, total=sum((x.charge for x in billed), Decimal(0)))
    person = draw(people)
    if draw(st.booleans()):
        return replace(claim, subscriber=person, patient=person)
    policy = replace(claim.policy, relationship=draw(st.sampled_from(["01", "19", "G8"])))
    return replace(claim, policy=policy, subscriber=person, patient=replace(TOM, address=THERE))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims(), st.sampled_from(["", "AUTH-1", "A 77"]))
def test_a_claim_that_passes_our_checks_passes_another_reader(claim, authorization):
    claim = replace(claim, authorization_number=authorization)
    assume(not any(finding.severity == HOLD for finding in scrub(claim)))
    envelope = x12.Envelope(sender="1234567893", receiver="FDSANDBOX", control=7, at=SOUND.built_at)

    assert exchange.unwritable(claim, envelope) == []
    content = exchange.batch([claim], envelope, receiver="FDSANDBOX", reference="B7")

    assert pyx12_accepts(content), pyx12_complaints(content)


def test_a_second_payers_claim_passes_another_reader():
    envelope = x12.Envelope(sender="1234567893", receiver="FDSANDBOX", control=7, at=SOUND.built_at)
    second = replace(prior("100.00"), policy=replace(SOUND.policy, rank=2))

    content = exchange.batch([second], envelope, receiver="FDSANDBOX", reference="B7")

    assert pyx12_accepts(content), pyx12_complaints(content)
