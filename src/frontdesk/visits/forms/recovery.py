"""What is entered after a day on paper."""

from django import forms


class Day(forms.Form):
    """Which day was on paper."""

    on = forms.DateField(required=False)


class Came(forms.Form):
    """When a patient came, by the clock on the wall."""

    came = forms.TimeField()
