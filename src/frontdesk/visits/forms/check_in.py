"""Forms of the check-in, one a step."""

import base64
import binascii
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy
from frontdesk.ledger.forms import Tendered
from frontdesk.people.forms import LANGUAGES
from frontdesk.people.models import Patient
from frontdesk.ui.fields import Dollars
from frontdesk.visits.models import CheckIn, Visit
from frontdesk.visits.operations.check_in import BIRTH_DATE, WAYS
from frontdesk.visits.queries.check_in import policies

PNG = "data:image/png;base64,"
SIGNED_AS = [
    ("self", _("The patient")),
    ("parent", _("A parent")),
    ("guardian", _("A guardian")),
    ("other", _("Somebody with power of attorney")),
]


class Identity(forms.Form):
    """How the patient was known; a birth date that was said is compared with the chart."""

    how = forms.ChoiceField(choices=[(way, way) for way in WAYS], widget=forms.HiddenInput)
    said = forms.DateField(
        label=_("Birth date the patient says"),
        input_formats=["%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y-%m-%d", "%m%d%Y"],
        widget=forms.DateInput(
            attrs={"inputmode": "numeric", "placeholder": _("month/day/year"), "data-draft": "off"}
        ),
        error_messages={
            "invalid": _("Write it as month/day/year."),
            "required": _("Write the birth date the patient says."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].required = self.data.get("how", BIRTH_DATE) == BIRTH_DATE


class Details(forms.ModelForm[Patient]):
    """What we hold, to be confirmed or corrected."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Patient
        fields = [
            "preferred_name",
            "pronouns",
            "mobile_phone",
            "home_phone",
            "email",
            "preferred_channel",
            "address_1",
            "address_2",
            "city",
            "state",
            "zip_code",
            "language",
            "needs_interpreter",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["language"] = forms.ChoiceField(
            choices=_languages(self.instance.language), label=_("Language")
        )

    @property
    def corrections(self) -> dict[str, Any]:
        """What differs from what we hold; empty when everything is still right."""
        changed = [name for name in self.changed_data if name != "version"]
        return {name: self.cleaned_data[name] for name in changed}


def _languages(now: str) -> list[tuple[str, Any]]:
    """Return the languages asked for most, and the patient's own where it is another."""
    known = [*LANGUAGES]
    return known if now in dict(known) else [*known, (now, now)]


class Coverage(forms.Form):
    """Who pays: a policy's key, or self-pay."""

    choice = forms.CharField(error_messages={"required": _("Choose a plan or self-pay.")})

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean_choice(self) -> dict[str, Any]:
        """Read the choice as the operation takes it."""
        text = self.cleaned_data["choice"]
        if text == CheckIn.Pays.SELF_PAY:
            return {"pays": CheckIn.Pays.SELF_PAY, "policy": None}
        held = {str(policy.pk): policy for policy in policies(self.visit)}
        if text not in held:
            raise forms.ValidationError(_("Choose a plan or self-pay."))
        return {"pays": CheckIn.Pays.INSURANCE, "policy": held[text]}


class Card(forms.Form):
    """A picture of one side of an insurance card."""

    policy: "forms.ModelChoiceField[Policy]" = forms.ModelChoiceField(None)
    side = forms.ChoiceField(choices=[("front", "front"), ("back", "back")])
    picture = forms.FileField(error_messages={"required": _("Take or choose a picture.")})

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["policy"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = policies(visit)

    @property
    def content(self) -> bytes:
        """The picture's bytes."""
        picture = self.cleaned_data["picture"]
        return bytes(picture.read())


class Sign(forms.Form):
    """A signature drawn or typed, or why there is none."""

    signed_name = forms.CharField(max_length=100, required=False, label=_("Full name"))
    signed_as = forms.ChoiceField(choices=SIGNED_AS, label=_("Signed by"), initial="self")
    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    because = forms.CharField(max_length=200, required=False, label=_("Why not"))
    relation = forms.CharField(
        max_length=40, required=False, label=_("If not the patient: what they are to them")
    )

    @property
    def filled(self) -> dict[str, str]:
        """What was filled in, by blank; whether it fits the form the operation looks."""
        start = "blank-"
        said = {name: self.data[name] for name in self.data if name.startswith(start)}
        return {name.removeprefix(start): str(value) for name, value in said.items()}

    def clean_signature(self) -> bytes | None:
        """Read the drawing; a broken one is none."""
        text = self.cleaned_data["signature"]
        if not text:
            return None
        if not text.startswith(PNG):
            raise forms.ValidationError(_("The signature did not arrive whole. Sign again."))
        try:
            return base64.b64decode(text.removeprefix(PNG), validate=True)
        except binascii.Error as error:
            raise forms.ValidationError(
                _("The signature did not arrive whole. Sign again.")
            ) from error


class Pay(Tendered):
    """What is taken at the desk, in one way or several; or why nothing is."""

    amount = Dollars(min_value=0, max_digits=9, decimal_places=2, required=False, label=_("Copay"))
    balance = Dollars(
        min_value=0, max_digits=9, decimal_places=2, required=False, label=_("From before")
    )
    because = forms.CharField(max_length=100, required=False, label=_("Why less, or nothing"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "balance"):
            self.fields[name].widget.attrs["class"] = "money"

    @property
    def sums(self) -> dict[str, Decimal]:
        """What is paid of the copay, and of what is from before."""
        return {name: self.cleaned_data[name] or ZERO for name in ("amount", "balance")}

    @property
    def total(self) -> Decimal:
        """What is paid in all."""
        return sum(self.sums.values(), ZERO)
