"""What the browser loads of third parties, and the two files made from them: styles and icons.

Nothing of theirs is copied into the repository. `VENDOR` names each file that is served as it is
from `node_modules`; `MADE` names each file that is made from the sources, into `var/vendor`, when
one of its sources is newer. The stylesheet is Tabler reduced to the classes that our templates
name, and our own styles after it, so that a page asks for one stylesheet. The sprite holds the
icons that our templates and code name.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from frontdesk.ui.css import reduced

UI = Path(__file__).parent
PACKAGE = UI.parent

VENDOR = {
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "vendor/event-calendar.js": "@event-calendar/build/dist/event-calendar.min.js",
}

LAYERS = "@layer tabler, tokens, base, parts, screens, print, contrast;\n"
FONT = """@font-face {
  font-family: "Inter Variable"; font-style: normal; font-display: swap; font-weight: 100 900;
  src: url("../vendor/inter.woff2") format("woff2");
}
"""
_STYLES = """
    tokens base tabler-parts shell parts forms board drawer dialog patient schedule checkin
    ledger palette public paper office visits charts narrow print contrast
"""

STEPS_OF_A_METER = 101
ROWS_OF_A_DAY = 289  # five-minute rows, and the end of the last one
COLUMNS_OF_A_DAY = 41

_ICON = re.compile(r"""\bicon["']?\s*[=:]?\s*["']([a-z0-9-]+)["']""")
_QUOTED = re.compile(r"""["']([a-z0-9-]+)["']""")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_PATHS = re.compile(r"<path(?![^>]*M0 0h24v24H0z)[^>]*/>")

# Icons that code chooses by a name it has built, so that no reader finds them.
_ALWAYS = """
    alert-octagon alert-triangle bulb check chevron-down chevron-left chevron-right circle-check
    clock info-circle minus search x building-hospital calendar chart-bar help inbox
    layout-board receipt settings users user cash message-circle calendar-plus user-check
    user-plus file-text plus bell map-pin logout moon sun contrast printer shield stethoscope
    signature id-badge-2 mail phone flask walk door clipboard-check coin credit-card send
    history lock key refresh trash pencil upload download camera eye external-link list-check
    report-money filter
"""


def vendor_root() -> Path:
    """Return where npm has put the third-party files."""
    return Path(settings.NODE_MODULES)


def made_root() -> Path:
    """Return the ignored folder that the made files go to."""
    return Path(settings.VAR) / "vendor"


def stylesheet() -> str:
    """Return the one stylesheet of the office: Tabler where we use it, then ours."""
    tabler = (vendor_root() / "@tabler/core/dist/css/tabler.min.css").read_text()
    words = {word for path in _pages() for word in _WORD.findall(path.read_text())}
    ours = "".join((UI / "styles" / f"{name}.css").read_text() for name in _STYLES.split())
    rooms = "".join(path.read_text() for path in _styles_of_rooms())
    return f"{LAYERS}{FONT}@layer tabler {{{reduced(tabler, words)}}}\n{ours}{_figures()}{rooms}"


def sprite() -> str:
    """Return one SVG that holds every icon somebody names; an unknown name is left out."""
    names = set(_ALWAYS.split())
    for path in _readers():
        # Code may hold an icon's name in any table of its own, so each word quoted there is tried.
        pattern = _QUOTED if path.suffix == ".py" else _ICON
        names.update(pattern.findall(path.read_text()))
    symbols = [_symbol(name) for name in sorted(names) if _icon_file(name).exists()]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def calendar() -> str:
    """Return the styles of the calendar under ours; a page that shows one asks for it."""
    theirs = vendor_root() / "@event-calendar/build/dist/event-calendar.min.css"
    ours = (UI / "styles" / "calendar.css").read_text()
    return f"@layer tabler {{{theirs.read_text()}}}\n{ours}"


MADE: dict[str, Callable[[], str]] = {
    "ui/frontdesk.css": stylesheet,
    "ui/calendar.css": calendar,
    "ui/icons.svg": sprite,
}


def make(name: str) -> Path:
    """Write the made file if a source is newer than it, and return where it is."""
    target = made_root() / name
    newest = max(path.stat().st_mtime for path in (*_readers(), *_own_sources()))
    if not target.exists() or target.stat().st_mtime < newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        fresh.write_text(MADE[name](), encoding="utf-8")
        fresh.replace(target)
    return target


@cache
def has_icon(name: str) -> bool:
    """Say whether Tabler draws an icon of this name."""
    return _icon_file(name).exists()


def _figures() -> str:
    """Return the rules that read a figure from an attribute; inline style is forbidden to us."""
    rules = [f'[data-p="{p}"]{{--p:{p}}}' for p in range(STEPS_OF_A_METER)]
    rules += [f'[data-from="{n}"]{{--from:{n}}}' for n in range(ROWS_OF_A_DAY)]
    rules += [f'[data-len="{n}"]{{--len:{n}}}' for n in range(1, ROWS_OF_A_DAY)]
    rules += [f'[data-col="{n}"]{{--col:{n}}}' for n in range(1, COLUMNS_OF_A_DAY)]
    rules += [f'[data-cols="{n}"]{{--cols:{n}}}' for n in range(1, COLUMNS_OF_A_DAY)]
    return f"@layer screens{{{''.join(rules)}}}\n"


def _icon_file(name: str) -> Path:
    return vendor_root() / "@tabler/icons/icons/outline" / f"{name}.svg"


def _symbol(name: str) -> str:
    paths = "".join(_PATHS.findall(_icon_file(name).read_text()))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>'


def _pages() -> Iterator[Path]:
    """Yield every file that may name a class of Tabler's."""
    yield from PACKAGE.glob("*/templates/**/*.html")
    yield from PACKAGE.glob("*/static/**/*.js")
    yield from UI.glob("templatetags/*.py")


def _readers() -> Iterator[Path]:
    """Yield every file that may name a class or an icon."""
    yield from _pages()
    yield from PACKAGE.glob("*/*.py")
    yield from PACKAGE.glob("*/[a-z]*/*.py")


def _styles_of_rooms() -> list[Path]:
    """Return what a room adds for its own screens; each file names its layer itself."""
    return sorted(path for path in PACKAGE.glob("*/styles/*.css") if path.parent.parent != UI)


def _own_sources() -> Iterator[Path]:
    yield from PACKAGE.glob("*/styles/*.css")
    yield Path(settings.BASE_DIR) / "package-lock.json"  # npm gives its files no date of their own
