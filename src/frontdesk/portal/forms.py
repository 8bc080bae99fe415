"""What a patient may say on a page behind a link."""

from typing import Any

from django import forms

from frontdesk.people.forms import SpokenDate
from frontdesk.portal.rules import both
from frontdesk.scheduling.forms.fields import OneOf, providers


class WhoAreYou(forms.Form):
    """The birth date, before anything of the patient is shown."""

    birth_date = SpokenDate()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["birth_date"]
        field.label = both("Your birth date", "Su fecha de nacimiento")
        field.help_text = both("Month, day and year: 3/14/1968", "Mes, día y año: 3/14/1968")
        field.widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "bday", "placeholder": "3/14/1968"}
        )
        field.error_messages["required"] = both(
            "Write your birth date.", "Escriba su fecha de nacimiento."
        )


class LateAnswer(forms.Form):
    """What somebody says to a late provider: keep the new time, another one, or a call."""

    answer = forms.ChoiceField(choices=[(one, one) for one in ("keep", "moved", "call")])
    starts_at = forms.DateTimeField(required=False)
    provider = OneOf(providers, required=False)

    def clean(self) -> dict[str, Any]:
        """Another time is a time with somebody."""
        said = super().clean() or {}
        is_whole = said.get("starts_at") and said.get("provider")
        if said.get("answer") == "moved" and not is_whole:
            raise forms.ValidationError(both("Choose one of the times.", "Elija una de las horas."))
        return said
