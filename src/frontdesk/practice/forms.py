"""What a request may say about the practice and its places."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontdesk.practice import models
from frontdesk.practice.rules import Span, read_hours, write_hours
from frontdesk.ui.fields import record_field

DAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
ADDRESS = ("address_1", "address_2", "city", "state", "zip_code")
INTERPRETED = [  # BCP 47; American Sign Language has a code of its own (ISO 639-3)
    ("es", _("Spanish")),
    ("ase", _("American Sign Language")),
    ("ar", _("Arabic")),
    ("zh", _("Chinese")),
    ("fr", _("French")),
    ("ht", _("Haitian Creole")),
    ("hi", _("Hindi")),
    ("ko", _("Korean")),
    ("ne", _("Nepali")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("so", _("Somali")),
    ("tl", _("Tagalog")),
    ("uk", _("Ukrainian")),
    ("vi", _("Vietnamese")),
]
USUAL = "8:00 am – 5:00 pm"


class HoursField(forms.CharField):
    """Hours of one day as people write them, read into spans."""

    def to_python(self, value: Any) -> list[Span]:  # type: ignore[override]
        """Return the spans, or say what can't be read."""
        try:
            return read_hours(str(value or ""))
        except ValueError as trouble:
            raise ValidationError(str(trouble)) from trouble

    def prepare_value(self, value: Any) -> Any:
        """Return the spans as written."""
        return write_hours(value) if isinstance(value, list) else value


class Practice(forms.ModelForm[models.Practice]):
    """The practice itself."""

    class Meta:
        model = models.Practice
        fields = (
            "name",
            "legal_name",
            "tax_id",
            "npi",
            "taxonomy",
            "phone",
            "email",
            *ADDRESS,
            "logoff_minutes",
            "hold_minutes",
            "video_link",
        )
        labels = {
            "name": _("Name of the practice"),
            "legal_name": _("Legal name"),
            "tax_id": _("Tax id"),
            "npi": _("Group NPI"),
            "taxonomy": _("Taxonomy code"),
            "email": _("E-mail"),
            "logoff_minutes": _("Sign people out after (minutes of rest)"),
            "hold_minutes": _("Keep a held time for (minutes)"),
            "video_link": _("Where video visits are"),
        }
        help_texts = {
            "legal_name": _("As on the tax form; claims carry it."),
            "taxonomy": _("Ten characters from the NUCC list, such as 207Q00000X."),
            "zip_code": _("Nine digits: payers ask for ZIP+4 on claims."),
            "logoff_minutes": _("Between 2 and 60. Shorter where patients can see a screen."),
            "video_link": _(
                "The address of your video room, with {visit} where a room of its own for each "
                "visit is named: https://meet.example.org/{visit}"
            ),
        }

    def clean_logoff_minutes(self) -> int:
        """Refuse what would never sign anybody out, or at once."""
        minutes: int = self.cleaned_data["logoff_minutes"]
        if not 2 <= minutes <= 60:
            raise ValidationError(_("Between 2 and 60 minutes."))
        return minutes

    def clean_hold_minutes(self) -> int:
        """Refuse holds that nobody could use, or that keep a day from others."""
        minutes: int = self.cleaned_data["hold_minutes"]
        if not 1 <= minutes <= 30:
            raise ValidationError(_("Between 1 and 30 minutes."))
        return minutes

    def clean_video_link(self) -> str:
        """Refuse an address that a phone would not open safely."""
        address: str = self.cleaned_data["video_link"].strip()
        if address and not re.fullmatch(r"https://[^\s{}]+(\{visit\}[^\s{}]*)?", address):
            raise ValidationError(_("Begin with https:// and use {visit} once, or not at all."))
        return address


class Site(forms.ModelForm[models.Site]):
    """A site and its week."""

    class Meta:
        model = models.Site
        fields = (
            "name",
            "time_zone",
            *ADDRESS,
            "phone",
            "npi",
            "place_of_service",
            "is_active",
        )
        labels = {
            "time_zone": _("Time zone"),
            "npi": _("Site NPI"),
            "place_of_service": _("Place of service"),
            "is_active": _("In use"),
        }
        help_texts = {
            "npi": _("Only where the site bills under a number of its own."),
            "place_of_service": _("11 is an office."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = (
            _week_of(self.instance)
            if self.instance.pk and not self.instance._state.adding
            else None
        )
        for weekday, day in enumerate(DAYS):
            usual = USUAL if weekday < 5 else ""
            self.fields[f"day_{weekday}"] = HoursField(
                label=day,
                required=False,
                initial=usual if held is None else held[weekday],
                help_text=_("Empty means closed. A comma parts morning and afternoon.")
                if weekday == 0
                else "",
            )
        self.order_fields([*(name for name in self.fields if name != "is_active"), "is_active"])

    def clean(self) -> dict[str, Any]:
        """Gather the seven days into one week."""
        cleaned = super().clean() or {}
        cleaned["hours"] = {day: cleaned.pop(f"day_{day}", None) or [] for day in range(7)}
        return cleaned


class Room(forms.ModelForm[models.Room]):
    """A room."""

    site: forms.ModelChoiceField[models.Site] = forms.ModelChoiceField(
        queryset=None, label=_("Site")
    )

    class Meta:
        model = models.Room
        fields = ("site", "name", "kind", "is_active")
        labels = {"kind": _("Kind"), "is_active": _("In use")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "site").queryset = models.Site.objects.order_by("name")


class Device(forms.ModelForm[models.Device]):
    """A device."""

    site: forms.ModelChoiceField[models.Site] = forms.ModelChoiceField(
        queryset=None, label=_("Site")
    )

    class Meta:
        model = models.Device
        fields = ("site", "name", "kind", "is_active")
        labels = {"kind": _("Kind"), "is_active": _("In use")}
        help_texts = {"kind": _("What a visit type asks for, such as ultrasound.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "site").queryset = models.Site.objects.order_by("name")


class Closure(forms.ModelForm[models.Closure]):
    """A day off."""

    site: forms.ModelChoiceField[models.Site] = forms.ModelChoiceField(
        queryset=None, label=_("Site"), required=False, empty_label=_("Every site")
    )
    is_kept = forms.BooleanField(label=_("We are closed on this day"), required=False, initial=True)

    class Meta:
        model = models.Closure
        fields = ("on", "because", "site", "starts", "ends")
        labels = {
            "on": _("Day"),
            "because": _("Reason"),
            "starts": _("Closed from"),
            "ends": _("Closed until"),
        }
        help_texts = {
            "starts": _("Early closing: from this time on. Empty: from the morning."),
            "ends": _("Late opening: until this time. Empty: to the end of the day."),
        }
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "starts": forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "site").queryset = models.Site.objects.order_by("name")


class Interpreter(forms.ModelForm[models.Interpreter]):
    """Somebody who interprets."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=INTERPRETED, widget=forms.CheckboxSelectMultiple
    )
    sites: forms.ModelMultipleChoiceField[models.Site] = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Only these sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every site."),
    )

    class Meta:
        model = models.Interpreter
        fields = ("name", "mode", "languages", "sites", "is_active")
        labels = {"mode": _("How"), "is_active": _("Can be booked")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sites"].queryset = models.Site.objects.filter(is_active=True).order_by("name")
        fields["sites"].initial = self.instance.site_ids
        others = set(self.instance.languages) - dict(INTERPRETED).keys()
        fields["languages"].choices = [*INTERPRETED, *((tag, tag) for tag in sorted(others))]

    def clean_sites(self) -> list[models.Site]:
        """Return the chosen sites as a plain list."""
        return list(self.cleaned_data["sites"])


class Holidays(forms.Form):
    """Which holidays of a year the office keeps."""

    year = forms.IntegerField(min_value=2000, max_value=2100)


def _week_of(site: models.Site) -> dict[int, list[Span]]:
    week: dict[int, list[Span]] = {day: [] for day in range(7)}
    for hours in site.hours.all():
        week[hours.weekday].append((hours.opens, hours.closes))
    return week
