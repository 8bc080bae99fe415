"""The year is read before anybody asks, beside what goes on, and only what changed anew."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from frontdesk.core.clock import at_wall
from frontdesk.core.operation import operation
from frontdesk.practice.models import Hours
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Session
from frontdesk.scheduling.queries import ahead, remembered, year
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.openings import sources
from frontdesk.scheduling.queries.search import Search
from frontdesk.staff.models import Provider

FIRST = date(2026, 10, 25)
AT = datetime(2026, 10, 25, 13, 7, tzinfo=UTC)


@pytest.fixture
def threads(monkeypatch):
    """Threads that were asked for and have not begun."""
    asked = []

    class Later:
        def __init__(self, target, args=(), **_more):
            self.run = lambda: target(*args)

        def start(self):
            asked.append(self.run)

    monkeypatch.setattr(ahead, "Thread", Later)
    monkeypatch.setattr(ahead._Here, "is_on", True)
    monkeypatch.setattr(ahead.connections, "close_all", lambda: None)
    monkeypatch.setattr(ahead, "close_old_connections", lambda: None)
    monkeypatch.setattr(ahead, "now", lambda: AT)
    return asked


def nine(clinic, day=2):
    return at_wall(clinic.site, FIRST + timedelta(days=day), time(9))


def book(clinic, patient, starts_at):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, AT,
        by=clinic.anybody(),
    )  # fmt: skip


def held(clinic, days=14):
    with clinic.reading():
        (source,) = sources(clinic.visit_type, clinic.site, None, from_on=FIRST, days=days, at=AT)
    return source.held


def times(clinic, days=14):
    with clinic.reading():
        found = queries.openings(
            clinic.visit_type, clinic.site, from_on=FIRST, days=days, limit=400, at=AT
        )
    return [one.starts_at for one in found]


def not_again(monkeypatch):
    def read(*_args):
        raise AssertionError("The year is read a second time.")

    monkeypatch.setattr(year, "build", read)


def test_whoever_asks_too_soon_is_answered_from_the_calendars(clinic, threads, monkeypatch):
    remembered.forget(clinic.practice.pk)
    assert isinstance(held(clinic), Stretch)
    early = times(clinic)
    assert len(threads) >= 1  # somebody reads it now
    threads.pop()()
    not_again(monkeypatch)
    assert isinstance(held(clinic), Search)
    assert times(clinic) == early


def test_whoever_asks_about_many_weeks_has_the_year_read(clinic, threads):
    remembered.forget(clinic.practice.pk)
    assert isinstance(held(clinic, days=120), Search)


def test_all_practices_are_read_at_the_start(clinic, other, threads, monkeypatch):
    for one in (clinic, other):
        remembered.forget(one.practice.pk)
    ahead.start()
    threads.pop()()
    not_again(monkeypatch)
    for one in (clinic, other):
        assert isinstance(held(one, days=200), Search)


def test_a_start_that_fails_leaves_it_to_the_first_question(clinic, threads, monkeypatch, caplog):
    remembered.forget(clinic.practice.pk)
    with monkeypatch.context() as broken:
        broken.setattr(year, "build", lambda *_args: 1 / 0)
        ahead.start()
        threads.pop()()
    assert "could not be read ahead" in caplog.text
    assert isinstance(held(clinic, days=120), Search)


def test_what_is_booked_while_it_is_read_is_seen(clinic, threads, monkeypatch):
    ann = clinic.patient()
    remembered.forget(clinic.practice.pk)
    build = year.build

    def and_then_booked(zone, today):
        found = build(zone, today)
        monkeypatch.setattr(year, "build", build)
        book(clinic, ann, nine(clinic))
        times(clinic)  # this process hears of it now, before the year is kept
        return found

    monkeypatch.setattr(year, "build", and_then_booked)
    with clinic.reading():
        assert ahead.read(clinic.site, remembered.memory(), AT)
    assert isinstance(held(clinic), Search)
    assert nine(clinic) not in times(clinic)
    assert nine(clinic, 3) in times(clinic)


def test_one_thread_reads_a_year(clinic, threads):
    remembered.forget(clinic.practice.pk)
    with clinic.reading():
        memory = remembered.memory()
        memory.ahead[clinic.site.time_zone] = remembered.Ahead()
        assert not ahead.read(clinic.site, memory, AT)
    assert isinstance(held(clinic), Stretch)
    assert threads == []


def test_a_question_waits_for_the_thread_and_no_longer_than_it_must(clinic, monkeypatch):
    monkeypatch.setattr(year, "PATIENCE", 0.01)
    remembered.forget(clinic.practice.pk)
    with clinic.reading():
        memory = remembered.memory()
        memory.ahead[clinic.site.time_zone] = remembered.Ahead()  # of a thread that died
    assert isinstance(held(clinic, days=120), Search)


def test_hours_that_reach_further_are_read_ahead_too(clinic, threads):
    assert isinstance(held(clinic, days=120), Search)
    with clinic.reading():
        memory = remembered.memory()
    threads.clear()
    for hours in rows(clinic, Hours):
        change(clinic, hours, closes=time(20))
    assert isinstance(held(clinic), Stretch)
    assert len(threads) == 1
    threads.pop()()
    assert isinstance(held(clinic), Search)
    assert memory.years[clinic.site.time_zone].window.closes == time(20)


def test_only_whose_sessions_changed_is_worked_out_again(clinic, monkeypatch):
    with clinic.writing():
        bo = Provider.objects.create(
            first_name="Bo", last_name="Reyes", npi="1679576722", site=clinic.site
        )
        for weekday in range(7):
            Session.objects.create(
                provider=bo, site=clinic.site, weekday=weekday, starts=time(9), ends=time(15),
                from_on=date(2020, 1, 1),
            )  # fmt: skip
    worked, whose = year.worked, []

    def noted(held_year, sessions, *more):
        whose.append({one.provider_id for one in sessions})
        return worked(held_year, sessions, *more)

    monkeypatch.setattr(year, "worked", noted)
    late = at_wall(clinic.site, FIRST + timedelta(days=2), time(15, 20))
    assert late in times(clinic)
    assert whose == [{clinic.provider.pk}, {bo.pk}] or whose == [{bo.pk}, {clinic.provider.pk}]
    whose.clear()
    (tuesday,) = [s for s in rows(clinic, Session) if (s.provider_id, s.weekday) == (bo.pk, 1)]
    change(clinic, tuesday, ends=time(16))
    times(clinic)
    assert whose == [{bo.pk}]
    with clinic.reading():
        found = queries.openings(
            clinic.visit_type, clinic.site, bo, from_on=FIRST, days=5, limit=400, at=AT
        )
    assert late in [one.starts_at for one in found]


def rows(clinic, model):
    with clinic.reading():
        return list(model.objects.all())


@operation("tests.change")
def _change(record, *, by, **values):
    """Change a record as an operation does, which leaves an entry in the log."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def change(clinic, record, **values):
    _change(record, by=clinic.actor("tests.change"), **values)
