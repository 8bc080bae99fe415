"""Questions about vendors, bills, payments and budgets."""

from frontdesk.office.queries.ties import ties

__all__ = ["ties"]
