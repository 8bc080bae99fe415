"""Patients' bills by value: what is asked for, how it reads, who is helped, who is spared."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing.rules import bills, collecting, explaining, helping, reading
from frontdesk.billing.rules.bills import BillLine, Open
from frontdesk.billing.rules.paper import HELD_WORDS, NOTICES, WORDS
from frontdesk.core.errors import Refused

ANN = UUID(int=1)
DAY = date(2026, 11, 16)


def line(number=1, due="10.00", visit=1, **more):
    said = {"label": f"Line {number}", "on": DAY - timedelta(days=number), **more}
    return BillLine(ANN, UUID(int=visit), UUID(int=number), due=Decimal(due), **said)


cents = st.integers(-50_000, 50_000).map(lambda n: Decimal(n).scaleb(-2))
lines = st.lists(
    st.builds(
        line,
        number=st.integers(1, 9),
        due=cents.map(str),
        visit=st.integers(1, 3),
        insurance_due=st.sampled_from([Decimal(0), Decimal(5)]),
    ),
    max_size=12,
)


@given(
    lines,
    st.integers(0, 50_000).map(lambda n: Decimal(n).scaleb(-2)),
    st.builds(
        Open,
        charges=st.sets(st.integers(1, 9).map(lambda n: UUID(int=n))),
        everything=st.sampled_from(["", "help", "estimate"]),
        planned=st.integers(0, 90_000).map(lambda n: Decimal(n).scaleb(-2)),
    ),
)
def test_whatever_is_held_the_lines_add_up_to_the_account(given_lines, credit, beside):
    bill = bills.compose(given_lines, credit, beside)

    assert bill.balance == sum((one.due for one in given_lines), Decimal(0)) - credit
    assert all(one.due > 0 for one in bill.lines + bill.held)
    assert bill.total == max(bill.asked - bill.credit, 0)
    assert all(not one.held for one in bill.lines)
    assert all(one.held for one in bill.held)
    assert sum(bills.aged(bill.lines, DAY), Decimal(0)) == bill.asked


def test_insurance_a_question_a_plan_and_help_each_keep_a_line_off_the_bill():
    found = bills.compose(
        [
            line(1, "10.00", insurance_due=Decimal(4)),
            line(2, "20.00", visit=2),
            line(3, "30.00", visit=3),
            line(4, "40.00", visit=4),
        ],
        Decimal(0),
        Open(charges={UUID(int=2)}, planned=Decimal(45)),
    )

    assert {(one.held, str(one.due)) for one in found.held} == {
        ("insurance", "10.00"), ("question", "20.00"), ("plan", "40.00"), ("plan", "5.00"),
    }  # fmt: skip
    (asked,) = found.lines
    assert (asked.due, asked.elsewhere) == (Decimal("25.00"), Decimal("5.00"))
    everything = bills.compose([line(5)], Decimal(0), Open(everything="bankrupt"))
    assert (everything.total, everything.why_held) == (Decimal(0), "bankrupt")


def test_what_was_paid_for_the_visit_pays_its_oldest_charge_first():
    paid = BillLine(ANN, UUID(int=1), None, "", DAY, due=Decimal("-15.00"))
    found = bills.compose([line(1, "10.00"), line(2, "20.00"), paid], Decimal(0), Open())

    assert [(one.label, str(one.due)) for one in found.lines] == [
        ("Line 2", "5.00"), ("Line 1", "10.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "has_paid", "oldest", "step"),
    [
        (0, False, DAY, 1),
        (1, False, DAY - timedelta(40), 2),
        (1, True, DAY - timedelta(40), 1),
        (2, False, DAY - timedelta(40), 3),
        (4, False, DAY - timedelta(40), 3),
        (2, False, DAY, 1),
    ],
)
def test_a_reminder_follows_only_what_was_billed_before(last, has_paid, oldest, step):
    found = bills.next_notice(
        last=last, last_on=DAY - timedelta(28) if last else None, has_paid=has_paid,
        oldest=oldest, most=3,
    )  # fmt: skip
    assert found == step


def test_each_part_of_the_alphabet_has_its_part_of_the_month():
    assert [bills.letters_of(n, 4) for n in (1, 2, 3, 4)] == [
        "A to G", "H to M", "N to T", "U to Z",
    ]  # fmt: skip
    assert [bills.cycle_of(name, 4) for name in ("Adams", "lee", "Young", "Ñuñez", "")] == [
        1, 2, 4, 4, 4,
    ]  # fmt: skip
    assert [bills.cycle_on(date(2026, 1, d), 4) for d in (1, 7, 8, 21, 22, 31)] == [
        1, 1, 2, 3, 4, 4,
    ]  # fmt: skip
    assert {bills.cycle_on(date(2026, 1, d), 1) for d in range(1, 32)} == {1}


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("paid", 1), ("insurance", 3), ("table", 2), ("charged", 1), ("needed", 2),
     ("services", 3), ("visits", 2), ("you", 1), ("deductible", 4), ("agency", 3)],
)  # fmt: skip
def test_english_syllables(word, count):
    assert reading.syllables_en(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("cuenta", 2), ("coseguro", 4), ("día", 2), ("teléfono", 4), ("país", 2), ("ciudad", 2),
     ("que", 1), ("pague", 2), ("leer", 2), ("deducible", 4), ("y", 1), ("guía", 2)],
)  # fmt: skip
def test_spanish_syllables(word, count):
    assert reading.syllables_es(word) == count


def test_the_grade_is_that_of_the_formula():
    found = reading.measure("The cat sat on the mat. It was a big cat.")

    assert (found.words, found.sentences, found.syllables) == (11, 2, 11)
    assert found.grade == Decimal("0.0")  # 0.39 * 5.5 + 11.8 * 1 - 15.59 is below nothing
    hard = reading.measure("Notwithstanding contractual adjudication, responsibility persists.")
    assert hard.grade > 12
    assert not hard.is_easy
    assert reading.measure("").grade == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_notice_reads_at_grade_8_or_below(language):
    for step, said in NOTICES[language].items():
        text = "\n".join([said.get("text", ""), *said.get("paragraphs", ())])
        assert reading.measure(text, language).is_easy, (step, reading.measure(text, language))
    for name in ("intro", "how_text", "held_text"):
        assert reading.measure(WORDS[language][name], language).is_easy, name
    assert set(WORDS["en"]) == set(WORDS["es"])
    assert set(HELD_WORDS["en"]) == set(HELD_WORDS["es"]) <= set(bills.HELD)


def test_a_line_is_explained_to_the_cent_in_both_languages():
    one = line(
        1, "20.00", charged=Decimal(148), discount=Decimal(48), plan_paid=Decimal(65),
        paid=Decimal(15), why=(("PR-1", Decimal(25)), ("PR-3", Decimal(10))),
    )  # fmt: skip

    assert explaining.adds_up(one)
    english, spanish = explaining.explain(one, "en"), explaining.explain(one, "es")
    assert english[0] == "We charged $148.00."
    assert "agreed on $100.00" in english[1]
    assert "The other $48.00 is taken off." in english[1]
    assert "Your plan paid $65.00." in english
    assert english[3].startswith("$25.00 is yours to pay. Your plan starts to pay after")
    assert english[-1] == "You still owe $20.00."
    assert spanish[-1] == "Usted todavía debe $20.00."
    assert len(english) == len(spanish)
    for said, language in ((english, "en"), (spanish, "es")):
        assert reading.measure(" ".join(said), language).is_easy


@pytest.mark.parametrize(
    ("region", "people", "on", "dollars"),
    [
        ("states", 1, date(2025, 6, 1), 15650),
        ("states", 4, date(2025, 6, 1), 32150),
        ("alaska", 1, date(2025, 6, 1), 19550),
        ("hawaii", 2, date(2025, 6, 1), 24320),
        ("states", 4, date(2026, 1, 12), 32150),
        ("states", 4, date(2026, 1, 13), 33000),
        ("alaska", 4, date(2026, 11, 16), 41250),
        ("hawaii", 4, date(2026, 11, 16), 37950),
    ],
)
def test_the_poverty_guideline_of_the_day(region, people, on, dollars):
    assert helping.guideline(region, on).for_household(people) == dollars


def test_the_sliding_scale_at_its_edges():
    scale = [["100", "100"], ["150", "75"], ["200", "50"]]
    told = [helping.percent_off(Decimal(p), scale) for p in ("0", "100.0", "100.1", "200", "201")]
    assert told == [100, 100, 75, 50, 0]
    found = helping.guideline("states", DAY)
    assert helping.percent_of(Decimal(33000), 4, found) == Decimal("100.0")
    for people, income in ((0, 1), (21, 1), (1, -1)):
        with pytest.raises(Refused):
            helping.percent_of(Decimal(income), people, found)
    for wrong in ([["100", "50"], ["150", "75"]], [["100", "0"]], [["9", "5"], ["9", "4"]]):
        with pytest.raises(Refused):
            helping.check_scale(wrong)


@pytest.mark.parametrize(
    ("share", "given", "due", "off", "dollars"),
    [
        ("100", "0", "100", 75, "75.00"),
        ("100", "75", "25", 75, "0.00"),
        ("100", "0", "20", 75, "20.00"),  # what was paid is not given back
        ("50", "75", "0", 75, "-37.50"),  # the share fell: too much was given
    ],
)
def test_what_is_still_to_be_given(share, given, due, off, dollars):
    told = helping.to_give(Decimal(share), Decimal(given), Decimal(due), off)
    assert told == Decimal(dollars)


def standing(**more):
    said = {
        "owed": Decimal(200), "first_billed": DAY - timedelta(days=130), "notices": 3,
        "last_paid": None, "born": date(1980, 1, 1), **more,
    }  # fmt: skip
    return collecting.Standing(**said)


LIMITS = collecting.Limits(after_days=120, least=Decimal(50), notices=3)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, None),
        ({"owed": Decimal("49.99")}, "Less than"),
        ({"first_billed": None}, "Never billed"),
        ({"first_billed": DAY - timedelta(days=119)}, "119 of 120 days"),
        ({"notices": 2}, "2 of 3 notices"),
        ({"last_paid": DAY - timedelta(days=45)}, "Paid something"),
        ({"last_paid": DAY - timedelta(days=46)}, None),
        ({"born": DAY.replace(year=DAY.year - 18) + timedelta(days=1)}, "A minor"),
        ({"born": DAY.replace(year=DAY.year - 18)}, None),
        ({"born": DAY.replace(year=DAY.year - 3), "has_guarantor": True}, None),
        ({"open_question": True}, "question"),
        ({"open_estimate": True}, "good-faith"),
        ({"bankrupt": True}, "bankruptcy"),
        ({"help_open": True}, "help"),
        ({"on_plan": True}, "plan"),
        ({"with_insurance": True}, "Insurance"),
        ({"returned": True}, "Mail"),
        ({"deceased": True}, "died"),
    ],
)
def test_what_keeps_a_bill_out_of_collections(more, why):
    found = collecting.why_not(standing(**more), LIMITS, DAY)
    assert any(why in words for words in found) if why else found == []


def test_an_agencys_report_is_read_line_by_line():
    found = collecting.read_report(
        b"Account,Date,Kind,Amount,Fee\n7001,2026-11-02,payment,$100.00,25.00\n"
        b"7002,11/03/2026,returned,,\nx,2026-11-02,payment,1,0\n7003,2026-11-02,payment,5,6\n"
        b"7004,2026-11-02,payment,1.005,0\n7005,soon,payment,5,0\n7006,2026-11-02,gift,5,0\n"
    )

    assert [(one.account, one.kind, str(one.amount)) for one in found.lines] == [
        (7001, "payment", "100.00"), (7002, "returned", "0.00"),
    ]  # fmt: skip
    assert [words.split(":")[0] for words in found.wrong] == [
        "Line 4", "Line 5", "Line 6", "Line 7", "Line 8",
    ]  # fmt: skip
    for wrong in (b"\xff\xfe\x00", b"", b"account,date\n1,2\n"):
        with pytest.raises(Refused):
            collecting.read_report(wrong)


def test_a_manifest_counts_and_sums_and_is_no_formula():
    told = collecting.manifest(
        [(7001, Decimal("10.10"), "=cmd()"), (7002, Decimal("5.05"), "Lee")],
        ("account", "amount", "name"),
    )
    assert told.decode().splitlines() == [
        "account,amount,name", "7001,10.10,'=cmd()", "7002,5.05,Lee", "TOTAL,2,15.15",
    ]  # fmt: skip
