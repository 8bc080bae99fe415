"""The practice's own steps of check-out."""

from django.db.models import QuerySet

from frontdesk.visits.models import CheckOutStep, Visit
from frontdesk.visits.rules.check_out import Row, Step, steps_for


def steps() -> QuerySet[CheckOutStep]:
    """Return what the practice asks besides the usual, in order."""
    return CheckOutStep.objects.select_related("visit_type").order_by(
        "place", "kind", "visit_type__name", "pk"
    )


def steps_of(visit: Visit) -> list[Step]:
    """Return what check-out asks after a visit."""
    rows = [
        Row(
            Step(
                row.kind,
                row.label,
                row.pool,
                row.is_declinable,
                row.due_days,
                row.weeks,
                row.place,
            ),
            row.visit_type_id,
            row.is_active,
        )
        for row in CheckOutStep.objects.all()
    ]
    return steps_for(rows, visit.appointment.visit_type_id)
