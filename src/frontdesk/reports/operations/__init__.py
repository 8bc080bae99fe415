"""What reports change: figures as counted, and the memory that something left the house."""

from frontdesk.reports.operations.books import export_books, export_motion
from frontdesk.reports.operations.kpis import count_days, export_kpis, recount_days, set_terms

__all__ = [
    "count_days",
    "export_books",
    "export_kpis",
    "export_motion",
    "recount_days",
    "set_terms",
]
