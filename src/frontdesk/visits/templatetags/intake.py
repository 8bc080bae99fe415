"""Words for what a machine read, and what was filled in."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def reading_word(name: str) -> str:
    """Say what a field of a card or a licence is called."""
    words = {
        "member_id": _("Member ID"),
        "group_number": _("Group"),
        "plan": _("Plan"),
        "name": _("Name"),
        "rx_bin": _("RxBIN"),
        "rx_pcn": _("RxPCN"),
        "rx_group": _("RxGrp"),
        "phone": _("Phone"),
        "first_name": _("First name"),
        "middle_name": _("Middle name"),
        "last_name": _("Last name"),
        "suffix": _("Suffix"),
        "birth_date": _("Birth date"),
        "sex": _("Sex"),
        "address_1": _("Street"),
        "address_2": _("Apartment"),
        "city": _("City"),
        "state": _("State"),
        "zip_code": _("ZIP code"),
        "expires_on": _("Valid until"),
    }
    return words.get(name, name)


@register.filter
def of(filled: Mapping[str, str] | None, name: str) -> str:
    """Return what was filled into a blank, to show it again."""
    return (filled or {}).get(name, "")
