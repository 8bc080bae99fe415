"""What requests about patients may say."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import now
from frontdesk.people.models import Channel, Patient
from frontdesk.people.rules import looking
from frontdesk.staff.models import Provider
from frontdesk.ui.fields import record_field

LANGUAGES = [
    ("en", _("English")), ("es", _("Spanish")), ("ar", _("Arabic")), ("zh", _("Chinese")),
    ("fr", _("French")), ("de", _("German")), ("ht", _("Haitian Creole")), ("hi", _("Hindi")),
    ("ko", _("Korean")), ("ne", _("Nepali")), ("pt", _("Portuguese")), ("ru", _("Russian")),
    ("so", _("Somali")), ("tl", _("Tagalog")), ("vi", _("Vietnamese")),
    ("ase", _("American Sign Language")),
]  # fmt: skip
RELATIONSHIPS = [
    ("", _("Choose")), ("parent", _("Parent")), ("spouse", _("Husband or wife")),
    ("guardian", _("Guardian")), ("child", _("Child")), ("other", _("Somebody else")),
]  # fmt: skip
LARGEST_FILE = 25 * 1024 * 1024


class SpokenDate(forms.DateField):
    """A date as people say and type it: 3/14/68, March 14 1968, 1968-03-14."""

    def to_python(self, value: Any) -> date | None:
        """Read the date, or say that it is none."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        found = looking.date_of(str(value), this_year=now().year)
        if found is None:
            raise forms.ValidationError(_("Write the date like 3/14/1968."))
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show a date as it is read aloud."""
        return f"{value.month}/{value.day}/{value.year}" if isinstance(value, date) else value


class Details(forms.ModelForm[Patient]):
    """Who somebody is and how they are reached."""

    birth_date = SpokenDate(
        label=_("Birth date"),
        widget=forms.TextInput(attrs={"placeholder": "3/14/1968", "inputmode": "numeric"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="en")

    class Meta:
        model = Patient
        fields = (
            "first_name",
            "last_name",
            "middle_name",
            "suffix",
            "preferred_name",
            "pronouns",
            "birth_date",
            "sex",
            "mobile_phone",
            "home_phone",
            "email",
            "preferred_channel",
            "language",
            "needs_interpreter",
            "address_1",
            "address_2",
            "city",
            "state",
            "zip_code",
            "alert",
        )
        labels = {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "middle_name": _("Middle name"),
            "preferred_name": _("Goes by"),
            "sex": _("Sex on insurance"),
            "mobile_phone": _("Mobile phone"),
            "home_phone": _("Home phone"),
            "email": _("E-mail"),
            "preferred_channel": _("How to reach"),
            "needs_interpreter": _("Needs an interpreter"),
            "alert": _("Alert that everybody must see"),
        }
        widgets = {
            name: forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
            for name in ("mobile_phone", "home_phone")
        }

    def clean_birth_date(self) -> date:
        """Refuse a day that has not come yet."""
        born: date = self.cleaned_data["birth_date"]
        if born > now().date():
            raise forms.ValidationError(_("The birth date is in the future."))
        return born

    def clean_state(self) -> str:
        """Write a state in capitals."""
        return str(self.cleaned_data["state"]).upper()


class Registration(Details):
    """Somebody new, with what is asked once at the phone."""

    provider: "forms.ModelChoiceField[Provider]" = forms.ModelChoiceField(
        label=_("Provider"), queryset=None, required=False
    )
    guarantor_patient = forms.UUIDField(label=_("Who answers for the bill"), required=False)
    guarantor_relationship = forms.ChoiceField(
        label=_("They are the patient’s"), choices=RELATIONSHIPS, required=False
    )
    contact_name = forms.CharField(label=_("Emergency contact"), max_length=100, required=False)
    contact_phone = forms.CharField(label=_("Their phone"), max_length=30, required=False)
    contact_relationship = forms.CharField(label=_("Who they are"), max_length=40, required=False)
    may = forms.MultipleChoiceField(
        label=_("May we"),
        choices=[
            (Channel.SMS, _("Send texts")),
            (Channel.EMAIL, _("Send e-mail")),
            (Channel.VOICE, _("Leave voice messages")),
            (Channel.MAIL, _("Send letters")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Ask for each. What is not ticked counts as not asked."),
    )
    despite = forms.CharField(label=_("Why this is somebody else"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "provider").queryset = Provider.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of a contact; find who answers for the bill."""
        said: dict[str, Any] = super().clean() or {}
        if bool(said.get("contact_name")) != bool(said.get("contact_phone")):
            self.add_error("contact_phone", _("A contact needs a name and a phone number."))
        if key := said.get("guarantor_patient"):
            said["guarantor_patient"] = Patient.objects.filter(pk=key).first()
            if said["guarantor_patient"] is None:
                self.add_error("guarantor_patient", _("Choose somebody from the list."))
        said["consents"] = dict.fromkeys(said.get("may") or (), True)
        return said


class Likeness(forms.Form):
    """What is typed so far about somebody new; whatever can't be read yet is left out."""

    first_name = forms.CharField(required=False, max_length=60)
    last_name = forms.CharField(required=False, max_length=60)
    preferred_name = forms.CharField(required=False, max_length=60)
    birth_date = SpokenDate(required=False)
    sex = forms.CharField(required=False, max_length=1)
    mobile_phone = forms.CharField(required=False, max_length=30)
    home_phone = forms.CharField(required=False, max_length=30)
    email = forms.CharField(required=False, max_length=100)
    address_1 = forms.CharField(required=False, max_length=100)
    zip_code = forms.CharField(required=False, max_length=10)

    def described(self) -> dict[str, Any]:
        """Return the description for `queries.likely_duplicates`."""
        self.full_clean()
        said = self.cleaned_data
        return {
            "first_name": said.get("first_name", ""),
            "last_name": said.get("last_name", ""),
            "birth_date": said.get("birth_date"),
            "phones_said": [said.get("mobile_phone", ""), said.get("home_phone", "")],
            "email": said.get("email", ""),
            "sex": said.get("sex") or "U",
            "preferred": said.get("preferred_name", ""),
            "address": said.get("address_1", ""),
            "zip_code": said.get("zip_code", ""),
        }


class ContactDetails(forms.Form):
    """Somebody to call about the patient."""

    name = forms.CharField(label=_("Name"), max_length=100)
    relationship = forms.CharField(label=_("Who they are"), max_length=40, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30)
    is_emergency = forms.BooleanField(label=_("Call in an emergency"), required=False, initial=True)
    may_discuss = forms.BooleanField(label=_("May be told about the care"), required=False)


class Answers(forms.Form):
    """Who answers for the patient's bill."""

    answering = forms.UUIDField(
        label=_("Somebody with a chart here"),
        required=False,
        error_messages={"invalid": _("Choose somebody from the list.")},
    )
    relationship = forms.ChoiceField(
        label=_("They are the patient’s"), choices=RELATIONSHIPS, required=False
    )

    def clean_answering(self) -> Patient | None:
        """Find the chart; nobody means the patient."""
        key = self.cleaned_data["answering"]
        found = Patient.objects.filter(pk=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("Choose somebody from the list."))
        return found


class Standing(forms.Form):
    """Whether somebody is still a patient."""

    status = forms.ChoiceField(
        label=_("The patient is"),
        choices=[one for one in Patient.Status.choices if one[0] != Patient.Status.MERGED],
    )
    deceased_on = forms.DateField(
        label=_("Day of death"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class Consent(forms.Form):
    """What the patient said about one channel."""

    channel = forms.ChoiceField(choices=Channel)
    is_given = forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda said: said == "yes"
    )
    how = forms.CharField(max_length=60)


class Because(forms.Form):
    """A reason, which is kept."""

    because = forms.CharField(label=_("How do you know?"), max_length=200)


class Face(forms.Form):
    """A picture of the patient."""

    photo = forms.FileField(label=_("Photo"), allow_empty_file=True)


class Upload(forms.Form):
    """A file of patients."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A CSV file with a heading row, as other systems export it. At most 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.gz"}),
    )
