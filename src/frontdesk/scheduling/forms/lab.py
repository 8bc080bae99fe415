"""What a request to the template lab may say."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.scheduling.forms.fields import OneOf, SomeOf, providers, sites, visit_types
from frontdesk.scheduling.forms.setup import WEEKDAYS
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.rules.lab import Part, Stint

_TIME = {"type": "time", "step": "300"}
PARTS = 2  # blocks of a session, on the form
LEAST, MOST = 0, 400  # percent of the past demand


class NewDraft(forms.Form):
    """Whose week to begin a draft with."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    site = OneOf(sites, label=_("Site"), empty_label=None)
    provider = OneOf(
        providers, label=_("Provider"), required=False, empty_label=_("Everybody at the site")
    )


class StintForm(forms.Form):
    """A session of a draft."""

    provider = OneOf(providers, label=_("Provider"))
    weekday = forms.TypedChoiceField(label=_("Day"), choices=WEEKDAYS, coerce=int)
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    visit_types = SomeOf(
        visit_types, label=_("Only for"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every kind of visit."),
    )  # fmt: skip
    most_visits = forms.IntegerField(
        label=_("At most, visits a day"), min_value=0, max_value=200, required=False
    )

    def __init__(self, *args: Any, stint: Stint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stint = stint
        for number in range(PARTS):
            self._add_part(number)
        if stint is not None:
            self.initial = {**_said(stint), **self.initial}

    def _add_part(self, number: int) -> None:
        wall = forms.TimeInput(attrs=_TIME, format="%H:%M")
        self.fields |= {
            f"part_{number}": forms.CharField(label=_("Block"), max_length=40, required=False),
            f"part_{number}_starts": forms.TimeField(label=_("From"), required=False, widget=wall),
            f"part_{number}_ends": forms.TimeField(label=_("To"), required=False, widget=wall),
            f"part_{number}_hours": forms.IntegerField(
                label=_("Opens to others, hours before"), min_value=0, max_value=2000,
                required=False,
            ),
            f"part_{number}_types": forms.ModelMultipleChoiceField(
                visit_types(), label=_("Kept for"), required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Say what a block lacks."""
        said = super().clean() or {}
        for number in range(PARTS):
            name = f"part_{number}"
            if not said.get(name):
                continue
            for lacking in ("starts", "ends", "types"):
                if not said.get(f"{name}_{lacking}"):
                    self.add_error(f"{name}_{lacking}", _("A block needs this."))
        return said

    def said(self) -> Stint:
        """Return the session as it is said."""
        said = self.cleaned_data
        held = self.stint
        return Stint(
            provider=str(said["provider"].pk), weekday=said["weekday"],
            starts=_wall(said["starts"]), ends=_wall(said["ends"]),
            visit_type_ids=_keys(said["visit_types"]), most_visits=said["most_visits"],
            most_of_type=dict(held.most_of_type) if held else {}, blocks=self._parts(),
        )  # fmt: skip

    def _parts(self) -> list[Part]:
        said, held = self.cleaned_data, self.stint.blocks if self.stint else []
        found = [
            Part(
                said[name].strip(), _wall(said[f"{name}_starts"]), _wall(said[f"{name}_ends"]),
                _keys(said[f"{name}_types"]), said[f"{name}_hours"],
                held[number].opens_to_ids if number < len(held) else [],
            )
            for number in range(PARTS)
            if said.get(name := f"part_{number}")
        ]  # fmt: skip
        return [*found, *held[PARTS:]]

    @property
    def part_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each block."""
        tails = ("", "_starts", "_ends", "_hours", "_types")
        return [[self[f"part_{number}{tail}"] for tail in tails] for number in range(PARTS)]


class MixForm(forms.Form):
    """How much of the past demand there would be, by type of visit."""

    def __init__(self, *args: Any, kinds: Sequence[VisitType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[str(kind.pk)] = forms.IntegerField(
                label=kind.name, min_value=LEAST, max_value=MOST, required=False
            )

    def mix(self) -> dict[str, int]:
        """Return the percent of each type that is said."""
        return {key: value for key, value in self.cleaned_data.items() if value is not None}


class LiveFrom(forms.Form):
    """From which day a draft is the usual week."""

    on = forms.DateField(label=_("Live from"), widget=forms.DateInput(attrs={"type": "date"}))


def _said(stint: Stint) -> dict[str, Any]:
    said: dict[str, Any] = {
        "provider": stint.provider, "weekday": stint.weekday, "starts": stint.opens,
        "ends": stint.closes, "visit_types": stint.visit_type_ids,
        "most_visits": stint.most_visits,
    }  # fmt: skip
    for number, part in enumerate(stint.blocks[:PARTS]):
        name = f"part_{number}"
        said |= {
            name: part.name, f"{name}_starts": time.fromisoformat(part.starts),
            f"{name}_ends": time.fromisoformat(part.ends), f"{name}_hours": part.release_hours,
            f"{name}_types": part.visit_type_ids,
        }  # fmt: skip
    return said


def _wall(at: time) -> str:
    return f"{at:%H:%M}"


def _keys(chosen: Any) -> list[str]:
    return [str(one.pk) for one in chosen]
