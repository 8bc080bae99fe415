"""What the template tags write."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.template import Context, Template


def drawn(text, **context):
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1249.5", "$1,249.50"),
        ("-54.80", "−$54.80"),
        ("0", "$0.00"),
        ("0.10", "$0.10"),
    ],
)
def test_money_has_cents_and_a_minus_for_a_minus(amount, said):
    html = drawn("{% money amount %}", amount=Decimal(amount))

    assert html == f'<span class="num">{said}</span>'


def test_zero_is_a_dash_in_tables_and_an_amount_elsewhere():
    zero = Decimal("0.00")

    assert drawn('{% money z "dash" %}', z=zero) == '<span class="num">—</span>'
    assert drawn("{{ z|dollars }}", z=zero) == "$0.00"
    assert drawn("{% money z %}", z=None) == '<span class="num">—</span>'


def test_an_instant_is_written_in_the_zone_of_the_site():
    noon = datetime(2026, 11, 24, 14, 20, tzinfo=UTC)

    html = drawn('{% when at "America/New_York" %}', at=noon)

    assert html == '<time datetime="2026-11-24T14:20:00+00:00">Tue, Nov 24, 9:20 AM</time>'
    assert ">9:20 AM<" in drawn('{% when at "America/New_York" "time" %}', at=noon)
    assert ">Nov 24, 2026<" in drawn('{% when at "America/New_York" "date" %}', at=noon)
    assert ">Tue, Nov 24, 2:20 PM UTC<" in drawn("{% when at %}", at=noon)


@time_machine.travel(datetime(2026, 11, 24, 15, 0, tzinfo=UTC), tick=False)
def test_smart_times_say_only_what_is_not_known_anyway():
    zone = "America/New_York"
    said = [
        drawn("{% when at zone 'smart' %}", at=at, zone=zone)
        for at in (
            datetime(2026, 11, 24, 14, 20, tzinfo=UTC),
            datetime(2026, 11, 2, 14, 20, tzinfo=UTC),
            datetime(2025, 11, 2, 14, 20, tzinfo=UTC),
        )
    ]

    assert [html.split(">")[1].split("<")[0] for html in said] == [
        "9:20 AM",
        "Mon, Nov 2",
        "Nov 2, 2025",
    ]


@time_machine.travel(datetime(2026, 11, 24, 15, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 24), "Tue, Nov 24"),
        (date(2026, 5, 28), "Thu, May 28"),  # 180 days ago
        (date(2026, 5, 27), "Wed, May 27, 2026"),
        (date(2025, 11, 6), "Thu, Nov 6, 2025"),
        (date(2027, 5, 23), "Sun, May 23"),
        (date(2027, 5, 24), "Mon, May 24, 2027"),
        (datetime(2025, 11, 6, 12, tzinfo=UTC), "Thu, Nov 6, 2025"),
    ],
)
def test_a_day_far_from_today_says_its_year(on, said):
    assert f">{said}</time>" in drawn("{% day on %}", on=on)
    assert ">Nov 6, 2025<" in drawn('{% day on "date" %}', on=date(2025, 11, 6))


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1968, 3, 14), "58"),
        (date(1968, 11, 25), "57"),
        (date(2025, 9, 23), "14 mo"),
        (date(2026, 10, 20), "5 wk"),
        (date(2026, 11, 23), "1 day"),
    ],
)
def test_an_age_is_told_as_a_clinic_tells_it(born, said):
    assert drawn("{% age born on %}", born=born, on=date(2026, 11, 24)) == said


@time_machine.travel(datetime(2026, 11, 24, 15, 0, tzinfo=UTC), tick=False)
def test_a_wait_beyond_its_limit_is_marked():
    late = datetime(2026, 11, 24, 14, 41, tzinfo=UTC)
    fresh = datetime(2026, 11, 24, 14, 45, tzinfo=UTC)

    assert drawn("{% wait since 15 %}", since=late).startswith('<span class="wait over" data-since')
    assert ">19 min<" in drawn("{% wait since 15 %}", since=late)
    assert drawn("{% wait since 15 %}", since=fresh).startswith('<span class="wait" data-since')
    assert drawn("{% wait since %}", since=None) == ""


def test_readiness_is_four_marks_in_one_order_and_is_said_in_words():
    states = {"balance": "warn", "coverage": "ok", "forms": "stop"}

    html = drawn("{% ready states %}", states=states)

    assert 'aria-label="coverage ok, authorization not needed, forms stop, balance look"' in html
    assert html.count("<i") == 4
    assert html.index('"ok"') < html.index('"none"') < html.index('"stop"') < html.index('"warn"')


def test_a_stage_and_a_meter_take_their_figure_from_an_attribute_not_from_style():
    assert 'data-p="25"' in drawn('{% stage "amber" 25 %}')
    assert 'data-p="100"' in drawn('{% meter 140 "all used" %}')
    assert "style=" not in drawn('{% stage "amber" 25 %}{% meter 14 "x" %}')


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Maya Ortiz", "MO"),
        ("Dr. Amara Osei", "AO"),
        ("Rolf Lindqvist, MD", "RL"),
        ("Cher", "C"),
        ("Ana de la Cruz", "AC"),
    ],
)
def test_a_face_shows_the_first_and_last_initial(name, said):
    assert f">{said}</span>" in drawn("{% face name %}", name=name)


def test_words_are_escaped():
    html = drawn("{% badge words %}{% face name %}", words="<b>", name="<i x")

    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_a_phone_number_is_written_as_people_read_it():
    assert drawn('{{ "+15550142277"|phone }}') == "(555) 014-2277"
    assert drawn('{{ "+442071838750"|phone }}') == "+442071838750"


class Sample(forms.Form):
    name = forms.CharField(help_text="As on the card.")
    copay = forms.DecimalField(required=False)


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    html = drawn("{% field form.name hx_get='/x/' %}", form=Sample({"name": ""}))

    assert '<label class="form-label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name-error id_name-hint"' in html
    assert 'id="id_name-error"' in html
    assert "This field is required." in html
    assert 'id="id_name-hint">As on the card.' in html
    assert 'hx-get="/x/"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control"' in html


def test_a_field_that_may_stay_empty_says_so():
    assert "optional" in drawn("{% field form.copay %}", form=Sample())
    assert "optional" not in drawn("{% field form.name %}", form=Sample())
