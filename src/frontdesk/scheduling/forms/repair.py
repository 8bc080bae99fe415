"""What is said when the day breaks: who is out and when, who runs late and by how much."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import at_wall, local, now
from frontdesk.practice.models import Device, Room, Site
from frontdesk.scheduling.forms.fields import OneOf, providers, sites, why_no_span
from frontdesk.scheduling.models import Phase, RepairLine
from frontdesk.ui.fields import choice_field

_DAY = {"type": "date"}
_TIME = {"type": "time", "step": "300"}
_LATE = ("10", "15", "20", "25", "30", "45", "60", "90")


class Out(forms.Form):
    """Who or what is out, on which day, from when and until when."""

    who = forms.ChoiceField(label=_("Who or what is out"))
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_DAY))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DAY), required=False)
    starts = forms.TimeField(
        label=_("From time"), widget=forms.TimeInput(attrs=_TIME), required=False
    )
    ends = forms.TimeField(label=_("To time"), widget=forms.TimeInput(attrs=_TIME), required=False)
    because = forms.CharField(label=_("Reason"), max_length=100, initial=_("Out today"))
    may_touch = forms.BooleanField(
        label=_("Others may be moved too, where that spares more"), required=False, initial=True
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        choice_field(self, "who").choices = _who(site)

    def clean(self) -> dict[str, Any]:
        """Work out the span by the site's wall; without times whole days are meant."""
        said = super().clean() or {}
        first = said.get("on")
        if not isinstance(first, date):
            return said
        last, ends = said.get("last") or first, said.get("ends")
        after = last if ends else last + timedelta(days=1)
        span = (first, said.get("starts") or time.min), (after, ends or time.min)
        starts_at, ends_at = (at_wall(self.site, *edge) for edge in span)
        if trouble := why_no_span(self.site, *span):
            self.add_error(*trouble)
        elif ends_at <= now():
            self.add_error("on", _("This time has passed already."))
        said["starts_at"], said["ends_at"] = starts_at, ends_at
        return said

    def values(self) -> dict[str, Any]:
        """What the repair is asked for with, from the cleaned data."""
        said = self.cleaned_data
        kind, _colon, key = cast("str", said["who"]).partition(":")
        names = ("starts_at", "ends_at", "because", "may_touch")
        return {"resource_kind": kind, "resource_id": UUID(key), **{n: said[n] for n in names}}


class Late(forms.Form):
    """Who runs late, and by how many minutes now."""

    provider = OneOf(providers, label=_("Who runs late"))
    minutes = forms.IntegerField(
        label=_("Minutes late now"),
        min_value=1,
        max_value=480,
        widget=forms.NumberInput(attrs={"list": "late-minutes"}),
    )
    usual = _LATE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "late_%s"  # the book beside has a provider too
        super().__init__(*args, **kwargs)


class Wished(forms.Form):
    """What is wanted of one visit of a plan."""

    wish = forms.ChoiceField(choices=RepairLine.Wish.choices, required=False)
    starts_at = forms.CharField(required=False)
    provider = OneOf(providers, required=False)
    site = OneOf(sites, required=False)

    def clean_starts_at(self) -> datetime | None:
        """Read the instant as the page wrote it."""
        said = self.cleaned_data["starts_at"]
        if not said:
            return None
        try:
            found = datetime.fromisoformat(said)
        except ValueError:
            raise forms.ValidationError(_("This time can't be read.")) from None
        if found.tzinfo is None:
            raise forms.ValidationError(_("This time can't be read."))
        return found


class Ended(forms.Form):
    """Whether whoever was out is back."""

    is_back = forms.BooleanField(required=False)


class Applied(forms.Form):
    """Which plan was looked at."""

    of_round = forms.IntegerField(min_value=1)


def _who(site: Site) -> list[tuple[str, Any]]:
    day = local(site, now()).date()
    role = Phase.Role
    groups: list[tuple[str, Any]] = []
    here = providers().filter(sessions__site=site, sessions__from_on__lte=day).distinct()
    people = [(f"{role.PROVIDER}:{one.pk}", str(one)) for one in here]
    rooms = Room.objects.filter(site=site, is_active=True).order_by("name")
    devices = Device.objects.filter(site=site, is_active=True).order_by("name")
    for title, found in (
        (_("Providers"), people),
        (_("Rooms"), [(f"{role.ROOM}:{one.pk}", one.name) for one in rooms]),
        (_("Devices"), [(f"{role.DEVICE}:{one.pk}", one.name) for one in devices]),
    ):
        if found:
            groups.append((str(title), found))
    return groups
