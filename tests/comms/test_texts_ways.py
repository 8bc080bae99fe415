"""Which way a patient is told, when a text may go, and how many parts it has."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.comms import operations, queries, rules
from frontdesk.comms.models import Line
from frontdesk.comms.queries import Asked
from frontdesk.comms.rules import as_sent, parts_of, when_allowed
from frontdesk.core.clock import local, now
from frontdesk.people.operations import say_consent
from frontdesk.practice.models import Site
from tests.comms.texting import (
    ANNS,
    NOON,
    _at_noon,
    ann,
    carrier,
    line,
)

__all__ = ["_at_noon", "ann", "carrier", "line"]


# --- which way ---------------------------------------------------------------------------------

CONTEXT = {"practice": "Elm Street", "when": "Tuesday", "site": "Elm Street", "phone": "1"}


def tell(clinic, patient, **more):
    said = {"once": "", "subject": None, "by": clinic.anybody(), **more}
    return operations.tell(patient, "appointment.reminder", CONTEXT, **said)


@pytest.mark.parametrize(
    ("preferred", "consents", "asked", "channel"),
    [
        ("sms", {}, "", "sms"),
        ("email", {}, "", "email"),
        ("sms", {"sms": False}, "", None),
        ("sms", {"sms": False, "email": True}, "", "email"),
        ("voice", {}, "", None),
        ("voice", {"email": True}, "", "email"),
        ("email", {"sms": True}, "sms", "sms"),
        ("email", {"sms": True}, "", "email"),
        ("email", {"email": False, "sms": True}, "email", "sms"),
    ],
)
def test_the_way_is_what_they_prefer_and_agreed_to(
    clinic, line, preferred, consents, asked, channel
):
    bo = clinic.patient(mobile_phone=ANNS, email="bo@example.com", preferred_channel=preferred)
    for one, is_given in consents.items():
        say_consent(bo, channel=one, is_given=is_given, how="desk", at=now(), by=clinic.anybody())
    told = tell(clinic, bo, channel=asked)
    assert (told and told.channel) == channel
    if channel is None:
        with clinic.reading():
            assert "agreed" in queries.route(bo, Asked(now(), asked)).why


def test_nobody_is_told_of_a_patient_who_has_died(clinic, line, ann):
    with clinic.writing():
        ann.status = "deceased"
        ann.save()
    assert tell(clinic, ann) is None
    with clinic.reading():
        assert "deceased" in queries.route(ann, Asked(now())).why


def test_a_text_waits_for_the_morning_where_the_patient_is(clinic, line, ann):
    with clinic.writing():
        west = Site.objects.create(name="West", time_zone="America/Los_Angeles")
    late = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)  # 10:30 PM in New York, 7:30 PM out west
    with time_machine.travel(late, tick=False):
        here, there = tell(clinic, ann, place=clinic.site), tell(clinic, ann, place=west)
        urgent = tell(clinic, ann, place=clinic.site, is_urgent=True)
        useless = tell(clinic, ann, place=clinic.site, until=late + timedelta(hours=9))
    assert here.not_before == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)  # 8 AM
    assert (there.not_before, urgent.not_before, useless) == (None, None, None)


@given(
    st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda since: NOON + since),
    st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_are_always_over_when_a_text_goes(at, zone, quiet_from, quiet_until):
    place = Site(time_zone=zone)
    quiet_from, quiet_until = (
        one.replace(second=0, microsecond=0) for one in (quiet_from, quiet_until)
    )
    when = when_allowed(at, place, quiet_from=quiet_from, quiet_until=quiet_until)
    assert at <= when <= at + timedelta(hours=25)
    wall = local(place, when).time()
    if quiet_from < quiet_until:
        assert not quiet_from <= wall < quiet_until
    elif quiet_from > quiet_until:
        assert quiet_until <= wall < quiet_from
    else:
        assert when == at


def test_the_law_s_hours_are_the_house_s():
    assert (Line().quiet_from, Line().quiet_until) == (time(21), time(8))


def test_said_once_however_often(clinic, line, ann):
    first = tell(clinic, ann, once="reminder:1")
    assert tell(clinic, ann, once="reminder:1").pk == first.pk


# --- parts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "letters", "parts", "is_plain"),
    [
        ("a" * 160, 160, 1, True),
        ("a" * 161, 161, 2, True),
        ("a" * 306, 306, 2, True),
        ("a" * 307, 307, 3, True),
        ("€" * 80, 160, 1, True),  # each takes two places
        ("€" * 81, 162, 2, True),
        ("á" * 160, 160, 1, True),  # sent without its accent
        ("ñ" * 160, 160, 1, True),
        ("“quoted”…", 11, 1, True),
        ("你" * 70, 70, 1, False),
        ("你" * 71, 71, 2, False),
        ("😀" * 35, 70, 1, False),  # two places each
        ("😀" * 36, 72, 2, False),
        ("", 0, 1, True),
    ],
)
def test_parts_are_counted_as_the_carrier_counts(body, letters, parts, is_plain):
    assert parts_of(body) == (letters, parts, is_plain)


@given(st.text(max_size=400))
def test_a_plain_text_says_the_same_and_is_never_longer_in_parts(body):
    sent = as_sent(body)
    assert parts_of(sent) == parts_of(body)
    assert as_sent(sent) == sent


def test_every_wording_fits_three_parts_in_both_languages():
    long = {
        **rules.EXAMPLES,
        "practice": "Riverside Family Medicine",
        "link": "https://office.example.org/l/" + "x" * 24 + "/",
    }
    for kind, wording in rules.WORDINGS.items():
        for text_ in wording.texts.values():
            assert parts_of(text_.filled(long).short).parts <= 3, kind
            assert parts_of(text_.filled(long).short).is_plain, kind
