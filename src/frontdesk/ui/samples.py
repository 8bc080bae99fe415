"""Made-up content for the style page: every component in all its states."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from frontdesk.core.clock import now
from frontdesk.ui import charts

TONES = ("slate", "amber", "violet", "blue", "green", "red", "accent")
READY = ("ok", "warn", "stop", "none")


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Last name", max_length=60)
    birth_date = forms.DateField(
        label="Birth date", widget=forms.DateInput(attrs={"type": "date"}), help_text="From the ID."
    )
    plan = forms.ChoiceField(label="Plan", choices=[("", "Choose"), ("ppo", "Choice PPO")])
    copay = forms.DecimalField(label="Copay", required=False)
    channel = forms.ChoiceField(
        label="How may we write?",
        choices=[("text", "Text"), ("email", "E-mail"), ("mail", "Letter")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}))
    agrees = forms.BooleanField(label="Agrees to be reminded by text")


def gallery() -> dict[str, Any]:
    """Return the context of the style page."""
    refused = Sample({"refused-birth_date": "soon", "refused-copay": "ten"}, prefix="refused")
    refused.add_error(None, "This time was just taken. The next one is 10:20 AM.")
    return {
        "form": Sample(initial={"name": "Okafor", "copay": "25.00", "channel": "text"}),
        "refused": refused,
        "tones": TONES,
        "readiness": [
            {"coverage": state, "authorization": "none", "forms": "ok", "balance": "ok"}
            for state in READY
        ],
        "noon": datetime(2026, 11, 24, 14, 20, tzinfo=UTC),
        "since": now() - timedelta(minutes=11),
        "late_since": now() - timedelta(minutes=19),
        "born": date(1968, 3, 14),
        "amount": Decimal("1249.5"),
        "less": Decimal("-54.80"),
        "zero": Decimal("0.00"),
        "page": Paginator(range(480), 25).page(4),
        "patient": _patient(),
        "alerts": [
            {"text": "Latex allergy", "tone": "red", "icon": "alert-octagon"},
            {"text": "Hears better on the left", "tone": "slate", "icon": "ear"},
        ],
        "facts": ["(555) 014-2277, text first", "English"],
        "tabs": _tabs(),
        "steps": _steps(),
        "checks": _checks(),
        "events": _events(),
        "rows": _rows(),
        "lanes": _lanes(),
        "options": _options(),
        "icons": ("calendar", "users", "receipt", "stethoscope", "clipboard-check", "camera"),
        "day": _day(),
        "charts": _charts(),
        "spark": charts.sparkline([3, 4, 4, 2, 5, 7, 6, 8], "Waits, eight weeks: 3 to 8 days"),
    }


def choices(words: str) -> list[tuple[str, str]]:
    """Return the made-up diagnoses whose code or words begin with what is typed."""
    held = (("I10", "Essential hypertension"), ("E11.9", "Type 2 diabetes"), ("Z23", "Shot given"))
    typed = words.strip().lower()
    return [one for one in held if one[0].lower().startswith(typed) or typed in one[1].lower()]


def _patient() -> SimpleNamespace:
    return SimpleNamespace(
        name="Marguerite Okafor",
        pronouns="she/her",
        birth_date=date(1968, 3, 14),
        chart_number="10482",
    )


def _tabs() -> list[dict[str, Any]]:
    named = (("Overview", None), ("Visits", 38), ("Documents", 112), ("Account", "$249.00"))
    return [
        {"label": label, "url": "#", "count": count, "current": label == "Overview"}
        for label, count in named
    ]


def _options() -> list[dict[str, Any]]:
    labels = ("All", "Visits", "Money", "Messages")
    return [{"label": label, "url": "#", "current": label == "All"} for label in labels]


def _steps() -> list[dict[str, Any]]:
    return [
        {"label": "Identity", "says": "Name and birth date matched", "done": True},
        {"label": "Details", "says": "New e-mail, rest still right", "done": True},
        {"label": "Coverage", "says": "Two answers differ", "current": True, "tone": "amber"},
        {"label": "Forms", "says": "All signed Nov 22"},
        {"label": "Payment", "says": "$65.00 to take"},
    ]


def _checks() -> list[dict[str, Any]]:
    return [
        {
            "label": "Coverage",
            "says": "Name and copay differ",
            "tone": "amber",
            "url": "#",
            "action": "Resolve",
        },
        {"label": "Authorization", "says": "Not needed for this visit", "tone": "slate"},
        {"label": "Forms", "says": "All signed, last on Nov 22", "tone": "green"},
        {
            "label": "Balance",
            "says": "$35.00 from the visit of Jun 9",
            "tone": "red",
            "url": "#",
            "action": "Take",
        },
    ]


def _events() -> list[dict[str, Any]]:
    at = now()
    return [
        {
            "text": "Cascadia answered: active since Oct 1",
            "more": "Name and copay differ",
            "tone": "amber",
            "icon": "shield",
            "at": at,
            "amount": None,
        },
        {
            "text": "Card scanned, front and back",
            "more": "Cascadia Health Plan",
            "tone": "slate",
            "icon": "id-badge-2",
            "at": at - timedelta(minutes=2),
            "amount": None,
            "by": "Maya Ortiz",
        },
        {
            "text": "Follow-up with Dr. Osei",
            "more": "High blood pressure",
            "tone": "blue",
            "icon": "stethoscope",
            "at": at - timedelta(days=49),
            "amount": Decimal("214.00"),
        },
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "code": "99214",
            "what": "Office visit, known patient",
            "charge": Decimal("148.00"),
            "owe": Decimal("25.00"),
            "status": "Paid",
            "tone": "green",
        },
        {
            "code": "36415",
            "what": "Blood drawn",
            "charge": Decimal("18.00"),
            "owe": Decimal("0.00"),
            "status": "Denied",
            "tone": "amber",
        },
        {
            "code": "90471",
            "what": "Flu shot given",
            "charge": Decimal("42.00"),
            "owe": Decimal("-4.10"),
            "status": "Sent",
            "tone": "blue",
        },
    ]


def _lanes() -> list[dict[str, Any]]:
    ok = {"coverage": "ok", "authorization": "none", "forms": "ok", "balance": "ok"}
    differs = {**ok, "coverage": "warn", "balance": "warn"}
    stopped = {**ok, "forms": "stop"}
    ann = {"name": "Marguerite Okafor", "age": 58, "at": "9:20", "what": "Follow-up"}
    leon = {"name": "Leon Castellane", "age": 61, "at": "9:15", "what": "Lab review"}
    priya = {"name": "Priya Raman", "age": 34, "at": "9:45", "what": "New patient"}
    return [
        {
            "label": "Expected",
            "tone": "slate",
            "p": 0,
            "kind": "open",
            "cards": [{**priya, "ready": stopped, "says": "3 forms missing", "tone": "red"}],
        },
        {
            "label": "Arrived",
            "tone": "amber",
            "p": 25,
            "limit": 15,
            "cards": [
                {**leon, "ready": ok, "says": "Ready", "p": 100, "bar": "red", "over": True},
                {
                    **ann,
                    "ready": differs,
                    "says": "Plan differs",
                    "tone": "amber",
                    "p": 73,
                    "bar": "amber",
                },
            ],
        },
        {"label": "Roomed", "tone": "violet", "p": 50, "cards": []},
        {"label": "With provider", "tone": "blue", "p": 75, "cards": []},
        {"label": "Check-out", "tone": "green", "p": 100, "cards": []},
        {"label": "Gone", "tone": "green", "p": 0, "kind": "done", "cards": []},
    ]


def _day() -> list[dict[str, Any]]:
    return [
        {"col": 2, "start": 0, "len": 4, "name": "Leon Castellane", "tone": "amber", "p": 25},
        {"col": 2, "start": 5, "len": 6, "name": "Marguerite Okafor", "tone": "violet", "p": 50},
        {"col": 3, "start": 2, "len": 3, "name": "Hana Suzuki", "tone": "blue", "p": 75},
        {"col": 3, "start": 8, "len": 2, "name": "Gideon Marsh", "tone": "slate", "p": 0},
    ]


def _charts() -> list[charts.Chart]:
    weeks = [f"Sep {day}" for day in (7, 14, 21, 28)] + [f"Oct {day}" for day in (5, 12, 19, 26)]
    waits = [4.0, 3.5, 5.0, None, 6.5, 6.0, 7.5, 7.0]
    before = [2.0, 2.5, 3.0, 2.0, 4.0, 3.5, 4.0, 3.0]
    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    hours = ("8", "9", "10", "11", "1", "2", "3", "4")
    busy = [[(place * 7 + hour * 5) % 9 for hour in range(8)] for place in range(5)]
    names = ("Dr. Amara Osei", "Dr. Ruth Lindqvist", "Elena Voss, NP")
    return [
        charts.lines(
            "Third next available", weeks,
            [charts.Series("This year", waits, ["#open"] * 8), charts.Series("Last year", before)],
            unit=charts.days, head="Week of", says="Rising since September.", goal=5,
        ),
        charts.bars(
            "Visits by how they ended", weeks[:5],
            [
                charts.Series("Kept", [41, 38, 44, 40, 39]),
                charts.Series("Missed", [4, 6, 3, 5, 4]),
                charts.Series("Cancelled", [7, 5, 8, 6, 9]),
            ],
            stacked=True, head="Week of",
        ),
        charts.bars(
            "Overtime", weeks[:5],
            [charts.Series("Today", [12, 20, 9, 14, 0]), charts.Series("Draft", [8, 11, 4, 6, 2])],
            unit=charts.minutes, head="Week of",
        ),
        charts.ranked(
            "Booked of what is offered", names,
            [charts.Series("Filled", [0.94, 0.71, 0.63])], unit=charts.percents, head="Who",
        ),
        charts.heat("Calls for a visit", days, hours, busy, head="Day"),
        charts.calibration(
            "Risk of a no-show", [(0.04, 0.05, 220), (0.1, 0.08, 160), (0.21, 0.24, 90)]
        ),
        charts.lines("Nothing yet", [], [charts.Series("This year", [])]),
    ]  # fmt: skip
