"""What templates say in one word: icons, fields, money, times, badges, readiness."""

import json
from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import loader
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from frontdesk.core.clock import now
from frontdesk.ui import figures
from frontdesk.ui.drawn import Drawn

register = template.Library()

READINESS = ("coverage", "authorization", "forms", "balance")
HALF_A_YEAR = 180  # days: within them a day without its year is not mistaken
EMPTY = SafeString("")
_PLACE = "token-of-this-answer"  # stands in a drawn frame where the token comes
MOST_FRAMES = 300  # some hundred kinds of page, a few people
MOST_PARTS = 2000  # rows of lists, a kilobyte or two each

_frames = Drawn(MOST_FRAMES)
_parts = Drawn(MOST_PARTS)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw a Tabler outline icon; silent to screen readers unless it has a label."""
    return _icon(name, str(label), size)


@register.simple_tag
def money(amount: Decimal | None, zero: str = "amount", sign: bool = False) -> SafeString:
    """Write dollars and cents; `zero="dash"` in tables, `sign=True` also shows a plus."""
    text = figures.money(amount, dash=zero == "dash", sign=sign)
    return format_html('<span class="num">{}</span>', text)


@register.filter
def dollars(amount: Decimal | None) -> str:
    """Write dollars and cents as plain text, for buttons and sentences."""
    return figures.money(amount)


@register.simple_tag
def when(instant: datetime | None, place: Any = None, style: str = "full") -> SafeString:
    """Write an instant in the site's zone: "Tue, Nov 24, 9:20 AM".

    `style` is `full`, `time` (9:20 AM), `day` (Tue, Nov 24), `date` (Nov 24, 2026) or `smart`
    (the time today, else the day). Without a place the zone is UTC and is named.
    """
    if instant is None:
        return SafeString("—")
    local = instant.astimezone(_zone(place))
    chosen = _smart(local) if style == "smart" else style
    text = date_format(local, _formats()[chosen])
    if place is None and chosen in ("full", "time"):
        text = f"{text} UTC"
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), text)


@register.simple_tag
def day(value: date | None, style: str = "day") -> SafeString:
    """Write a day: `day` is "Tue, Nov 24", `date` "Nov 24, 2026", `long` adds both.

    A `day` farther than half a year from today says its year, too.
    """
    if value is None:
        return SafeString("—")
    if style == "day" and abs(value.toordinal() - now().toordinal()) > HALF_A_YEAR:
        style = "long"
    written = _day if type(value) is date else _day.__wrapped__  # an instant's day is its zone's
    return written(value, style, get_language())


@lru_cache(maxsize=1000)
def _day(value: date, style: str, _language: str | None) -> SafeString:
    """The same days stand in every row of a list: each is written once."""
    text = date_format(value, _formats()[style])
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def wait(since: datetime | None, limit: int | None = None, over: str = "") -> SafeString:
    """Write how long somebody has waited; the page keeps it true, red beyond the limit."""
    if since is None:
        return EMPTY
    minutes = figures.minutes_between(since, now())
    late = limit is not None and minutes > limit
    return format_html(
        '<span class="wait{}" data-since="{}" data-limit="{}">{}</span>',
        " over" if late else "",
        since.isoformat(),
        "" if limit is None else limit,
        _("%(minutes)s min") % {"minutes": minutes} + over,
    )


@register.simple_tag
def age(born: date | None, on: date | None = None) -> str:
    """Write an age as a clinic does: days, weeks, months below two years, then years."""
    return "" if born is None else figures.age(born, on or now().date())


@register.simple_tag
def badge(text: str, tone: str = "slate", icon_name: str = "") -> SafeString:
    """A word on a ground of its tone: slate, amber, violet, blue, green, red or accent."""
    return _badge(str(text), tone, icon_name)


@register.simple_tag
def ready(states: Any) -> SafeString:
    """Four marks: coverage, authorization, forms, balance, each ok, warn, stop or none.

    `states` is a mapping or an object with these four names.
    """
    held = tuple(str(_one(states, name) or "none") for name in READINESS)
    return _ready(held, get_language() or "")


@register.simple_tag
def stage(tone: str, percent: int = 0, kind: str = "") -> SafeString:
    """The clock of a visit: how far it is; `kind` is `open` before it and `done` after it."""
    return _stage(tone, figures.percent(percent), kind)


@register.simple_tag
def face(name: str, size: str = "", photo_url: str = "", title: str = "") -> SafeString:
    """The initials of somebody, or their photo; `size` is nothing, `m` or `l`."""
    css = f"face {size}".strip()
    if photo_url:
        return format_html('<img class="{}" src="{}" alt="" loading="lazy">', css, photo_url)
    named = format_html('title="{}" ', title) if title else EMPTY
    return format_html(
        '<span class="{}" {}aria-hidden="true">{}</span>', css, named, figures.initials(name)
    )


@register.simple_tag
def meter(percent: int, label: str, tone: str = "") -> SafeString:
    """A bar that fills; its label says it in words."""
    return format_html(
        '<div class="meter" data-tone="{}" role="img" aria-label="{}"><i data-p="{}"></i></div>',
        tone or "accent",
        label,
        figures.percent(percent),
    )


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """Draw keys: `{% kbd "Ctrl K" %}`; silent, for the shortcut is announced elsewhere."""
    return _kbd(keys)


@register.simple_tag
def share(part: float | None, places: int = 1) -> str:
    """Write a share (0 to 1) in percent: 12.4%; nothing known is a dash."""
    return "—" if part is None else f"{part * 100:.{places}f}%"


@register.filter
def phone(number: Any) -> str:
    """Write a US number as people read it: (555) 014-2277."""
    return figures.phone(str(number or ""))


@register.simple_tag
def still(name: str) -> SafeString:
    """Include a template that says the same to everybody; it is drawn once a language."""
    if settings.DEBUG:
        return loader.render_to_string(name)
    return _still(name, get_language() or "")


@register.simple_tag(takes_context=True)
def frame(context: template.Context, name: str) -> str:
    """Include a part of the frame: the same each time the same person comes to the same place.

    It is drawn once; only the token against forged forms is put in anew.
    """
    shell, token = context.get("shell"), str(context.get("csrf_token") or "")
    if shell is None or not token or settings.DEBUG:
        return _frame(context, name, token)
    drawn = _frames.get((name, shell.frame_key), lambda: _frame(context, name, _PLACE))
    return SafeString(drawn.replace(_PLACE, escape(token)))


@register.simple_tag(takes_context=True)
def alike(context: template.Context, name: str, said: Hashable) -> SafeString:
    """Include a part that says nothing but `said`: what says the same is drawn once a language.

    For rows of long lists that are drawn again and again while few of them change.
    """
    if settings.DEBUG:
        return SafeString(_part(context, name))
    return _parts.get((name, said, get_language()), lambda: _part(context, name))


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, hint: str = "", **attributes: Any) -> dict[str, Any]:
    """Draw a field whole: label, control, hint and what is wrong, tied for screen readers.

    Other arguments go to the control; write `_` for `-`: `hx_get=url`, `data_scan="card"`.
    `wide=True` spans the form, `prefix="$"` stands before the control, `autofocus=True` as said;
    `plain=True` leaves out the word "optional", where every field of a form is.
    """
    widget = bound.field.widget
    wide, prefix = attributes.pop("wide", False), attributes.pop("prefix", "")
    plain = attributes.pop("plain", False)
    attrs = {name.replace("_", "-"): value for name, value in attributes.items()}
    attrs = {name: value for name, value in attrs.items() if value not in (None, False, "")}
    if bound.errors or hint or bound.help_text:
        attrs["aria-describedby"] = _notes_of(bound, hint)
    if _kind(widget) != "choices":
        attrs["class"] = f"{attrs.get('class', '')} {_control_class(widget)}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "kind": _kind(widget),
        "hint": hint or bound.help_text,
        "wide": wide,
        "plain": plain,
        "prefix": prefix,
    }


class Told(NamedTuple):
    """A toast as the page receives it."""

    text: str
    undo: str
    tone: str


@register.filter
def as_toast(message: Any) -> Told:
    """Read a message of the framework as a toast; those of other apps have no undo."""
    try:
        held = json.loads(message.extra_tags or "{}")
    except ValueError:
        held = {}
    tones = {"error": "red", "warning": "amber"}
    tone = held.get("tone") or tones.get(message.level_tag, "green")
    return Told(str(message), held.get("undo", ""), tone)


@register.filter
def page_window(page: Any) -> Iterable[Any]:
    """Return the numbers a paginator shows around the present page."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def split(words: str) -> list[str]:
    """Part a text into its words, for short loops in a template."""
    return words.split()


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look something up under a key that a template holds."""
    return mapping.get(key)


@register.simple_tag
def count_of(number: int, one: str, many: str) -> str:
    """Write a number with its noun: `{% count_of n "visit" "visits" %}`."""
    return f"{number:,} {ngettext(one, many, number)}"


@cache
def _sprite() -> str:
    return static("ui/icons.svg")


# A board draws some hundred marks that differ little: each is written once and kept.


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, size: str) -> SafeString:
    use = format_html('<use href="{}#{}"/>', _sprite(), name)
    css = f"ti {size}".strip()
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', css, label, use)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, use)


@lru_cache(maxsize=1024)
def _badge(text: str, tone: str, icon_name: str) -> SafeString:
    mark = icon(icon_name) if icon_name else EMPTY
    return format_html('<span class="badge" data-tone="{}">{}{}</span>', tone, mark, text)


@lru_cache(maxsize=1024)
def _stage(tone: str, percent: int, kind: str) -> SafeString:
    return format_html(
        '<span class="{}" data-tone="{}" data-p="{}" aria-hidden="true"></span>',
        f"stage {kind}".strip(),
        tone,
        percent,
    )


@lru_cache(maxsize=1024)
def _ready(held: tuple[str, ...], language: str) -> SafeString:
    words = {"ok": _("ok"), "warn": _("look"), "stop": _("stop"), "none": _("not needed")}
    names = (_("coverage"), _("authorization"), _("forms"), _("balance"))
    label = ", ".join(f"{name} {words[state]}" for name, state in zip(names, held, strict=True))
    marks = format_html_join("", '<i class="{}"></i>', ((state,) for state in held))
    return format_html('<span class="ready" role="img" aria-label="{}">{}</span>', label, marks)


@lru_cache(maxsize=256)
def _kbd(keys: str) -> SafeString:
    drawn = {"Enter": "↵", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}
    return format_html_join(
        "",
        '<kbd class="kbd" aria-hidden="true">{}</kbd>',
        ((drawn.get(key, key),) for key in keys.split()),
    )


def _frame(context: template.Context, name: str, token: str) -> str:
    with context.push(csrf_token=token):
        return _part(context, name)


def _part(context: template.Context, name: str) -> str:
    part: Any = context.template.engine.get_template(name)  # type: ignore[union-attr] # one is drawn
    drawn: str = part.render(context)
    return drawn


@lru_cache(maxsize=64)
def _still(name: str, language: str) -> SafeString:
    return loader.render_to_string(name)


def _zone(place: Any) -> ZoneInfo:
    return ZoneInfo(str(getattr(place, "time_zone", place) or "UTC"))


def _formats() -> dict[str, str]:
    return {
        "full": pgettext("date format", "D, M j, g:i A"),
        "time": pgettext("date format", "g:i A"),
        "day": pgettext("date format", "D, M j"),
        "date": pgettext("date format", "M j, Y"),
        "long": pgettext("date format", "D, M j, Y"),
    }


def _smart(local: datetime) -> str:
    today = now().astimezone(local.tzinfo).date()
    if local.date() == today:
        return "time"
    return "day" if local.year == today.year else "date"


def _one(states: Any, name: str) -> Any:
    return states.get(name) if isinstance(states, Mapping) else getattr(states, name, None)


def _kind(widget: Any) -> str:
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "line"


def _control_class(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


def _notes_of(bound: BoundField, hint: str) -> str:
    notes = [f"{bound.id_for_label}-error"] if bound.errors else []
    if hint or bound.help_text:
        notes.append(f"{bound.id_for_label}-hint")
    return " ".join(notes)
