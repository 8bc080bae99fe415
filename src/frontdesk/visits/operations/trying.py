"""Try a rule about check-in or compliance on the visits there were, before it counts."""

from dataclasses import replace

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Rule, RuleVersion
from frontdesk.practice.operations import note_replay
from frontdesk.practice.queries.rules import newest_version, trouble_of
from frontdesk.rulebook import Book
from frontdesk.rulebook import Rule as Ready
from frontdesk.scheduling.queries import questions_tried
from frontdesk.visits.models import Visit
from frontdesk.visits.queries.complying import found_at

MOST_VISITS = 200
TRIED = (Rule.Kind.INTAKE, Rule.Kind.COMPLIANCE)


@operation("practice.rules")
def try_on_visits(rule: Rule, *, by: Actor) -> RuleVersion:
    """Look at which of the last visits a rule's newest version would have met, and keep that.

    The days on which the rule is in force don't count here. What is known of a patient today is
    taken for what was known on the day.
    """
    if rule.kind not in TRIED:
        raise Refused("Rules of this kind are not tried on visits.")
    version = newest_version(rule)
    if trouble := trouble_of(version):
        raise Refused(trouble)
    book = Book([_any_day(version)])
    visits = list(
        Visit.objects.filter(closed_at__isnull=False)
        .select_related("patient", "site", "appointment__visit_type")
        .order_by("-on", "-pk")[:MOST_VISITS]
    )
    found = {
        "seen": len(visits),
        "touched": _met(rule, book, visits),
        "since": min((visit.on for visit in visits), default=version.made_at.date()).isoformat(),
    }
    return note_replay(rule, version.number, found, by=by)


def _any_day(version: RuleVersion) -> Ready:
    return replace(version.as_rule, starts_on=None, ends_on=None)


def _met(rule: Rule, book: Book, visits: list[Visit]) -> int:
    if rule.kind == Rule.Kind.COMPLIANCE:
        return sum(bool(found_at(visit, book)) for visit in visits)
    asked = questions_tried(book, [visit.appointment_id for visit in visits]) if visits else {}
    return sum(bool(questions) for questions in asked.values())
