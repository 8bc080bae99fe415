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
