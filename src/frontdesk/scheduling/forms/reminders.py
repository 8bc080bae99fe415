"""What a request about reminders may say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.scheduling.models import ReminderPolicy
from frontdesk.scheduling.rules.reminders import Step
from frontdesk.ui.fields import choice_field

ROWS = 6
HOURS = [
    ("", _("—")),
    ("1", _("1 hour before")),
    ("2", _("2 hours before")),
    ("4", _("4 hours before")),
    ("24", _("1 day before")),
    ("48", _("2 days before")),
    ("72", _("3 days before")),
    ("120", _("5 days before")),
    ("168", _("1 week before")),
    ("336", _("2 weeks before")),
    ("672", _("4 weeks before")),
]
CHANNELS = [("", _("As they prefer")), ("email", _("E-mail")), ("sms", _("Text"))]
MODES = [
    ("", _("Every visit")),
    ("in_person", _("In the office")),
    ("remote", _("Phone and video")),
]
RISKS = [
    ("0", _("Everybody")),
    ("20", _("Who misses 1 in 5")),
    ("25", _("Who misses 1 in 4")),
    ("33", _("Who misses 1 in 3")),
    ("50", _("Who misses 1 in 2")),
]


class StepForm(forms.Form):
    """One reminder of a plan; without a time it is none."""

    hours = forms.ChoiceField(label=_("When"), choices=HOURS, required=False)
    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS, required=False)
    mode = forms.ChoiceField(label=_("For"), choices=MODES, required=False)
    risk = forms.ChoiceField(label=_("Whom"), choices=RISKS, required=False)
    even_confirmed = forms.BooleanField(label=_("Also who will come"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = str(self.initial.get("hours", ""))
        if hours and hours not in dict(HOURS):  # set elsewhere: kept as it is
            choices = [*HOURS, (hours, _("%(hours)s hours before") % {"hours": hours})]
            choice_field(self, "hours").choices = choices

    @property
    def step(self) -> Step | None:
        """The reminder that was described, or none."""
        said = self.cleaned_data
        if not said.get("hours"):
            return None
        return Step(
            int(said["hours"]),
            said["channel"],
            said["mode"],
            int(said["risk"] or 0),
            said["even_confirmed"],
        )


StepForms = forms.formset_factory(StepForm, extra=0, max_num=ROWS, absolute_max=ROWS)


class PolicyForm(forms.Form):
    """Whether patients are reminded, and till when they change a visit without calling."""

    is_on = forms.BooleanField(label=_("Remind patients"), required=False)
    notice_hours = forms.IntegerField(
        label=_("Patients cancel and move alone until"),
        min_value=0,
        max_value=240,
        help_text=_("Hours before the visit. After that they are asked to call."),
    )


def step_forms(policy: ReminderPolicy, data: Any = None) -> Any:
    """Return a row for each step of a plan, and empty ones for more."""
    kept: Sequence[dict[str, Any]] = policy.steps
    initial = [dict(one) for one in kept] + [{} for _ in range(ROWS - len(kept))]
    return StepForms(data, initial=initial[:ROWS], prefix="steps")
