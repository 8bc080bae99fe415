"""What reports change: nothing but the memory that something left the house."""

from frontdesk.reports.operations.books import export_books

__all__ = ["export_books"]
