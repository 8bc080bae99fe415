"""What a request about documents and forms may say."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from frontdesk.records.models import ConsentForm, Document

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

    class Meta:
        model = ConsentForm
        fields = ("title", "language", "body", "valid_months", "is_required", "is_refusable", "key")
        labels = {
            "body": _("Text"),
            "valid_months": _("Asked again after months"),
            "is_required": _("Asked at check-in"),
            "is_refusable": _("The patient may refuse it"),
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}

    def clean_key(self) -> str:
        """Name a new form by its title; a version or translation keeps the name."""
        return str(self.cleaned_data["key"] or slugify(self.cleaned_data.get("title", ""))[:40])
