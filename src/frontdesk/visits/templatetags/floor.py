"""Charts of the waits."""

from django import template
from django.utils.translation import gettext as _

from frontdesk.ui import charts
from frontdesk.visits.queries.figures import WaitFigures

register = template.Library()


@register.simple_tag
def stage_chart(found: WaitFigures) -> charts.Chart:
    """Draw how long patients were in each stage."""
    lines = [line for line in found.stages if line.count]
    return charts.ranked(
        _("How long in each place"),
        [str(line.label) for line in lines],
        [
            charts.Series(_("Half within"), [float(line.middle) for line in lines]),
            charts.Series(_("Nine of ten within"), [float(line.most) for line in lines]),
        ],
        says=_("%(n)s visits; minutes from the board's log") % {"n": found.visits},
        unit=charts.minutes,
        key="stages",
    )


@register.simple_tag
def blame_chart(found: WaitFigures) -> charts.Chart:
    """Draw whom patients waited for."""
    lines = [line for line in found.blamed if line.minutes]
    return charts.ranked(
        _("What they waited for"),
        [str(line.label) for line in lines],
        [charts.Series(_("Minutes a visit"), [float(line.minutes) for line in lines])],
        says=_("Minutes a visit on average; time with the provider is not waiting"),
        unit=charts.minutes,
        key="blame",
    )
