"""What a request about budgets may say."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontdesk.core.money import ZERO
from frontdesk.office.exchange.lists import BudgetRow, read_budget
from frontdesk.office.forms.fields import Asked, SiteField, dollars
from frontdesk.office.operations import Planned
from frontdesk.office.queries.planning import NO_SITE, plannable
from frontdesk.office.rules.planning import spread
from frontdesk.practice.models import Site
from frontdesk.ui.fields import choice_field

MOST_BYTES = 2 * 1024 * 1024
MONTHS = [(number, date(2000, number, 1)) for number in range(1, 13)]


class Year(Asked):
    """Which year, up to which month, of which site."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, required=False)
    until = forms.TypedChoiceField(label=_("Up to"), coerce=int, required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [(str(pk), name) for pk, name in Site.objects.values_list("pk", "name")]
        choice_field(self, "site").choices = [
            ("", _("All sites")),
            *sites,
            (NO_SITE, _("Shared by all")),
        ]
        choice_field(self, "until").choices = [(number, f"{month:%B}") for number, month in MONTHS]


class Line(Asked):
    """Which account's year, at which site."""

    code = forms.ChoiceField(required=False)
    year = forms.IntegerField(min_value=2000, max_value=2100, required=False)
    site = SiteField(_("Site"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "code").choices = plannable()
        self.fields["site"].sites()  # type: ignore[attr-defined]


class Amounts(forms.Form):
    """Twelve months, or one sum for the year in equal parts."""

    whole = dollars(_("The same every month, for the year"), least=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, month in MONTHS:
            self.fields[f"m{number}"] = dollars(f"{month:%B}", least=None, required=False)

    @property
    def months(self) -> list[forms.BoundField]:
        """The fields of the months."""
        return [self[f"m{number}"] for number, _month in MONTHS]

    def planned(self, code: str, year: int, site_id: UUID | None) -> list[Planned]:
        """Return the plan as the operation takes it; an empty month is zero."""
        said = self.cleaned_data
        whole = said["whole"]
        amounts: list[Decimal] = (
            spread(whole)
            if whole is not None
            else [said[f"m{number}"] or ZERO for number, _month in MONTHS]
        )
        return [
            Planned(code, site_id, date(year, number, 1), amount)
            for number, amount in enumerate(amounts, start=1)
        ]


class BudgetUpload(forms.Form):
    """A budget as a CSV file."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    file = forms.FileField(label=_("CSV file"))

    def clean(self) -> dict[str, Any]:
        """Read the file; every line that is wrong is told."""
        said = self.cleaned_data
        file, year = said.get("file"), said.get("year")
        if file is None or year is None:
            return said
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB."))
        accounts = {name.lower(): code for code, name in plannable()}
        accounts |= {code: code for code, _name in plannable()}
        sites = {site.name.lower(): site.pk for site in Site.objects.all()}
        read = read_budget(file.read(), year, accounts, sites)
        if read.wrong:
            more = len(read.wrong) - 20
            told = [*read.wrong[:20], *([f"… and {more} more."] if more > 0 else [])]
            raise ValidationError([ValidationError(line) for line in told])
        said["rows"] = [_planned(row) for row in read.rows]
        return said


def _planned(row: BudgetRow) -> Planned:
    return Planned(row.account, row.site_id, row.month, row.amount)
