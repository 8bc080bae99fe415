"""Series: previewed date by date, booked whole or not at all, moved and cancelled together."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.comms.models import Message
from frontdesk.core.clock import local, months_after, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.practice.models import Closure, Hours
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    Change,
    Occupancy,
    PlannedVisit,
    Session,
    SetVisit,
    VisitSet,
)
from frontdesk.scheduling.queries import series
from frontdesk.scheduling.rules.series import age_on, dates
from tests.scheduling.monday import MONDAY, book, mailed, monday_morning, wall
from tests.scheduling.test_repair import colleague

__all__ = ["monday_morning"]


def asked(clinic, patient, days, at_time=time(9)):
    return series.Asked(patient, clinic.visit_type, clinic.provider, clinic.site, at_time, days)


def as_dates(preview):
    return [
        operations.Date(
            line.planned_on,
            line.opening and line.opening.starts_at,
            line.opening and line.opening.provider,
            line.opening and line.opening.site,
            left_out=line.why,
        )
        for line in preview.lines
    ]


def eight_weeks():
    return dates(MONDAY + timedelta(days=7), every=1, unit="week", times=8)


def nights(clinic):
    """Let the clinic see patients in the nights of Sundays: the clocks change on March 14."""
    with clinic.writing():
        Hours.objects.create(site=clinic.site, weekday=6, opens=time(0), closes=time(6))
        Session.objects.create(
            provider=clinic.provider, site=clinic.site, weekday=6, starts=time(0), ends=time(6),
            from_on=MONDAY,
        )  # fmt: skip


# Rules by value


def test_every_second_week_and_until_a_day():
    found = dates(MONDAY, every=2, unit="week", until=date(2026, 12, 31))
    assert found == [MONDAY, date(2026, 12, 7), date(2026, 12, 21)]


def test_by_the_month_it_is_the_same_weekday_and_a_fifth_one_the_last():
    assert dates(date(2026, 11, 10), every=1, unit="month", times=4) == [
        date(2026, 11, 10), date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9),
    ]  # fmt: skip
    fifth = dates(date(2026, 12, 31), every=1, unit="month", times=3)
    assert fifth == [date(2026, 12, 31), date(2027, 1, 28), date(2027, 2, 25)]


def test_months_end_with_their_last_day_and_years_are_whole():
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2026, 11, 30), 12) == date(2027, 11, 30)
    assert age_on(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert age_on(date(2000, 2, 29), date(2026, 3, 1)) == 26


@given(
    first=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    every=st.integers(1, 6),
    unit=st.sampled_from(["week", "month"]),
    times=st.integers(1, 70),
)
def test_a_series_keeps_its_weekday_its_order_and_its_year(first, every, unit, times):
    found = dates(first, every=every, unit=unit, times=times)
    assert found[0] == first
    assert len(found) <= min(times, 60)
    assert {one.weekday() for one in found} == {first.weekday()}
    assert all(b > a for a, b in pairwise(found))
    assert (found[-1] - first).days <= 365


# A preview


def test_closed_days_alone_propose_no_other_time_of_day(clinic):
    """No time of day opens the office on a holiday."""
    days = eight_weeks()
    with clinic.writing():
        Closure.objects.create(on=days[1], because="Staff day")
    patient = clinic.patient()
    with clinic.reading():
        shown = series.preview(asked(clinic, patient, days), now())
    assert (shown.free, shown.better) == (7, [])


def test_a_preview_says_what_is_closed_and_who_is_in_the_way_with_other_times(clinic):
    ann, bo = clinic.patient(), clinic.patient("Bo", "Reyes")
    days = eight_weeks()
    with clinic.writing():
        Closure.objects.create(on=days[1], because="Staff day")
    book(clinic, bo, wall(clinic, 9, day=days[3]))

    with clinic.reading():
        shown = series.preview(asked(clinic, ann, days), now())
    assert [line.is_free for line in shown.lines] == [n not in (1, 3) for n in range(8)]
    assert shown.lines[1].why == "Closed: Staff day"
    assert "Bo Reyes" in shown.lines[3].why or "taken" in shown.lines[3].why
    assert shown.lines[3].instead[0].starts_at in (
        wall(clinic, 8, 40, days[3]), wall(clinic, 9, 20, days[3])
    )  # fmt: skip
    assert all(
        abs((local(clinic.site, one.starts_at).date() - days[1]).days) <= 3
        for one in shown.lines[1].instead
    )
    assert shown.lines[1].instead


def test_another_time_of_day_at_which_all_dates_are_free_is_proposed(clinic):
    days = eight_weeks()
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 9, day=days[3]))
    with clinic.reading():
        shown = series.preview(asked(clinic, clinic.patient(), days), now())
        better = shown.better
        again = series.preview(asked(clinic, shown.asked.patient, days, better[0]), now())
    assert better == [time(8, 35), time(8, 40), time(9, 20)]
    assert again.busy == 0


def test_the_clock_on_the_wall_stays_when_the_clocks_change(clinic):
    days = dates(date(2027, 3, 1), every=1, unit="week", times=4)  # the clocks change on March 14
    with clinic.reading():
        shown = series.preview(asked(clinic, clinic.patient(), days), now())
    made = operations.book_series(
        shown.asked.patient, clinic.visit_type, as_dates(shown), at=now(), by=clinic.anybody()
    )
    assert {local(clinic.site, one.starts_at).time() for one in made.booked} == {time(9)}
    assert len({one.starts_at.astimezone(UTC).hour for one in made.booked}) == 2


def test_a_date_whose_night_skips_the_wanted_time_is_said_with_other_times(clinic):
    days = dates(date(2027, 3, 7), every=1, unit="week", times=3)  # Sundays, by night
    nights(clinic)
    with clinic.reading():
        shown = series.preview(asked(clinic, clinic.patient(), days, time(2, 30)), now())
    assert [line.is_free for line in shown.lines] == [True, False, True]
    skipped = shown.lines[1]
    assert skipped.why == "The clocks go forward that night: there is no 2:30 AM."
    walls = [local(clinic.site, one.starts_at).time() for one in skipped.instead]
    assert walls and time(2, 30) not in walls


def test_a_preview_asks_the_same_few_questions_for_two_dates_and_for_forty(
    clinic, django_assert_max_num_queries
):
    ann = clinic.patient()
    with clinic.reading():
        series.preview(asked(clinic, ann, eight_weeks()), now())  # the index is read once
    for times in (2, 40):
        days = dates(MONDAY + timedelta(days=1), every=1, unit="week", times=times)
        with clinic.reading(), django_assert_max_num_queries(8):
            assert series.preview(asked(clinic, ann, days), now()).busy == 0


# Booking it


def test_a_series_is_booked_whole_and_told_in_one_message(clinic):
    ann = mailed(clinic)
    with clinic.reading():
        shown = series.preview(asked(clinic, ann, eight_weeks()), now())
    made = operations.book_series(
        ann, clinic.visit_type, as_dates(shown), at=now(), by=clinic.role("receptionist")
    )
    assert len(made.booked) == 8
    with clinic.reading():
        assert SetVisit.objects.filter(visit_set=made.visit_set).count() == 8
        message = Message.objects.get(patient=ann)
        assert message.kind == "appointment.several"
        assert message.body.count("9:00 AM") == 8
        assert message.attachments.count() == 8


def test_one_taken_date_refuses_all_and_names_it(clinic):
    days = eight_weeks()
    with clinic.reading():
        shown = series.preview(asked(clinic, clinic.patient(), days), now())
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 9, day=days[2]))
    with pytest.raises(Refused, match="Mon, Dec 14"):
        operations.book_series(
            shown.asked.patient, clinic.visit_type, as_dates(shown), at=now(), by=clinic.anybody()
        )
    with clinic.reading():
        assert Appointment.objects.count() == 1
        assert not VisitSet.objects.exists()


def test_the_free_ones_are_booked_and_the_rest_is_listed(clinic):
    days = eight_weeks()
    ann = clinic.patient()
    with clinic.reading():
        shown = series.preview(asked(clinic, ann, days), now())
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 9, day=days[2]))
    made = operations.book_series(
        ann, clinic.visit_type, as_dates(shown), only_free=True, at=now(), by=clinic.anybody()
    )
    assert len(made.booked) == 7
    with clinic.reading():
        listed = PlannedVisit.objects.get()
        assert (listed.source, listed.due_on, listed.patient_id) == ("series", days[2], ann.pk)
        assert SetVisit.objects.get(appointment=None).left_out


def test_a_booked_visit_becomes_the_first_of_its_series(clinic):
    ann = clinic.patient()
    first = book(clinic, ann, wall(clinic, 9))
    with clinic.reading():
        shown = series.preview(asked(clinic, ann, eight_weeks()[:3]), now())
    made = operations.book_series(
        ann, clinic.visit_type, as_dates(shown), first=first, at=now(), by=clinic.anybody()
    )
    with clinic.reading():
        numbers = list(series.places_of(made.visit_set).values_list("number", "appointment"))
    assert numbers[0] == (1, first.pk)
    assert [n for n, _ in numbers] == [1, 2, 3, 4]
    with pytest.raises(Refused, match="belongs to a series already"):
        operations.book_series(
            ann, clinic.visit_type, as_dates(shown)[:1], first=first, at=now(),
            by=clinic.anybody(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([], "at least one"),
        ([operations.Date(MONDAY, datetime(2026, 12, 1, 9, tzinfo=UTC))], "with whom"),
    ],
)
def test_strange_dates_are_refused_in_words(clinic, said, words):
    with pytest.raises(Refused, match=words):
        operations.book_series(
            clinic.patient(), clinic.visit_type, said, at=now(), by=clinic.anybody()
        )


def test_all_left_out_books_nothing(clinic):
    with pytest.raises(Refused, match="None of these dates"):
        operations.book_series(
            clinic.patient(), clinic.visit_type, [operations.Date(MONDAY, left_out="Closed")],
            at=now(), by=clinic.anybody(),
        )  # fmt: skip
    with clinic.reading():
        assert not VisitSet.objects.exists()


# Changing it


@pytest.fixture
def weekly(clinic):
    ann = clinic.patient()
    with clinic.reading():
        shown = series.preview(asked(clinic, ann, eight_weeks()[:4]), now())
    made = operations.book_series(
        ann, clinic.visit_type, as_dates(shown), at=now(), by=clinic.anybody()
    )
    return made.booked


def starts(clinic, rows):
    with clinic.reading():
        found = Appointment.objects.in_bulk([one.pk for one in rows])
    return [local(clinic.site, found[one.pk].starts_at).strftime("%m-%d %H:%M") for one in rows]


def test_this_and_the_following_move_by_as_many_days_and_keep_history(clinic, weekly):
    tuesday_ten = wall(clinic, 10, day=date(2026, 12, 8))
    operations.move_following(
        weekly[1], tuesday_ten, scope="following", at=now(), by=clinic.anybody()
    )
    assert starts(clinic, weekly) == ["11-30 09:00", "12-08 10:00", "12-15 10:00", "12-22 10:00"]
    with clinic.reading():
        assert Change.objects.filter(kind="moved").count() == 3


@pytest.mark.parametrize(("language", "words"), [("en", "(was "), ("es", "(antes: ")])
def test_who_is_told_of_a_series_that_moved_reads_new_and_old_times_once(clinic, language, words):
    ann = mailed(clinic)
    with clinic.writing():
        ann.language = language
        ann.save()
    with clinic.reading():
        shown = series.preview(asked(clinic, ann, eight_weeks()[:4]), now())
    made = operations.book_series(
        ann, clinic.visit_type, as_dates(shown), at=now(), by=clinic.anybody()
    )
    operations.move_following(
        made.booked[1], wall(clinic, 10, day=date(2026, 12, 8)), scope="following", at=now(),
        by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading():
        message = Message.objects.get(kind="appointment.several_moved")
        assert message.attachments.count() == 3
    assert message.body.count("10:00 AM") == 3
    assert message.body.count(words) == 3 and message.body.count("9:00 AM") == 3


def test_a_series_moves_onto_its_own_times(clinic, weekly):
    operations.move_following(
        weekly[0], wall(clinic, 9, day=date(2026, 12, 7)), scope="all", at=now(),
        by=clinic.anybody(),
    )  # fmt: skip
    assert starts(clinic, weekly) == ["12-07 09:00", "12-14 09:00", "12-21 09:00", "12-28 09:00"]
    operations.move_following(
        weekly[0], wall(clinic, 9, day=date(2026, 11, 30)), scope="all", at=now(),
        by=clinic.anybody(),
    )  # fmt: skip
    assert starts(clinic, weekly)[0] == "11-30 09:00"


def test_what_cannot_be_moved_refuses_all_or_stays(clinic, weekly):
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 10, day=date(2026, 12, 14)))
    ten = wall(clinic, 10, day=date(2026, 12, 7))
    with pytest.raises(Refused, match="Mon, Dec 14"):
        operations.move_following(weekly[1], ten, scope="following", at=now(), by=clinic.anybody())
    assert starts(clinic, weekly)[1] == "12-07 09:00"
    changed = operations.move_following(
        weekly[1], ten, scope="following", only_free=True, at=now(), by=clinic.anybody()
    )
    assert [one.pk for one, _why in changed.stayed] == [weekly[2].pk]
    assert starts(clinic, weekly)[1:] == ["12-07 10:00", "12-14 09:00", "12-21 10:00"]


def test_one_whose_night_skips_the_new_time_stays_and_says_so(clinic):
    nights(clinic)
    days = dates(date(2027, 3, 7), every=1, unit="week", times=3)
    with clinic.reading():
        shown = series.preview(asked(clinic, clinic.patient(), days, time(4)), now())
    booked = operations.book_series(
        shown.asked.patient, clinic.visit_type, as_dates(shown), at=now(), by=clinic.anybody()
    ).booked
    half_past_two = wall(clinic, 2, 30, day=date(2027, 3, 7))
    change = {"scope": "following", "at": now(), "by": clinic.anybody()}
    words = "The clocks go forward that night: there is no 2:30 AM."
    with pytest.raises(Refused, match=f"Sun, Mar 14: {words}"):
        operations.move_following(booked[0], half_past_two, **change)
    assert starts(clinic, booked) == ["03-07 04:00", "03-14 04:00", "03-21 04:00"]
    changed = operations.move_following(booked[0], half_past_two, only_free=True, **change)
    assert [(one.pk, why) for one, why in changed.stayed] == [(booked[1].pk, words)]
    assert starts(clinic, booked) == ["03-07 02:30", "03-14 04:00", "03-21 02:30"]


@pytest.mark.parametrize(("scope", "left"), [("this", 3), ("following", 1), ("all", 0)])
def test_one_the_following_or_all_are_cancelled(clinic, weekly, scope, left):
    operations.cancel_following(
        weekly[1], scope=scope, because="Moving away", whose="patient", at=now(),
        by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading():
        assert Appointment.objects.filter(status="booked").count() == left
        assert Occupancy.objects.filter(is_active=True).count() == left * 2


def test_a_series_needs_the_right_to_book(clinic):
    with pytest.raises(NotPermitted):
        operations.book_series(
            clinic.patient(), clinic.visit_type, [], at=now(), by=clinic.role("biller")
        )


def test_a_date_that_a_preference_refuses_says_so(clinic):
    about = {"kind": "not_after", "number": 0, "weekdays": [], "starts": time(15)}
    operations.save_preference(
        None, clinic.provider, {**about, "visit_type_ids": [str(clinic.visit_type.pk)]},
        on=MONDAY, by=clinic.role("manager"),
    )  # fmt: skip
    with clinic.reading():
        late = series.preview(asked(clinic, clinic.patient(), eight_weeks(), time(16)), now())
    assert late.free == 0
    assert "begins none of these at 3:00 PM or later" in late.lines[0].why
    assert late.lines[0].instead


def test_a_date_on_which_the_patient_is_elsewhere_says_so(clinic):
    patient, days = clinic.patient(), eight_weeks()
    other = colleague(clinic, "Bo", "Reyes")
    operations.book(
        patient, clinic.visit_type, other, clinic.site, wall(clinic, 9, day=days[0]), now(),
        by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading():
        found = series.preview(asked(clinic, patient, days), now())
    assert found.lines[0].why == "Ann Lee has another visit then."
    assert found.free == 7
