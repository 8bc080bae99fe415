"""Claims and authorizations: the number that counts, units, what denials and rules teach."""

from datetime import timedelta

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import Claim
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as held
from frontdesk.coverage.models import Authorization, AuthorizationRule, ReviewTerms
from frontdesk.practice import operations as office_rules
from tests.billing.ruled import tried
from tests.billing.test_round_trip import fresh, mailbox_read, sent
from tests.coverage.authorized import ask, left
from tests.sandbox.office import running

SCAN = (("70551", "900.00", "A"),)


@pytest.fixture
def sandbox(tmp_path, settings):
    """A running clearinghouse that this office is set to use."""
    with running(tmp_path / "sandbox") as server:
        settings.CLEARINGHOUSE_URL = server.url
        yield server


def approval(office, policy, units=3, code="70551", **more):
    return coverage.add_authorization(
        policy, services=[{"code": code, "units": units}], status="approved",
        by=office.anybody(), **{"number": "A7", **more},
    )  # fmt: skip


def findings(claim):
    return {one["rule"] for one in claim.findings}


def test_asked_by_278_the_number_goes_out_with_the_claim_and_it_is_paid(office, sandbox):
    policy = office.insured()
    asked = coverage.add_authorization(
        policy, services=[{"code": "70551", "units": 1}], status="needed",
        service_on=today(office.site), by=office.anybody(),
    )  # fmt: skip
    decided = ask(office, asked)

    claim = office.sign(office.seen(policy, at=now(), lines=SCAN), at=now())
    sent(office)
    mailbox_read(office)

    assert claim.authorization_number == decided.number
    assert fresh(office, claim).status == Claim.Status.PAID
    assert left(office, decided) == {"70551": 0}


def test_a_denied_claim_teaches_and_is_asked_for_afterwards(office, sandbox):
    policy = office.insured()
    with office.writing():
        ReviewTerms.objects.create(payer=policy.subscription.plan.payer, retro_days=20)

    claim = office.sign(office.seen(policy, at=now(), lines=SCAN), at=now())
    sent(office)
    mailbox_read(office)

    assert fresh(office, claim).status == Claim.Status.DENIED
    with office.reading():
        rule = AuthorizationRule.objects.get()
        retro = Authorization.objects.get()
        assert (rule.code, rule.denials, rule.source) == ("70551", 1, "denial")
        assert held.need_for(policy, ["70551"], today(office.site)).why == "denial"
    assert (retro.is_retroactive, retro.expected, retro.status) == (True, 900, "needed")
    mailbox_read(office)
    with office.reading():
        assert AuthorizationRule.objects.get().denials == 1


def test_a_claim_built_again_or_replaced_counts_no_unit_twice(office):
    policy = office.insured()
    one = approval(office, policy, code="99213")
    bill = office.seen(policy)
    claim = office.sign(bill)
    for _ in range(3):
        operations.judge_claim(claim, at=now(), by=office.anybody())

    assert (claim.authorization_number, left(office, one)) == ("A7", {"99213": 2})


def test_an_opened_superbill_gives_its_units_back(office):
    from frontdesk.visits import operations as visits

    policy = office.insured()
    one = approval(office, policy, code="99213")
    bill = office.seen(policy)
    office.sign(bill)
    with office.reading():
        bill.refresh_from_db()
    visits.reopen_superbill(bill, because="A code was wrong", at=now(), by=office.anybody())

    assert left(office, one) == {"99213": 3}


def test_a_missing_wrong_or_too_small_authorization_holds_the_claim(office):
    policy = office.insured()
    payer = policy.subscription.plan.payer
    with office.writing():
        rule = AuthorizationRule.objects.create(payer=payer, code="99213", stops="claim")

    missing = office.signed(policy)
    with office.writing():
        rule.stops = "warn"
        rule.save()
    advised = operations.judge_claim(missing, at=now(), by=office.anybody())

    assert "authorization.missing" in findings(missing)
    assert "authorization.advised" in findings(advised)
    assert (missing.status, advised.status) == ("held", "ready")


def test_the_practices_own_rule_asks_for_one(office):
    policy = office.insured()
    made = office_rules.save_rule(
        None,
        {
            "words": "Dr. Lee’s patients need one for scans", "how_to_fix": "Ask the payer.",
            "when": {"all": [{"fact": "codes", "is": "has_any", "value": ["70551"]}]},
            "actions": [{"do": "hold"}],
            "examples": [
                {"name": "A scan", "applies": True, "facts": {"codes": ["70551"]}},
                {"name": "A visit", "applies": False, "facts": {"codes": ["99213"]}},
            ],
        },
        kind="authorization", at=now(), by=office.anybody(),
    )  # fmt: skip
    before = office.sign(office.seen(policy, at=now(), lines=SCAN), at=now())
    with pytest.raises(Refused, match="Try it on the claims"):
        office_rules.activate_rule(made, at=now(), by=office.anybody())
    replay = tried(office, made, at=now() + timedelta(minutes=1))
    assert (replay.seen, replay.touched) == (1, 1)
    operations.void_claim(before, because="Tried", at=now(), by=office.role("biller"))
    office_rules.activate_rule(made, at=now(), by=office.anybody())

    with office.reading():
        need = held.need_for(policy, ["70551"], today(office.site))
        other = held.need_for(policy, ["99213"], today(office.site))

    claim = office.sign(office.seen(policy, at=now(), lines=SCAN), at=now())

    assert claim.status == "held" and "authorization.missing" in findings(claim)
    assert (need.is_hard, need.why, need.codes) == (True, "rule", ("70551",))
    assert need.words == "Dr. Lee’s patients need one for scans"
    assert not other.is_needed
