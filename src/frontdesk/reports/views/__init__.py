"""Reports on screen."""

from frontdesk.reports.views.books import aging, beancount_file, entries, open_rows, profit, trial
from frontdesk.reports.views.books_close import close, closing, keep_closed, month, reopen

__all__ = [
    "aging",
    "beancount_file",
    "close",
    "closing",
    "entries",
    "keep_closed",
    "month",
    "open_rows",
    "profit",
    "reopen",
    "trial",
]
