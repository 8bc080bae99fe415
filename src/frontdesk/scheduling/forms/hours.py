"""What a request about blocks, preferences and time off may say."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import at_wall
from frontdesk.practice.models import Device, Interpreter, Room, Site
from frontdesk.scheduling.forms import fields
from frontdesk.scheduling.forms.fields import OneOf, SomeOf, providers
from frontdesk.scheduling.forms.setup import WEEKDAYS
from frontdesk.scheduling.models import Block, Preference
from frontdesk.staff.models import Member, Provider
from frontdesk.ui.fields import choice_field

HOURS, DAYS = "hours", "days"
_TIME = {"type": "time", "step": "300"}
_DAY = {"type": "date"}


def _time(label: Any, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )


class BlockForm(forms.Form):
    """A part of a session that is kept for some visits."""

    name = forms.CharField(label=_("Called"), max_length=40, help_text=_("Same day, procedures …"))
    starts = _time(_("From"))
    ends = _time(_("To"))
    visit_types = SomeOf(
        fields.visit_types, label=_("Kept for"), widget=forms.CheckboxSelectMultiple
    )
    release = forms.IntegerField(
        label=_("Opens to others"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=_("So long before it begins. Empty: never."),
    )
    unit = forms.ChoiceField(
        label=_("before"), choices=[(DAYS, _("days")), (HOURS, _("hours"))], required=False
    )
    opens_to = SomeOf(
        fields.visit_types,
        label=_("Then for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: whatever the session takes."),
    )

    def __init__(self, *args: Any, block: Block | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if block is not None:
            self.initial = _said_by(block)

    def values(self) -> dict[str, Any]:
        """What the block says, from the cleaned data."""
        said = self.cleaned_data
        hours = said["release"]
        if hours is not None and said["unit"] != HOURS:
            hours *= 24
        return {
            "name": said["name"],
            "starts": said["starts"],
            "ends": said["ends"],
            "visit_type_ids": [str(one.pk) for one in said["visit_types"]],
            "release_hours": hours,
            "opens_to_ids": [str(one.pk) for one in said["opens_to"]],
        }


_ASKED: dict[str, dict[str, Any]] = {  # what each kind of preference asks, and its name there
    Preference.Kind.MOST_NEW: {"number": _("New patients a day")},
    Preference.Kind.MOST_OF_TYPE: {"number": _("Visits a day"), "visit_types": _("Of these")},
    Preference.Kind.NOT_TWO_LONG: {"number": _("A visit is long from so many minutes on")},
    Preference.Kind.NOT_AFTER: {"starts": _("None begins at or after"), "visit_types": ""},
    Preference.Kind.LUNCH: {
        "starts": _("Between"), "ends": _("and"), "number": _("Minutes that stay free"),
    },
    Preference.Kind.GAP: {"number": _("Minutes between visits")},
    Preference.Kind.NOTICE: {"number": _("Hours before the visit"), "visit_types": ""},
    Preference.Kind.OVERTIME: {"number": _("Minutes at most"), "site": ""},
}  # fmt: skip
_ALWAYS = ("weekdays", "is_hard", "cost")


class PreferenceForm(forms.ModelForm[Preference]):
    """What a provider prefers: what is asked besides depends on its kind."""

    visit_types = SomeOf(
        fields.visit_types,
        label=_("Which visits"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every day."),
    )
    site = OneOf(
        fields.sites,
        label=_("At"),
        required=False,
        empty_label=_("Every site"),
    )
    is_hard = forms.TypedChoiceField(
        label=_("How firm"),
        choices=[
            ("yes", _("Firm: nobody books against it without saying why")),
            ("no", _("A wish: other times are shown first")),
        ],
        coerce=lambda said: said == "yes",
        required=False,
        widget=forms.RadioSelect,
    )
    cost = forms.TypedChoiceField(
        label=_("A wish that weighs"),
        choices=[(3, _("a little")), (10, _("clearly")), (30, _("a lot"))],
        coerce=int,
        required=False,
        empty_value="10",
    )

    class Meta:
        model = Preference
        fields = ("kind", "number", "starts", "ends", "is_hard", "cost", "weekdays")
        labels = {
            "kind": _("What"),
            "number": _("How many"),
            "starts": _("From time"),
            "ends": _("To time"),
        }
        widgets = {
            "starts": forms.TimeInput(attrs=_TIME, format="%H:%M"),
            "ends": forms.TimeInput(attrs=_TIME, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance
        self.fields["number"].required = False
        self.initial["is_hard"] = "yes" if held.is_hard else "no"
        self.initial["visit_types"] = held.visit_type_ids
        self.initial["site"] = held.site_id
        self.initial.setdefault("cost", held.cost)
        choice_field(self, "kind").choices = [("", _("Choose")), *Preference.Kind.choices]
        self.kind = str(self["kind"].value() or "")
        asked = _ASKED.get(self.kind, {})
        for name, label in asked.items():
            self.fields[name].label = label or self.fields[name].label
        always = ["weekdays"] if self.kind == Preference.Kind.OVERTIME else _ALWAYS
        self.asked = [self[name] for name in (*asked, *always)] if asked else []

    def clean_number(self) -> int:
        """Return nothing said as none."""
        return cast("int | None", self.cleaned_data["number"]) or 0

    def values(self) -> dict[str, Any]:
        """What the preference says, from the cleaned data."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        said["is_hard"] = said["is_hard"] is not False  # unsaid: firm
        said["cost"] = int(said["cost"])
        said["site"] = self.cleaned_data["site"]
        return {**said, "visit_type_ids": [str(k.pk) for k in self.cleaned_data["visit_types"]]}

    def _post_clean(self) -> None:
        """Leave the checks to the operation, whose words are for the office."""


class Off(forms.Form):
    """Who or what can't be booked, and when; once, or again and again."""

    who = forms.ChoiceField(label=_("Who or what"))
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=_DAY))
    last = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs=_DAY), required=False)
    starts = _time(_("From time"), required=False)
    ends = _time(_("To time"), required=False)
    again = forms.TypedChoiceField(
        label=_("Again"),
        choices=[
            (0, _("Only this once")),
            (1, _("Every week on this day")),
            (2, _("Every second week on this day")),
            (4, _("Every fourth week on this day")),
        ],
        coerce=int,
        required=False,
        empty_value="",
    )
    because = forms.CharField(label=_("Reason"), max_length=100)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        choice_field(self, "who").choices = list(_resources(site))

    def clean(self) -> dict[str, Any]:
        """Work out the span by the site's wall; without times whole days are meant."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if not isinstance(first, date):
            return said
        if said.get("again"):
            self._clean_again(said, first, last)
            return said
        last, ends = last or first, said.get("ends")
        after = last if ends else last + timedelta(days=1)
        span = (first, said.get("starts") or time.min), (after, ends or time.min)
        starts_at, ends_at = (at_wall(self.site, *edge) for edge in span)
        if trouble := fields.why_no_span(self.site, *span):
            self.add_error(*trouble)
        said["starts_at"], said["ends_at"] = starts_at, ends_at
        return said

    @property
    def resource(self) -> tuple[str, UUID]:
        """The kind and the key of what is off, from the cleaned data."""
        kind, _colon, key = cast("str", self.cleaned_data["who"]).partition(":")
        return kind, UUID(key)

    @property
    def is_again(self) -> bool:
        """Say whether it comes again."""
        return bool(self.cleaned_data["again"])

    def values(self) -> dict[str, Any]:
        """What the time off says, from the cleaned data."""
        said, (kind, key) = self.cleaned_data, self.resource
        values = {"resource_kind": kind, "resource_id": key, "because": said["because"]}
        if not self.is_again:
            return {**values, "starts_at": said["starts_at"], "ends_at": said["ends_at"]}
        return {
            **values,
            "site": self.site,
            "weekday": said["first"].weekday(),
            "starts": said["starts"] or time.min,
            "ends": said["ends"] or time(23, 55),
            "every_weeks": said["again"],
            "from_on": said["first"],
            "until_on": said["last"] + timedelta(days=1) if said["last"] else None,
        }

    def _clean_again(self, said: dict[str, Any], first: date, last: date | None) -> None:
        starts, ends = said.get("starts"), said.get("ends")
        if last is not None and last < first:
            self.add_error("last", _("It ends before it begins."))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("It ends before it begins."))


def _said_by(block: Block) -> dict[str, Any]:
    hours = block.release_hours
    is_days = hours is None or (hours > 0 and hours % 24 == 0)
    return {
        "name": block.name,
        "starts": block.starts,
        "ends": block.ends,
        "visit_types": block.visit_type_ids,
        "release": hours // 24 if hours and is_days else hours,
        "unit": DAYS if is_days else HOURS,
        "opens_to": block.opens_to_ids,
    }


def _resources(site: Site) -> Iterator[tuple[Any, list[tuple[str, str]]]]:
    yield (
        _("Providers"),
        [(f"provider:{one.pk}", one.full_name) for one in cast("list[Provider]", providers())],
    )
    rooms = Room.objects.filter(site=site, is_active=True).order_by("name")
    yield _("Rooms"), [(f"room:{one.pk}", one.name) for one in rooms]
    devices = Device.objects.filter(site=site, is_active=True).order_by("name")
    yield _("Devices"), [(f"device:{one.pk}", one.name) for one in devices]
    members = list(Member.objects.filter(is_active=True).order_by("name"))
    assistants = [one for one in members if "assistant" in one.roles]
    yield _("Assistants"), [(f"assistant:{one.pk}", one.name) for one in assistants]
    desk = [one for one in members if "receptionist" in one.roles]
    yield _("Front desk"), [(f"desk:{one.pk}", one.name) for one in desk]
    speakers = Interpreter.objects.filter(is_active=True).order_by("name")
    here = [one for one in speakers if not one.site_ids or str(site.pk) in one.site_ids]
    yield _("Interpreters"), [(f"interpreter:{one.pk}", one.name) for one in here]
