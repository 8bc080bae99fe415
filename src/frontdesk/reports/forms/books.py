"""What a request about the books may say: a day, a side, a site, a file."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import Site
from frontdesk.reports.queries.books_sums import NO_SITE, years
from frontdesk.ui.fields import choice_field

SIDES = (
    ("insurance", _("Insurance")),
    ("patient", _("Patients")),
    ("credit", _("Credits")),
)
GROUPS = (
    ("payer", _("By payer")),
    ("patient", _("By patient")),
    ("reason", _("By what it waits for")),
)


class _Asked(forms.Form):
    """A GET form whose every field may be left out or be nonsense."""

    def said(self, name: str, otherwise: Any) -> Any:
        """Return what was asked, or what stands for it where nothing sensible was."""
        self.is_valid()
        return self.cleaned_data.get(name) or otherwise


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class Day(_Asked):
    """At the end of which day."""

    on = _day(_("At the end of"))


class Aging(Day):
    """Which side of what is open, and how it is put together."""

    side = forms.ChoiceField(label=_("Owed by"), choices=SIDES, required=False)
    group = forms.ChoiceField(label=_("Put together"), choices=GROUPS, required=False)


class Behind(Aging):
    """Which rows stand behind a figure of the aging report."""

    key = forms.CharField(max_length=120, required=False)
    bucket = forms.IntegerField(min_value=0, max_value=4, required=False)


class _AtSite(_Asked):
    """A report of all sites, of one, or of what belongs to none."""

    site = forms.ChoiceField(label=_("Site"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [(str(pk), name) for pk, name in Site.objects.values_list("pk", "name")]
        choice_field(self, "site").choices = [
            ("", _("All sites")),
            *sites,
            (NO_SITE, _("No site")),
        ]


class Profit(_AtSite):
    """Which year, of which site."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "year").choices = [(year, str(year)) for year in years()]


class Entries(_AtSite):
    """Which account's entries, between which days."""

    code = forms.CharField(max_length=30)
    first = _day(_("From"))
    last = _day(_("To"))


class CloseDay(forms.Form):
    """Close a day with something open: say why."""

    note = forms.CharField(label=_("Why it is closed all the same"), max_length=200, required=False)


class Reopen(forms.Form):
    """Why closed books are to be opened again."""

    because = forms.CharField(label=_("Reason"), max_length=200)


def month_said(text: str, otherwise: date) -> date:
    """Return the first day of a month written "2026-11"."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return otherwise
