"""What a patient may say on a page behind a link."""

from typing import Any

from django import forms

from frontdesk.core.keys import new_key
from frontdesk.people.forms import SpokenDate
from frontdesk.portal.rules import both
from frontdesk.practice.models import Site
from frontdesk.scheduling.forms.fields import OneOf, providers
from frontdesk.staff.models import Provider


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


class CancelVisit(forms.Form):
    """Why a patient cancels: as the office reads it, whatever language it was chosen in."""

    REASONS = {
        "sick": ("I am ill", "Estoy enfermo", "Ill"),
        "better": ("I feel better", "Me siento mejor", "Feels better"),
        "time": ("The time does not work", "La hora no me conviene", "The time does not work"),
        "ride": ("I have no way to get there", "No tengo cómo llegar", "No way to get here"),
        "cost": ("The cost", "El costo", "The cost"),
        "elsewhere": ("I am going elsewhere", "Voy a otro lugar", "Goes elsewhere"),
        "other": ("Another reason", "Otro motivo", "Another reason"),
    }

    reason = forms.ChoiceField(widget=forms.RadioSelect)
    words = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, both(said[0], said[1])) for key, said in self.REASONS.items()]
        reason = self.fields["reason"]
        reason.choices = choices  # type: ignore[attr-defined]  # a ChoiceField, made above
        reason.label = both("Why?", "¿Por qué?")
        reason.error_messages["required"] = both("Choose a reason.", "Elija un motivo.")
        self.fields["words"].label = both("Anything else?", "¿Algo más?")

    def clean(self) -> dict[str, Any]:
        """Say the reason in one line."""
        said = super().clean() or {}
        if reason := said.get("reason"):
            parts = (self.REASONS[reason][2], " ".join(said.get("words", "").split()))
            said["because"] = ": ".join(part for part in parts if part)
        return said


class ChooseTime(forms.Form):
    """The time a patient chose, with whom and where."""

    starts_at = forms.DateTimeField()
    provider = forms.UUIDField()
    site = forms.UUIDField()

    def clean(self) -> dict[str, Any]:
        """Find the provider and the site in this practice."""
        said = super().clean() or {}
        for name, model in (("provider", Provider), ("site", Site)):
            found = model.objects.filter(pk=said.get(name) or new_key(), is_active=True).first()
            if found is None:
                raise forms.ValidationError(both("Choose a time.", "Elija una hora."))
            said[name] = found
        return said
