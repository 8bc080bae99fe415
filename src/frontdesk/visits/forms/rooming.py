"""Vitals as typed; the rules read them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.visits.rules.vitals import MEASURES

UNITS = ("temperature", "height", "weight")


class TakeVitals(forms.Form):
    """One field a measure, with its unit where there are two, and a second look at odd ones."""

    is_confirmed = forms.BooleanField(
        required=False, label=_("I checked it: keep these values"), widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, measure in MEASURES.items():
            self.fields[name] = forms.CharField(
                required=False,
                max_length=8,
                label=measure.label,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
        for name in UNITS:
            choices = [(unit, unit) for unit in MEASURES[name].units]
            self.fields[f"{name}_unit"] = forms.ChoiceField(
                required=False, choices=choices, initial=choices[0][0], label=_("Unit")
            )

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, by measure."""
        return {name: self.cleaned_data.get(name, "") for name in MEASURES}

    @property
    def units(self) -> dict[str, str]:
        """The unit of each measure that has two."""
        return {name: self.cleaned_data.get(f"{name}_unit", "") for name in UNITS}
