"""Reports on screen."""

from frontdesk.reports.views.books import (
    aging,
    beancount_file,
    entries,
    open_rows,
    profit,
    ties,
    trial,
)
from frontdesk.reports.views.books_close import close, closing, keep_closed, month, reopen
from frontdesk.reports.views.kpis import (
    count_figures,
    figure,
    figure_rows,
    figures,
    figures_file,
    recount,
    set_terms,
)
from frontdesk.reports.views.motion import motion_file
from frontdesk.reports.views.receipts import coming

__all__ = [
    "aging",
    "beancount_file",
    "close",
    "closing",
    "coming",
    "count_figures",
    "entries",
    "figure",
    "figure_rows",
    "figures",
    "figures_file",
    "keep_closed",
    "month",
    "motion_file",
    "open_rows",
    "profit",
    "recount",
    "reopen",
    "set_terms",
    "ties",
    "trial",
]
