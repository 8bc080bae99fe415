"""What the first person in a new house says."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import TIME_ZONES
from frontdesk.staff.models import User


class Welcome(forms.Form):
    """The practice's name and clock, and its first administrator."""

    practice = forms.CharField(label=_("Name of the practice"), max_length=100)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=TIME_ZONES)
    name = forms.CharField(label=_("Your name"), max_length=100)
    email = forms.EmailField(label=_("Your e-mail"))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least twelve characters; a sentence is easy to remember."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed."""
        said = super().clean() or {}
        if password := said.get("password"):
            try:
                validate_password(
                    password, User(email=said.get("email", ""), name=said.get("name", ""))
                )
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return said


class PracticeFile(forms.Form):
    """A practice described in a file."""

    file = forms.FileField(label=_("JSON file, or CSV files in a ZIP"))
