"""What is refused again and again becomes a rule, tried on history before it is proposed."""

from decimal import Decimal
from uuid import uuid4

from django.urls import reverse

from frontdesk.billing import operations
from frontdesk.billing.queries.denial_patterns import Pattern, _narrow
from frontdesk.rulebook import lacking
from tests.billing.decisions import USUAL, claim, sent
from tests.billing.denying import denials, refused
from tests.billing.office import NOON
from tests.billing.payer import PAID_ON, decided, line, received, remittance

__all__ = ["claim"]


def test_refused_again_and_again_becomes_a_pattern_tried_on_history(office, claim):
    from frontdesk.billing.queries.denial_patterns import patterns

    refused(office, claim)
    for name in ("Tom", "Uma"):
        more = office.signed(office.insured(name, "Roe"))
        sent(office)
        refused(office, more)
    fine = office.signed(office.insured("Zed", "Roe"))
    sent(office)
    received(office, remittance(decided(fine.number, *USUAL)))

    with office.reading():
        [one] = patterns(PAID_ON)

    assert (one.seen, one.caught, one.refused, one.false_alarms) == (3, 4, 3, 1)
    assert one.asks_number and one.is_sharp

    by = office.role("biller")
    rule = operations.propose_prevention(one, at=NOON, by=by)
    again = operations.propose_prevention(one, at=NOON, by=by)
    assert (rule.status, again.pk) == ("proposed", rule.pk)
    with office.reading():
        version = rule.versions.get()
    assert version.payer_id == one.payer_id
    assert version.actions == [{"do": "hold"}]
    assert "refused 99213 3 times" in version.because


def test_a_rule_is_about_the_diagnosis_that_stands_out_and_never_about_everything():
    payer, bad, good = uuid4(), [uuid4() for _ in range(3)], [uuid4() for _ in range(200)]
    wide = Pattern(payer, "Demo PPO", "99213", "CO", "50", 3, Decimal(444), 203, 3, False)
    told = {claim: frozenset({"I10"}) for claim in good}

    apart = _narrow(wide, told | {one: frozenset({"I10", "R51.9"}) for one in bad}, bad)
    alike = _narrow(wide, told | {one: frozenset({"I10"}) for one in bad}, bad)

    assert (apart.diagnoses, apart.caught, apart.refused) == (("R51.9",), 3, 3)
    assert apart.is_sharp and not apart.is_too_broad and "99213 with R51.9" in apart.says
    assert alike == wide and alike.is_too_broad


def test_the_rule_of_a_diagnosis_is_proposed_with_examples_that_hold(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "CO-50 148.00"), USUAL[1])
    found = Pattern(
        only_payer(office),
        "Demo PPO",
        "99213",
        "CO",
        "50",
        3,
        Decimal(444),
        3,
        3,
        False,
        ("R51.9",),
    )

    rule = operations.propose_prevention(found, at=NOON, by=office.role("biller"))

    with office.reading():
        version = rule.versions.get()
    assert {"fact": "diagnoses", "is": "has_any", "value": ["R51.9"]} in version.when["all"]
    assert [one["applies"] for one in version.examples] == [True, False, False]
    assert lacking(version.as_rule, version.examples) == ""


def test_a_pattern_is_proposed_from_its_screen(office, claim, client):
    client.force_login(office.member("manager").user)
    refused(office, claim)
    for name in ("Tom", "Uma"):
        more = office.signed(office.insured(name, "Roe"))
        sent(office)
        refused(office, more)
    one = only_payer(office)
    url = reverse("billing:propose_prevention")

    page = client.get(reverse("billing:denial_patterns")).content.decode()
    made = client.post(url, {"payer_id": str(one), "code": "99213", "carc": "CO-197"})
    gone = client.post(url, {"payer_id": str(one), "code": "99213", "carc": "CO-50"})

    assert "Propose" in page and "while it has no authorization number" in page
    assert made.status_code == 302 and "/rules/" in made["Location"]
    assert gone.status_code == 404


def only_payer(office):
    return {one.payer_id for one in denials(office)}.pop()
