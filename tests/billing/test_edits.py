"""Payment edits on claims: held where Medicare never pays, told elsewhere; the drug is named."""

from datetime import timedelta
from decimal import Decimal

from frontdesk import x12
from frontdesk.billing import exchange, operations, queries
from frontdesk.billing.models import Claim
from frontdesk.coding.models import MedicalNecessity, UnitLimit
from frontdesk.visits import operations as visits
from tests.billing.office import NOON


def limited(office, filing):
    policy = office.insured()
    with office.writing():
        payer = policy.subscription.plan.payer
        payer.filing_indicator = filing
        payer.save()
    bill = office.seen(policy)
    with office.reading():
        code = bill.lines.order_by("place").first().code
    UnitLimit.objects.create(code=code, units=0, counts="2", release="2026-10-01")
    return office.sign(bill), code


def told(claim, code):
    return [
        (found["severity"], "MUE" in found["words"])
        for found in claim.findings
        if found["rule"] == f"ncci-mue-{code.lower()}"
    ]


def test_what_medicare_never_pays_holds_a_claim_to_medicare(office):
    claim, code = limited(office, "MB")
    assert claim.status == Claim.Status.HELD
    assert told(claim, code) == [("hold", True)]
    with office.reading():  # held at once, it was never clean; judged again, it is no news
        operations.judge_claim(claim, at=NOON, by=office.anybody())
        assert claim.events.filter(kind="held").count() == 1


def test_another_payers_claim_goes_with_a_word(office):
    claim, code = limited(office, "CI")
    assert claim.status == Claim.Status.READY
    assert told(claim, code) == [("warn", True)]


def test_the_drug_given_stands_on_the_claim(office):
    policy = office.insured()
    bill = office.seen(policy)
    with office.reading():
        line = bill.lines.order_by("place").first()
    visits.name_drug(line, "00409-4888-10", Decimal("2.5"), "ML", by=office.anybody())
    claim = office.sign(bill)
    with office.reading():
        whole = queries.with_all(Claim.objects.filter(pk=claim.pk)).get()
        facts = queries.facts_of(whole, NOON.date())
    assert (facts.lines[0].ndc, facts.lines[0].ndc_quantity) == ("00409488810", Decimal("2.5"))
    drug = exchange.claims._drug(facts.lines[0])
    assert drug == x12.Drug(ndc="00409488810", quantity=Decimal("2.5"), unit="ML")
    assert exchange.claims._drug(facts.lines[1]) is None


def needing(office, filing, modifiers=()):
    """A claim whose first service a policy pays for another diagnosis only."""
    policy = office.insured()
    with office.writing():
        payer = policy.subscription.plan.payer
        payer.filing_indicator = filing
        payer.save()
    bill = office.seen(policy)
    with office.writing():
        line = bill.lines.order_by("place").first()
        line.modifiers = list(modifiers)
        line.save()
        MedicalNecessity(
            policy="L1", code=line.code, starts_on=NOON.date(), supports=["Z00.00"]
        ).save()
    claim = office.sign(bill)
    return claim, [found["severity"] for found in claim.findings if found["rule"][:3] == "lcd"]


def test_a_service_that_no_diagnosis_of_its_line_covers_holds_a_claim_to_medicare(office):
    claim, told = needing(office, "MB")
    assert (claim.status, told) == (Claim.Status.HELD, ["hold"])


def test_another_payers_claim_is_told_of_what_medicare_would_not_cover(office):
    claim, told = needing(office, "CI")
    assert (claim.status, told) == (Claim.Status.READY, ["warn"])


def test_a_denial_that_the_line_foresees_is_not_held_against_it(office):
    _claim, told = needing(office, "MB", ["GA"])
    assert told == []


NEW = (("99203", "180.00", "A"),)


def told_not_new(claim):
    return [one["words"] for one in claim.findings if one["rule"] == "line.new_patient"]


def test_a_claim_for_a_new_patient_is_told_when_the_same_specialty_saw_them(office):
    policy = office.insured()
    first = office.signed(policy, lines=NEW, at=NOON - timedelta(days=900))
    again = office.signed(policy, lines=NEW)
    known = office.signed(policy, at=NOON + timedelta(days=1))
    assert told_not_new(first) == []
    assert ["line 1" in words for words in told_not_new(again)] == [True]
    assert told_not_new(known) == []


def test_a_patient_of_another_specialty_is_new(office):
    policy = office.insured()
    earlier = office.signed(policy, at=NOON - timedelta(days=30))
    bill = office.seen(policy, lines=NEW)
    with office.writing():
        family = earlier.visit.provider
        family.taxonomy = "207Q00000X"
        family.save()
        heart = type(family)(
            first_name="Kay", last_name="Heart", npi="1234567893", taxonomy="207RC0000X"
        )
        heart.save()
        bill.visit.provider = heart
        bill.visit.save()
    assert told_not_new(office.sign(bill)) == []
