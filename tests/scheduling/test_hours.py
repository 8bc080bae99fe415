"""When people work: blocks and their release, limits, preferences, leave that comes again."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import at_wall, local, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.practice import operations as practice
from frontdesk.practice.models import Closure, Device, Hours, Interpreter
from frontdesk.practice.queries import holiday_proposals
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import auditing
from frontdesk.scheduling.models import (
    Block,
    Hold,
    Occupancy,
    Phase,
    Preference,
    RecurringOff,
    Session,
    VisitType,
)
from frontdesk.scheduling.operations import Limits, PhaseSaid, Taken
from frontdesk.scheduling.queries import away, feasible
from frontdesk.scheduling.queries.audit import findings
from frontdesk.scheduling.rules.audit import Taken as Span
from frontdesk.scheduling.rules.audit import outside, overlapping
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


def preference(clinic, by, kind, number=0, **more):
    values = {"kind": kind, "number": number, "visit_type_ids": [], "weekdays": [], **more}
    return operations.save_preference(None, clinic.provider, values, on=MONDAY, by=by)


def test_what_a_provider_firmly_prefers_refuses_a_booking(clinic, by):
    preference(clinic, by, "lunch", 60, starts=time(12), ends=time(13))
    preference(clinic, by, "gap", 10, is_hard=False)
    book(clinic, "11:40")
    with pytest.raises(Taken, match="keeps 60 minutes free between 12:00 PM and 1:00 PM"):
        book(clinic, "12:00")
    with pytest.raises(Taken, match="keeps 60 minutes"):
        operations.hold(
            clinic.visit_type,
            clinic.provider,
            clinic.site,
            at_wall(clinic.site, TUESDAY, time(12, 30)),
            at_wall(clinic.site, MONDAY, time(8)),
            by=by,
        )
    book(clinic, "13:00")  # less than ten minutes from nothing: the wish only costs
    book(clinic, "13:20")
    beside = operations.double_book(
        clinic.patient(),
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        at_wall(clinic.site, TUESDAY, time(12)),
        at_wall(clinic.site, MONDAY, time(8)),
        because="Dr. Okafor agreed",
        by=clinic.actor("scheduling.override"),
    )
    assert beside.override_reason == "Dr. Okafor agreed"


def test_new_patients_are_counted_with_what_is_held(clinic, by):
    with clinic.writing():
        new = VisitType.objects.create(name="New", code="new", minutes=20, is_new_patient=True)
        Phase.objects.create(visit_type=new, role="provider", minutes=20)
    preference(clinic, by, "most_new", 1)
    monday = at_wall(clinic.site, MONDAY, time(8))
    ten = at_wall(clinic.site, TUESDAY, time(10))
    held = operations.hold(new, clinic.provider, clinic.site, ten, monday, by=by)
    with pytest.raises(Taken, match="takes 1 new patient a day, and 1 is booked"):
        book(clinic, "11", kind=new)
    made = operations.book(
        clinic.patient(), new, clinic.provider, clinic.site, ten, monday, hold=held, by=by
    )
    assert made.visit_type == new
    assert book(clinic, "11", kind=new, day=TUESDAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("lunch", {"number": 30}, "between which times"),
        ("lunch", {"number": 30, "starts": time(13), "ends": time(12)}, "ends after it starts"),
        ("gap", {}, "how many"),
        ("most_of_type", {"number": 3}, "which visits"),
        ("not_after", {"number": 3}, "from which time"),
    ],
)
def test_half_a_preference_is_refused(clinic, by, kind, values, words):
    with pytest.raises(Refused, match=words):
        preference(clinic, by, kind, **{"number": 0, **values})


def test_a_preference_that_leaves_nothing_of_a_session_is_refused(clinic, by, tuesdays):
    operations.change_session(tuesdays, starts=time(12), ends=time(13), on=tuesdays.from_on, by=by)
    with pytest.raises(Refused) as refused:
        preference(clinic, by, "lunch", 60, starts=time(12), ends=time(13))
    assert "but the Tuesday session (12:00 PM to 1:00 PM) has no other time" in str(refused.value)
    kept = preference(clinic, by, "most_new", 3)
    with pytest.raises(Refused, match="Keep one of the two"):
        preference(clinic, by, "most_new", 4)
    operations.end_preference(kept, by=by)
    assert preference(clinic, by, "most_new", 4).number == 4
    with pytest.raises(NotPermitted):
        preference(clinic, clinic.role("receptionist"), "gap", 5)


def test_the_day_after_a_preference_is_met_is_not_looked_at_in_sql(clinic, by):
    """Without preferences and limits a booking asks nothing more than whether there are any."""
    with CaptureQueriesContext(connection) as few:
        book(clinic, "8")
    asked = [q["sql"] for q in few if "scheduling_preference" in q["sql"]]
    assert len(asked) == 1


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
            assert away.would_hit(clinic.room.pk, *span) == 2
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


def test_what_no_site_can_give_is_said(clinic, by):
    said = {"name": "Scan", "code": "scan"}
    phases = [
        PhaseSaid("desk", 0, 5),
        PhaseSaid("assistant", 5, 10, skill="phlebotomy"),
        PhaseSaid("provider", 15, 15),
        PhaseSaid("device", 30, 15, "ultrasound"),
        PhaseSaid("room", 0, 50),
    ]
    scan = operations.save_visit_type(None, said, phases=phases, by=by)
    assert scan.minutes == 45

    def wrong():
        with clinic.reading():
            kept = VisitType.objects.prefetch_related("phases").get(pk=scan.pk)
            return " ".join(feasible.troubles_by([kept], TUESDAY).get(kept.pk, []))

    assert wrong()
    with clinic.writing():
        Device.objects.create(site=clinic.site, name="US 1", kind="ultrasound")
    clinic.member("receptionist")
    assert wrong() == "Nobody at Elm Street has the skill phlebotomy."
    sam = clinic.member("assistant")
    with clinic.writing():
        sam.skills = ["phlebotomy"]
        sam.save()
    assert wrong() == ""
    two = [PhaseSaid("provider", 0, 15), *[PhaseSaid("device", 0, 15, "ultrasound")] * 2]
    operations.save_visit_type(scan, {}, phases=two, by=by)
    assert wrong() == "Elm Street has 1, not 2 at once: Device."
    rooms = [PhaseSaid("provider", 0, 15), PhaseSaid("room", 0, 5, "exam")]
    rooms.append(PhaseSaid("room", 5, 5, "procedure"))
    operations.save_visit_type(scan, {}, phases=rooms, by=by)
    assert "stays in one room throughout, but asks for: exam room and procedure room" in wrong()
    with clinic.writing():
        Phase.objects.create(visit_type=scan, role="provider", starts_after=10, minutes=20)
    assert "until minute 30, but the visit takes 15" in wrong()


def test_a_clean_clinic_has_nothing_to_look_at(clinic, by):
    at = at_wall(clinic.site, MONDAY, time(8))
    book(clinic, "9")
    with clinic.reading():
        assert findings(at) == []
    assert operations.audit_schedule(at=at, by=by) == []
    with clinic.reading():
        assert not WorkItem.objects.exists()


def test_the_nightly_look_finds_what_should_not_be(clinic, by, tuesdays, sick):
    at = at_wall(clinic.site, MONDAY, time(2))
    with clinic.writing():
        Session.objects.create(
            provider=clinic.provider,
            site=clinic.site,
            weekday=1,
            starts=time(16),
            ends=time(19),
            from_on=date(2020, 1, 1),
            least_visits=3,
        )
        Block.objects.create(
            session=tuesdays, name="Unused", starts=time(9), ends=time(10),
            visit_type_ids=[str(sick.pk)],
        )  # fmt: skip
        Preference.objects.create(
            provider=clinic.provider, kind="lunch", number=90, starts=time(12), ends=time(13)
        )
        VisitType.objects.create(name="Scan", code="scan", minutes=10)
        Phase.objects.create(
            visit_type=VisitType.objects.get(code="scan"), role="device", minutes=10
        )
        Occupancy.objects.create(
            resource_kind="room",
            resource_id=clinic.room.pk,
            starts_at=at + timedelta(days=1),
            ends_at=at + timedelta(days=1, hours=1),
        )
    held = operations.hold(
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        at_wall(clinic.site, date(2026, 12, 15), time(11)),
        at - timedelta(days=3),
        by=by,
    )
    with clinic.reading():
        assert Hold.objects.get(pk=held.pk).status == "held"
        found = findings(at)
        text = "\n".join(one.words for one in found)
    for words in (
        "Tuesday session (8:00 AM to 5:00 PM, Elm Street) overlaps Dr. Okafor's Tuesday",
        "(4:00 PM to 7:00 PM, Elm Street): Elm Street is not open for all of it.",
        "1 stretch of time is taken by no visit at all.",
        "2 stretches of time are kept by holds that are over.",
        "Scan can't be given: Elm Street has no device.",
        "there are no 90 minutes",
        "The block Unused",
        "Nov 24: 0 of at least 3 visits.",
    ):
        assert words in text
    for _twice in range(2):
        operations.audit_schedule(at=at, by=by)
    with clinic.reading():
        (item,) = WorkItem.objects.filter(kind="scheduling.odd", status="open")
        assert item.title == f"The schedule has {len(found)} things to look at"
    with time_machine.travel(at, tick=False):
        assert auditing.audit_schedule.call(str(clinic.practice.pk)) == len(found)


def test_spans_that_overlap_are_found_behind_a_longer_one():
    long, one, two = Span("a", 0, 100), Span("a", 10, 20), Span("a", 50, 60)
    assert overlapping([two, long, one, Span("b", 0, 5), Span("b", 5, 9)]) == [
        (long, one),
        (long, two),
    ]
    day = [(time(8), time(12)), (time(12), time(17))]
    assert not outside(time(8), time(17), day)
    assert outside(time(7, 55), time(12), day)
    assert outside(time(8), time(17), [(time(8), time(12)), (time(13), time(17))])
    assert outside(time(8), time(9), [])


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
