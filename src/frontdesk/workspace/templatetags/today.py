"""The cards of Today's board.

A board has up to some hundred cards and is drawn again at each change, so a card is put together
here, from strings that are translated and escaped once, instead of by nodes of a template; and a
card that says what it said before is not drawn again at all.
"""

from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.ui import figures
from frontdesk.ui.drawn import Drawn
from frontdesk.ui.templatetags.ui import READINESS, icon, ready, wait
from frontdesk.visits.models import Stage
from frontdesk.visits.queries.shapes import Booked, Card
from frontdesk.visits.queries.strip import Light, RoomChip

register = template.Library()

NOBODY = "00000000-0000-0000-0000-000000000000"
# How a card moves on from its stage: the URL, the permission, whether a press posts or leads on.
_STEPS = {
    Stage.EXPECTED: ("arrive", (), "visits.arrive", "post"),
    Stage.ARRIVED: ("room", (), "visits.move", "drawer"),
    Stage.ROOMED: ("move", (Stage.WITH_PROVIDER.value,), "visits.move", "post"),
    Stage.WITH_PROVIDER: ("move", (Stage.CHECK_OUT.value,), "visits.move", "post"),
    Stage.CHECK_OUT: ("check_out", (), "visits.check_out", "go"),
}


_KEPT_APART = {"booked", "ready"}
_all_of_card = attrgetter(*(one.name for one in fields(Card) if one.name not in _KEPT_APART))
_all_of_booked = attrgetter(*(one.name for one in fields(Booked)))
_drawn = Drawn(2000)


@register.simple_tag
def board_card(card: Card, may: frozenset[str]) -> SafeString:
    """Draw a card: who, when and what, whether all is ready, how long they wait."""
    one = card.booked
    waited = figures.minutes_between(one.since, now()) if one.since else None
    all_said = (_all_of_card(card), _all_of_booked(one), *card.ready.values())
    key = (all_said, waited, may, get_language())
    return _drawn.get(key, lambda: _card(card, may))


def _card(card: Card, may: frozenset[str]) -> SafeString:
    one = card.booked
    if card.is_forgotten:
        card.bar = "red"
    tone = format_html(' data-tone="{}"', card.tone) if card.tone else ""
    said = format_html('<span class="cut{}"{}>{}</span>', " tone" if tone else "", tone, card.says)
    if one.lane == Stage.GONE:
        inside = format_html('<span class="what">{}<time>{}</time></span>', said, card.time)
    else:
        inside = _waiting(card, said)
    return format_html(
        '<div class="vrow" data-row id="visit-{}"><a class="vcard{}" href="{}" data-open-drawer '
        'id="card-{}"><span class="who"><b>{}</b>{}<span class="age">{}</span></span>{}</a>'
        "{}{}</div>",
        one.pk,
        _kind(card),
        _url("drawer").replace(NOBODY, str(one.pk)),
        one.pk,
        one.name,
        format_html('<span class="code">{}</span>', card.code) if _shows_code(card) else "",
        card.age,
        inside,
        _step(card, may),
        _call_in(card, may),
    )


@register.simple_tag
def board_views() -> list[tuple[str, str]]:
    """Return the ways to look at a board."""
    return [("all", _("All")), ("desk", _("Desk")), ("rooms", _("Rooms")), ("mine", _("Mine"))]


@register.simple_tag
def room_chip(chip: RoomChip, may: frozenset[str]) -> SafeString:
    """Draw a room of the strip: its state in shape and word, who is in it, what is called."""
    tone, shape = chip.look
    says = format_html("{} {}", chip.who, wait(chip.since, None)) if chip.who else chip.words
    free = ""
    if chip.free_in is not None:
        free = format_html(
            '<span class="free">{}</span>', _("free in ~%(n)s") % {"n": chip.free_in}
        )
    key = format_html(' data-key="{}" data-says="{}"', chip.key, chip.name) if chip.key else ""
    return format_html(
        '<div class="room-chip" data-row data-tone="{}" id="room-{}"><a href="{}" '
        'data-open-drawer{} title="{}">{}<b>{}</b><span class="cut">{}</span>{}</a>{}{}{}</div>',
        tone,
        chip.pk,
        _floor("room_state").replace(NOBODY, str(chip.pk)),
        key,
        f"{chip.name}: {chip.words}",
        icon(shape, size="s"),
        chip.name,
        says,
        free,
        format_html_join("", "{}", ((_lamp(light),) for light in chip.lights)),
        _written(chip),
        _clean(chip, may),
    )


def _lamp(light: Light) -> SafeString:
    tone, shape = light.look
    lamp = '<span class="lamp tone" data-tone="{}" title="{}">{}<span>{}</span></span>'
    return format_html(lamp, tone, light.words, icon(shape, size="s"), light.words)


def _written(chip: RoomChip) -> SafeString:
    if not chip.messages:
        return SafeString("")
    label = _("%(n)s written") % {"n": chip.messages}
    mark = '<span class="lamp" title="{}">{}<span class="num">{}</span></span>'
    return format_html(mark, label, icon("message", size="s"), chip.messages)


def _clean(chip: RoomChip, may: frozenset[str]) -> SafeString:
    if chip.state != "turnover" or "visits.move" not in may:
        return SafeString("")
    return format_html(
        '<button type="button" class="room-clean" hx-post="{}" hx-swap="none" data-key="c" '
        'data-says="{}" aria-label="{}">{} <span>{}</span></button>',
        _floor("room_change", ("clean",)).replace(NOBODY, str(chip.pk)),
        _("The room is clean"),
        _("%(room)s is clean") % {"room": chip.name},
        icon("check", size="s"),
        _("Clean"),
    )


def _kind(card: Card) -> str:
    if card.booked.lane == Stage.GONE:
        return " gone"
    return " is-forgotten" if card.is_forgotten else ""


def _shows_code(card: Card) -> bool:
    return bool(card.code) and card.booked.lane == Stage.ARRIVED


def _call_in(card: Card, may: frozenset[str]) -> SafeString:
    """Draw the button that calls the patient's number on the display."""
    one = card.booked
    if one.lane != Stage.ARRIVED or "visits.move" not in may:
        return SafeString("")
    return format_html(
        '<button type="button" class="vnext vcall" hx-post="{}" hx-swap="none" data-key="d" '
        'data-says="{}" aria-label="{}" title="{}">{}</button>',
        _floor("call_in").replace(NOBODY, str(one.visit_id)),
        _("Call in on the display"),
        _("Call %(name)s in") % {"name": one.name},
        _("Call in (d)"),
        icon("speakerphone", size="s"),
    )


@lru_cache(maxsize=16)
def _floor(name: str, more: tuple[str, ...] = ()) -> str:
    return reverse(f"visits:{name}", args=[NOBODY, *more])


def _waiting(card: Card, said: SafeString) -> SafeString:
    one = card.booked
    end: Any = wait(one.since, card.alert)
    if one.lane == Stage.EXPECTED:
        late = _("%(minutes)s min late") % {"minutes": card.late}
        end = format_html('<span class="wait tone" data-tone="amber">{}</span>', late)
        end = end if card.late else ""
    limit = '<span class="limit" data-tone="{}"><i data-p="{}"></i></span>'
    return format_html(
        '<span class="what"><time>{}</time><span class="cut">{}</span>'
        '<span class="face" title="{}" aria-hidden="true">{}</span></span>'
        '<span class="state">{}{}{}</span>{}{}',
        card.time,
        one.what,
        card.provider,
        card.face,
        _marks(get_language(), tuple(card.ready[name] for name in READINESS)),
        said,
        end,
        _hold(card),
        format_html(limit, card.bar, card.percent) if card.bar else "",
    )


def _hold(card: Card) -> SafeString:
    """Draw who or what is waited for, and when the patient will likely be seen."""
    if not card.holds:
        return SafeString("")
    tone = format_html(' data-tone="{}"', card.holds_tone) if card.holds_tone else ""
    return format_html(
        '<span class="vhold"{}>{}<span class="cut">{}</span><span class="soon" title="{}">{}</span>'
        "</span>",
        tone,
        icon(card.holds_icon, size="s"),
        card.holds,
        _("Likely seen in %(range)s") % {"range": card.soon} if card.soon else "",
        card.soon,
    )


def _step(card: Card, may: frozenset[str]) -> SafeString:
    """Draw the button by which the card moves on, where the person may."""
    one = card.booked
    if one.lane not in _STEPS:
        return SafeString("")
    name, more, permission, way = _STEPS[Stage(one.lane)]
    if permission not in may:
        return SafeString("")
    subject = one.pk if one.lane == Stage.EXPECTED else one.visit_id
    head, tail = _button(get_language(), name, more, way, one.lane)
    words = head.replace(NOBODY, str(subject)).replace("%(name)s", escape(one.name))
    return SafeString(words + tail)


@lru_cache(maxsize=64)
def _button(
    language: str | None, name: str, more: tuple[str, ...], way: str, lane: str
) -> tuple[str, str]:
    """Return the button of a stage, with places for the visit's key and the patient's name."""
    labels = {
        Stage.EXPECTED: (_("%(name)s has arrived"), _("Arrived (e)")),
        Stage.ARRIVED: (_("Take %(name)s to a room"), _("Room (e)")),
        Stage.ROOMED: (_("The provider is with %(name)s"), _("With provider (e)")),
        Stage.WITH_PROVIDER: (_("%(name)s goes to check-out"), _("To check-out (e)")),
        Stage.CHECK_OUT: (_("Check %(name)s out"), _("Check out (e)")),
    }
    label, title = labels[Stage(lane)]
    url = _url(name, more)
    if way == "post":
        seen = format_html("{}", f'{{"seen": "{lane}"}}')
        does = f'<button type="button" hx-post="{url}" hx-vals="{seen}" hx-swap="none"'
    else:
        does = f'<a href="{url}"' + (" data-open-drawer" if way == "drawer" else "")
    head = (
        f'{does} class="vnext" data-key="e" data-says="{escape(_("Move on"))}" '
        f'aria-label="{label}" title="{escape(title)}">'
    )
    return head, icon("arrow-right", size="s") + ("</button>" if way == "post" else "</a>")


@lru_cache(maxsize=256)
def _marks(language: str | None, states: tuple[str, ...]) -> SafeString:
    return SafeString(ready(dict(zip(READINESS, states, strict=True))))


@lru_cache(maxsize=16)
def _url(name: str, more: tuple[str, ...] = ()) -> str:
    return reverse(f"visits:{name}", args=[NOBODY, *more])
