"""How values are written: at marks, beside axes and in tables."""

from django.utils.translation import gettext as _


def plain(value: float) -> str:
    """Write a number with at most one decimal."""
    return f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"


def percents(value: float) -> str:
    """Write a share (0 to 1) in percent."""
    return f"{plain(value * 100)}%"


def days(value: float) -> str:
    """Write days."""
    return _("1 day") if value == 1 else _("%(n)s days") % {"n": plain(value)}


def minutes(value: float) -> str:
    """Write minutes."""
    return _("%(n)s min") % {"n": plain(value)}
