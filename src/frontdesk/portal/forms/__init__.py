"""What a patient may say on a page behind a link."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from frontdesk.core.keys import new_key
from frontdesk.people.forms import SpokenDate
from frontdesk.people.rules import phones
from frontdesk.portal.forms.files import PaperField
from frontdesk.portal.rules import both
from frontdesk.practice.models import Site
from frontdesk.records.rules.blanks import Blank
from frontdesk.records.rules.choosing import SIGNERS
from frontdesk.scheduling.forms.fields import OneOf, providers
from frontdesk.staff.models import Provider
from frontdesk.ui.fields import choice_field

_DRAWN = "data:image/png;base64,"


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
        choice_field(self, "reason").choices = choices
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


_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
    "NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
# What each field of an item is called: English, Spanish, and what the keyboard should know.
_FIELDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "mobile_phone": ("Mobile phone", "Teléfono móvil", {"type": "tel", "autocomplete": "tel"}),
    "home_phone": ("Home phone", "Teléfono de casa", {"type": "tel", "autocomplete": "off"}),
    "email": ("E-mail", "Correo electrónico", {"type": "email", "autocomplete": "email"}),
    "address_1": ("Street", "Calle y número", {"autocomplete": "address-line1"}),
    "address_2": ("Apartment", "Apartamento", {"autocomplete": "address-line2"}),
    "city": ("City", "Ciudad", {"autocomplete": "address-level2"}),
    "state": ("State", "Estado", {"autocomplete": "address-level1", "maxlength": "2"}),
    "zip_code": ("ZIP code", "Código postal", {"inputmode": "numeric",
                                               "autocomplete": "postal-code"}),
    "contact_name": ("Their name", "Su nombre", {"autocomplete": "off"}),
    "contact_phone": ("Their phone", "Su teléfono", {"type": "tel", "autocomplete": "off"}),
    "contact_relationship": ("Who they are to you", "Qué es de usted", {"autocomplete": "off"}),
    "payer": ("Insurance company", "Compañía de seguro", {"autocomplete": "off"}),
    "plan_name": ("Plan", "Plan", {"autocomplete": "off"}),
    "member_id": ("Member ID", "Número de miembro", {"autocomplete": "off"}),
    "group_number": ("Group number", "Número de grupo", {"autocomplete": "off"}),
    "first_name": ("First name", "Nombre", {"autocomplete": "given-name"}),
    "last_name": ("Last name", "Apellido", {"autocomplete": "family-name"}),
    "birth_date": ("Birth date", "Fecha de nacimiento", {"inputmode": "numeric"}),
}  # fmt: skip
_ASKED: dict[str, tuple[str, ...]] = {
    "phone": ("mobile_phone", "home_phone"),
    "email": ("email",),
    "address": ("address_1", "address_2", "city", "state", "zip_code"),
    "reach": ("email_ok", "sms_ok", "voice_ok"),
    "contact": ("contact_name", "contact_phone", "contact_relationship"),
    "insurance": ("payer", "plan_name", "member_id", "group_number"),
    "name": ("first_name", "last_name", "birth_date"),
}
_NEEDED = {
    "address_1", "city", "state", "zip_code", "contact_name", "contact_phone", "payer",
    "member_id", "first_name", "last_name", "birth_date",
}  # fmt: skip
_ZIP = re.compile(r"\d{5}(-\d{4})?")


class ItemForm(forms.Form):
    """One item of the check-in: still right, or what is right instead."""

    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["key"].initial = str(new_key())
        for name in _ASKED[item]:
            self.fields[name] = self._yes_no(name) if name.endswith("_ok") else self._text(name)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that are shown."""
        return [self[name] for name in _ASKED[self.item]]

    @property
    def said(self) -> dict[str, str] | None:
        """What is right instead; None when all is still right."""
        if "still_right" in self.data:
            return None
        return {name: str(self.cleaned_data[name] or "") for name in _ASKED[self.item]}

    def full_clean(self) -> None:
        """Ask nothing more of somebody who says that all is still right."""
        if "still_right" in self.data:
            for name in _ASKED[self.item]:
                self.fields[name] = forms.CharField(required=False)
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Check what can be checked here: phones, ZIP code, state."""
        said = super().clean() or {}
        if "still_right" in self.data:
            return said
        for name in ("mobile_phone", "home_phone", "contact_phone"):
            if said.get(name) and not phones.is_whole(str(said[name])):
                self.add_error(name, both("This number is not complete.",
                                          "Este número no está completo."))  # fmt: skip
        if said.get("zip_code") and not _ZIP.fullmatch(str(said["zip_code"])):
            self.add_error("zip_code", both("Five digits.", "Cinco dígitos."))
        if "state" in said:
            said["state"] = str(said["state"]).upper()
            if said["state"] not in _STATES.split():
                self.add_error("state", both("Two letters: OH.", "Dos letras: OH."))
        return said

    @staticmethod
    def _text(name: str) -> forms.Field:
        english, spanish, attrs = _FIELDS[name]
        label = both(english, spanish)
        needed = {"required": both("Please fill this in.", "Por favor llene esto.")}
        if name == "birth_date":
            return SpokenDate(label=label, error_messages=needed)
        if name == "email":
            wrong = both("This is not an e-mail address.", "No es una dirección de correo.")
            return forms.EmailField(
                label=label, required=False, error_messages={"invalid": wrong},
                widget=forms.EmailInput(attrs=attrs),
            )  # fmt: skip
        return forms.CharField(
            label=label, max_length=100, required=name in _NEEDED, error_messages=needed,
            widget=forms.TextInput(attrs=attrs),
        )  # fmt: skip

    @staticmethod
    def _yes_no(name: str) -> forms.Field:
        words = {
            "email_ok": ("May we e-mail you?", "¿Podemos enviarle correos?"),
            "sms_ok": ("May we text you?", "¿Podemos enviarle mensajes de texto?"),
            "voice_ok": ("May we call you?", "¿Podemos llamarle?"),
        }
        return forms.ChoiceField(
            label=both(*words[name]),
            choices=[("yes", both("Yes", "Sí")), ("no", both("No", "No"))],
            widget=forms.RadioSelect,
            error_messages={"required": both("Choose one.", "Elija una opción.")},
        )


class SignForm(forms.Form):
    """A form to fill in and sign: its own blanks, and the signature."""

    signed_name = forms.CharField(max_length=100, required=False)
    signed_as = forms.ChoiceField(choices=[(one, one) for one in SIGNERS], initial="self")
    relation = forms.CharField(max_length=40, required=False)
    signature = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, blanks: Sequence[Blank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blanks = [f"blank-{one['name']}" for one in blanks]
        for name, one in zip(self.blanks, blanks, strict=True):
            self.fields[name] = _blank_field(one)

    @property
    def shown(self) -> list[forms.BoundField]:
        """The form's own blanks."""
        return [self[name] for name in self.blanks]

    @property
    def filled(self) -> dict[str, str]:
        """What was filled in, by blank."""
        said = {name: self.cleaned_data.get(name) for name in self.blanks}
        return {
            name.removeprefix("blank-"): value.isoformat() if isinstance(value, date) else
            "yes" if value is True else str(value or "")
            for name, value in said.items()
        }  # fmt: skip

    def clean_signature(self) -> bytes | None:
        """Read the drawing; whether something is drawn the operation looks."""
        text = str(self.cleaned_data["signature"])
        if not text:
            return None
        try:
            return base64.b64decode(text.removeprefix(_DRAWN), validate=True)
        except binascii.Error as error:
            raise forms.ValidationError(
                both("Please sign again.", "Por favor firme otra vez.")
            ) from error


class Picture(forms.Form):
    """A picture of a card or a licence."""

    side = forms.ChoiceField(choices=[(one, one) for one in ("front", "back", "licence")])
    picture = PaperField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picture"].error_messages["required"] = both(
            "Take or choose a picture.", "Tome o elija una foto."
        )


class AtTheTablet(forms.Form):
    """Who stands at the tablet."""

    birth_date = SpokenDate()
    last_name = forms.CharField(max_length=60)
    first_name = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "birth_date": ("Birth date", "Fecha de nacimiento"),
            "last_name": ("Last name, or phone number", "Apellido, o número de teléfono"),
            "first_name": ("First name", "Nombre"),
        }
        for name, word in words.items():
            field = self.fields[name]
            field.label = both(*word)
            field.error_messages["required"] = both("Please fill this in.", "Por favor llene esto.")
            field.widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.fields["birth_date"].widget.attrs.update(inputmode="numeric", placeholder="3/14/1968")


class Pin(forms.Form):
    """What unlocks the tablet."""

    pin = forms.CharField(max_length=8, widget=forms.PasswordInput(
        attrs={"inputmode": "numeric", "autocomplete": "off"}))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pin"].label = both("PIN of the office", "PIN del consultorio")


def _blank_field(blank: Blank) -> forms.Field:
    """Return the field for one blank; the operation looks whether it must be filled in."""
    label = blank["label"] + (" *" if blank["is_required"] else "")
    yes_no = [("yes", both("Yes", "Sí")), ("no", both("No", "No"))]
    if blank["kind"] == "yes_no":
        return forms.ChoiceField(
            label=label, required=False, choices=yes_no, widget=forms.RadioSelect
        )
    if blank["kind"] == "choice":
        choices = [("", ""), *((one, one) for one in blank["choices"])]
        return forms.ChoiceField(label=label, required=False, choices=choices)
    if blank["kind"] == "check":
        return forms.BooleanField(label=label, required=False)
    if blank["kind"] == "date":
        return SpokenDate(label=label, required=False)
    widget = forms.Textarea(attrs={"rows": 3}) if blank["kind"] == "long" else None
    return forms.CharField(label=label, required=False, max_length=2000, widget=widget)
