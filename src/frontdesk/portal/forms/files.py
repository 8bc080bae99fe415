"""Pictures and papers that patients send."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from frontdesk.portal.rules import both
from frontdesk.records.rules import JPEG, PDF, PNG, Fault, fault_of

WIDGET = {"accept": ",".join((JPEG, PNG, PDF))}
_WORDS = {
    Fault.EMPTY: ("This file is empty.", "Este archivo está vacío."),
    Fault.LARGE: (
        "This file is larger than 10 MB. Take a smaller picture.",
        "Este archivo pasa de 10 MB. Tome una foto más pequeña.",
    ),
    Fault.OTHER: (
        "This is not a JPEG or PNG picture, nor a PDF.",
        "Esto no es una foto JPEG o PNG, ni un PDF.",
    ),
}


class PaperField(forms.FileField):
    """A picture or PDF, refused in the language of the page."""

    def __init__(self, **more: Any) -> None:
        """Offer pictures and PDFs where the file is chosen."""
        super().__init__(**{"widget": forms.FileInput(attrs=WIDGET), **more})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Look at the bytes themselves; an empty file is told like the others."""
        self.error_messages["empty"] = both(*_WORDS[Fault.EMPTY])
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            fault = fault_of(file.read())
            file.seek(0)
            if fault:
                raise forms.ValidationError(both(*_WORDS[fault]))
        return file
