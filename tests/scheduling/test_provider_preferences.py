"""What providers prefer, kept as rules: what they refuse, what is refused of them."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import at_wall
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.scheduling.operations import Taken

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def by(clinic):
    return clinic.role("manager")


@pytest.fixture
def tuesdays(clinic):
    with clinic.reading():
        return Session.objects.select_related("provider", "site").get(weekday=1)


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
