"""What a request about planned visits, recalls and reasons may say."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.people.models import Sex
from frontdesk.scheduling.forms.fields import (
    OneOf,
    SomeOf,
    patients,
    providers,
    sites,
    visit_types,
)
from frontdesk.scheduling.models import CancelReason, PlannedVisit, RecallRule
from frontdesk.scheduling.queries import planned as queries
from frontdesk.scheduling.queries.recall import rules

SHOW = [
    (queries.DUE, _("Due")),
    (queries.OVERDUE, _("Overdue")),
    (queries.LATER, _("Later")),
    (queries.SETTLED, _("Settled lately")),
]
SOURCES = [("", _("Any reason")), *(s for s in PlannedVisit.Source.choices if s[0] != "recall")]
UNITS = [("day", _("days")), ("week", _("weeks")), ("month", _("months"))]


class ShowPlanned(forms.Form):
    """Which of the list to show."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    source = forms.ChoiceField(label=_("Because"), choices=SOURCES, required=False)
    rule = OneOf(rules, label=_("Recall"), required=False, empty_label=_("All recalls"))
    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=_("Any visit"))
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))


class Plan(forms.Form):
    """A visit for later: what, in how long, give or take how much, with whom, why."""

    patient = OneOf(
        patients, label=_("Patient"), error_messages={"required": _("Choose who comes.")}
    )
    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)
    number = forms.IntegerField(label=_("In"), min_value=1, max_value=400, initial=6)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, initial="week")
    give = forms.IntegerField(
        label=_("Give or take (days)"), min_value=0, max_value=180, initial=7, required=False
    )
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    site = OneOf(sites, label=_("Where"), required=False, empty_label=_("Any site"))
    because = forms.CharField(
        label=_("Why"), max_length=200, required=False,
        help_text=_("Seen by the office, never in messages."),
    )  # fmt: skip

    def wants(self, on: date) -> dict[str, Any]:
        """Return what the operation is told, counted from a day."""
        said = dict(self.cleaned_data)
        days = said.pop("number") * {"day": 1, "week": 7, "month": 30}[said.pop("unit")]
        due_on, give = on + timedelta(days=days), timedelta(days=said.pop("give") or 0)
        return said | {
            "due_on": due_on, "from_on": max(on, due_on - give), "until_on": due_on + give
        }  # fmt: skip


class Place(forms.Form):
    """The time that was chosen."""

    starts_at = forms.DateTimeField()
    provider = OneOf(providers)
    site = OneOf(sites)


class Later(forms.Form):
    """From which day on the patient wants to be asked again."""

    on = forms.DateField(label=_("Ask again on"), widget=forms.DateInput(attrs={"type": "date"}))


class Declined(forms.Form):
    """Why a visit is taken off the list."""

    because = forms.CharField(max_length=200, required=False)


class GiveUp(forms.Form):
    """Why several visits are given up."""

    because = forms.CharField(label=_("Why"), max_length=200)


class RecallForm(forms.ModelForm[RecallRule]):
    """Who is asked to come again, and when."""

    counts = SomeOf(
        visit_types, label=_("These count as well"), required=False,
        help_text=_("After any of them it is due again."),
    )  # fmt: skip
    visit_type = OneOf(visit_types, label=_("Visit to book"), empty_label=None)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("Everybody")), *Sex.choices], required=False
    )

    class Meta:
        model = RecallRule
        fields = (
            "name", "visit_type", "months", "counts", "from_age", "to_age", "sex",
            "weeks_ahead", "never_too", "tells", "tell_days", "most_told", "is_active",
        )  # fmt: skip
        labels = {
            "name": _("Name"),
            "months": _("Months after the last one"),
            "from_age": _("From age"),
            "to_age": _("To age"),
            "weeks_ahead": _("On the list (weeks before)"),
            "never_too": _("Also who never had one, counted from registration"),
            "tells": _("Write to patients without a person"),
            "tell_days": _("Days between two messages"),
            "most_told": _("Messages at most"),
            "is_active": _("In use"),
        }

    def clean_counts(self) -> list[str]:
        """Return the keys of the types that count."""
        return [str(one.pk) for one in self.cleaned_data["counts"]]


class ReasonForm(forms.ModelForm[CancelReason]):
    """A reason for cancelling."""

    class Meta:
        model = CancelReason
        fields = ("words", "whose", "is_active")
        labels = {
            "words": _("Reason"), "whose": _("Who cancels"), "is_active": _("In use")
        }  # fmt: skip
