"""Access figures: counted by value, kept by the hour, shown, drilled into and exported."""

import csv
import io
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall, local, now
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import figures as jobs
from frontdesk.scheduling.models import AccessDay, Appointment
from frontdesk.scheduling.queries import access
from frontdesk.scheduling.rules.access import Count, together

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(7)), tick=False):
        yield


def past(clinic, back, hour=9, *, status="fulfilled", lead=7, patient=None, **more):
    starts = at_wall(clinic.site, MONDAY - timedelta(days=back), time(hour))
    with clinic.writing():
        return Appointment.objects.create(
            patient=patient or clinic.patient(f"P{back}", f"{hour}"), provider=clinic.provider,
            site=clinic.site, visit_type=clinic.visit_type, starts_at=starts,
            ends_at=starts + timedelta(minutes=20), booked_at=starts - timedelta(days=lead),
            booked_by="Maria", status=status, **more,
        )  # fmt: skip


@pytest.fixture
def month(clinic):
    """Five kept, one missed and booked again, one missed, two cancelled, one too long ago."""
    for back, lead in ((1, 2), (2, 4), (3, 6), (4, 8), (5, 30)):
        past(clinic, back, lead=lead)
    bea = clinic.patient("Bea", "Long")
    past(clinic, 10, status="no_show", patient=bea, lead=6)
    past(clinic, 11, status="no_show", lead=6)
    told = at_wall(clinic.site, MONDAY - timedelta(days=12), time(8))
    past(clinic, 12, status="cancelled", cancelled_by="patient", cancelled_at=told,
         cancelled_late=True)  # fmt: skip
    past(clinic, 13, status="cancelled", cancelled_by="practice", cancelled_at=told)
    past(clinic, 29)
    with clinic.writing():
        again = at_wall(clinic.site, MONDAY + timedelta(days=20), time(9))
        Appointment.objects.create(
            patient=bea, provider=clinic.provider, site=clinic.site, visit_type=clinic.visit_type,
            starts_at=again, ends_at=again + timedelta(minutes=20),
            booked_at=now() - timedelta(days=9), booked_by="Maria",
        )  # fmt: skip


def counted(clinic):
    operations.take_access(at=now(), by=clinic.anybody())
    with clinic.reading():
        (day,) = AccessDay.objects.all()
    return [Count.of(row) for row in day.figures]


def test_each_figure_by_value(clinic, month):
    (one,) = counted(clinic)

    assert (one.kept, one.missed, one.cancelled, one.late, one.all) == (5, 2, 2, 1, 9)
    assert one.lead_days == 6
    assert one.no_show == pytest.approx(2 / 7)
    assert one.cancellation == pytest.approx(2 / 9)
    assert (one.lost, one.rebooked) == (3, 1)
    assert one.booked == 7 * 20
    assert one.offered == 28 * 9 * 60
    assert one.third_next == 0


def test_the_third_next_time_is_the_third_that_find_would_offer(clinic, month):
    with clinic.writing():
        for number, day in enumerate((0, 1, 2)):
            starts = at_wall(clinic.site, MONDAY + timedelta(days=day), time(8))
            clinic_day = Appointment.objects.first()
            assert clinic_day
            from frontdesk.scheduling.models import TimeOff

            TimeOff.objects.create(
                resource_kind="provider", resource_id=clinic.provider.pk,
                starts_at=starts + timedelta(minutes=(0, 20, 20)[number]),
                ends_at=starts + timedelta(hours=9), because="Leave",
            )  # fmt: skip
    # Free are 8:00 on Tuesday, 8:00 on Wednesday, and the whole of Thursday.
    (one,) = counted(clinic)
    assert one.third_next == 3


def test_the_third_next_time_keeps_to_notice_and_preferences_as_find_does(clinic, month):
    (one,) = counted(clinic)
    assert one.third_next == 0
    with clinic.writing():
        clinic.visit_type.notice_hours = 48
        clinic.visit_type.save()
    (one,) = counted(clinic)
    assert one.third_next == 2
    said = {"kind": "notice", "number": 7 * 24, "visit_type_ids": [], "weekdays": []}
    by = clinic.role("manager")
    operations.save_preference(None, clinic.provider, said, on=MONDAY, by=by)
    (one,) = counted(clinic)
    assert one.third_next == 7
    with clinic.reading():
        found = queries.openings(
            clinic.visit_type, clinic.site, clinic.provider, from_on=MONDAY, days=30, limit=3
        )
    assert local(clinic.site, found[2].starts_at).date() == MONDAY + timedelta(days=7)


def test_who_is_new_has_a_third_next_time_before_the_first_visit_was_kept(clinic):
    past(clinic, -3, status="booked", lead=4)
    (one,) = counted(clinic)
    assert (one.all, one.third_next, one.no_show) == (0, 0, None)


def test_counting_twice_in_a_day_keeps_one_snapshot_and_the_next_day_another(clinic, month):
    assert jobs.take_access.call(str(clinic.practice.pk)) == 1
    counted(clinic)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        operations.take_access(at=now(), by=clinic.anybody())
    with clinic.reading():
        assert AccessDay.objects.count() == 2


def test_several_counts_add_up():
    one = Count("a", "x", 3, 600, 300, 4.0, 2, kept=2, missed=1, all=4)
    two = Count("a", "y", 1, 600, 100, 10.0, 1, kept=1, missed=0, all=1)
    other = Count("b", "x", None, 400, 100, None, 0)
    found = together([one, two, other])
    assert found.offered == 1000  # the same minutes of one provider are offered once
    assert found.booked == 500
    assert found.lead_days == 6
    assert found.no_show == pytest.approx(1 / 4)
    assert found.third_next == 1
    assert together([]).fill is None


@pytest.fixture
def manager(clinic, client):
    client.force_login(clinic.member("manager").user)
    return client


def test_the_page_shows_charts_table_and_definitions(clinic, month, manager):
    empty = manager.get(reverse("scheduling:figures:access")).content.decode()
    assert "No figures yet" in empty
    counted(clinic)

    text = manager.get(reverse("scheduling:figures:access")).content.decode()

    for words in ("Third next available: Follow-up", "How visits ended", "Missed by day and hour",
                  "28.6%", "22.2%", "missed ÷ (kept + missed)"):  # fmt: skip
        assert words in text


def test_a_figure_opens_the_visits_it_counts(clinic, month, manager):
    rows = reverse("scheduling:figures:rows")
    missed = manager.get(rows, {"measure": "missed", "provider": clinic.provider.pk})
    assert missed.context["page"].paginator.count == 2
    assert "Bea Long" in missed.content.decode()
    for measure, count in (("all", 9), ("late", 1), ("lost", 3), ("not_rebooked", 2), ("odd", 9)):
        found = manager.get(rows, {"measure": measure})
        assert found.context["page"].paginator.count == count, measure


def test_the_file_has_numbers_as_numbers(clinic, month, manager):
    counted(clinic)
    answer = manager.get(reverse("scheduling:figures:export"))
    text = b"".join(answer.streaming_content).decode()
    head, row = csv.reader(io.StringIO(text))
    held = dict(zip(head, row, strict=True))
    assert held["Visit"] == "Follow-up"
    assert float(held["No-show"]) == 0.2857
    assert int(held["Missed"]) == 2
    assert held["Third next available (days)"] == "0"


def test_the_page_costs_the_same_for_many_visits(clinic, month, manager):
    def asked():
        counted(clinic)
        manager.get(reverse("scheduling:figures:access"))
        with CaptureQueriesContext(connection) as found:
            manager.get(reverse("scheduling:figures:access"))
        return len(found)

    few = asked()
    for back in range(1, 20):
        past(clinic, back, hour=11)
    assert asked() == few


def test_a_receptionist_sees_no_figures(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    assert client.get(reverse("scheduling:figures:access")).status_code == 403


def test_another_practice_counts_its_own(clinic, other, month):
    operations.take_access(at=now(), by=other.anybody())
    with other.reading():
        assert AccessDay.objects.get().figures == []
        assert access.newest([other.site]).rows == []


# The risk on screen


def test_the_risk_page_says_what_is_lacking_and_the_suggestions_wait_for_it(clinic, manager):
    asked = manager.post(reverse("scheduling:figures:fit"), follow=True)
    assert "It is being learned" in asked.content.decode()
    jobs.fit_risk.call(str(clinic.practice.pk), asked=True)
    page = manager.get(reverse("scheduling:figures:risk")).content.decode()
    assert "Still needed: 400 more visits" in page
    more = manager.get(reverse("scheduling:figures:overbooking")).content.decode()
    assert "No risk is said yet" in more
    gone = manager.get(reverse("scheduling:figures:suggested"))
    assert gone.status_code == 302
