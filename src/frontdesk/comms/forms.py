"""What a request about messages may say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.comms.models import Message
from frontdesk.comms.rules import Text


class Show(forms.Form):
    """Which messages to show."""

    status = forms.ChoiceField(choices=[("", ""), *Message.Status.choices], required=False)


class Wording(forms.Form):
    """How a kind of message is said."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}))

    @property
    def text(self) -> Text:
        """What was said, from the cleaned data."""
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])
