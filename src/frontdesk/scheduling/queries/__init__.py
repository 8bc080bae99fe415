"""Questions about the schedule."""

from frontdesk.scheduling.queries.agenda import HEAD, agenda, as_lines
from frontdesk.scheduling.queries.asked import questions_at, questions_tried
from frontdesk.scheduling.queries.backfill import (
    refill_rules,
)
from frontdesk.scheduling.queries.columns import sites_plan, things_plan
from frontdesk.scheduling.queries.days import day_sheet
from frontdesk.scheduling.queries.explaining import OVERRIDE, Rejected, WayOut, explain, who_may
from frontdesk.scheduling.queries.feeds import Feed, feeds, visits_in_feed
from frontdesk.scheduling.queries.fitting import Fit, changed_meanwhile, days_later, fit
from frontdesk.scheduling.queries.intake import Question, open_questions
from frontdesk.scheduling.queries.kit import kit
from frontdesk.scheduling.queries.month import month_plan
from frontdesk.scheduling.queries.not_ready import (
    NotReady,
    interpreters_for,
    language_of,
    not_ready,
)
from frontdesk.scheduling.queries.openings import (
    ANY,
    Found,
    Opening,
    find_a_time,
    first_of_each,
    openings,
)
from frontdesk.scheduling.queries.overrides import Overrides, overrides
from frontdesk.scheduling.queries.people import (
    Sheet,
    appointments,
    coming,
    gone_by,
    holds,
    sheet,
    standing_hold,
)
from frontdesk.scheduling.queries.plan import busy_days, day_plan, providers_at, week_plan
from frontdesk.scheduling.queries.planned import planned_of, planned_visits, times_for_planned
from frontdesk.scheduling.queries.readiness import (
    Check,
    Readiness,
    readiness,
    readiness_rule,
)
from frontdesk.scheduling.queries.risk import Risk, no_show_risk
from frontdesk.scheduling.queries.search import AFTERNOON, MORNING
from frontdesk.scheduling.queries.shapes import Plan
from frontdesk.scheduling.queries.waitlist import (
    every_freed_time,
    fits_of,
    freed_times,
    lines,
    offers,
    offers_of,
    offers_of_wait,
    on_the_list,
    run_of,
    times_for,
    waits,
    waits_of,
    wishes_of,
)
from frontdesk.scheduling.queries.waitlist import (
    figures as waitlist_figures,
)

__all__ = [
    "AFTERNOON",
    "ANY",
    "HEAD",
    "MORNING",
    "OVERRIDE",
    "Check",
    "Feed",
    "Fit",
    "Found",
    "NotReady",
    "Opening",
    "Overrides",
    "Plan",
    "Question",
    "Readiness",
    "Rejected",
    "Risk",
    "Sheet",
    "WayOut",
    "agenda",
    "appointments",
    "as_lines",
    "busy_days",
    "changed_meanwhile",
    "coming",
    "day_plan",
    "day_sheet",
    "days_later",
    "every_freed_time",
    "explain",
    "feeds",
    "find_a_time",
    "first_of_each",
    "fit",
    "fits_of",
    "freed_times",
    "gone_by",
    "holds",
    "interpreters_for",
    "kit",
    "language_of",
    "lines",
    "month_plan",
    "no_show_risk",
    "not_ready",
    "offers",
    "offers_of",
    "offers_of_wait",
    "on_the_list",
    "open_questions",
    "openings",
    "overrides",
    "planned_of",
    "planned_visits",
    "providers_at",
    "questions_at",
    "questions_tried",
    "readiness",
    "readiness_rule",
    "refill_rules",
    "run_of",
    "sheet",
    "sites_plan",
    "standing_hold",
    "things_plan",
    "times_for",
    "times_for_planned",
    "visits_in_feed",
    "waitlist_figures",
    "waits",
    "waits_of",
    "week_plan",
    "who_may",
    "wishes_of",
]
