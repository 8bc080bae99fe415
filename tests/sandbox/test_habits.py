"""Payers with habits: refuse, turn away, price short, take back, give in; the same every time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from frontdesk.sandbox.habits import chance, refusal
from frontdesk.x12 import connectivity as core
from tests.sandbox.office import SENDER, batch, claim, files, line, post, read_one

ALWAYS = Decimal(1)
LATER = timedelta(days=50)


@pytest.fixture
def office(sandbox):
    """The sandbox with a clock to set and a payer whose habits one may change."""
    sandbox.now = datetime.now(UTC)
    sandbox.desk.clock = lambda: sandbox.now
    world = sandbox.desk.world

    def give(**habits):
        world.payers["DEMOPPO"] = replace(world.payers["DEMOPPO"], **habits)

    sandbox.give = give
    return sandbox


def send(office, *claims):
    post(office, core.CLAIMS_REQUEST, batch(*claims))


def decisions(office):
    """What the 835s in the mailbox say: status, paid, reasons of each claim."""
    for content in files(office, "835"):
        for one in read_one(content).claims:
            adjusted = [a for ln in one.lines for a in ln.adjustments]
            yield one.status, one.paid, {f"{a.group}-{a.reason}" for a in adjusted}


def test_a_chance_is_the_same_every_time_and_spread_evenly():
    drawn = [chance(number, "habit") for number in range(2000)]

    assert drawn == [chance(number, "habit") for number in range(2000)]
    assert all(0 <= one < 1 for one in drawn)
    assert 0.45 < sum(one < Decimal("0.5") for one in drawn) / 2000 < 0.55


def test_habits_are_shares_of_the_claims(office):
    office.give(habits={"CO-16:M127": Decimal("0.10"), "CO-50:": Decimal("0.05")})
    payer = office.desk.world.payers["DEMOPPO"]

    told = [refusal(payer, f"C{number}") for number in range(2000)]

    assert 0.08 < told.count(("CO", "16", "M127")) / 2000 < 0.12
    assert 0.035 < told.count(("CO", "50", "")) / 2000 < 0.065


def test_a_claim_refused_by_habit_is_paid_when_the_payer_gives_in(office):
    office.give(habits={"CO-50:N115": ALWAYS}, overturned={"50": ALWAYS})
    send(office, claim())
    assert list(decisions(office)) == [("4", 0, {"CO-50"})]
    control = read_one(files(office, "835")[0]).claims[0].payer_control

    assert office.desk.appeal(SENDER, control=control, reason="50") is True
    office.now += LATER

    first, back, anew = decisions(office)
    assert (back[0], anew[0]) == ("22", "1")
    assert anew[1] > first[1] == 0
    assert office.desk.appeal(SENDER, control=control, reason="50") is None, "it is paid"


def test_a_payer_that_keeps_to_its_decision_changes_nothing(office):
    office.give(habits={"CO-50:N115": ALWAYS}, overturned={"50": Decimal(0)})
    send(office, claim())
    control = read_one(files(office, "835")[0]).claims[0].payer_control

    assert office.desk.appeal(SENDER, control=control, reason="50") is False
    office.now += LATER

    assert [one[0] for one in decisions(office)] == ["4"]
    assert office.desk.appeal("SOMEBODY", control=control, reason="50") is None


def test_a_correction_is_not_refused_by_habit(office):
    office.give(habits={"CO-16:M127": ALWAYS})
    send(office, claim("C1"))
    control = read_one(files(office, "835")[0]).claims[0].payer_control

    send(office, claim("C2", frequency="7", payer_control=control))

    assert [one[0] for one in decisions(office)] == ["4", "22", "1"]


def test_the_door_asks_for_more_once(office):
    office.give(turned_away=ALWAYS)
    for _ in range(2):
        send(office, claim())

    told = [read_one(one).providers[0].claims[0].statuses[0] for one in files(office, "277CA")]
    assert [(one.category, one.code) for one in told] == [("A7", "21"), ("A2", "20")]


@pytest.mark.parametrize(
    ("habit", "last"), [("priced_short", "1"), ("taken_back", "4")], ids=["short", "back"]
)
def test_a_second_look_takes_back_and_decides_anew(office, habit, last):
    office.give(**{habit: ALWAYS})
    send(office, claim("C1"))
    office.now += LATER

    first, back, anew = decisions(office)

    assert (first[0], back[0], anew[0]) == ("1", "22", last)
    assert first[1] + back[1] == 0
    assert anew[1] > first[1] if last == "1" else (anew[1] == 0 and anew[2] == {"PR-27"})


def test_a_part_of_a_service_stands_apart_by_its_modifier(office):
    world = office.desk.world
    world.plans["DEMOPPO-1"] = replace(world.plans["DEMOPPO-1"], part_of={"36415": "99213"})

    send(office, claim("C1", line(), line("36415", "20.00")))

    (_status, _paid, reasons) = next(decisions(office))
    assert "CO-97" in reasons


def remittances(office):
    """The 835s of the mailbox, read."""
    return [read_one(one) for one in files(office, "835")]


def moved(remittance):
    """What a remittance moves outside of claims: reason and amount."""
    return [(one.reason, one.amount) for one in remittance.provider_adjustments]


def balances(remittance):
    """Whether the payment is its claims less what was moved outside of them."""
    claims = sum(one.paid for one in remittance.claims)
    return remittance.payment.amount == claims - sum(a for _, a in moved(remittance))


def test_who_pays_late_pays_interest_and_who_pays_by_head_pays_once_a_month(office):
    office.give(slow=ALWAYS, interest=Decimal("0.18"), capitation=Decimal("250.00"))
    send(office, claim("C1"))
    office.now += LATER
    [first] = remittances(office)
    send(office, claim("C2", line("99212", "80.00")))
    office.now += timedelta(hours=1)

    interest = (first.claims[0].paid * Decimal("0.18") * 30 / 365).quantize(Decimal("0.01"))
    assert moved(first) == [("L6", -interest), ("CT", Decimal("-250.00"))]
    assert balances(first)
    office.now += LATER
    told = [reason for one in remittances(office)[1:] for reason, _ in moved(one)]
    assert told.count("CT") <= 1, "once in a month"


def test_a_payer_that_asks_first_takes_its_money_from_a_later_payment(office):
    office.give(taken_back=ALWAYS, asks_first=ALWAYS)
    send(office, claim("C1"))
    [paid] = remittances(office)
    office.now += LATER
    _, back = remittances(office)
    dollars = paid.claims[0].paid

    assert moved(back) == [("WO", -dollars)]
    assert (back.payment.amount, balances(back)) == (0, True), "nothing is taken yet"
    office.now += LATER
    office.give(taken_back=Decimal(0))
    send(office, claim("C2", line("99215", "400.00")))
    *_, last = remittances(office)
    assert moved(last) == [("WO", dollars)]
    assert balances(last)


def test_what_is_not_ours_comes_with_money_that_is_taken_again(office):
    office.give(strays=ALWAYS)
    send(office, claim("C1"))
    [told] = remittances(office)
    ours, other = told.claims

    assert (ours.number, other.patient.name) == ("C1", "QUILLFEATHER")
    assert other.number != "C1" and other.paid == ours.paid
    assert balances(told)
    office.now += LATER
    send(office, claim("C2", line("99215", "400.00")))
    assert moved(remittances(office)[-1]) == [("WO", other.paid)]


def test_a_payer_that_lost_the_number_still_tells_whose_claim_it_is(office):
    office.give(misnamed=ALWAYS)
    send(office, claim("C1"))

    [one] = remittances(office)[0].claims
    assert (one.number, one.patient.name, one.lines[0].references) == ("0", "LEE", ())
