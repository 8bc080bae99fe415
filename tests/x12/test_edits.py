"""Edits (SNIP 4 to 6): each tells its mutants at any place, and is silent on clean messages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from frontdesk.x12.edits import inspector, registry
from frontdesk.x12.edits.codes import state_of_postal_code
from frontdesk.x12.edits.registry import DOUBTFUL, EDITS
from frontdesk.x12.findings import KINDS
from tests.x12 import strategies as some
from tests.x12.mutate_codes import CODES
from tests.x12.mutate_edits import ANSWERS, CLAIMS, changed, told
from tests.x12.mutate_notes import NOTES
from tests.x12.mutate_unseen import UNSEEN
from tests.x12.mutate_visits import VISITS
from tests.x12.samples import ben, claim, envelope, errors
from tests.x12.test_mutating import clean

LISTS = x12.CodeLists(
    {
        "diagnosis": {
            **dict.fromkeys(
                ["J069", "R059", "Z0000", "Z0011", "N401", "O2341", "M5450", "R519"], (None, None)
            ),
            "R0599": (date(2027, 10, 1), None),
        },
        "procedure": {
            *["99213", "99391", "J3490", "81002", "99214"],
            *["A0429", "J1885", "98940", "77067", "59400", "97110", "72148"],
        },
        "modifier": {"25", "QW", "59", "AT", "GP"},
        "adjustment": {"1", "2", "3", "16", "45"},
        "remark": {"N130", "MA01"},
    }
)
MUTANTS = [*CLAIMS, *ANSWERS, *UNSEEN, *NOTES, *CODES, *VISITS]


def batch(target, others, place):
    """A claim between others, as a clearinghouse gets it."""
    around = [claim(number=f"A{n}") for n in range(others)]
    return x12.write(envelope(), [*around[:place], *target, *around[place:]])


def bases():
    """The clean messages the mutants are made of, by name."""
    found = clean()
    found["child"] = found.pop("837P of a child")
    return found


def based(name, others, place):
    """A clean message and where in it the claim of the mutant begins."""
    targets = {
        "837P": [claim()],
        "child": [claim(patient=ben())],
        "two": [claim(), claim(number="CLM-18")],
    }
    if name not in targets:
        return bases()[name], 0
    data = batch(targets[name], others, place)
    level = data.rindex(b"~HL*", 0, data.index(b"CLM*CLM-17"))
    if name == "child":
        level = data.rindex(b"~HL*", 0, level)
    return data, level


def told_in(report):
    """The codes of everything that is told."""
    return errors(report) + [w.code for t in report.transactions for w in t.warnings]


def ident(mutant):
    """The edit, and what is put in."""
    return f"{mutant.code} {mutant.changes[0][1][-30:]}"


@pytest.mark.parametrize("mutant", MUTANTS, ids=ident)
def test_every_mutant_is_told_by_its_edit(mutant):
    data, start = based(mutant.base, 0, 0)

    assert told_in(x12.check(data, snip=6, codes=LISTS)) == []
    report = x12.check(changed(data, mutant, start), snip=6, codes=LISTS)

    assert mutant.code in told_in(report)


@some.single
@given(mutant=st.sampled_from(CLAIMS), others=st.integers(1, 6), place=st.integers(0, 6))
def test_it_is_told_wherever_the_claim_stands(mutant, others, place):
    data, start = based(mutant.base, others, min(place, others))

    report = x12.check(changed(data, mutant, start), snip=6, codes=LISTS)
    read = list(x12.read(changed(data, mutant, start), snip=6, codes=LISTS))

    assert mutant.code in told_in(report)
    assert [w.code for t in read for w in t.warnings] == [
        w.code for t in report.transactions for w in t.warnings
    ]


def test_every_edit_has_a_mutant():
    assert {mutant.code for mutant in MUTANTS} >= set(EDITS)


def test_an_edit_names_the_segment_it_means():
    data, start = based("837P", 2, 1)
    (mutant,) = (m for m in CLAIMS if m.changes[0][1] == "HC:992133")
    faulty = changed(data, mutant, start)

    (found,) = (e for t in x12.check(faulty, snip=5).transactions for e in t.errors)

    texts = faulty.decode().split("~")
    first = next(i for i, text in enumerate(texts) if text.startswith("ST*"))
    assert texts[first + found.segment - 1].startswith("SV1*HC:992133")
    assert (found.id, found.loop, found.element) == ("SV1", "2400", "SV101-2")
    assert (found.snip, found.severity) == (5, "error")


def test_levels_are_chosen():
    data, start = based("837P", 0, 0)
    place, twice = (m for m in CLAIMS if m.code in {"admission-date", "pointer-twice"}), []
    faulty = changed(data, next(place), start)
    twice = changed(data, next(m for m in CLAIMS if m.code == "pointer-twice"), start)

    assert told_in(x12.check(faulty)) == []
    assert "admission-date" in told_in(x12.check(faulty, snip=4))
    assert told_in(x12.check(twice, snip=5)) == []
    assert told_in(x12.check(twice, snip=6)) == ["pointer-twice"]


def test_what_is_sure_refuses_and_what_may_be_true_warns():
    data, start = based("837P", 0, 0)
    sure = changed(data, next(m for m in CLAIMS if m.code == "admission-date"), start)
    odd = changed(data, next(m for m in CLAIMS if m.code == "diagnosis-sex"), start)

    assert errors(x12.check(sure, snip=4)) == ["admission-date"]
    assert x12.check(sure, strict=True).valid
    assert x12.check(odd, snip=6).valid
    assert errors(x12.check(odd, snip=6, strict=True)) == ["diagnosis-sex"]


def test_what_is_doubtful_is_an_edit():
    assert set(EDITS) >= DOUBTFUL


def test_what_needs_a_list_that_is_not_given_is_not_judged():
    data, start = based("837P", 0, 0)
    unknown = changed(data, next(m for m in CLAIMS if m.code == "procedure-unknown"), start)

    assert told_in(x12.check(unknown, snip=6)) == []


def test_a_code_is_looked_up_on_the_day_of_service():
    lists = x12.CodeLists({"diagnosis": {"R05": (None, date(2021, 9, 30))}})

    assert lists.knows("diagnosis", "R05", date(2021, 9, 30)) is True
    assert lists.knows("diagnosis", "R05", date(2021, 10, 1)) is False
    assert lists.knows("diagnosis", "R05", None) is True
    assert lists.knows("remark", "N130", None) is None
    assert lists.knows("place", "27", date(2023, 9, 30)) is False
    assert lists.knows("place", "27", date(2023, 10, 1)) is True


@pytest.mark.parametrize(
    ("postal_code", "state"),
    [("62704", "IL"), ("02139", "MA"), ("10001", "NY"), ("00901", "PR"), ("96799", "AS")],
)
def test_postal_codes_lie_in_their_states(postal_code, state):
    assert state in state_of_postal_code(postal_code)


def test_words_of_edits_hold_no_capital_and_no_point():
    assert all(KINDS[code].words[0].islower() for code in EDITS if code != "clia")
    assert not any(KINDS[code].words.endswith(".") for code in EDITS)


def test_no_message_of_an_edit_holds_a_value():
    for mutant in MUTANTS:
        data, start = based(mutant.base, 0, 0)
        for t in x12.check(changed(data, mutant, start), snip=6, codes=LISTS).transactions:
            for found in t.warnings:
                text = f"{found.message} {found.loop} {found.id} {found.element}"
                assert not any(v in text for v in ("LEE", "W100200", "CLM-17", "1245319599"))


def test_an_edit_is_told_once_however_many_values_ask_for_it():
    data, start = based("837P", 0, 0)
    twice = told("laboratory-number-form", "837P", ("~REF*6R", "~REF*X4*1~REF*F4*2~REF*6R"))

    found = told_in(x12.check(changed(data, twice, start), snip=5))

    assert found == ["laboratory-number-form"] * 2  # one for each number, not for both twice


def test_each_value_is_asked_about_once_and_many_are_forgotten(monkeypatch):
    asked = []

    def fits(value):
        asked.append(value)
        return value == "Y"

    monkeypatch.setattr(inspector, "_MOST_VALUES", 2)
    one = registry.Edit("one", 4, "*", ("",), ("NM1",), registry.where(1, fits), "", list)
    known = inspector._Known([one])

    assert [bool(known[value]) for value in "YNYN"] == [True, False, True, False]
    assert asked == ["Y", "N"]
    assert not known["M"]
    assert len(known) == 1


def test_a_segment_that_stands_for_itself_is_told_wherever_it_is_wrong():
    """What is sound is not judged twice; what is not, each time it comes."""
    data = batch([claim()], 3, 2).decode("ascii")
    sound = data[data.rindex("~N4*") :].split("~")[1]
    wrong = "*".join([*sound.split("*")[:2], "ZZ", *sound.split("*")[3:]])

    found = told_in(x12.check(data.replace(sound, wrong).encode("ascii"), snip=5))

    assert found == ["state-unknown"] * data.count(sound)
    assert data.count(sound) > 1


def test_only_an_edit_of_every_loop_and_one_segment_can_stand_alone():
    with pytest.raises(ValueError, match="alone"):
        registry.edit("some", "words", snip=4, set_id="*", loops="2300", segment="N4", alone=True)(
            list
        )
