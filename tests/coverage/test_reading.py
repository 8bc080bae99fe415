"""Reading answers: other people's 271s and damaged ones never break the office."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from frontdesk.coverage import exchange
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.sandbox import eligibility, examples
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import World
from tests.sandbox.office import envelope, inquiry

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus" / "271"
FILES = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []
BORN = date(1980, 5, 4)


def asked(trace="TRACE1", name="LEE", first="ANN", born=BORN, member_id="W123456789"):
    """A question as the exchange knows it, without a database."""
    person = SimpleNamespace(last_name=name, first_name=first, birth_date=born, sex="U")
    plan = SimpleNamespace(name="Choice", payer=SimpleNamespace(name="Demo PPO"))
    subscription = SimpleNamespace(last_name=name, first_name=first, member_id=member_id, plan=plan)
    policy = SimpleNamespace(is_own=True, patient=person, subscription=subscription)
    return SimpleNamespace(
        trace=trace, asked_types=("98", "30"), service_on=date(2026, 11, 23), policy=policy
    )


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """A good 271 about Ann Lee."""
    world, state = World(), State(tmp_path_factory.mktemp("state"))
    world.merge(examples.WORLD)
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    with state.changing():
        told = eligibility.answer(inquiry(), world=world, state=state, at=at)
    yield x12.write(envelope(), [told])
    state.close()


def edited(answer, old, new):
    assert old in answer
    return answer.replace(old, new, 1)


def test_a_good_answer_is_read(answer):
    read = exchange.read_answer(answer, asked())

    assert (read.status, read.plan_name, read.begins_on) == (
        EligibilityCheck.Status.ACTIVE,
        "Choice",
        date(2024, 1, 1),
    )
    assert read.differences == []


def test_what_we_hold_otherwise_is_named(answer):
    read = exchange.read_answer(answer, asked(first="Anne", born=BORN, member_id="W-123456789"))

    assert [(one.what, one.ours, one.theirs) for one in read.differences] == [
        ("First name", "Anne", "ANN")
    ]


def test_accents_and_punctuation_are_no_difference(answer):
    spanish = edited(answer, b"*LEE*ANN*", b"*NUNEZ OBRIEN*JOSE*")

    read = exchange.read_answer(spanish, asked(name="Núñez-O'Brien", first="José"))

    assert read.differences == []


def test_another_person_is_not_taken_for_ours(answer):
    read = exchange.read_answer(answer, asked(name="Roe", born=date(1999, 1, 1)))

    assert read.status == EligibilityCheck.Status.UNCLEAR
    assert read.because.startswith("The payer answered about somebody else")
    assert read.benefits == []


def test_active_coverage_that_ended_before_the_day_is_not_active(answer):
    ended = edited(answer, b"DTP*346*D8*20240101~", b"DTP*346*RD8*20240101-20260930~")
    late = edited(answer, b"DTP*346*D8*20240101~", b"DTP*346*D8*20261201~")
    plan = edited(answer, b"DTP*346*D8*20240101~", b"DTP*291*RD8*20240101-20260930~")

    assert exchange.read_answer(ended, asked()).status == EligibilityCheck.Status.ACTIVE
    assert exchange.read_answer(late, asked()).because == "Coverage begins only on Dec 1."
    assert exchange.read_answer(plan, asked()).because == "Coverage ended on Sep 30."


def test_an_unknown_code_is_kept_and_not_guessed(answer):
    odd = edited(answer, b"EB*1*IND*30*PR*Choice~", b"EB*9*IND*30*PR*Choice~")
    odd = edited(odd, b"EB*1*IND*98********N*Y~", b"")

    read = exchange.read_answer(odd, asked())

    assert read.status == EligibilityCheck.Status.UNCLEAR
    assert read.trouble != []


def test_a_message_is_shown_segment_by_segment(answer):
    shown = exchange.segments(answer.decode())

    assert shown[0][0] == 0
    assert shown[2] == (1, "ST*271*0001*005010X279A1")
    assert [number for number, text in shown if text.startswith("SE*")] == [29]
    assert shown[-1][1].startswith("IEA")
    assert exchange.segments("HTTP 500") == [(0, "HTTP 500")]


@given(data=st.data())
def test_damage_is_refused_or_read_and_never_breaks(answer, data):
    place = data.draw(st.integers(0, len(answer) - 1))
    damage = data.draw(st.binary(max_size=3))
    spoiled = answer[:place] + damage + answer[place + data.draw(st.integers(0, 60)) :]

    try:
        read = exchange.read_answer(spoiled, asked())
    except exchange.Unreadable:
        return
    assert read.status in EligibilityCheck.Status


@pytest.mark.skipif(not FILES, reason="the corpus of public files is not beside this folder")
def test_public_answers_are_read_or_refused():
    told = []
    for path in FILES:
        data = path.read_bytes()
        bodies = [body for one in x12.read(data) for body in one.bodies]
        trace = next((b.trace for b in bodies if isinstance(b, x12.EligibilityResponse)), "NONE")
        try:
            told.append(exchange.read_answer(data, asked(trace=trace)).status)
        except exchange.Unreadable:
            told.append("unreadable")

    assert len(told) == len(FILES)
    assert told.count("unreadable") < len(FILES) / 4
