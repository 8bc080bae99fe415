"""When people work: blocks and their release, limits, leave that comes again, holidays."""

from datetime import date, time, timedelta

import pytest
import time_machine

from frontdesk.core.clock import at_wall, local, now
from frontdesk.core.errors import Refused
from frontdesk.practice import operations as practice
from frontdesk.practice.models import Closure, Hours, Interpreter
from frontdesk.practice.queries import holiday_proposals
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import (
    Phase,
    RecurringOff,
    Session,
    VisitType,
)
from frontdesk.scheduling.operations import Limits, Taken
from frontdesk.scheduling.queries import away
from frontdesk.staff.models import WorkItem

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def by(clinic):
    return clinic.role("manager")


@pytest.fixture
def tuesdays(clinic):
    with clinic.reading():
        return Session.objects.select_related("provider", "site").get(weekday=1)


@pytest.fixture
def sick(clinic):
    with clinic.writing():
        made = VisitType.objects.create(name="Sick visit", code="sick", minutes=20)
        Phase.objects.create(visit_type=made, role="provider", minutes=20)
    return made


@pytest.fixture
def block(tuesdays, sick, by):
    values = {
        "name": "Same day",
        "starts": time(9),
        "ends": time(10),
        "visit_type_ids": [str(sick.pk)],
        "release_hours": 24,
    }
    return operations.save_block(None, tuesdays, values, by=by)


def starts(clinic, visit_type, *, at, on=TUESDAY):
    """The times of a day that are offered at an instant, as the wall shows them."""
    with clinic.reading():
        found = queries.openings(visit_type, from_on=on, days=1, limit=200, at=at)
    return {f"{local(clinic.site, one.starts_at):%H:%M}" for one in found}


def book(clinic, clock, *, at=None, kind=None, day=TUESDAY, by=None):
    hour, _colon, minute = clock.partition(":")
    return operations.book(
        clinic.patient("Pat", clock.replace(":", "")),
        kind or clinic.visit_type,
        clinic.provider,
        clinic.site,
        at_wall(clinic.site, day, time(int(hour), int(minute or 0))),
        at or at_wall(clinic.site, MONDAY, time(8)),
        by=by or clinic.anybody(),
    )


def test_a_block_is_for_its_visits_until_it_opens(clinic, block, sick):
    before = at_wall(clinic.site, MONDAY, time(8, 55))
    after = at_wall(clinic.site, MONDAY, time(9))
    assert "09:00" in starts(clinic, sick, at=before)
    assert "09:00" not in starts(clinic, clinic.visit_type, at=before)
    assert "10:00" in starts(clinic, clinic.visit_type, at=before)
    with pytest.raises(Taken, match=r"keeps 9:00 AM to 10:00 AM for Same day until Mon, Nov 23"):
        book(clinic, "9:40", at=before)
    assert book(clinic, "9:20", at=after).starts_at == at_wall(clinic.site, TUESDAY, time(9, 20))


@pytest.mark.parametrize(
    ("day", "opens"),
    [(date(2026, 3, 10), time(8)), (date(2026, 11, 3), time(10)), (TUESDAY, time(9))],
)
def test_a_block_opens_so_many_real_hours_before_also_over_a_clock_change(
    clinic, block, by, tuesdays, day, opens
):
    """72 hours before Tuesday, 9 AM: the Saturday before the clocks change on Sunday."""
    operations.save_block(block, tuesdays, {"release_hours": 72}, by=by)
    at = at_wall(clinic.site, day - timedelta(days=3), opens)
    early = at - timedelta(minutes=5)
    assert "09:00" not in starts(clinic, clinic.visit_type, at=early, on=day)
    assert "09:00" in starts(clinic, clinic.visit_type, at=at, on=day)
    with pytest.raises(Taken, match=f"for Same day until Sat, .* {opens.hour}:00 AM"):
        book(clinic, "9", at=early, day=day)


def test_a_block_may_open_to_some_only_or_never(clinic, block, sick, by, tuesdays):
    after = at_wall(clinic.site, MONDAY, time(12))
    with clinic.writing():
        other = VisitType.objects.create(name="Other", code="other", minutes=20)
    values = {"opens_to_ids": [str(other.pk)]}
    operations.save_block(block, tuesdays, values, by=by)
    assert "09:00" in starts(clinic, other, at=after)
    assert "09:00" not in starts(clinic, clinic.visit_type, at=after)
    operations.save_block(block, tuesdays, {"release_hours": None}, by=by)
    assert "09:00" not in starts(clinic, other, at=after)
    with pytest.raises(Taken, match="keeps 9:00 AM to 10:00 AM for: Same day"):
        book(clinic, "9", at=after)
    operations.end_block(block, by=by)
    assert "09:00" in starts(clinic, clinic.visit_type, at=after)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"starts": time(7)}, r"Same day .* is not within the session"),
        ({"ends": time(9)}, "ends after it starts"),
        ({"ends": time(9, 2)}, "five-minute"),
        ({"visit_type_ids": []}, "for which visits"),
    ],
)
def test_odd_blocks_are_refused(block, tuesdays, by, values, words):
    with pytest.raises(Refused, match=words):
        operations.save_block(block, tuesdays, values, by=by)


def test_two_blocks_never_overlap(block, tuesdays, by, sick):
    values = {"name": "X", "starts": time(9, 30), "ends": time(11), "visit_type_ids": ["x"]}
    with pytest.raises(Refused, match=r"The block Same day is there already \(9:00 AM to 10:00"):
        operations.save_block(None, tuesdays, values, by=by)


def test_blocks_and_limits_go_along_with_a_changed_session(clinic, block, tuesdays, by):
    operations.change_session(
        tuesdays, starts=time(8), ends=time(17), on=TUESDAY, limits=Limits(5, {}, 2), by=by
    )
    with clinic.reading():
        later = Session.objects.get(weekday=1, from_on=TUESDAY)
        assert [one.name for one in later.active_blocks] == ["Same day"]
    same = operations.change_session(later, starts=time(8), ends=time(16), on=TUESDAY, by=by)
    assert (same.most_visits, same.least_visits) == (5, 2)
    with pytest.raises(Refused, match="Same day"):
        operations.change_session(later, starts=time(9, 30), ends=time(16), on=TUESDAY, by=by)
    with pytest.raises(Refused, match="more than the most"):
        operations.change_session(
            later, starts=time(8), ends=time(16), on=TUESDAY, limits=Limits(2, {}, 3), by=by
        )


def test_a_session_takes_only_so_many(clinic, tuesdays, sick, by):
    limits = Limits(2, {str(sick.pk): 1})
    session = operations.change_session(
        tuesdays, starts=time(8), ends=time(17), on=tuesdays.from_on, limits=limits, by=by
    )
    at = at_wall(clinic.site, MONDAY, time(8))
    first = book(clinic, "8", kind=sick)
    assert starts(clinic, sick, at=at) == set()
    with pytest.raises(Taken, match="takes no more in this session than 1 of: Sick visit"):
        book(clinic, "9", kind=sick)
    book(clinic, "9")
    with pytest.raises(Taken, match="takes no more in this session than 2 visits"):
        book(clinic, "10")
    moved = operations.reschedule(  # its own place is not in its way
        first, at_wall(clinic.site, TUESDAY, time(14)), at=at, by=clinic.anybody()
    )
    assert local(clinic.site, moved.starts_at).hour == 14
    assert "10:00" in starts(clinic, clinic.visit_type, at=at, on=TUESDAY + timedelta(days=1))
    assert session.is_limited


def recurring(clinic, by, **more):
    said = {
        "resource_kind": "provider",
        "resource_id": clinic.provider.pk,
        "site": clinic.site,
        "weekday": 1,
        "starts": time(13),
        "ends": time(14),
        "from_on": TUESDAY,
        "because": "Teaching",
        "by": by,
    }
    return operations.take_recurring_off(**{**said, **more})


def test_time_off_comes_again(clinic, by):
    off = recurring(clinic, by, every_weeks=2)
    monday = at_wall(clinic.site, MONDAY, time(8))
    assert "13:00" not in starts(clinic, clinic.visit_type, at=monday)
    assert "14:00" in starts(clinic, clinic.visit_type, at=monday)
    for weeks, is_free in ((1, True), (2, False), (4, False)):
        day = TUESDAY + timedelta(weeks=weeks)
        assert ("13:00" in starts(clinic, clinic.visit_type, at=monday, on=day)) == is_free
    with pytest.raises(Taken, match="away"):
        book(clinic, "13:20")
    with time_machine.travel(monday, tick=False):
        operations.end_recurring_off(off, by=by)
    assert "13:00" in starts(clinic, clinic.visit_type, at=monday)
    with pytest.raises(Refused):
        recurring(clinic, by, ends=time(13))
    with pytest.raises(Refused):
        recurring(clinic, by, until_on=TUESDAY)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 14), 2), (date(2026, 11, 1), 4), (date(2026, 11, 8), 3)]
)
def test_a_night_on_which_clocks_change_has_its_real_hours(clinic, day, hours):
    """From midnight to 3:00 by the wall are 2 hours in spring, 4 in autumn, and else 3."""
    off = RecurringOff(
        site=clinic.site, weekday=6, starts=time(0), ends=time(3), from_on=date(2026, 1, 4)
    )
    ((starts_at, ends_at),) = off.spans(day, day)
    assert (ends_at.timestamp() - starts_at.timestamp()) / 3600 == hours
    with clinic.writing():
        Hours.objects.create(site=clinic.site, weekday=6, opens=time(0), closes=time(7))
        Session.objects.create(
            provider=clinic.provider,
            site=clinic.site,
            weekday=6,
            starts=time(0),
            ends=time(3),
            from_on=date(2020, 1, 1),
        )
        early = at_wall(clinic.site, day - timedelta(days=1), time(8))
        found = queries.openings(clinic.visit_type, from_on=day, days=1, limit=200, at=early)
    night = [o for o in found if o.starts_at < at_wall(clinic.site, day, time(7))]
    assert len(night) == hours * 3  # of twenty minutes each, none of them twice


def test_time_off_over_visits_is_put_on_the_list(clinic, by):
    first, second = book(clinic, "9"), book(clinic, "10")
    span = [at_wall(clinic.site, TUESDAY, time(hour)) for hour in (8, 12)]
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(8)), tick=False):
        off = operations.take_time_off(
            resource_kind="provider",
            resource_id=clinic.provider.pk,
            starts_at=span[0],
            ends_at=span[1],
            because="Ill",
            by=by,
        )
        with clinic.reading():
            (item,) = WorkItem.objects.all()
            assert item.title == "Dr. Okafor is away, and 2 visits are booked then"
            assert (item.subject_kind, item.subject_id) == ("scheduling.TimeOff", off.pk)
            assert list(away.hit_by(off, now())) == [first, second]
        operations.end_time_off(off, by=by)
        again = recurring(clinic, by, starts=time(10), ends=time(11))
        with clinic.reading():
            assert WorkItem.objects.get(pk=item.pk).status == "done"
            assert list(away.hit_by(again, now())) == [second]


def test_a_half_day_closes_only_its_part(clinic, by):
    monday = at_wall(clinic.site, MONDAY, time(8))
    nine, three = book(clinic, "9"), book(clinic, "15:00")
    with time_machine.travel(monday, tick=False):
        values = {"site": None, "on": TUESDAY, "because": "Party", "starts": time(14)}
        closure = practice.save_closure(None, values, by=by)
        with clinic.reading():
            assert list(away.hit_by(closure, now())) == [three]
            (item,) = WorkItem.objects.all()
            assert item.title == "Every site (Party): closed, and 1 visit is booked then"
    found = starts(clinic, clinic.visit_type, at=monday)
    assert {"13:40"} <= found
    assert not {"13:45", "14:00", "16:00"} & found
    with pytest.raises(Taken, match="closed at this time"):
        book(clinic, "13:50")
    with clinic.reading():
        plan = queries.day_plan(clinic.site, TUESDAY, monday)
        bands = plan.columns[0].bands
        assert ("Party", 36) in [(band.label, band.length) for band in bands]
        assert nine.is_open
    with pytest.raises(Refused, match="ends before it begins"):
        practice.save_closure(closure, {"starts": time(14), "ends": time(12)}, by=by)
    practice.save_closure(closure, {"is_kept": False}, by=by)
    with clinic.reading():
        assert WorkItem.objects.get().status == "done"


def test_holidays_are_proposed_kept_and_removed(clinic, by):
    with clinic.reading():
        proposed = {one.name: one for one in holiday_proposals(2027)}
    christmas, columbus = proposed["Christmas Day"], proposed["Columbus Day"]
    assert (christmas.on, christmas.is_kept, christmas.is_decided) == (
        date(2027, 12, 25),
        True,
        False,
    )
    assert not columbus.is_kept
    changed = practice.decide_holidays(2027, {christmas.key}, by=by)
    assert changed == len(proposed)
    with clinic.reading():
        assert list(Closure.objects.values_list("on", flat=True)) == [date(2027, 12, 25)]
        again = {one.name: one for one in holiday_proposals(2027)}
        assert again["Memorial Day"].is_decided
        assert not again["Memorial Day"].is_kept
    assert practice.decide_holidays(2027, {christmas.key}, by=by) == 0
    practice.decide_holidays(2027, {again["Memorial Day"].key}, by=by)
    with clinic.reading():
        assert [one.because for one in Closure.objects.all()] == ["Memorial Day"]


def test_interpreters_are_kept(clinic, by):
    values = {"name": "Rosa", "languages": ["es"], "mode": "video", "sites": [clinic.site]}
    rosa = practice.save_interpreter(None, values, by=by)
    assert rosa.site_ids == [str(clinic.site.pk)]
    with pytest.raises(Refused, match="of this name"):
        practice.save_interpreter(None, values, by=by)
    with pytest.raises(Refused, match="which languages"):
        practice.save_interpreter(rosa, {"languages": []}, by=by)
    with clinic.reading():
        assert Interpreter.objects.count() == 1
        assert away.name_of(rosa.pk) == "Rosa"
