"""The template lab: drafts, their replay by the rules that find times, going live and back."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import lab as jobs
from frontdesk.scheduling.models import Appointment, Replay, Session, TemplateDraft
from frontdesk.scheduling.queries import lab as queries
from frontdesk.scheduling.rules import lab as rules
from frontdesk.scheduling.rules.lab import Part, Stint

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(7)), tick=False):
        yield


@pytest.fixture
def lived(clinic):
    """Twelve weeks in which four people a weekday asked for the same week's morning."""
    rows = []
    patient = clinic.patient()
    for back in range(84, 0, -1):
        day = MONDAY - timedelta(days=back)
        if day.weekday() > 4:
            continue
        for number in range(4):
            starts = at_wall(clinic.site, day, time(9)) + timedelta(minutes=20 * number)
            rows.append(
                Appointment(
                    patient=patient, provider=clinic.provider, site=clinic.site, room=clinic.room,
                    visit_type=clinic.visit_type, starts_at=starts,
                    ends_at=starts + timedelta(minutes=20), booked_at=starts - timedelta(days=2),
                    booked_by="Maria", status="no_show" if number == 3 else "fulfilled",
                )
            )  # fmt: skip
    with clinic.writing():
        Appointment.objects.bulk_create(rows)
    return rows


def copied(clinic, provider=True):
    who = clinic.provider if provider else None
    return operations.copy_template("Short days", clinic.site, who, at=now(), by=clinic.anybody())


def fresh(clinic, draft):
    with clinic.reading():
        return TemplateDraft.objects.select_related("site", "provider").get(pk=draft.pk)


def played(clinic, draft):
    replay = operations.ask_replay(draft, at=now(), by=clinic.anybody())
    jobs.play.call(str(clinic.practice.pk), str(replay.pk))
    with clinic.reading():
        return Replay.objects.get(pk=replay.pk)


def shorten(clinic, draft, until="09:20"):
    """Leave twenty minutes of every weekday, and nothing of the weekend."""
    for number in range(7):
        held = Stint.of(fresh(clinic, draft).sessions[number])
        short = Stint(held.provider, held.weekday, "09:00", until)
        operations.save_stint(draft, number, short, by=clinic.anybody())
    return fresh(clinic, draft)


def test_a_draft_begins_as_the_week_is(clinic):
    draft = copied(clinic)

    stints = [Stint.of(one) for one in draft.sessions]
    assert [(one.weekday, one.starts, one.ends) for one in stints] == [
        (day, "08:00", "17:00") for day in range(7)
    ]
    assert draft.status == "draft"


def test_the_same_week_played_gives_the_same_figures_and_all_who_asked_are_seen(clinic, lived):
    replay = played(clinic, copied(clinic))

    assert replay.status == "done", replay.trouble
    assert replay.percent == 100
    before, after = replay.outcome["today"], replay.outcome["draft"]
    assert before == after
    assert len(after["weeks"]) == 12
    assert after["turned_away"] == 0
    assert sum(week["visits"] for week in after["weeks"]) == len(lived)
    full = after["weeks"][5]
    assert full["visits"] == 20
    assert full["fill"] == pytest.approx(20 * 20 / (7 * 9 * 60))
    assert full["third_next"][str(clinic.visit_type.pk)] < 0.1  # third of an empty morning


def test_a_shorter_week_fills_up_and_makes_people_wait(clinic, lived):
    replay = played(clinic, shorten(clinic, copied(clinic)))

    before, after = replay.outcome["today"], replay.outcome["draft"]
    later = 8
    kind = str(clinic.visit_type.pk)
    assert after["weeks"][later]["fill"] > 0.95 > before["weeks"][later]["fill"]
    assert after["weeks"][later]["third_next"][kind] > 5
    assert after["weeks"][later]["days_waited"] > before["weeks"][later]["days_waited"] + 3
    assert after["offered_hours"] == pytest.approx(7 / 3, abs=0.05)


def test_more_demand_is_asked_for_by_percent(clinic, lived):
    draft = copied(clinic)
    operations.set_mix(draft, {str(clinic.visit_type.pk): 150}, by=clinic.anybody())

    after = played(clinic, fresh(clinic, draft)).outcome["draft"]

    assert sum(week["visits"] for week in after["weeks"]) == len(lived) * 3 // 2


def test_a_job_that_runs_twice_or_asked_twice_plays_once(clinic, lived):
    draft = copied(clinic)
    first = operations.ask_replay(draft, at=now(), by=clinic.anybody())
    assert operations.ask_replay(draft, at=now(), by=clinic.anybody()).pk == first.pk

    done = played(clinic, draft)
    jobs.play.call(str(clinic.practice.pk), str(done.pk))

    with clinic.reading():
        assert Replay.objects.count() == 1
        assert Replay.objects.get().finished_at == done.finished_at


def test_a_replay_that_was_lost_with_its_worker_is_given_up_and_asked_anew(clinic, lived):
    draft = copied(clinic)
    lost = operations.ask_replay(draft, at=now(), by=clinic.anybody())
    operations.note_progress(lost, 40, by=clinic.anybody())

    with time_machine.travel(now() + timedelta(minutes=31), tick=False):
        again = operations.ask_replay(draft, at=now(), by=clinic.anybody())

    with clinic.reading():
        assert again.pk != lost.pk
        assert Replay.objects.get(pk=lost.pk).status == "failed"


def test_nothing_asked_for_is_an_empty_replay_and_not_an_error(clinic):
    replay = played(clinic, copied(clinic))
    assert replay.status == "done", replay.trouble
    assert replay.outcome["draft"]["asked"] == 0


@pytest.mark.parametrize(
    ("stints", "words"),
    [
        ([("a", 0, "09:00", "08:00")], "ends after it starts"),
        ([("a", 0, "09:00", "09:00")], "ends after it starts"),
        ([("a", 0, "09:02", "10:00")], "five-minute marks"),
        ([("a", 0, "09:00", "12:00"), ("a", 0, "11:00", "13:00")], "9:00 AM to 12:00 PM"),
    ],
)
def test_a_week_that_cannot_be_is_refused_in_words(stints, words):
    with pytest.raises(Refused, match=words):
        rules.check([Stint(*one) for one in stints])


def test_a_stint_is_on_its_own_weekday():
    monday = date(2026, 11, 23)
    held = [Stint("a", 0, "09:00", "12:00").holds_on(monday + timedelta(days=n)) for n in range(8)]
    assert [number for number, is_held in enumerate(held) if is_held] == [0, 7]


def test_a_block_outside_its_session_is_refused():
    part = Part("Same day", "12:00", "13:00", ["x"])
    with pytest.raises(Refused, match="Same day does not lie within"):
        rules.check([Stint("a", 0, "09:00", "12:00", blocks=[part])])


def test_a_kept_part_is_for_its_visits_and_opens_to_others_in_time(clinic, lived):
    draft = copied(clinic)
    other = "0" * 32
    for number in range(7):
        held = Stint.of(fresh(clinic, draft).sessions[number])
        part = Part("Kept", held.starts, held.ends, [other], release_hours=24)
        kept = Stint(held.provider, held.weekday, held.starts, held.ends, blocks=[part])
        operations.save_stint(draft, number, kept, by=clinic.anybody())

    after = played(clinic, fresh(clinic, draft)).outcome["draft"]

    # Asked two days ahead, but the day opens one day before: only the asking day's rest and the
    # next day are there, so everybody is seen at once.
    assert after["weeks"][5]["days_waited"] < 1
    assert after["turned_away"] == 0


def test_going_live_ends_the_old_week_and_begins_the_new_and_can_be_taken_back(clinic):
    with clinic.reading():
        old = {one.pk: one.until_on for one in Session.objects.all()}
    draft = shorten(clinic, copied(clinic), "12:00")
    on = MONDAY + timedelta(days=9)  # a Wednesday

    operations.put_live(draft, on, by=clinic.anybody())

    with clinic.reading():
        assert {one.until_on for one in Session.objects.filter(pk__in=old)} == {on}
        later = queries.present_week(clinic.site, on + timedelta(days=7), clinic.provider)
        assert {(one.starts, one.ends) for one in later} == {("09:00", "12:00")}
        held = [s for s in Session.objects.all() if s.holds_on(on + timedelta(days=1))]
        assert len(held) == 1
    with pytest.raises(Refused, match="Take it back first"):
        operations.drop_stint(draft, 0, by=clinic.anybody())

    operations.take_back(draft, by=clinic.anybody())

    with clinic.reading():
        assert {one.pk: one.until_on for one in Session.objects.filter(pk__in=old)} == old
        now_held = [s for s in Session.objects.all() if s.holds_on(on + timedelta(days=1))]
        assert [s.pk in old for s in now_held] == [True]
    assert fresh(clinic, draft).status == "draft"


def test_nothing_goes_live_today_and_nothing_is_taken_back_afterwards(clinic):
    draft = copied(clinic)
    with pytest.raises(Refused, match="tomorrow at the earliest"):
        operations.put_live(draft, MONDAY, by=clinic.anybody())
    operations.put_live(draft, MONDAY + timedelta(days=1), by=clinic.anybody())
    with (
        time_machine.travel(now() + timedelta(days=2), tick=False),
        pytest.raises(Refused, match="live already"),
    ):
        operations.take_back(draft, by=clinic.anybody())


def test_whoever_may_not_plan_sessions_may_not_use_the_lab(clinic):
    with pytest.raises(NotPermitted):
        operations.copy_template("x", clinic.site, None, at=now(), by=clinic.role("receptionist"))


# On screen


@pytest.fixture
def manager(clinic, client):
    client.force_login(clinic.member("manager").user)
    return client


def test_the_lab_from_copy_to_live_on_screen(clinic, lived, manager):
    made = manager.post(
        reverse("scheduling:figures:draft_new"),
        {"name": "Short", "site": clinic.site.pk, "provider": clinic.provider.pk},
    )
    assert made.status_code == 302
    page = manager.get(made.url)
    assert "8:00–5:00 PM" in page.content.decode()
    draft = fresh(clinic, type("One", (), {"pk": made.url.rstrip("/").split("/")[-1]}))
    saved = manager.post(
        reverse("scheduling:figures:stint", args=[draft.pk, 0]),
        {"provider": clinic.provider.pk, "weekday": 0, "starts": "09:00", "ends": "12:00",
         "part_0": "Same day", "part_0_starts": "09:00", "part_0_ends": "10:00",
         "part_0_hours": 24, "part_0_types": clinic.visit_type.pk},
        HTTP_HX_REQUEST="true",
    )  # fmt: skip
    assert saved.status_code == 200, saved.content.decode()
    assert Stint.of(fresh(clinic, draft).sessions[0]).blocks[0].release_hours == 24
    played(clinic, fresh(clinic, draft))

    text = manager.get(made.url).content.decode()

    assert "Third next available: Follow-up" in text
    assert 'id="chart-overtime"' in text
    live = manager.post(
        reverse("scheduling:figures:put_live", args=[draft.pk]),
        {"on": MONDAY + timedelta(days=7)},
        follow=True,
    )
    assert "Goes live on" in live.content.decode()


def test_a_wrong_session_is_answered_on_the_form(clinic, manager):
    draft = copied(clinic)
    answer = manager.post(
        reverse("scheduling:figures:stint", args=[draft.pk, 0]),
        {"provider": clinic.provider.pk, "weekday": 0, "starts": "12:00", "ends": "09:00",
         "part_0": "Same day"},
        HTTP_HX_REQUEST="true",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "A block needs this." in answer.content.decode()
    assert manager.get(reverse("scheduling:figures:stint", args=[draft.pk, 99])).status_code == 404
