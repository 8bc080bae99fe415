"""The cards of the board: who, whether all is ready, whom they wait for, when it will be."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.core.kept import kept, touched
from frontdesk.coverage import queries as coverage
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Payment
from frontdesk.practice.models import Site
from frontdesk.records import queries as records
from frontdesk.records.rules import choosing
from frontdesk.staff.models import Provider
from frontdesk.ui import figures
from frontdesk.visits.models import CheckIn, LateArrival, Stage, Ticket
from frontdesk.visits.queries.predicted import Predicted
from frontdesk.visits.queries.shapes import LOOKS, Booked, Card
from frontdesk.visits.rules import flow, waits

MINUTE = timedelta(minutes=1)
HANGS_ON = ("coverage", "records", "ledger", "people")  # whose records say what is ready
_ICONS = {
    flow.Blame.CHECK_IN: "clipboard-text",
    flow.Blame.DECISION: "help-circle",
    flow.Blame.ROOM: "door",
    flow.Blame.CLEANING: "spray",
    flow.Blame.ASSISTANT: "nurse",
    flow.Blame.INTERPRETER: "language",
    flow.Blame.SUPPLIES: "package",
    flow.Blame.PROVIDER: "stethoscope",
    flow.Blame.PAYMENT: "cash",
    flow.Blame.DESK: "user",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What cards are drawn from, besides their own row."""

    site: Site
    at: datetime
    limits: Mapping[str, int]
    forgotten_minutes: int
    early_minutes: int
    foretold: Predicted
    prepared: Mapping[UUID, datetime]  # when vitals were taken
    called: Mapping[UUID, frozenset[str]]  # open calls by room
    rooms_free: int
    rooms_to_clean: int
    speechless: set[UUID] = field(default_factory=set)  # appointments without the interpreter
    seeing: Mapping[UUID, bool] = field(default_factory=lambda: defaultdict(bool))


def card_of(one: Booked, moment: Moment) -> Card:
    """Return a card as it is now, without its readiness."""
    site, at = moment.site, moment.at
    wall = local(site, one.starts_at)
    card = Card(
        booked=one,
        age=figures.age(one.born, local(site, at).date()),
        time=f"{wall.hour % 12 or 12}:{wall.minute:02}",
        face=f"{one.provider_first[:1]}{one.provider_last[:1]}".upper(),
        provider=_short_name(one.provider_first, one.provider_last, one.credential),
    )
    if one.ticket:
        card.code = Ticket(number=one.ticket).code
    if one.lane == Stage.EXPECTED:
        card.late = int((at - one.starts_at) / MINUTE) if flow.is_late(one.starts_at, at) else 0
    elif one.lane == Stage.GONE:
        wall = local(site, one.since) if one.since else wall
        card.time = f"{wall.hour % 12 or 12}:{wall.minute:02}"
    elif one.since:
        _say_wait(card, one.since, moment)
    return card


def _say_wait(card: Card, since: datetime, moment: Moment) -> None:
    one, at = card.booked, moment.at
    card.limit = flow.limit_of(one.lane, one.minutes, moment.limits)
    card.percent = flow.percent_of_limit(since, at, card.limit)
    card.alert = moment.limits.get(one.lane)
    card.is_over = flow.is_over(since, at, card.alert)
    card.bar = _bar(one.lane, card)
    card.is_called = one.lane == Stage.ARRIVED and one.called_at is not None
    prepared_at = moment.prepared.get(one.visit_id) if one.visit_id else None
    last = flow.last_noted(since, one.checked_in_at, prepared_at)
    patience = moment.forgotten_minutes + (one.minutes if one.lane == Stage.WITH_PROVIDER else 0)
    card.is_forgotten = flow.is_forgotten(last, at, patience)
    if card.is_forgotten:
        minutes = int((at - last) / MINUTE)
        card.holds = _("Nothing noted for %(n)s min") % {"n": minutes}
        card.holds_icon, card.holds_tone = "alert-octagon", "red"
    else:
        _say_hold(card, moment)
    told = moment.foretold.of(one.visit_id) if one.visit_id else None
    if told and one.lane in (Stage.ARRIVED, Stage.ROOMED):
        card.soon = _("%(range)s min") % {"range": _range(told.seen)}


def _range(told: waits.Range) -> str:
    low, high = waits.rounded(told)
    return f"{low}–{high}"


def _say_hold(card: Card, moment: Moment) -> None:
    """Say who or what the patient waits for."""
    one = card.booked
    asked = one.late_answer == LateArrival.Answer.ASKED
    blame = flow.waits_for(
        flow.Waiting(
            stage=one.lane,
            is_checked_in=one.checked_in_at is not None,
            is_prepared=one.visit_id in moment.prepared,
            awaits_decision=asked,
            lacks_interpreter=one.pk in moment.speechless,
            called=moment.called.get(one.room_id, frozenset()) if one.room_id else frozenset(),
            rooms_free=moment.rooms_free,
            rooms_to_clean=moment.rooms_to_clean,
        )
    )
    if blame == flow.Blame.NOBODY:
        return
    card.holds_icon = _ICONS[blame]
    if blame in (flow.Blame.DECISION, flow.Blame.INTERPRETER):
        card.holds_tone = "amber"
    card.holds = _words(blame, card, moment)


def _words(blame: flow.Blame, card: Card, moment: Moment) -> str:
    one = card.booked
    if blame == flow.Blame.DECISION:
        facts = {"n": one.late_minutes, "name": card.provider}
        return _("%(n)s min late: ask %(name)s") % facts
    if blame == flow.Blame.PROVIDER:
        if moment.seeing.get(one.provider_id):
            return _("%(name)s, with a patient") % {"name": card.provider}
        return card.provider
    words = {
        flow.Blame.CHECK_IN: _("Called to the desk") if card.is_called else _("Check-in"),
        flow.Blame.ROOM: _("No room is free"),
        flow.Blame.CLEANING: _("A room to be cleaned"),
        flow.Blame.ASSISTANT: _("Assistant"),
        flow.Blame.INTERPRETER: _("Interpreter"),
        flow.Blame.SUPPLIES: _("Supplies"),
        flow.Blame.PAYMENT: _("Payment"),
        flow.Blame.DESK: _("Front desk"),
    }
    early = (one.starts_at - (one.since or one.starts_at)) / MINUTE
    if blame in (flow.Blame.ASSISTANT, flow.Blame.ROOM) and early >= moment.early_minutes:
        return _("Came %(n)s min early") % {"n": int(early)}
    return words[blame]


@lru_cache(maxsize=512)
def _short_name(first: str, last: str, credential: str) -> str:
    """Return the provider's name as said in the office."""
    return Provider(first_name=first, last_name=last, credential=credential).short_name


def _bar(lane: str, card: Card) -> str:
    if card.is_over:
        return "red"
    nearly = card.percent >= 80 and lane in flow.LIMITS
    return "amber" if nearly else LOOKS[Stage(lane)][0]


@dataclass(frozen=True, slots=True)
class Ready:
    """How coverage, forms and balance of one visit stand."""

    cover: coverage.CoverageReadiness
    form: records.FormsReadiness
    owed: Decimal


def say_readiness(cards: list[Card], site: Site, on: date, number: int | None = None) -> None:
    """Give each card its four marks and its one line of words: the worst of them, else the room.

    With the number of the practice's `Revision` what is known stays known until records of the
    rooms change that it hangs on.
    """
    waiting = [card for card in cards if card.booked.lane != Stage.GONE]
    found = _ready_of([card.booked for card in waiting], site, on, number)
    for card in waiting:
        one = card.booked
        ready = found[one.pk]
        cover, form, owed = ready.cover, ready.form, ready.owed
        card.ready = {
            "coverage": cover.state,
            "authorization": _authorization(one, cover),
            "forms": form.tone,
            "balance": "warn" if owed else "ok",
        }
        said = (
            (cover.state, cover.words),
            (card.ready["authorization"], cover.authorization_words),
            (form.tone, form.words if not (one.since or card.late) else form.short),
            (card.ready["balance"], _("%(sum)s open") % {"sum": figures.money(owed)}),
        )
        card.says, card.tone = _worst(one, said)


def _ready_of(visits: list[Booked], site: Site, on: date, number: int | None) -> dict[UUID, Ready]:
    if number is None:
        return _ask_ready(visits, site, on)
    last = touched(site.practice_id, number, HANGS_ON)
    key = ("ready", site.pk, site.state, last, on, get_language())
    held: dict[tuple[Hashable, ...], Ready] = kept(key, dict)
    asks = {
        one.pk: (one.pk, one.patient_id, one.starts_at, one.visit_type_code, _is_self(one))
        for one in visits
    }
    missing = [one for one in visits if asks[one.pk] not in held]
    if missing:
        for pk, ready in _ask_ready(missing, site, on).items():
            held[asks[pk]] = ready
    return {pk: held[ask] for pk, ask in asks.items()}


def _ask_ready(visits: list[Booked], site: Site, on: date) -> dict[UUID, Ready]:
    """Ask each room once for all the visits."""
    patients = {one.patient_id for one in visits}
    covered = coverage.readiness(visits, on)
    days = {one.pk: (one.patient_id, on) for one in visits}
    payers = coverage.payers_held(days)
    facts = {
        one.pk: choosing.Facts(one.visit_type_code, _payers(one, payers[one.pk]), site.state)
        for one in visits
    }
    forms = records.forms_readiness_each(days, facts)
    balances = ledger.balances_of(patients)
    return {
        one.pk: Ready(
            covered[one.pk],
            forms[one.pk],
            balances[one.patient_id].to_pay if one.patient_id in balances else Decimal(0),
        )
        for one in visits
    }


def _is_self(one: Booked) -> bool:
    return one.pays == CheckIn.Pays.SELF_PAY


def _payers(one: Booked, held: frozenset[str]) -> frozenset[str]:
    """Return who pays, as check-in asks it: nobody's plan, or the patient's word, is self-pay."""
    is_self = not held or _is_self(one)
    return frozenset({choosing.SELF_PAY}) if is_self else held


def _authorization(one: Booked, cover: coverage.CoverageReadiness) -> str:
    """Return how the approval stands: one that the visit type needs is missed even unasked."""
    if cover.authorization == "none" and one.needs_authorization and cover.state != "none":
        return "warn"
    return cover.authorization


def _worst(one: Booked, said: Iterable[tuple[str, str]]) -> tuple[str, str]:
    if one.lane in (Stage.ROOMED, Stage.WITH_PROVIDER):
        return one.room or _("No room"), ""
    worst = sorted(
        (item for item in said if item[0] in ("stop", "warn")), key=lambda item: item[0] != "stop"
    )
    if not worst:
        return _("Ready"), ""
    state, words = worst[0]
    return words, "red" if state == "stop" else "amber"


def say_outcome(cards: list[Card]) -> None:
    """Say of those who left what they paid today, or what is still open."""
    visits = [card.booked.visit_id for card in cards if card.booked.visit_id]
    paid = dict(
        Payment.objects.filter(visit_id__in=visits, status=Payment.Status.POSTED)
        .values_list("visit_id")
        .annotate(Sum("amount"))
    )
    for card in cards:
        one = card.booked
        if one.left_unseen:
            card.says, card.tone = _("Left without visit"), "amber"
        elif one.closed_at is None:
            card.says, card.tone = _("Check-out open"), "amber"
        elif one.visit_id in paid:
            card.says = _("Paid %(sum)s") % {"sum": figures.money(paid[one.visit_id])}
        else:
            card.says = _("Nothing paid")
