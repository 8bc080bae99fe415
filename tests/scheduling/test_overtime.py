"""Staying after hours when the day breaks: only who agreed, only so long, and it is said."""

from datetime import date, time, timedelta

import pytest
import time_machine

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import Refused
from frontdesk.practice.models import Closure, Hours, Site
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import repairing
from frontdesk.scheduling.models import Appointment, Override, Preference, Repair, Session
from frontdesk.scheduling.queries import lateness
from frontdesk.scheduling.queries import repair as shown
from frontdesk.scheduling.queries.ways import scene_of
from frontdesk.solver.repair import check, packing

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _eight_o_five(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(8, 5)), tick=False):
        yield


def wall(clinic, hour, minute=0, day=TUESDAY):
    return at_wall(clinic.site, day, time(hour, minute))


def agree(clinic, minutes, **more):
    values = {"kind": "overtime", "number": minutes, **more}
    return operations.save_preference(
        None, clinic.provider, values, on=TUESDAY, by=clinic.role("manager")
    )


def book(clinic, hour, minute, first):
    return operations.book(
        clinic.patient(first, email=f"{first.lower()}@example.com"),
        clinic.visit_type,
        clinic.provider,
        clinic.site,
        wall(clinic, hour, minute),
        now() - timedelta(days=3),
        by=clinic.anybody(),
    )


def out(clinic, starts_at, ends_at):
    """Say that Dr Okafor is out for a while, and let the worker make the plan."""
    repair = operations.start_repair(
        resource_kind="provider",
        resource_id=clinic.provider.pk,
        site=clinic.site,
        starts_at=starts_at,
        ends_at=ends_at,
        because="Emergency",
        at=now(),
        by=clinic.role("receptionist"),
    )
    repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), repair.round)
    with clinic.reading():
        return Repair.objects.get(pk=repair.pk)


def two_of_the_late_afternoon(clinic):
    """Back at 16:40, with twenty minutes of the day left for the two of 16:00 and 16:20."""
    book(clinic, 16, 0, "Ann")
    book(clinic, 16, 20, "Bo")
    return out(clinic, wall(clinic, 12), wall(clinic, 16, 40))


def lines(clinic, repair):
    with clinic.reading():
        return list(repair.lines.order_by("starts_at"))


def test_without_an_agreement_nobody_stays(clinic):
    repair = two_of_the_late_afternoon(clinic)
    assert [line.kind for line in lines(clinic, repair)] == ["time", "day"]
    assert not any(line.is_after_hours for line in lines(clinic, repair))


def test_who_agreed_to_stays_and_the_plan_says_what_it_costs(clinic):
    agree(clinic, 20)
    repair = two_of_the_late_afternoon(clinic)
    first, second = lines(clinic, repair)
    assert (first.starts_at, second.starts_at) == (wall(clinic, 16, 40), wall(clinic, 17))
    # forty minutes later each, or twenty and sixty; and twenty after hours at three points
    assert (repair.cost, repair.is_proven) == (80 + 60, True)
    assert (first.is_after_hours, second.is_after_hours) == (False, True)
    with clinic.reading():
        assert ("after the provider’s hours", 60) in shown.plan_of(repair).by_rule


def test_nobody_stays_longer_than_agreed(clinic):
    agree(clinic, 15)
    repair = two_of_the_late_afternoon(clinic)
    assert [line.kind for line in lines(clinic, repair)] == ["time", "day"]


def test_it_is_written_down_with_the_visit(clinic):
    agree(clinic, 30)
    repair = two_of_the_late_afternoon(clinic)
    operations.apply_repair(repair, of_round=1, at=now(), by=clinic.role("receptionist"))
    with clinic.reading():
        last = Appointment.objects.latest("starts_at")
        rule = Override.objects.get()
    assert (last.starts_at, last.ends_at) == (wall(clinic, 17), wall(clinic, 17, 20))
    assert rule.appointment_id == last.pk
    assert (rule.kind, "stays 20 minutes after their hours" in rule.words) == ("hours", True)
    assert last.override_reason == "The day broke; 30 minutes are agreed."


def test_an_agreement_that_ended_in_the_meantime_is_not_used(clinic):
    kept = agree(clinic, 30)
    repair = two_of_the_late_afternoon(clinic)
    operations.end_preference(kept, by=clinic.role("manager"))
    with pytest.raises(Refused, match="sees nobody at Elm Street at this time"):
        operations.apply_repair(repair, of_round=1, at=now(), by=clinic.role("receptionist"))
    with clinic.reading():
        assert Appointment.objects.filter(starts_at__lt=wall(clinic, 16, 40)).count() == 2


def test_it_holds_for_its_site_and_its_days(clinic):
    with clinic.writing():
        oak = Site.objects.create(name="Oak Hill")
    agree(clinic, 30, site=oak)
    agree(clinic, 45, weekdays=[0, 2])
    repair = two_of_the_late_afternoon(clinic)
    assert not any(line.is_after_hours for line in lines(clinic, repair))


@pytest.mark.parametrize("why", ["goes on elsewhere", "leaves early", "is kept", "is shut"])
def test_nobody_stays_where_the_day_does_not_end_for_them(clinic, why):
    agree(clinic, 30)
    with clinic.writing():
        if why == "goes on elsewhere":
            oak = Site.objects.create(name="Oak Hill")
            Hours.objects.create(site=oak, weekday=1, opens=time(17), closes=time(20))
            Session.objects.create(
                provider=clinic.provider, site=oak, weekday=1, starts=time(18), ends=time(20),
                from_on=date(2020, 1, 1), visit_type_ids=[str(clinic.provider.pk)],
            )  # fmt: skip
        elif why == "is shut":
            Closure.objects.create(
                site=clinic.site, on=TUESDAY, starts=time(17), ends=time(20), because="Fumigation"
            )
        elif why == "is kept":
            for session in Session.objects.filter(weekday=1):
                session.ends = time(16, 55)
                session.save()
            Session.objects.create(
                provider=clinic.provider, site=clinic.site, weekday=1, starts=time(16, 55),
                ends=time(17), from_on=date(2020, 1, 1), visit_type_ids=[str(clinic.provider.pk)],
            )  # fmt: skip
    if why == "leaves early":
        operations.take_time_off(
            resource_kind="provider", resource_id=clinic.provider.pk,
            starts_at=wall(clinic, 16, 55), ends_at=wall(clinic, 23), because="School play",
            by=clinic.role("manager"),
        )  # fmt: skip
    repair = two_of_the_late_afternoon(clinic)
    assert not any(line.is_after_hours for line in lines(clinic, repair))


def test_the_judge_refuses_a_plan_that_hides_or_stretches_it(clinic):
    agree(clinic, 20)
    repair = two_of_the_late_afternoon(clinic)
    with clinic.reading():
        problem = scene_of(repair, now()).problem()
    plan = packing.solve(problem)
    assert check.faults(problem, plan) == []
    (shift,) = problem.shifts[clinic.provider.pk]
    assert shift.most == 4
    sooner = {clinic.provider.pk: [shift._replace(ends=shift.ends - 1)]}
    told = check.faults(type(problem)(problem.visits, problem.free, sooner), plan)
    assert any("are agreed" in words for words in told)
    assert any("its price says" in words for words in told)


def test_what_contradicts_or_goes_too_far_is_refused(clinic):
    with pytest.raises(Refused, match="Two hours at most"):
        agree(clinic, 125)
    with pytest.raises(Refused, match="Say how many"):
        agree(clinic, 0)
    kept = agree(clinic, 30, is_hard=False)
    assert kept.is_hard  # an agreement is no wish
    with pytest.raises(Refused, match="Keep one of the two"):
        agree(clinic, 45)
    agree(clinic, 45, site=clinic.site)  # of one site beside that of any: no contradiction
    with clinic.reading():
        assert Preference.objects.filter(kind="overtime").count() == 2


def test_who_runs_late_is_told_how_long_they_stay(clinic):
    book(clinic, 16, 20, "Ann")
    book(clinic, 16, 40, "Bo")
    with time_machine.travel(wall(clinic, 16, 10), tick=False), clinic.reading():
        due = lateness.rest_of_day(clinic.provider, clinic.site, 25, now())
        assert [(one.minutes, one.after_hours) for one in due] == [(15, 0), (15, 15)]
        stays = lateness.stays(clinic.provider, clinic.site, due, now())
        assert (stays.minutes, stays.visits, stays.agreed, stays.is_too_long) == (15, 1, 0, True)
    agree(clinic, 15)
    with time_machine.travel(wall(clinic, 16, 10), tick=False), clinic.reading():
        assert not lateness.stays(clinic.provider, clinic.site, due, now()).is_too_long
        on_time = lateness.rest_of_day(clinic.provider, clinic.site, 5, now())
        assert lateness.stays(clinic.provider, clinic.site, on_time, now()) is None
