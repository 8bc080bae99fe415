"""Fields that several forms of the office have."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import Site
from frontdesk.ui.fields import Dollars

MOST = Decimal("9999999.99")
CENTURY = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31)))


def day(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day of this century: days around it can be reckoned with."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=CENTURY, **more)


def dollars(label: Any, *, least: str | None = "0.00", **more: Any) -> forms.DecimalField:
    """Return a field for a sum in dollars."""
    low = Decimal(least) if least is not None else -MOST
    field = Dollars(
        label=label, min_value=low, max_value=MOST, max_digits=9, decimal_places=2, **more
    )
    field.widget.attrs["class"] = "money"
    return field


class SiteField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A site, or none for what all of them share. `sites()` gives its choices anew."""

    def __init__(self, label: Any, *, required: bool = False) -> None:
        super().__init__(
            queryset=None, label=label, required=required, empty_label=_("All sites")
        )  # fmt: skip

    def sites(self) -> None:
        """Offer the sites in use."""
        self.queryset = Site.objects.filter(is_active=True).order_by("name")


class Because(forms.Form):
    """A reason, for what is not done without one."""

    because = forms.CharField(label=_("Reason"), max_length=200)


class Asked(forms.Form):
    """A GET form whose every field may be left out or be nonsense."""

    def said(self, name: str, otherwise: Any) -> Any:
        """Return what was asked, or what stands for it where nothing sensible was."""
        self.is_valid()
        return self.cleaned_data.get(name) or otherwise


def dress(form: forms.Form) -> None:
    """Give the controls of a line in a table their looks."""
    for field in form.fields.values():
        if not field.widget.is_hidden:
            is_choice = isinstance(field.widget, forms.Select)
            usual = "form-select form-select-sm" if is_choice else "form-control form-control-sm"
            held = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"{held} {usual}".strip()
