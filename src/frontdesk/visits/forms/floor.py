"""Forms of the floor: rooms, calls, messages, tickets, times, policy."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import at_wall, local
from frontdesk.practice.models import Room, Site
from frontdesk.ui.fields import record_field
from frontdesk.visits.models import Call, FlowPolicy, Ticket, Visit

KINDS = [(kind, kind.label) for kind in Call.Kind if kind != Call.Kind.HELP]


class Close(forms.Form):
    """Why a room is out of use."""

    because = forms.CharField(
        max_length=100, label=_("Why"), error_messages={"required": _("Say why.")}
    )


class Light(forms.Form):
    """What is wanted at a room."""

    kind = forms.ChoiceField(choices=KINDS)


class Help(forms.Form):
    """Where help is wanted, as far as the screen knows."""

    room: "forms.ModelChoiceField[Room]" = forms.ModelChoiceField(None, required=False)
    where = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Room.objects.filter(site=site)


class Write(forms.Form):
    """A few words to the room."""

    text = forms.CharField(
        max_length=200,
        label=_("Message"),
        error_messages={"required": _("Write something first.")},
    )


class TakeTicket(forms.Form):
    """Why somebody has come to the desk."""

    what = forms.ChoiceField(choices=Ticket.What.choices, label=_("They come for"))


class GiveTicket(forms.Form):
    """Whose number it is that was taken before the desk knew them: a visit of that day."""

    visit: "forms.ModelChoiceField[Visit]" = forms.ModelChoiceField(None)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_day = Visit.objects.filter(site=ticket.site_id, on=ticket.on)
        record_field(self, "visit").queryset = of_day.select_related("patient")


class CallTo(forms.Form):
    """Where a number is called to."""

    to = forms.CharField(max_length=40, required=False)


class WasAt(forms.Form):
    """When a move really was, by the clock on the site's wall."""

    was = forms.TimeField(
        label=_("It was at"),
        input_formats=["%H:%M", "%I:%M %p", "%I:%M%p"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Write the time, as 9:05 AM."),
            "invalid": _("This is no time. Write it as 9:05 AM."),
        },
    )

    def moment(self, site: Site, noted: datetime, on: date) -> datetime:
        """Return the instant meant; a time unchanged to the minute is the one noted."""
        wall: time = self.cleaned_data["was"]
        known = local(site, noted)
        if (known.hour, known.minute) == (wall.hour, wall.minute):
            return noted
        return at_wall(site, on, wall)


class Policy(forms.ModelForm[FlowPolicy]):
    """When a site wants to be alarmed."""

    class Meta:
        model = FlowPolicy
        fields = (
            "arrived_minutes",
            "roomed_minutes",
            "checkout_minutes",
            "forgotten_minutes",
            "late_minutes",
            "early_minutes",
            "needs_clean_rooms",
            "notice",
        )
        labels = {
            "arrived_minutes": _("Waiting room, minutes"),
            "roomed_minutes": _("Alone in a room, minutes"),
            "checkout_minutes": _("At check-out, minutes"),
            "forgotten_minutes": _("Nothing noted, minutes"),
            "late_minutes": _("Late: ask the provider after, minutes"),
            "early_minutes": _("Early: say so from, minutes"),
            "needs_clean_rooms": _("A room takes nobody before somebody marks it clean"),
            "notice": _("Notice on the lobby's display"),
        }
