"""The figures of the money by value, against sums made in plain Python."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median as median_of
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.errors import Refused
from frontdesk.core.kept import forget
from frontdesk.ledger import operations as ledger
from frontdesk.practice.models import Site
from frontdesk.reports import operations
from frontdesk.reports.jobs.kpis import count_figures
from frontdesk.reports.models import KpiDay
from frontdesk.reports.queries import kpi_rows, kpis
from frontdesk.reports.queries.kpi_cells import NOWHERE, Cell, the_place
from frontdesk.reports.queries.kpi_copays import not_taken
from frontdesk.reports.queries.kpi_facts import facts
from frontdesk.reports.queries.kpi_stock import levels, open_visits
from frontdesk.reports.rules.kpi_marks import Happened, Version, marks_of
from frontdesk.reports.rules.kpis import (
    CHARGES,
    HOUR_RATE,
    MEASURES,
    MINUTES,
    Tally,
    cost_of,
    is_met,
    median,
    together,
)
from frontdesk.visits.models import CheckIn
from tests.clinic import Clinic
from tests.ledger.test_screens import paid
from tests.reports.kpi_story import ON, Story

END = 130  # days of the story
LAST = ON + timedelta(days=END)
KEY = UUID(int=1)


def day(number):
    return ON + timedelta(days=number)


# Rules on plain values


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 40), max_size=60))
def test_the_median_is_that_of_the_statisticians(lags):
    found = median(Counter(lags))
    assert found == (Decimal(str(median_of(lags))) if lags else None)


def test_a_tally_is_kept_and_read_whole():
    one = Tally(Decimal("12.50"), Decimal(3), Counter({0: 2, 4: 1}))
    assert Tally.from_json(one.as_json()) == one
    assert together([one, one]) == Tally(Decimal("25.00"), Decimal(6), Counter({0: 4, 4: 2}))


def test_nothing_of_nothing_is_no_figure_and_meets_no_goal():
    for measure in MEASURES.values():
        assert Tally().value(measure) is None
        assert is_met(measure, None, Decimal(1)) is None
        assert measure.write(None) == "—"
    assert is_met(MEASURES["clean_claim"], Decimal("0.985"), Decimal("0.985")) is True
    assert is_met(MEASURES["days_in_ar"], Decimal("25.1"), Decimal(25)) is False


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("clean_claim", "0.98512", "98.5%"),
        ("days_in_ar", "31.26", "31.3 days"),
        ("charge_lag", "1", "1 day"),
        ("rework", "1.239", "$1.24"),
    ],
)
def test_values_are_written_as_people_read_them(key, value, words):
    assert MEASURES[key].write(Decimal(value)) == words


def told(*kinds):
    """What a claim with these events adds, as figure → (counted, of)."""
    return {mark.measure: (int(mark.counted), int(mark.of)) for mark in marks(*kinds)}


def at(number):
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=number)


def marks(*kinds):
    events = [Happened(at(n), *kind.split(":", 1)) for n, kind in enumerate(kinds)]
    return [one for one in marks_of([Version(KEY, events)], MINUTES) if one.measure != "rework"]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("sent 277CA:A2:20 paid", {"clean_claim": (1, 1), "first_pass": (1, 1),
                                   "initial_denial": (0, 1), "final_denial": (0, 1)}),
        ("held sent 277CA:A2:20", {"clean_claim": (0, 1), "first_pass": (1, 1)}),
        ("sent rejected sent 277CA:A2:20 paid", {"clean_claim": (0, 1), "first_pass": (0, 1),
                                                 "initial_denial": (0, 1), "final_denial": (0, 1)}),
        ("sent 277CA:A1:19", {}),
        ("sent 277CA:A1:19 277CA:A2:20 held", {"clean_claim": (1, 1), "first_pass": (1, 1)}),
        ("sent denied", {"clean_claim": (1, 1), "first_pass": (1, 1), "initial_denial": (1, 1)}),
        ("sent denied closed", {"clean_claim": (1, 1), "first_pass": (1, 1),
                                "initial_denial": (1, 1), "final_denial": (1, 1)}),
        ("sent denied paid closed", {"clean_claim": (1, 1), "first_pass": (1, 1),
                                     "initial_denial": (1, 1), "final_denial": (0, 1)}),
        ("sent paid denied closed", {"clean_claim": (1, 1), "first_pass": (1, 1),
                                     "initial_denial": (0, 1), "final_denial": (0, 1)}),
        ("held closed", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_history_says_what_each_figure_counts(events, expected):
    assert told(*events.split()) == expected


def test_a_correction_counts_with_the_claim_it_replaces():
    first = Version(KEY, [Happened(at(0), "sent"), Happened(at(1), "denied"),
                          Happened(at(2), "replaced")])  # fmt: skip
    second = Version(UUID(int=2), [Happened(at(3), "sent"), Happened(at(4), "277CA", "A2:20"),
                                   Happened(at(5), "paid")])  # fmt: skip
    found = marks_of([first, second], MINUTES)
    said = [(one.measure, int(one.counted), int(one.of)) for one in found]
    assert sorted(one for one in said if one[0] != "rework") == [
        ("clean_claim", 1, 1), ("final_denial", 0, 1), ("first_pass", 1, 1),
        ("initial_denial", 1, 1),
    ]  # fmt: skip
    assert sum(one[2] for one in said if one[0] == "rework") == 1  # one claim was sent
    assert sum(one[1] for one in said if one[0] == "rework") == 30 + 15


KINDS = st.sampled_from(
    ["held", "sent", "rejected", "277CA:A2:20", "277CA:A1:19", "paid", "denied", "closed",
     "replaced"]
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(KINDS, max_size=12), st.integers(0, 12))
def test_what_counted_up_to_a_moment_never_depends_on_what_comes_later(kinds, until):
    early, whole = marks(*kinds[:until]), marks(*kinds)
    assert early == [one for one in whole if one.at < at(until)]
    for one in whole:
        assert 0 <= one.counted <= one.of == 1
    assert len({one.measure for one in whole}) == len(whole)


# Counted from the database


@pytest.fixture
def story(clinic):
    """Two visits paid in full, a denial given up, a corrected claim, one charged late."""
    told = Story(clinic)
    told.visit("ann", 0, copay="25.00")
    told.moves("ann", "ahead", "25.00", 0)
    told.moves("ann", "charge", "100.00", 0)
    told.claim("ann")
    told.happens("ann", (0, "sent"), (1, "277CA", "A2:20"), (12, "paid"))
    told.moves("ann", "pay", "50.00", 14, kind="remittance", on=day(12))
    told.moves("ann", "cut", "20.00", 14, kind="remittance", on=day(12))
    told.moves("ann", "to_patient", "30.00", 14, kind="remittance", on=day(12))
    told.moves("ann", "use_credit", "25.00", 14)
    told.visit("bob", 2, copay="25.00")
    told.moves("bob", "charge", "80.00", 5, on=day(2))
    told.claim("bob")
    told.happens("bob", (5, "held"), (6, "sent"), (7, "rejected"), (8, "sent"))
    told.happens("bob", (9, "277CA", "A2:20"), (20, "denied"), (60, "closed"))
    told.moves("bob", "give_up", "80.00", 60)
    told.visit("cyd", 40)
    told.moves("cyd", "charge", "60.00", 40)
    told.claim("cyd")
    told.happens("cyd", (40, "sent"), (41, "277CA", "A2:20"), (50, "denied"), (51, "replaced"))
    told.claim("cyd", replaces="cyd")
    told.happens("cyd+", (52, "sent"), (62, "paid"))
    told.moves("cyd", "pay", "45.00", 62, kind="remittance")
    told.moves("cyd", "cut", "15.00", 62, kind="remittance")
    return told


def counted(clinic, until=END):
    """Count everything as if the clock stood at noon of the day after."""
    moment = datetime(2026, 9, 1, 16, tzinfo=UTC) + timedelta(days=until + 1)
    while operations.count_days(at=moment, by=clinic.anybody()):
        pass


def figure(clinic, key, first, last, wanted=NOWHERE):
    with clinic.reading():
        found = kpis.counted(day(first), day(last), [day(last)])
        return found.tally(MEASURES[key], day(first), day(last), wanted)


def test_every_figure_by_value(clinic, story):
    counted(clinic)
    expected = {
        "clean_claim": (2, 3), "first_pass": (2, 3), "initial_denial": (2, 3),
        "final_denial": (1, 3),
        "net_collection": (50 + 45 + 25, 100 + 80 + 60 - 20 - 15),
        "copay": (0, 50),  # the credit of the story was posted without a receipt
        "rework": (cost_of(Decimal(6 + 12 + 30 + 30 + 15), HOUR_RATE), 3),
    }  # fmt: skip
    for key, (upper, lower) in expected.items():
        found = figure(clinic, key, 0, END)
        assert (found.counted, found.of) == (upper, lower), key
    lags = figure(clinic, "charge_lag", 0, END).lags, figure(clinic, "posting_lag", 0, END).lags
    assert lags[0] == {0: 2, 3: 1}
    assert lags[1] == {2: 3, 0: 2}


def test_what_was_owed_is_the_story_added_up_on_every_day(clinic, story):
    counted(clinic)
    for number in (0, 4, 5, 13, 14, 40, 59, 60, 62, 91, 92, 100, END):
        old = figure(clinic, "over_90", 0, number)
        assert (old.counted, old.of) == (story.owed(number, older_than=90), story.owed(number))
        days = figure(clinic, "days_in_ar", 0, number)
        charges = story.sum_of("charge", 0, number)
        assert days.counted == story.owed(number) - story.credit(number)
        assert days.of == Decimal(charges) / (number + 1)


def test_a_copay_is_taken_on_the_day_or_not_at_all(clinic):
    told = Story(clinic)
    for number, name in enumerate(("today", "later", "back", "too much")):
        told.visit(name, number, copay="25.00")
    visit = told.visits
    paid(clinic, told.patient, at=told.at(0), visit_id=visit["today"].pk)
    paid(clinic, told.patient, at=told.at(9), visit_id=visit["later"].pk)
    back = paid(clinic, told.patient, at=told.at(2), visit_id=visit["back"].pk)
    ledger.reverse_payment(back, because="Wrong", at=told.at(2, 15), by=clinic.anybody())
    paid(clinic, told.patient, "40.00", at=told.at(3), visit_id=visit["too much"].pk)
    told.moves("today", "charge", "1.00", 0)
    counted(clinic, 12)
    found = figure(clinic, "copay", 0, 12)
    assert (found.counted, found.of) == (50, 100)


def test_a_visits_day_is_that_of_its_own_site(clinic):
    """Half past nine in California: in the first site's zone the next day has begun."""
    told = Story(clinic)
    told.visit("here", 0)
    told.moves("here", "charge", "1.00", 0)
    visit = told.visit("west", 0, copay="25.00")
    with clinic.writing():
        visit.site = Site.objects.create(name="West", time_zone="America/Los_Angeles")
        visit.save()
    evening = told.at(1, 0) + timedelta(minutes=30)
    paid(clinic, told.patient, at=evening, visit_id=visit.pk)
    told.moves("west", "charge", "100.00", 1, on=visit.on, hour=0)
    counted(clinic, 12)

    found = figure(clinic, "copay", 0, 12)
    assert (found.counted, found.of) == (25, 25)
    assert figure(clinic, "charge_lag", 0, 12).lags == {0: 2}


def test_why_copays_were_not_taken_and_what_of_them_came_later(clinic):
    told = Story(clinic)
    for number, name in enumerate(("never", "later", "half", "taken")):
        told.visit(name, number, copay="25.00")
    with clinic.writing():
        held = CheckIn.objects.get(visit=told.visits["never"])
        held.copay_not_taken_because = "No means"
        held.save()
    for name in told.visits:
        told.moves(name, "charge", "100.00", 4)
        told.moves(name, "to_patient", "30.00", 5)
    for name, amount, day in (("later", "30.00", 9), ("half", "10.00", 9), ("taken", "25.00", 3)):
        payment = paid(clinic, told.patient, amount, at=told.at(day), visit_id=told.visits[name].pk)
        assert payment.status == "posted"
    with clinic.reading():
        found = not_taken(ON, ON + timedelta(days=12), kpis.terms(), Cell())

    assert [(one.words, one.visits, one.missing, one.later, one.part) for one in found] == [
        ("No means", 1, 25, 0, 0),
        ("Forgot the wallet", 2, 50, 35, Decimal("0.7")),
    ]


def test_what_goes_to_an_agency_is_paid_when_the_agency_pays(clinic):
    told = Story(clinic)
    told.visit("ann", 0)
    told.moves("ann", "charge", "100.00", 0)
    told.moves("ann", "to_patient", "100.00", 1)
    told.moves("ann", "fee", "5.00", 2)
    told.moves("ann", "to_agency", "105.00", 3)
    told.moves("ann", "agency_pays", "60.00", 9)
    counted(clinic, 12)
    assert figure(clinic, "net_collection", 0, 8).counted == 0
    found = figure(clinic, "net_collection", 0, 12)
    assert (found.counted, found.of) == (60, 105)
    assert figure(clinic, "over_90", 0, 12).of == 0


def test_a_charge_signed_again_is_late_only_once(clinic):
    told = Story(clinic)
    told.visit("ann", 0)
    told.moves("ann", "charge", "10.00", 4, on=day(0))
    told.moves("ann", "charge", "12.00", 40, on=day(0))
    counted(clinic)
    assert figure(clinic, "charge_lag", 0, END).lags == {4: 1}


def test_what_stands_on_the_next_open_day_is_late_from_the_day_it_is_for(clinic):
    told = Story(clinic)
    told.visit("ann", 0)
    ledger.close_day(
        clinic.site, day(3), open_points=[], at=told.at(4), by=clinic.anybody()
    )  # fmt: skip
    told.moves("ann", "charge", "10.00", 6, on=day(0))
    counted(clinic)
    assert figure(clinic, "charge_lag", 0, END).lags == {6: 1}


def test_sites_providers_and_payers_add_up_to_the_whole(clinic, story):
    counted(clinic)
    with clinic.reading():
        found = kpis.counted(ON, LAST, [LAST])
        for measure in MEASURES.values():
            whole = found.tally(measure, ON, LAST)
            for by in kpis.BY:
                parts = found.parts(measure, ON, LAST, by)
                assert sum(one.counted for one in parts.values()) == whole.counted
                assert together(parts.values()).lags == whole.lags
            mine = Cell(clinic.site.pk, clinic.provider.pk, story.payer.pk)
            assert found.tally(measure, ON, LAST, mine).counted == whole.counted
            assert found.tally(measure, ON, LAST, Cell(payer=uuid4())).counted == 0


def test_a_past_day_stays_when_more_is_entered_later(clinic, story):
    counted(clinic, 20)
    before = figure(clinic, "net_collection", 0, 13), figure(clinic, "over_90", 0, 13)
    story.moves("ann", "charge", "500.00", 90, on=day(0))
    counted(clinic)
    assert (figure(clinic, "net_collection", 0, 13), figure(clinic, "over_90", 0, 13)) == before
    assert figure(clinic, "over_90", 0, 90).of == story.owed(90)


def test_counting_again_marks_what_came_out_different_and_keeps_what_was_told(clinic, story):
    counted(clinic)
    by = clinic.role("manager")
    noon = story.at(END + 1)
    again = {"said_by": "Grace", "at": noon, "by": by}
    assert operations.recount_days(ON, because="Only looking", **again) == 0
    story.moves("ann", "pay", "1.00", 13)  # brought in late, with a moment of the past
    changed = operations.recount_days(day(10), because="History brought in", **again)
    assert changed == END - 13 + 1
    with clinic.reading():
        marked = kpis.restated(ON, LAST)
        assert {one.on for one in marked} == {day(n) for n in range(13, END + 1)}
        assert {one.because for one in marked} == {"History brought in"}
        former = KpiDay.objects.get(on=day(13), is_current=False)
        assert former.revision == 1
    assert figure(clinic, "net_collection", 13, 13).counted == 1
    with pytest.raises(Refused, match="why"):
        operations.recount_days(ON, because=" ", **again)


def test_the_present_day_is_counted_as_it_stands_and_again_when_it_is_over(clinic, story):
    noon = story.at(END)
    while operations.count_days(at=noon, by=clinic.anybody()):
        pass
    story.moves("ann", "charge", "7.00", END, hour=15)
    with clinic.reading():
        assert not KpiDay.objects.get(on=LAST).is_over
    counted(clinic)
    assert figure(clinic, "over_90", 0, END).of == story.owed(END)
    with clinic.reading():
        one = KpiDay.objects.get(on=LAST)
        assert (one.is_over, one.revision) == (True, 1)


def test_counting_twice_counts_once(clinic, story):
    first = count_figures.func(str(clinic.practice.pk))
    assert first > 0
    with clinic.reading():
        before = dict(KpiDay.objects.values_list("on", "flows"))
    assert count_figures.func(str(clinic.practice.pk)) == 0
    with clinic.reading():
        assert dict(KpiDay.objects.values_list("on", "flows")) == before


def test_an_empty_practice_has_no_figures_and_no_trouble(clinic):
    assert count_figures.func(str(clinic.practice.pk)) == 0
    with clinic.reading():
        assert kpis.last_counted() is None
        found = kpis.counted(ON, LAST, [LAST])
        lines = kpis.figures(found, ON, LAST, kpis.terms(), NOWHERE)
        assert [one.value for one in lines] == [None] * len(MEASURES)


@pytest.mark.parametrize("key", MEASURES)
def test_the_rows_behind_a_figure_add_up_to_it(clinic, story, key):
    counted(clinic)
    measure = MEASURES[key]
    with clinic.reading():
        rows = kpi_rows.rows_behind(measure, ON, LAST, kpis.terms(), NOWHERE)
        sums = kpi_rows.added_up(rows)
        whole = figure(clinic, key, 0, END)
        assert sums.counted == whole.counted
        assert sums.lags == whole.lags
        if key == "days_in_ar":
            below = kpi_rows.charges_behind(LAST, 365, kpis.terms(), NOWHERE)
            assert sum(row.counted for row in below) == story.sum_of("charge", 0, END)
        else:
            assert sums.of == whole.of
        assert all(one.patient for one in kpi_rows.named(rows))


@pytest.mark.parametrize("key", MEASURES)
def test_rows_are_asked_for_in_as_many_questions_for_one_as_for_many(clinic, key):
    told = Story(clinic)

    def lived(name, number):
        told.visit(name, number, copay="25.00")
        told.moves(name, "charge", "100.00", number)
        told.claim(name)
        told.happens(name, (number, "held"), (number, "sent"), (number + 1, "277CA", "A2"))
        told.happens(name, (number + 2, "denied"), (number + 3, "closed"))
        told.moves(name, "pay", "5.00", number + 3, kind="remittance")

    def asked():
        forget()
        with clinic.reading(), CaptureQueriesContext(connection) as queries:
            rows = kpi_rows.rows_behind(MEASURES[key], ON, LAST, kpis.terms(), NOWHERE)
            kpi_rows.named(rows)
        return len(rows), len(queries)

    lived("one", 0)
    few, questions = asked()
    for number in range(12):
        lived(f"more {number}", number + 1)
    assert asked() == (few * 13, questions)


@pytest.mark.parametrize("days", [1, 20, 45, 90, 131, 500])
def test_months_added_up_once_say_what_their_days_say(clinic, story, settings, days):
    settings.BOARDS_KEPT = 50
    counted(clinic)
    first, months = LAST - timedelta(days=days - 1), kpis.months_until(LAST, 12)
    forget()
    with clinic.reading():
        each = kpis.counted(min(first, months[0][0]), LAST, [end for _first, end in months])
        for _again in range(2):
            found = kpis.counted_by_month(first, months)
            assert found.stock == each.stock
            for measure in MEASURES.values():
                for time in [(first, LAST), *months]:
                    assert found.tally(measure, *time) == each.tally(measure, *time)
                    assert found.cells(measure, *time) == each.cells(measure, *time)


@pytest.mark.parametrize("most", [kpi_rows.MOST_KEPT, 0])
def test_rows_are_read_once_until_the_books_move(clinic, monkeypatch, settings, most):
    settings.BOARDS_KEPT = 50
    monkeypatch.setattr(kpi_rows, "MOST_KEPT", most)
    told = Story(clinic)
    told.visit("ann", 0)
    told.moves("ann", "charge", "100.00", 0)

    def asked(key):
        with clinic.reading(), CaptureQueriesContext(connection) as queries:
            rows = kpi_rows.rows_behind(MEASURES[key], ON, LAST, kpis.terms(), NOWHERE)
        return [row.of for row in rows], sum("ledger_entry" in one["sql"] for one in queries)

    forget()
    first, read = asked("net_collection")
    assert read
    assert asked("net_collection") == (first, 0 if most else read)
    told.moves("ann", "charge", "50.00", 0)
    assert asked("net_collection") == ([*first, Decimal(50)], read)
    assert asked("over_90")[0] == [Decimal(150)]
    assert asked("net_collection")[0] == [*first, Decimal(50)]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cyd"]),
        st.sampled_from(["charge", "pay", "cut", "to_patient", "patient_pays", "ahead"]),
        st.integers(1, 9999),
        st.integers(0, 120),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(MOVES, st.integers(1, 60))
def test_carried_from_day_to_day_is_what_a_single_question_finds(db_story, moves, cut):
    """Whatever happens: levels carried in any steps are the ledger at the end of each day."""
    clinic, told = db_story()
    for name, what, cents, number in sorted(moves, key=lambda move: move[3]):
        told.moves(name, what, Decimal(cents) / 100, number)
    with clinic.reading():
        place = the_place()
        whole = {on: cells for on, cells, _ in levels(place, ON, day(125), {})}
        apart = {on: cells for on, cells, _ in levels(place, ON, day(cut), {})}
        apart |= {on: cells for on, cells, _ in levels(place, day(cut + 1), day(125), {})}
        assert apart == whole
        for number in (0, cut, 92, 125):
            rows = open_visits(place, day(number))
            assert sum(left.owed for _key, left in rows) == told.owed(number)
            assert sum(level.owed for level in whole[day(number)].values()) == told.owed(number)
            assert sum(level.old for level in whole[day(number)].values()) == told.owed(
                number, older_than=90
            )
            assert sum(one.credit for one in whole[day(number)].values()) == told.credit(number)


@pytest.fixture
def db_story(clinic):
    """Make a new practice with three visits for each history."""
    made = []

    def make():
        made.append(Clinic(f"Practice {len(made)}"))
        told = Story(made[-1])
        for number, name in enumerate(("ann", "bob", "cyd")):
            told.visit(name, number * 9)
        return made[-1], told

    return make


def test_charges_count_where_they_were_entered(clinic, story):
    with clinic.reading():
        found = [
            one for one in facts(the_place(), ON, LAST, kpis.terms()) if one.measure == CHARGES
        ]
    assert [(one.on, one.counted) for one in found] == [
        (day(0), 100), (day(5), 80), (day(40), 60)
    ]  # fmt: skip
