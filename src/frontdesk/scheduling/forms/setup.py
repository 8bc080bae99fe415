"""What a request about visit types, sessions and time off may say."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import at_wall
from frontdesk.practice.models import Device, Room, Site
from frontdesk.scheduling.forms.fields import OneOf, SomeOf, providers, sites, visit_types
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.scheduling.operations import PhaseSaid
from frontdesk.staff.models import Member, Provider

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
_MINUTES = {"step": "5", "min": "0"}


class VisitTypeForm(forms.ModelForm[VisitType]):
    """What can be booked, with one stretch of each kind of resource."""

    charge_codes = forms.CharField(
        label=_("Usual codes"),
        required=False,
        help_text=_("Put on the superbill to begin with, apart by spaces: 99213 36415"),
    )

    class Meta:
        model = VisitType
        fields = (
            "name",
            "code",
            "is_new_patient",
            "needs_authorization",
            "charge_codes",
            "is_active",
        )
        labels = {
            "code": _("Short name"),
            "is_new_patient": _("For new patients"),
            "needs_authorization": _("Needs the payer's authorization"),
            "is_active": _("Can be booked"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {phase.role: phase for phase in self._held()}
        self.initial["charge_codes"] = " ".join(self.instance.charge_codes or [])
        for role in Phase.Role:
            self._ask_for(role, held.get(role))

    def clean_charge_codes(self) -> list[str]:
        """Return the codes one by one."""
        return cast("str", self.cleaned_data["charge_codes"]).upper().replace(",", " ").split()

    def clean(self) -> dict[str, Any]:
        """Refuse a visit without a provider."""
        cleaned = super().clean() or {}
        if not cleaned.get("provider_minutes"):
            self.add_error("provider_minutes", _("A visit needs a provider for some of its time."))
        return cleaned

    @property
    def phases(self) -> list[PhaseSaid]:
        """The phases as they were said, from the cleaned data."""
        said = self.cleaned_data
        return [
            PhaseSaid(
                role=role,
                starts_after=said.get(f"{role}_after") or 0,
                minutes=said[f"{role}_minutes"],
                kind=said.get(f"{role}_kind") or "",
            )
            for role in Phase.Role.values
            if said.get(f"{role}_minutes")
        ]

    def values(self) -> dict[str, Any]:
        """What the visit type itself says."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _held(self) -> list[Phase]:
        if self.instance._state.adding:
            return []
        return [phase for phase in self.instance.phases.all() if phase.is_active]

    def _ask_for(self, role: Phase.Role, held: Phase | None) -> None:
        minutes = forms.IntegerField(
            label=_("%(what)s, minutes") % {"what": role.label},
            min_value=0,
            max_value=600,
            required=False,
            step_size=5,
            widget=forms.NumberInput(attrs=_MINUTES),
        )
        after = forms.IntegerField(
            label=_("from minute"),
            min_value=0,
            max_value=600,
            required=False,
            step_size=5,
            widget=forms.NumberInput(attrs=_MINUTES),
        )
        self.fields[f"{role}_minutes"], self.fields[f"{role}_after"] = minutes, after
        if role in (Phase.Role.ROOM, Phase.Role.DEVICE):
            self.fields[f"{role}_kind"] = _kinds(role)
        if held:
            self.initial[f"{role}_minutes"] = held.minutes
            self.initial[f"{role}_after"] = held.starts_after
            self.initial[f"{role}_kind"] = held.kind


class SessionForm(forms.Form):
    """When a provider sees patients every week."""

    provider = OneOf(providers, label=_("Provider"))
    site = OneOf(sites, label=_("Site"))
    weekday = forms.TypedChoiceField(label=_("Day"), choices=WEEKDAYS, coerce=int)
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

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session is not None:
            for name in ("provider", "site", "weekday"):
                del self.fields[name]


class EndSession(forms.Form):
    """From which day a session holds no longer."""

    on = forms.DateField(label=_("Ends before"), widget=forms.DateInput(attrs=_DAY))


class Off(forms.Form):
    """Who or what can't be booked, and when."""

    who = forms.ChoiceField(label=_("Who or what"))
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=_DAY))
    last = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs=_DAY), required=False)
    starts = forms.TimeField(
        label=_("From time"), required=False, widget=forms.TimeInput(attrs=_TIME)
    )
    ends = forms.TimeField(label=_("To time"), required=False, widget=forms.TimeInput(attrs=_TIME))
    because = forms.CharField(label=_("Reason"), max_length=100)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["who"].choices = list(_resources(site))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Work out the span by the site's wall; without times whole days are meant."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last") or said.get("first")
        if not (isinstance(first, date) and isinstance(last, date)):
            return said
        ends = said.get("ends")
        after = last if ends else last + timedelta(days=1)
        said["starts_at"] = at_wall(self.site, first, said.get("starts") or time.min)
        said["ends_at"] = at_wall(self.site, after, ends or time.min)
        if cast("datetime", said["ends_at"]) <= said["starts_at"]:
            self.add_error("last", _("It ends before it begins."))
        return said

    @property
    def resource(self) -> tuple[str, UUID]:
        """The kind and the key of what is off, from the cleaned data."""
        kind, _colon, key = cast("str", self.cleaned_data["who"]).partition(":")
        return kind, UUID(key)


def _kinds(role: Phase.Role) -> forms.Field:
    if role == Phase.Role.ROOM:
        choices: list[tuple[str, Any]] = [("", _("Any room")), *Room.Kind.choices]
        return forms.ChoiceField(label=_("kind"), choices=choices, required=False)
    known = Device.objects.filter(is_active=True).order_by("kind").values_list("kind", flat=True)
    kinds = [("", _("Any device")), *((kind, kind) for kind in dict.fromkeys(known))]
    return forms.ChoiceField(label=_("kind"), choices=kinds, required=False)


def _resources(site: Site) -> Any:
    yield (
        _("Providers"),
        [(f"provider:{one.pk}", one.full_name) for one in cast("list[Provider]", providers())],
    )
    rooms = Room.objects.filter(site=site, is_active=True).order_by("name")
    yield _("Rooms"), [(f"room:{one.pk}", one.name) for one in rooms]
    devices = Device.objects.filter(site=site, is_active=True).order_by("name")
    yield _("Devices"), [(f"device:{one.pk}", one.name) for one in devices]
    members = Member.objects.filter(is_active=True).order_by("name")
    assistants = [one for one in members if "assistant" in one.roles]
    yield _("Assistants"), [(f"assistant:{one.pk}", one.name) for one in assistants]
