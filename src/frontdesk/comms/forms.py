"""What a request about messages may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.comms import models
from frontdesk.comms.models import Message
from frontdesk.comms.rules import Text
from frontdesk.people.models import Channel
from frontdesk.people.rules.phones import normal

CHANNELS = [("", _("E-mails and texts")), ("email", _("E-mails")), ("sms", _("Texts"))]


class Show(forms.Form):
    """Which messages to show."""

    status = forms.ChoiceField(choices=[("", ""), *Message.Status.choices], required=False)
    channel = forms.ChoiceField(choices=[("", ""), *Channel.choices], required=False)


class Reply(forms.Form):
    """What is written back to a text."""

    body = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 3}), max_length=450
    )


class Wording(forms.Form):
    """How a kind of message is said."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("E-mail"), widget=forms.Textarea(attrs={"rows": 12}))
    short = forms.CharField(
        label=_("Text message"), widget=forms.Textarea(attrs={"rows": 4}), max_length=900
    )

    def __init__(self, *args: Any, has_short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_short:  # a kind that is not said by text
            del self.fields["short"]

    @property
    def text(self) -> Text:
        """What was said, from the cleaned data."""
        said = self.cleaned_data
        return Text(said["subject"], said["body"], said.get("short", ""))


class Line(forms.ModelForm[models.Line]):
    """From which number texts go out, and when nobody is texted."""

    class Meta:
        model = models.Line
        fields = ("number", "is_on", "quiet_from", "quiet_until")
        labels = {
            "number": _("Our number for texts"),
            "is_on": _("Send texts"),
            "quiet_from": _("No texts from"),
            "quiet_until": _("until"),
        }
        help_texts = {
            "quiet_from": _("By the clock of the patient's site. The law says 9 PM to 8 AM."),
        }
        widgets = {
            "number": forms.TextInput(attrs={"inputmode": "tel", "placeholder": "(614) 555-0100"}),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean_number(self) -> str:
        """Keep the number as the carrier writes it."""
        number: str = normal(self.cleaned_data["number"])
        if number and not number.startswith("+"):
            raise forms.ValidationError(_("This is not a phone number."))
        return number

    def clean(self) -> dict[str, Any]:
        """A line that is on has a number."""
        said = super().clean() or {}
        if said.get("is_on") and not said.get("number") and "number" not in self.errors:
            self.add_error("number", _("Write the number that texts come from."))
        return said
