"""The demo's figures of the money: two years counted day by day."""

from uuid import UUID

from frontdesk.reports.jobs.kpis import count_figures


def count_the_past(practice_id: UUID) -> None:
    """Count every day of the practice's past, as the office would have every night."""
    count_figures.func(str(practice_id))
