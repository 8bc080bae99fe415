"""What a request about documents and forms may say."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from frontdesk.records.models import ConsentForm, Document, FormRule
from frontdesk.records.rules import blanks

LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
UPLOADED = [
    Document.Kind.CARD_FRONT,
    Document.Kind.CARD_BACK,
    Document.Kind.PHOTO_ID,
    Document.Kind.OTHER,
]


class Upload(forms.Form):
    """A file for the chart."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"required": _("Choose a picture or PDF."), "empty": _("It is empty.")},
    )
    kind = forms.ChoiceField(
        label=_("What is it"),
        choices=[(kind.value, kind.label) for kind in UPLOADED],
        initial=Document.Kind.OTHER,
    )
    title = forms.CharField(max_length=120, required=False, label=_("Title"))


class Void(forms.Form):
    """Why a document is taken out."""

    because = forms.CharField(
        max_length=200, label=_("Reason"), error_messages={"required": _("Say why.")}
    )


class SaveForm(forms.ModelForm[ConsentForm]):
    """A form's text and its rules."""

    language = forms.ChoiceField(choices=LANGUAGES, label=_("Language"))
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    blanks = forms.CharField(
        required=False,
        label=_("To fill in"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = ConsentForm
        fields = (
            "title", "language", "body", "valid_months", "is_required", "is_refusable",
            "needs_signature", "key",
        )  # fmt: skip
        labels = {
            "body": _("Text"),
            "valid_months": _("Asked again after months"),
            "is_required": _("Asked at check-in"),
            "is_refusable": _("The patient may refuse it"),
            "needs_signature": _("Signed"),
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["blanks"].initial = blanks.write(self.instance.blanks)

    def clean_key(self) -> str:
        """Name a new form by its title; a version or translation keeps the name."""
        return str(self.cleaned_data["key"] or slugify(self.cleaned_data.get("title", ""))[:40])


class Words(forms.CharField):
    """Several words, with commas between them."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, not text
        """Return the words, without empty ones."""
        if isinstance(value, list):
            return value
        return [word.strip() for word in str(value or "").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Show the words with commas between them."""
        return ", ".join(value) if isinstance(value, list) else value


class Rule(forms.ModelForm[FormRule]):
    """To whom a form is given."""

    visit_types = Words(required=False, label=_("Visit types, by code"))
    payers = Words(required=False, label=_("Payers, by ID"))
    states = Words(required=False, label=_("States"))

    class Meta:
        model = FormRule
        fields = ("visit_types", "payers", "states", "age_from", "age_to", "minor_may_sign")
        labels = {
            "age_from": _("From age"),
            "age_to": _("To age"),
            "minor_may_sign": _("A minor may sign it alone"),
        }
