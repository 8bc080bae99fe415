"""What a request may say about people who work here."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import HasTimeZone, at_wall, now, today
from frontdesk.practice.models import Site
from frontdesk.staff import models, queries
from frontdesk.staff.roles import ROLES

MORNING = time(8)
SNOOZES = (
    ("hour", _("In an hour")),
    ("tomorrow", _("Tomorrow morning")),
    ("monday", _("Monday morning")),
    ("day", _("On a day …")),
)


class Member(forms.ModelForm[models.Member]):
    """Somebody's place in the practice; the e-mail address is asked once."""

    email = forms.EmailField(label=_("E-mail"))
    roles = forms.MultipleChoiceField(
        label=_("What they do here"), widget=forms.CheckboxSelectMultiple
    )
    skills = forms.CharField(label=_("Skills"), required=False, max_length=400)
    default_site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        queryset=None, label=_("Works mostly at"), required=False
    )
    sites: forms.ModelMultipleChoiceField[Site] = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Only these sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every site."),
    )
    provider: forms.ModelChoiceField[models.Provider] = forms.ModelChoiceField(
        queryset=None,
        label=_("Is the provider"),
        required=False,
        help_text=_("For clinicians: whose schedule and superbills are theirs."),
    )

    class Meta:
        model = models.Member
        fields = (
            "name",
            "email",
            "roles",
            "skills",
            "default_site",
            "sites",
            "provider",
            "is_active",
        )
        labels = {"is_active": _("Works here")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["roles"].choices = [(k, f"{role.label}: {role.says}") for k, role in ROLES.items()]
        known = ", ".join(queries.skills())
        words = _("What a visit may ask for, apart by commas.")
        fields["skills"].help_text = f"{words} {known}".strip()
        self.initial["skills"] = ", ".join(self.instance.skills)
        sites = Site.objects.filter(is_active=True).order_by("name")
        fields["default_site"].queryset = fields["sites"].queryset = sites
        fields["provider"].queryset = models.Provider.objects.filter(is_active=True)
        if self.instance._state.adding:
            del fields["is_active"]
        else:
            del fields["email"]
            fields["sites"].initial = self.instance.site_ids

    def clean_skills(self) -> list[str]:
        """Return the skills one by one, each in the spelling that is known, each once."""
        known = {skill.casefold(): skill for skill in queries.skills()}
        said = [part.strip()[:40] for part in self.cleaned_data["skills"].split(",")]
        return list({s.casefold(): known.get(s.casefold(), s) for s in said if s}.values())

    def clean_sites(self) -> list[Site]:
        """Return the chosen sites as a plain list."""
        return list(self.cleaned_data["sites"])


class Provider(forms.ModelForm[models.Provider]):
    """A provider."""

    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        queryset=None, label=_("Works mostly at"), required=False
    )

    class Meta:
        model = models.Provider
        fields = (
            "first_name",
            "last_name",
            "credential",
            "npi",
            "taxonomy",
            "specialty",
            "site",
            "is_active",
        )
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "credential": _("Credential"),
            "npi": _("NPI"),
            "taxonomy": _("Taxonomy code"),
            "specialty": _("Specialty"),
            "is_active": _("Sees patients"),
        }
        help_texts = {
            "credential": _("MD, DO, NP, PA …"),
            "npi": _("Ten digits; the check digit is verified."),
            "taxonomy": _("Ten characters, such as 207Q00000X for family medicine."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["site"].queryset = Site.objects.filter(is_active=True).order_by("name")


class Work(forms.Form):
    """A task one person leaves for a role or a colleague."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea)
    pool = forms.ChoiceField(label=_("For"))
    due_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["pool"].choices = [(key, role.label) for key, role in ROLES.items()]

    def due_at(self, place: HasTimeZone) -> datetime | None:
        """Return the end of the chosen day at the place."""
        day = self.cleaned_data["due_on"]
        return at_wall(place, day + timedelta(days=1), time.min) if day else None


class Snooze(forms.Form):
    """Until when an item sleeps."""

    how = forms.ChoiceField(label=_("Bring it back"), choices=SNOOZES, widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day where one is to be chosen."""
        cleaned = super().clean() or {}
        if cleaned.get("how") == "day" and not cleaned.get("on"):
            raise ValidationError({"on": _("Choose a day.")})
        return cleaned

    def until(self, place: HasTimeZone) -> datetime:
        """Return the instant at which the item wakes, by the clock of the place."""
        day, how = today(place), self.cleaned_data["how"]
        if how == "hour":
            return now() + timedelta(hours=1)
        if how == "tomorrow":
            return at_wall(place, day + timedelta(days=1), MORNING)
        if how == "monday":
            return at_wall(place, day + timedelta(days=7 - day.weekday()), MORNING)
        return at_wall(place, self.cleaned_data["on"], MORNING)


class Assign(forms.Form):
    """Whom an item is given to."""

    owner: forms.ModelChoiceField[models.Member] = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Give it to"), empty_label=_("Nobody: the list")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        active = models.Member.objects.filter(is_active=True)
        fields["owner"].queryset = active.order_by("name")


class Profile(forms.Form):
    """How one is called and how one's screens look."""

    name = forms.CharField(label=_("Name"), max_length=100)
    theme = forms.ChoiceField(
        label=_("Colors"), choices=models.User.Theme.choices, widget=forms.RadioSelect
    )
    density = forms.ChoiceField(
        label=_("Spacing"), choices=models.User.Density.choices, widget=forms.RadioSelect
    )
