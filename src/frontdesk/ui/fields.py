"""A form's fields as what they are: whoever fills their choices needs no promise to the types."""

import re
from collections.abc import Callable
from typing import Any, cast

from django.forms import BaseForm, ChoiceField, DecimalField, ModelChoiceField, TextInput

GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")


class SumInput(TextInput):
    """Text for a sum: a number field drops a pasted "$2,912.40", and the mouse's wheel turns it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class Dollars(DecimalField):
    """A sum in dollars as people copy it from paper: "$2,912.40" is 2912.40.

    A comma that groups no thousands ("1,5") is refused: nobody can say what was meant.
    """

    widget = SumInput

    def to_python(self, value: Any) -> Any:
        """Return the sum; raises `ValidationError` where it is none."""
        if isinstance(value, str):
            value = value.strip().replace("$", "", 1).strip()
            if GROUPED.fullmatch(value):
                value = value.replace(",", "")
        return super().to_python(value)


def choice_field(form: BaseForm, name: str) -> ChoiceField:
    """Return a field that is chosen from a list, to set its `choices`."""
    return cast("ChoiceField", form.fields[name])


def record_field(form: BaseForm, name: str) -> "ModelChoiceField[Any]":
    """Return a field that is chosen among records, to set its `queryset`."""
    return cast("ModelChoiceField[Any]", form.fields[name])


def word_records(form: BaseForm, name: str, words: Callable[[Any], str]) -> None:
    """Say what each record among which a field chooses is called."""
    # Django means it to be replaced; the types take it for a method.
    setattr(record_field(form, name), "label_from_instance", words)  # noqa: B010


def choose_the_only(form: BaseForm) -> None:
    """Choose beforehand where a record must be chosen and there is but one: the one site, say."""
    for name, field in form.fields.items():
        is_open = name not in form.initial and field.initial is None
        if isinstance(field, ModelChoiceField) and field.required and is_open:
            several = list(field.queryset[:2])  # type: ignore[index] # the stubs miss its setter
            if len(several) == 1:
                form.initial[name] = several[0].pk
