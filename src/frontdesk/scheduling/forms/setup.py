"""What a request about weekly sessions may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.scheduling.forms.fields import OneOf, SomeOf, providers, sites, visit_types
from frontdesk.scheduling.models import Session
from frontdesk.scheduling.operations import Limits
from frontdesk.ui.fields import choose_the_only

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
_TIME = {"type": "time", "step": "300"}
_DAY = {"type": "date"}
LIMITS = 3  # types of visits that a session limits, on the form


class SessionForm(forms.Form):
    """When a provider sees patients every week."""

    provider = OneOf(providers, label=_("Provider"))
    site = OneOf(sites, label=_("Site"))
    weekday = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    from_on = forms.DateField(label=_("Holds from"), widget=forms.DateInput(attrs=_DAY))
    visit_types = SomeOf(
        visit_types,
        label=_("Only for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every kind of visit."),
    )

    most_visits = forms.IntegerField(
        label=_("At most, visits a day"), min_value=0, max_value=200, required=False
    )
    least_visits = forms.IntegerField(
        label=_("At least"),
        min_value=0,
        max_value=200,
        required=False,
        help_text=_("Fewer two days before: it is put on the scheduler's list."),
    )

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = list(session.most_of_type.items()) if session else []
        if session is not None:
            for name in ("provider", "site", "weekday"):
                del self.fields[name]
            self.initial.setdefault("most_visits", session.most_visits)
            self.initial.setdefault("least_visits", session.least_visits)
        else:
            choose_the_only(self)
        for number in range(LIMITS):
            self.fields[f"type_{number}"] = forms.ModelChoiceField(
                visit_types(), label=_("Of these"), required=False, empty_label=_("No limit")
            )
            self.fields[f"most_{number}"] = forms.IntegerField(
                label=_("at most, a day"), min_value=0, max_value=200, required=False
            )
            if number < len(held):
                self.initial[f"type_{number}"], self.initial[f"most_{number}"] = held[number]

    def clean(self) -> dict[str, Any]:
        """Gather the limits into one."""
        said = super().clean() or {}
        most_of_type = {}
        for number in range(LIMITS):
            kind, most = said.pop(f"type_{number}", None), said.pop(f"most_{number}", None)
            if kind is not None and most is None and f"most_{number}" not in self.errors:
                self.add_error(f"most_{number}", _("How many?"))
            elif kind is not None and most is not None:
                most_of_type[str(kind.pk)] = most
        said["limits"] = Limits(
            said.pop("most_visits", None), most_of_type, said.pop("least_visits", None)
        )
        return said

    @property
    def limit_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The limits of single types, each with its number."""
        return [(self[f"type_{number}"], self[f"most_{number}"]) for number in range(LIMITS)]


class EndSession(forms.Form):
    """From which day a session holds no longer."""

    on = forms.DateField(label=_("Ends before"), widget=forms.DateInput(attrs=_DAY))
