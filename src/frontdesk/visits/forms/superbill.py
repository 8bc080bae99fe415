"""Forms of the superbill."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.visits.rules.superbill import MOST_UNITS


class AddCode(forms.Form):
    """A code picked from a list."""

    code = forms.CharField(max_length=10, error_messages={"required": _("Pick a code.")})


class ChangeLine(forms.Form):
    """Units, modifiers and pointers of a procedure."""

    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS)
    modifiers = forms.CharField(max_length=20, required=False)
    pointers = forms.CharField(max_length=20, required=False)
    version = forms.CharField(required=False)


class Reason(forms.Form):
    """Why."""

    because = forms.CharField(
        max_length=100, label=_("Reason"), error_messages={"required": _("Say why.")}
    )
