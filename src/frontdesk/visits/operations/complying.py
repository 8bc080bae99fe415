"""Ask the office's rules about compliance, and put what they find on the work list."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.rulebook import Decision
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import open_work, settle_work
from frontdesk.visits.models import Visit
from frontdesk.visits.queries.complying import HOLDS, TELLS, found_at, is_asking

POOL = "manager"


def ask_compliance(visit: Visit, *, at: datetime, by: Actor) -> list[Decision]:
    """Return what the rules find at a visit, after it is on the work list; mostly nothing.

    Asked when the superbill is signed, before the claim is made, when the visit is closed, and
    whenever its claim is checked again. What was mended since is taken off; what a person closed
    stays closed.
    """
    if not is_asking():
        return []
    found = found_at(visit)
    if found or WorkItem.objects.filter(**_open_at(visit)).exists():
        _list(visit, found, at=at, by=by)
    return found


@operation("staff.work")
def ask_compliance_again(visits: Sequence[Visit], *, at: datetime, by: Actor) -> None:
    """Ask the rules again of visits, a few at a time: nobody else writes meanwhile.

    A rule that came into force meets the visits before it; what was mended, or is asked by no
    rule any more, is taken off.
    """
    for visit in visits:
        _list(visit, found_at(visit), at=at, by=by)


@operation("staff.work")
def _list(visit: Visit, found: list[Decision], *, at: datetime, by: Actor) -> None:
    """Put what the rules ask for on the work list, each once; take off what they ask no more."""
    wanted = {_once(visit, one): one for one in found}
    there = WorkItem.objects.filter(patient_id=visit.patient_id, once__in=wanted)
    known = set(there.values_list("once", flat=True))
    for once, one in wanted.items():
        if once not in known:
            open_work(
                kind=HOLDS if one.does == "hold" else TELLS,
                title=f"{one.words}: {visit.patient.name}",
                detail=f"Rule {one.key}, version {one.version}.",
                how_to_fix=one.how_to_fix,
                pool=POOL,
                subject=visit,
                once=once,
                at=at,
                by=by,
            )
    standing = WorkItem.objects.filter(**_open_at(visit)).exclude(once__in=wanted)
    for once in list(standing.values_list("once", flat=True)):
        settle_work(once=once, at=at, by=by)


def _open_at(visit: Visit) -> dict[str, object]:
    return {
        "kind__in": (TELLS, HOLDS),
        "patient_id": visit.patient_id,
        "subject_id": visit.pk,
        "status": WorkItem.Status.OPEN,
    }


def _once(visit: Visit, one: Decision) -> str:
    return f"visits.compliance:{visit.pk}:{one.rule_id}:{one.version}"
