"""Every check: what trips it, and that a sound claim trips none."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from frontdesk import x12
from frontdesk.billing import exchange
from frontdesk.billing.rules import facts
from frontdesk.billing.rules.scrub import CHECKS, scrub
from frontdesk.billing.rules.timely import last_day_to_file
from tests.x12.oracles import pyx12_accepts, pyx12_complaints

TODAY = date(2026, 11, 23)
HERE = facts.AddressFacts("1 ELM ST", "", "COLUMBUS", "OH", "43215-1000")
THERE = facts.AddressFacts("2 OAK LN", "", "COLUMBUS", "OH", "43215")
ANN = facts.PersonFacts("Ann", "Lee", birth_date=date(1980, 5, 4), sex="F", address=THERE)
TOM = facts.PersonFacts("Tom", "Lee", birth_date=date(2015, 3, 9), sex="M", address=THERE)
LINE = facts.LineFacts(1, "100001", "99213", "Visit", (), 1, "A", Decimal("148.00"), TODAY)
SOUND = facts.ClaimFacts(
    number="88001",
    frequency="1",
    total=Decimal("148.00"),
    on=TODAY,
    today=TODAY,
    file_by=TODAY + timedelta(days=180),
    place_of_service="11",
    practice=facts.OrganizationFacts(
        "Elm Street", "1234567893", HERE, "12-3456789", "207Q00000X", "+16145550100"
    ),
    site=facts.OrganizationFacts("Elm Street", "", HERE),
    provider=facts.PersonFacts("Ada", "Okafor", npi="1245319599", taxonomy="207Q00000X"),
    payer=facts.PayerFacts("Demo PPO", "DEMOPPO", "CI", takes_claims=True),
    policy=facts.PolicyFacts("W123456789", "10010", "Choice", "18", 1, answered="active"),
    subscriber=ANN,
    patient=ANN,
    diagnoses=[facts.DiagnosisFacts("E11.9")],
    lines=[LINE],
    built_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
)


def found(claim):
    return [finding.rule for finding in scrub(claim)]


def practice(**more):
    return replace(SOUND, practice=replace(SOUND.practice, **more))


def at_practice(**more):
    return practice(address=replace(HERE, **more))


def provider(**more):
    return replace(SOUND, provider=replace(SOUND.provider, **more))


def payer(**more):
    return replace(SOUND, payer=replace(SOUND.payer, **more))


def policy(**more):
    return replace(SOUND, policy=replace(SOUND.policy, **more))


def began(cause, *, before=3, **more):
    on = TODAY - timedelta(days=before)
    return replace(SOUND, began=facts.BeginningFacts(cause, on, **more))


def authorized(**more):
    return replace(SOUND, authorization=facts.AuthorizationFacts(**more))


def insured(**more):
    return replace(SOUND, subscriber=replace(ANN, **more))


def child(**more):
    return replace(policy(relationship="19"), patient=replace(TOM, **more))


def line(**more):
    changed = replace(LINE, **more)
    return replace(SOUND, lines=[changed], total=changed.charge)


def diagnosis(**more):
    return replace(SOUND, diagnoses=[replace(SOUND.diagnoses[0], **more)])


def prior(paid):
    first = facts.PriorLineFacts(1, Decimal(paid), [("CO", "45", Decimal(48))], TODAY)
    return replace(
        SOUND,
        prior=facts.PriorFacts(SOUND.payer, SOUND.policy, ANN, Decimal(paid), [first]),
    )


CASES = [
    ("practice.npi", practice(npi="1234567890")),
    ("practice.tax_id", practice(tax_id="12-34")),
    ("practice.taxonomy", practice(taxonomy="")),
    ("practice.phone", practice(phone="555")),
    ("practice.address", at_practice(city="")),
    ("practice.po_box", at_practice(line1="P.O. Box 12")),
    ("practice.zip", at_practice(zip_code="43215")),
    ("provider.npi", provider(npi="")),
    ("provider.taxonomy", provider(taxonomy="")),
    ("payer.id", payer(payer_id=" ")),
    ("payer.takes_claims", payer(takes_claims=False)),
    ("subscriber.member_id", policy(member_id="W*1")),
    ("subscriber.name", insured(first="")),
    ("subscriber.birth_date", insured(birth_date=None)),
    ("subscriber.address", insured(address=facts.AddressFacts())),
    ("patient.address", child(address=facts.AddressFacts())),
    ("patient.birth_date", child(birth_date=TODAY + timedelta(days=1))),
    ("patient.sex", child(sex="U")),
    ("patient.died", child(died_on=TODAY - timedelta(days=1))),
    ("patient.self_but_other_person", insured(birth_date=date(1980, 5, 5))),
    ("patient.dependent_is_subscriber", policy(relationship="01")),
    ("diagnosis.none", replace(SOUND, diagnoses=[])),
    ("diagnosis.too_many", replace(SOUND, diagnoses=[SOUND.diagnoses[0]] * 13)),
    ("diagnosis.unknown", diagnosis(is_known=False)),
    ("diagnosis.header", diagnosis(is_billable=False)),
    ("diagnosis.expired", diagnosis(is_valid=False)),
    ("diagnosis.twice", replace(SOUND, diagnoses=[SOUND.diagnoses[0]] * 2)),
    ("line.none", replace(SOUND, lines=[], total=Decimal(0))),
    ("line.too_many", replace(SOUND, lines=[LINE] * 51, total=LINE.charge * 51)),
    ("line.code", line(code="9921")),
    ("line.pointers", line(pointers="")),
    ("line.pointer_to_nothing", line(pointers="B")),
    (
        "line.new_patient",
        replace(SOUND, lines=[replace(LINE, code="99203")], is_established=True),
    ),
    ("line.units", line(units=0)),
    ("line.charge", line(charge=Decimal(0))),
    ("line.modifiers", line(modifiers=("25", "25"))),
    ("line.twice", replace(SOUND, lines=[LINE, LINE], total=LINE.charge * 2)),
    ("claim.total", replace(SOUND, total=Decimal("149.00"))),
    ("claim.future", replace(SOUND, on=TODAY + timedelta(days=1))),
    ("claim.replaces", replace(SOUND, frequency="7")),
    (
        "claim.medicare_replacement",
        replace(payer(takes_corrections=False), frequency="7", payer_control_number="ICN1"),
    ),
    ("claim.paid_already", replace(SOUND, corrects_paid=True)),
    ("payer.enrolment", payer(not_enrolled="asked for on Nov 3, 2026")),
    ("claim.twin", replace(SOUND, sent_twins=["88000"])),
    ("claim.late", replace(SOUND, file_by=TODAY - timedelta(days=1))),
    ("claim.nearly_late", replace(SOUND, file_by=TODAY + timedelta(days=13))),
    ("coverage.ended", policy(ends_on=TODAY - timedelta(days=1))),
    ("coverage.ended", policy(plan_began_on=TODAY + timedelta(days=1))),
    ("coverage.inactive", policy(answered="inactive")),
    ("coverage.not_found", policy(answered="not_found")),
    ("coverage.never_verified", policy(answered="")),
    ("coverage.names_other", policy(names_plan="Demo United EPO")),
    (
        "coverage.named_plan",
        replace(
            policy(names_plan="Cascadia Health Plan"),
            payer=replace(SOUND.payer, filing="MC"),
        ),
    ),
    ("authorization.missing", policy(needs_authorization=True)),
    ("authorization.missing", authorized(missing="97110", is_hard=True)),
    ("authorization.advised", authorized(missing="97110")),
    ("authorization.wrong", authorized(wrong="it is denied")),
    ("authorization.units", authorized(short=["97110: 6 billed"])),
    ("accident.at_work", payer(filing="WC")),
    ("accident.other_payer", began("EM")),
    ("accident.other_payer", began("AA")),
    ("telehealth.modifier", replace(SOUND, place_of_service="10")),
    ("telehealth.place", line(modifiers=("95",))),
    ("coordination.balance", prior("99.00")),
    ("coordination.undecided", replace(SOUND, level=2, waits_for="Demo PPO")),
    ("coordination.msp", replace(SOUND, level=2, payer=replace(SOUND.payer, filing="MB"))),
]


def test_a_sound_claim_passes_every_check_and_can_be_written():
    assert found(SOUND) == []
    assert found(child()) == []
    assert found(prior("100.00")) == []
    assert found(began("OA")) == []
    assert found(replace(began("EM"), payer=replace(SOUND.payer, filing="WC"))) == []


@pytest.mark.parametrize(
    ("rule", "claim"), CASES, ids=[f"{r}-{n}" for n, (r, _) in enumerate(CASES)]
)
def test_each_check_finds_what_it_is_for(rule, claim):
    assert rule in found(claim)


def test_every_check_has_a_test_and_words_a_person_can_act_on():
    assert {rule for rule, _ in CASES} == set(CHECKS)
    for check in CHECKS.values():
        assert check.words[0].isupper()
        assert check.how_to_fix.endswith(".")


def test_a_finding_says_which_line_is_meant():
    lines = [LINE, replace(LINE, place=2, units=0), replace(LINE, place=3, units=0)]
    claim = replace(SOUND, lines=lines, total=LINE.charge * 3)

    words = [finding.words for finding in scrub(claim) if finding.rule == "line.units"]

    assert words == ["A line has no units (lines 2, 3)"]


@pytest.mark.parametrize("claim", [SOUND, child(), prior("100.00")], ids=["self", "child", "prior"])
def test_the_file_of_a_claim_reads_back_as_the_claim(claim):
    envelope = x12.Envelope(sender="1234567893", receiver="FDSANDBOX", control=7, at=claim.built_at)

    content = exchange.batch([claim], envelope, receiver="FDSANDBOX", reference="B7")

    assert x12.check(content).valid
    (transaction,) = x12.read(content)
    (body,) = transaction.bodies
    assert (body.number, body.charge) == ("88001", Decimal(148))
    assert body.billing.npi == "1234567893"
    assert body.billing.address.postal_code == "432151000"
    assert body.subscriber.member_id == "W123456789"
    assert [d.code for d in body.diagnoses] == ["E119"]
    assert [(x.procedure.code, x.control, x.charge) for x in body.lines] == [
        ("99213", "100001", Decimal(148))
    ]
    assert body.rendering.npi == "1245319599"
    assert (body.patient.first if body.patient else "") == ("TOM" if claim.patient == TOM else "")
    assert [one.paid for one in body.other_payers] == ([Decimal(100)] if claim.prior else [])


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Muñoz*~:", "MUNOZ"), ("O’Brien", "O BRIEN"), ("Smith\nJones", "SMITH JONES")],
)
def test_names_are_written_in_letters_that_every_payer_reads(text, plain):
    assert exchange.clean(text) == plain


@pytest.mark.parametrize(
    ("on", "filing", "last"),
    [
        (date(2025, 2, 28), "MB", date(2026, 2, 28)),
        (date(2024, 2, 29), "MB", date(2025, 2, 28)),
        (date(2026, 1, 1), "CI", date(2026, 4, 1)),
    ],
)
def test_medicare_takes_claims_for_a_year_and_others_by_their_contract(on, filing, last):
    assert last_day_to_file(on, days=90, filing=filing) == last


def test_proof_that_no_authorization_is_needed_lets_the_claim_go():
    wanted = policy(needs_authorization=True)

    assert found(wanted) == ["authorization.missing"]
    assert found(replace(wanted, authorization=facts.AuthorizationFacts(is_waived=True))) == []


@pytest.mark.parametrize(
    ("claim", "written"),
    [
        (began("EM", case_number="WC-77"), ("EM", "", "439", "WC-77")),
        (began("AA", state="OH"), ("AA", "OH", "439", "")),
        (began("OA"), ("OA", "", "439", "")),
        (began("LM"), ("", "", "484", "")),
        (began(""), ("", "", "431", "")),
        (began("", before=0), ("", "", "", "")),  # it began on the day of the visit
        (replace(child(), began=began("OA", case_number="9").began), ("OA", "", "439", "9")),
    ],
)
def test_how_it_began_goes_out_with_the_claim(claim, written):
    envelope = x12.Envelope(sender="1234567893", receiver="FDSANDBOX", control=7, at=claim.built_at)
    content = exchange.batch([claim], envelope, receiver="FDSANDBOX", reference="B7")

    assert x12.check(content, snip=4).valid
    ((body,),) = [one.bodies for one in x12.read(content)]
    person = body.patient or body.subscriber
    cause, state, qualifier, case = written
    assert list(body.accident_causes) == [cause] * bool(cause)
    assert body.accident_state == state
    days = [(one.qualifier, one.start) for one in body.periods]
    assert days == [(qualifier, claim.began.on)] * bool(qualifier)
    assert [one.value for one in person.references] == [case] * bool(case)
    assert pyx12_accepts(content), pyx12_complaints(content)


def test_a_service_that_says_nothing_goes_with_its_words():
    """SV101-7: what an unlisted code is; a code that says it itself has none sent."""
    unlisted = replace(LINE, code="J3490", description="Unclassified drug: ketorolac, 15 mg")

    body = exchange.claim_body(replace(SOUND, lines=[unlisted]), sender="S", receiver="R")
    usual = exchange.claim_body(SOUND, sender="S", receiver="R")

    assert body.lines[0].procedure.description == "UNCLASSIFIED DRUG KETOROLAC, 15 MG"
    assert usual.lines[0].procedure.description == ""
