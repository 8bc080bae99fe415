"""The no-show risk of a practice: learned from its own visits, explained, and used with a cap."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import figures as jobs
from frontdesk.scheduling.models import Appointment, RiskModel
from frontdesk.scheduling.queries import overbooking
from frontdesk.scheduling.queries import risk as asking
from frontdesk.scheduling.rules import risk as rules
from frontdesk.solver.risk import Case

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(8)), tick=False):
        yield


@pytest.fixture
def lived(clinic):
    """Ninety days in which visits booked long ahead were missed, and Bea missed most of hers."""
    ann, bea = clinic.patient(), clinic.patient("Bea", "Long")
    others = [clinic.patient(f"P{n}", "Other") for n in range(10)]
    rows = []
    for number in range(480):
        starts = now() - timedelta(days=90) + timedelta(hours=4.4 * number)
        ahead = 43 if number % 2 else 1
        patient = bea if number % 12 == 5 else ann if number % 12 == 6 else others[number % 10]
        missed = patient is bea or (ahead == 43 and number % 5 == 0 and patient is not ann)
        rows.append(
            Appointment(
                patient=patient, provider=clinic.provider, site=clinic.site, room=clinic.room,
                visit_type=clinic.visit_type, starts_at=starts,
                ends_at=starts + timedelta(minutes=20), booked_at=starts - timedelta(days=ahead),
                booked_by="Maria", status="no_show" if missed else "fulfilled",
            )
        )  # fmt: skip
    with clinic.writing():
        Appointment.objects.bulk_create(rows)
    return ann, bea


def fit(clinic):
    return operations.fit_risk(at=now(), by=clinic.anybody())


def coming(clinic, patient, *, ahead, days=3, **more):
    booked = clinic.booked(at=now() + timedelta(days=days), patient=patient)
    with clinic.writing():
        booked.booked_at = booked.starts_at - timedelta(days=ahead)
        for name, value in more.items():
            setattr(booked, name, value)
        booked.save()
    return booked


def test_without_enough_visits_there_is_no_risk_and_it_says_what_is_lacking(clinic):
    booked = clinic.booked(at=now() + timedelta(days=3))

    fitted = fit(clinic)

    assert not fitted.is_enough
    assert fitted.why_not == (
        "Not enough to learn from yet. Still needed: 400 more visits kept or missed, "
        "40 more missed, 60 more days."
    )
    with clinic.reading():
        assert queries.no_show_risk([booked]) == {booked.pk: None}


def test_what_is_lacking_is_counted_down():
    said = "Not enough to learn from yet. Still needed: "
    assert rules.why_not_enough(390, 40, 59) == f"{said}10 more visits kept or missed, 1 more day."
    assert rules.why_not_enough(399, 41, 60) == f"{said}1 more visit kept or missed."
    assert rules.why_not_enough(400, 39, 60) == f"{said}1 more missed."


def test_it_is_learned_explained_and_every_fit_is_kept(clinic, lived):
    ann, bea = lived
    far, near = coming(clinic, bea, ahead=43), coming(clinic, ann, ahead=1, days=4)

    first = fit(clinic)
    second = fit(clinic)

    assert first.is_enough
    assert first.seen == 480
    assert first.missed >= 40
    with clinic.reading():
        assert RiskModel.objects.count() == 2
        assert asking.current_model() == second
        found = queries.no_show_risk([far, near])
    assert found[far.pk].probability > 0.4 > 0.15 > found[near.pk].probability
    assert "missed 40 of 40" in found[far.pk].because
    assert "kept all 40 visits before" in found[near.pk].because


def test_whether_it_comes_true_is_on_screen_with_its_figures(clinic, client, lived):
    fitted = fit(clinic)
    client.force_login(clinic.member("manager").user)
    page = client.get(reverse("scheduling:figures:risk")).content.decode()
    assert "Does the risk come true?" in page
    groups = fitted.report["points"]
    assert len(groups) >= 3
    assert sum(count for _said, _happened, count in groups) == fitted.report["count"]
    for said, happened, _count in groups:  # as a table beside the picture
        assert f"{round(100 * said)}" in page
        assert f"{round(100 * happened)}" in page
    assert f"{fitted.report['auc']:.2f}" in page
    assert "It knows nothing of age, sex, language, address or insurance." in page


def test_confirming_lowers_the_risk_or_leaves_it(clinic, lived):
    bea = clinic.patient("New", "Face")
    fit(clinic)
    silent = coming(clinic, bea, ahead=7)
    said = coming(clinic, bea, ahead=7, confirmed_at=now())
    with clinic.reading():
        found = queries.no_show_risk([silent, said], at=now())
    assert found[said.pk].probability <= found[silent.pk].probability + 1e-9


def test_a_hundred_visits_cost_as_many_queries_as_one(clinic, lived):
    fit(clinic)
    rows = [coming(clinic, lived[0], ahead=n, days=n + 1) for n in range(1, 12)]

    def count(some):
        with clinic.reading(), CaptureQueriesContext(connection) as asked:
            queries.no_show_risk(some)
        return len(asked)

    assert count(rows[:1]) == count(rows) == 4
    assert count([]) == 0


def test_the_night_job_learns_once_a_night_though_it_runs_twice(clinic, lived):
    assert jobs.fit_risk.call(str(clinic.practice.pk)) is True
    assert jobs.fit_risk.call(str(clinic.practice.pk)) is False
    with clinic.reading():
        assert RiskModel.objects.count() == 1
    with time_machine.travel(now() + timedelta(hours=21), tick=False):
        assert jobs.fit_risk.call(str(clinic.practice.pk)) is True


def test_another_practice_learns_from_its_own_visits_only(clinic, other, lived):
    assert not operations.fit_risk(at=now(), by=other.anybody()).is_enough
    with other.reading():
        assert asking.current_model() is None


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case(43.2, 6, 2, "a", 9, 0, False), ("booked 43 days ahead", "missed 2 of 6")),
        (Case(0.4, 0, 0, "a", 16, 4, True), ("booked the same day", "first visit here")),
        (Case(1.5, 1, 0, "a", 11, 2, True), ("booked the day before", "kept the one visit before")),
    ],
)
def test_facts_in_words(case, words):
    said = rules.words_of(case, "Follow-up")
    assert (said["lead"][0], said["history"][0]) == words


# The suggestion of one more visit


@pytest.fixture
def risky(clinic, lived):
    """A morning full of people who stay away."""
    bea = lived[1]
    fit(clinic)
    tomorrow = at_wall(clinic.site, MONDAY + timedelta(days=1), time(8))
    rows = []
    for number in range(12):
        booked = clinic.booked(at=tomorrow + timedelta(minutes=20 * number), patient=bea)
        with clinic.writing():
            booked.booked_at = booked.starts_at - timedelta(days=43)
            booked.save()
        rows.append(booked)
    return rows


def suggested(clinic):
    with clinic.reading():
        return overbooking.suggestions(clinic.site, now())


def test_one_more_visit_is_suggested_where_it_saves_more_than_it_costs(clinic, risky):
    (one,) = suggested(clinic)

    assert one.starts_at in {booked.starts_at for booked in risky}
    assert one.is_morning
    assert one.idle_saved * 10 > one.wait_added + one.overtime_added * 15
    assert one.risk.probability > 0.4


def test_nothing_is_suggested_in_a_half_day_with_free_time(clinic, risky):
    with clinic.writing():
        for booked in risky[:4]:
            booked.cancel(because="x", whose="patient", told_at=now())
            booked.save()
    assert suggested(clinic) == []


def test_nothing_is_suggested_where_everybody_comes(clinic, lived):
    fit(clinic)
    tomorrow = at_wall(clinic.site, MONDAY + timedelta(days=1), time(8))
    for number in range(12):
        booked = clinic.booked(at=tomorrow + timedelta(minutes=20 * number), patient=lived[0])
        with clinic.writing():
            booked.booked_at = booked.starts_at - timedelta(hours=12)
            booked.confirmed_at = now()
            booked.save()
    assert suggested(clinic) == []


def take(clinic, one, by=None):
    return operations.book_suggested(
        clinic.patient("New", f"Face {now()}"),
        one.visit_type,
        one.provider,
        one.site,
        one.starts_at,
        now(),
        by=by or clinic.anybody(),
    )


def test_a_person_books_it_as_an_override_and_never_a_second_in_the_half_day(clinic, risky):
    (one,) = suggested(clinic)

    booked = take(clinic, one)

    assert booked.override_reason.startswith("Suggested: saves ")
    assert suggested(clinic) == []
    with pytest.raises(Refused, match="not suggested any more"):
        take(clinic, one)


def test_whoever_may_not_double_book_may_not_take_a_suggestion(clinic, risky):
    (one,) = suggested(clinic)
    with pytest.raises(NotPermitted):
        take(clinic, one, by=clinic.role("receptionist"))


def test_the_risk_of_times_to_come_is_in_their_points_and_none_without_a_model(clinic, lived):
    bea = lived[1]
    asked = {"from_on": MONDAY, "days": 45, "limit": 2000, "at": now()}
    with clinic.reading():
        before = asking.prospect(bea, clinic.visit_type, now())
        plain = queries.find_a_time(clinic.visit_type, clinic.site, patient=bea, **asked)
    assert before is None
    assert not any("no-show" in words for one in plain.best for words in one.because)

    fit(clinic)
    with clinic.reading():
        known = asking.prospect(bea, clinic.visit_type, now())
        found = queries.find_a_time(clinic.visit_type, clinic.site, patient=bea, **asked)
        assert asking.prospect(None, clinic.visit_type, now()) is None
    zone = ZoneInfo(clinic.site.time_zone)
    with clinic.reading():
        of_new = asking.prospect(clinic.patient("Cal", "Moe"), clinic.visit_type, now())
    soon = of_new.probability(now() + timedelta(days=1), zone)
    assert of_new.probability(now() + timedelta(days=43), zone) > soon
    best = found.best[0]
    was = next(one for one in plain.best if one.starts_at == best.starts_at)
    chance = known.probability(best.starts_at, zone)
    assert best.points == pytest.approx(was.points + 20 * chance, abs=0.11)
    assert f"{round(100 * chance)}% risk of a no-show" in best.because
    assert known.risk(best.starts_at, zone).because
