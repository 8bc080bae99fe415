"""What a request about the figures of the money may say."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.reports.forms.books import _Asked, _day
from frontdesk.reports.queries.kpi_cells import Cell
from frontdesk.reports.queries.kpis import BY, names_of
from frontdesk.reports.rules.kpis import DAYS, MEASURES, MINUTES, MINUTES_FOR, SHARE, Measure, Terms
from frontdesk.ui.fields import Dollars, choice_field

USUAL = 90  # days up to the last one
MOST = 731  # days that can be asked for at once
PARTS = (("counted", _("Counted")), ("rest", _("The rest")), ("all", _("All")))


class Shown(_Asked):
    """Over which time, at which site, of whom, for which payer."""

    first = _day(_("From"))
    last = _day(_("To"))
    site = forms.ChoiceField(label=_("Site"), required=False)
    provider = forms.ChoiceField(label=_("Provider"), required=False)
    payer = forms.ChoiceField(label=_("Payer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = {"site": _("All sites"), "provider": _("Everybody"), "payer": _("All payers")}
        for by in BY:
            names = sorted((name, str(key)) for key, name in names_of(by).items() if key)
            choices = [("", anything[by]), *((key, name) for name, key in names)]
            choice_field(self, by).choices = choices

    def time(self, newest: date) -> tuple[date, date]:
        """Return the first and the last day; where none is said, the last 90 days counted."""
        last = min(self.said("last", newest), newest)
        first = self.said("first", last - timedelta(days=USUAL - 1))
        return max(min(first, last), last - timedelta(days=MOST)), last

    def wanted(self) -> Cell:
        """Return the part of the practice that is asked for."""
        said = (self.said(by, "") for by in BY)
        return Cell(*(UUID(key) if key else None for key in said))


class One(Shown):
    """Which figure, and put together by what."""

    measure = forms.ChoiceField(choices=[(key, key) for key in MEASURES], required=False)
    by = forms.ChoiceField(
        label=_("Put together"), required=False,
        choices=[("site", _("By site")), ("provider", _("By provider")), ("payer", _("By payer"))],
    )  # fmt: skip
    part = forms.ChoiceField(choices=PARTS, required=False)

    def measured(self) -> Measure:
        """Return the figure; the first one where none can be read."""
        return MEASURES[self.said("measure", next(iter(MEASURES)))]


class SetTerms(forms.Form):
    """What an hour of rework costs, the minutes of each kind, and the goals."""

    hour_rate = Dollars(
        label=_("An hour of a biller, with what comes on top of wages"), min_value=Decimal("0.01"),
        max_value=1000, decimal_places=2,
    )  # fmt: skip

    def __init__(self, *args: Any, now: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hour_rate"].initial = now.hour_rate
        for kind in MINUTES:
            self.fields[f"minutes_{kind}"] = forms.IntegerField(
                label=MINUTES_FOR[kind], min_value=0, max_value=600, initial=now.minutes[kind]
            )
        for key, measure in MEASURES.items():
            self.fields[f"goal_{key}"] = forms.DecimalField(
                label=measure.name, min_value=0, max_value=1000, decimal_places=2, required=False,
                initial=_shown(measure, now.goals.get(key)),
            )  # fmt: skip

    @property
    def minutes_fields(self) -> list[Any]:
        """The fields of minutes, for the page."""
        return [self[f"minutes_{kind}"] for kind in MINUTES]

    @property
    def goal_fields(self) -> list[tuple[Any, Any]]:
        """The fields of goals with their units."""
        words = {SHARE: _("percent"), DAYS: _("days")}
        return [
            (self[f"goal_{key}"], words.get(one.unit, _("dollars")))
            for key, one in MEASURES.items()
        ]

    def values(self) -> dict[str, Any]:
        """Return what was set, as the operation takes it."""
        said = self.cleaned_data
        goals = {key: _meant(one, said[f"goal_{key}"]) for key, one in MEASURES.items()}
        minutes = {kind: said[f"minutes_{kind}"] for kind in MINUTES}
        return {"hour_rate": said["hour_rate"], "minutes": minutes, "goals": goals}


class Recount(forms.Form):
    """From which day on figures are counted again, and why."""

    first = _day(_("From"))
    because = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].required = True


def _shown(measure: Measure, goal: Decimal | None) -> Decimal | None:
    if goal is None:
        return None
    return (goal * 100).normalize() if measure.unit == SHARE else goal


def _meant(measure: Measure, said: Decimal | None) -> Decimal | None:
    if said is None:
        return None
    return said / 100 if measure.unit == SHARE else said
