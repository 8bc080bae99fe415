"""Put rules on the work list that nobody can read any more."""

from datetime import datetime
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.practice.models import Rule
from frontdesk.practice.queries.rules import unreadable
from frontdesk.rulebook import Unreadable
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import open_work, settle_work

KIND = "billing.rule_unreadable"


@operation("billing.claim")
def watch_rules(*, at: datetime, by: Actor) -> int:
    """Say which rules in force are set aside because they can't be read; return how many.

    What is written anew or retired is taken off the list.
    """
    aside = [one for kind in Rule.Kind.values for one in unreadable(kind)]
    wanted = {_once(one): one for one in aside}
    rules = Rule.objects.in_bulk([UUID(one.rule.id) for one in aside])
    for once, one in wanted.items():
        open_work(
            kind=KIND,
            title=f"Rule {one.rule.key} can’t be read any more: {one.trouble}",
            detail=_what_it_does_now(one),
            how_to_fix="Open the rule under Billing, Rules, and write it anew or retire it.",
            pool="biller",
            subject=rules[UUID(one.rule.id)],
            once=once,
            at=at,
            by=by,
        )
    standing = WorkItem.objects.filter(kind=KIND, status=WorkItem.Status.OPEN)
    for once in list(standing.exclude(once__in=wanted).values_list("once", flat=True)):
        settle_work(once=once, at=at, by=by)
    return len(aside)


def _what_it_does_now(one: Unreadable) -> str:
    if one.holds:
        return "What it may have meant is held until then."
    return "It only told something: nothing is held, and nothing is told."


def _once(one: Unreadable) -> str:
    return f"rule.unreadable:{one.rule.id}:{one.rule.version}"
