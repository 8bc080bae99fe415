"""What was booked against rules: how often, by whom, and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.scheduling.models import Override


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was said or done."""

    name: str
    times: int


@dataclass(frozen=True, slots=True)
class Overrides:
    """The overrides of a span: the rows, and how many of each kind, person and reason."""

    rows: list[Override]
    by_kind: list[Count]
    by_person: list[Count]
    by_reason: list[Count]

    @property
    def tables(self) -> list[tuple[str, list[Count]]]:
        """The counts under their headings."""
        return [
            (_("By rule"), self.by_kind),
            (_("By person"), self.by_person),
            (_("By reason"), self.by_reason),
        ]


def overrides(first: datetime, last: datetime, limit: int = 200) -> Overrides:
    """Return what was booked against rules between two instants, the newest first."""
    held = Override.objects.filter(at__gte=first, at__lt=last)
    counted = list(held.values_list("kind", "by_name", "because"))
    rows = held.select_related(
        "appointment__patient", "appointment__provider", "appointment__site"
    ).order_by("-at", "-pk")[:limit]
    return Overrides(
        list(rows),
        _counts(Override.Kind(kind).label for kind, _name, _why in counted),
        _counts(name for _kind, name, _why in counted),
        _counts(because for _kind, _name, because in counted),
    )


def _counts(names: Iterable[str]) -> list[Count]:
    return [Count(str(name), times) for name, times in Counter(names).most_common(10)]
