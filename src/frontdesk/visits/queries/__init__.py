"""Questions about visits: where patients are, what is on a bill, what is still to do."""

from frontdesk.visits.queries.intake import Plan, check_in_plan, plan_of

__all__ = ["Plan", "check_in_plan", "plan_of"]
