"""Forms of charge entry and of charge capture."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.coding.rules.em import LEVELS, PROBLEMS, RISKS
from frontdesk.visits.models import Superbill

DRUG_UNITS = (
    ("UN", _("Units")),
    ("ML", _("Millilitres")),
    ("GR", _("Grams")),
    ("ME", _("Milligrams")),
    ("F2", _("International units")),
)


class Drug(forms.Form):
    """Which drug was given, and how much."""

    ndc = forms.CharField(
        label=_("NDC, as on the package"), max_length=16, required=False,
        help_text=_("Eleven digits, or with hyphens. Leave empty to take it off."),
    )  # fmt: skip
    quantity = forms.DecimalField(
        label=_("How much"), min_value=0, max_digits=9, decimal_places=3, required=False
    )
    unit = forms.ChoiceField(label=_("In"), choices=DRUG_UNITS)


class Beginning(forms.Form):
    """What the visit is for, and since when."""

    cause = forms.ChoiceField(
        label=_("What it is"), choices=Superbill.Cause.choices, required=False
    )
    began_on = forms.DateField(
        label=_("Since"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        help_text=_("The day of the accident, the first day ill, or of the last period."),
    )
    accident_state = forms.CharField(
        label=_("In the state"), max_length=2, required=False, help_text=_("Of a car accident.")
    )
    case_number = forms.CharField(
        label=_("Case number"),
        max_length=30,
        required=False,
        help_text=_("Of the accident’s insurance, when it is known."),
    )


class Waits(forms.Form):
    """What the charge of a visit waits for, and until when."""

    because = forms.CharField(
        label=_("It waits for"), max_length=100, error_messages={"required": _("Say what for.")}
    )
    due_on = forms.DateField(
        label=_("Ready by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Say until when.")},
    )


class LevelOf(forms.Form):
    """What is said of a visit to find its level."""

    is_new = forms.BooleanField(label=_("New patient"), required=False)
    items = forms.IntegerField(
        label=_("Tests ordered or read, notes of others read"), min_value=0, max_value=50,
        required=False,
    )  # fmt: skip
    historian = forms.BooleanField(label=_("Somebody else told the history"), required=False)
    interpreted = forms.BooleanField(label=_("A test read oneself"), required=False)
    discussed = forms.BooleanField(label=_("Talked over with another office"), required=False)
    risk = forms.ChoiceField(label=_("Risk"), choices=tuple(RISKS.items()), initial=LEVELS[0])
    minutes = forms.IntegerField(
        label=_("Minutes in all on the day, if time counts"), min_value=0, max_value=600,
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, (words, _level) in PROBLEMS.items():
            self.fields[f"problem_{kind}"] = forms.IntegerField(
                label=words, min_value=0, max_value=20, required=False
            )

    def said(self) -> dict[str, Any]:
        """Return what was said as plain values, ready to be kept."""
        told = self.cleaned_data
        return {
            "is_new": told["is_new"],
            "problems": {
                kind: told[f"problem_{kind}"] for kind in PROBLEMS if told[f"problem_{kind}"]
            },
            "items": told["items"] or 0,
            "historian": told["historian"],
            "interpreted": told["interpreted"],
            "discussed": told["discussed"],
            "risk": told["risk"],
            "minutes": told["minutes"],
        }

    @property
    def problems(self) -> list[Any]:
        """The fields that count problems, in their order."""
        return [self[f"problem_{kind}"] for kind in PROBLEMS]
