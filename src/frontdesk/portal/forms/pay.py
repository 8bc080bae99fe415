"""What a patient may say on the pages of a bill."""

from decimal import Decimal
from typing import Any

from django import forms

from frontdesk.billing.models import Dispute
from frontdesk.billing.rules.helping import MOST_IN_HOUSEHOLD
from frontdesk.portal.forms.files import PaperField
from frontdesk.portal.rules import both
from frontdesk.ui.fields import Dollars, choice_field

About = Dispute.About
ABOUT = {  # what a patient chooses from, in both languages
    About.UNKNOWN: ("I do not know what this is", "No sé qué es esto"),
    About.PAID: ("I have paid this", "Ya pagué esto"),
    About.INSURANCE: ("My insurance should pay this", "Mi seguro debe pagar esto"),
    About.AMOUNT: ("The amount looks wrong", "La cantidad parece mal"),
    About.ESTIMATE: ("You told me less before", "Antes me dijeron menos"),
    About.OTHER: ("Something else", "Otra cosa"),
}


class PayBill(forms.Form):
    """How much is paid, and for whom where a bill is of several."""

    patient = forms.UUIDField(required=False)
    how = forms.ChoiceField(choices=[("all", "all"), ("part", "part"), ("family", "family")])
    amount = Dollars(required=False, min_value=Decimal("0.01"), max_digits=9, decimal_places=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        amount.label = both("Another amount", "Otra cantidad")
        wrong = both("Write an amount like 25.00.", "Escriba una cantidad como 25.00.")
        for kind in ("invalid", "min_value", "max_digits", "max_decimal_places"):
            amount.error_messages[kind] = wrong

    def clean(self) -> dict[str, Any]:
        """A part is an amount, and somebody's; a family pays everything."""
        said = super().clean() or {}
        if said.get("how") != "family" and not said.get("patient"):
            self.add_error("patient", both("Choose whose bill it is.", "Elija de quién es."))
        if said.get("how") == "part" and "amount" in said and said["amount"] is None:
            self.add_error("amount", both("Write how much.", "Escriba cuánto."))
        return said


class Choice(forms.Form):
    """Into how many payments a bill is split, and whose."""

    patient = forms.UUIDField()
    count = forms.IntegerField(min_value=2, max_value=60)


class AskAboutBill(forms.Form):
    """What is asked about a line."""

    about = forms.ChoiceField(widget=forms.RadioSelect)
    words = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about, words = self.fields["about"], self.fields["words"]
        named = [(key.value, both(*said)) for key, said in ABOUT.items()]
        choice_field(self, "about").choices = named
        about.label = both("What is it about?", "¿De qué se trata?")
        about.error_messages["required"] = both("Choose one.", "Elija una.")
        words.label = both("What would you like to ask?", "¿Qué quiere preguntar?")
        words.error_messages["required"] = both("Write your question.", "Escriba su pregunta.")


class WriteBack(forms.Form):
    """An answer in a thread."""

    words = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.fields["words"]
        words.label = both("Write back", "Responder")
        words.error_messages["required"] = both("Write something.", "Escriba algo.")


class AskForHelp(forms.Form):
    """Who lives with the patient, what they earn, and a paper that proves it."""

    household = forms.IntegerField(min_value=1, max_value=MOST_IN_HOUSEHOLD)
    income = Dollars(min_value=0, max_digits=10, decimal_places=2)
    words = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    proof = PaperField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {
            "household": ("How many people live with you, you included?",
                          "¿Cuántas personas viven con usted, contándole a usted?"),
            "income": ("What do all of you earn in a year, in dollars?",
                       "¿Cuánto ganan todos en un año, en dólares?"),
            "words": ("Anything we should know", "Algo que debamos saber"),
            "proof": ("A picture of a pay slip or tax return",
                      "Una foto de un recibo de pago o de impuestos"),
        }  # fmt: skip
        for name, said in told.items():
            self.fields[name].label = both(*said)
            wrong = both("Write a number.", "Escriba un número.")
            for kind in ("required", "invalid", "max_value"):
                self.fields[name].error_messages[kind] = wrong
        least = {
            "household": ("Write 1 or more: you count too.", "Escriba 1 o más: usted cuenta."),
            "income": ("Write 0 or more.", "Escriba 0 o más."),
        }
        for name, said in least.items():
            self.fields[name].error_messages["min_value"] = both(*said)

    @property
    def told(self) -> dict[str, Any]:
        """What was said, with the paper's bytes."""
        said = {**self.cleaned_data}
        file = said.pop("proof")
        return {**said, "proof": file.read() if file else None}
