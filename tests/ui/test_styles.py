"""The stylesheet and the sprite that are made from third-party files and ours."""

import re

from frontdesk.ui import assets
from frontdesk.ui.css import reduced


def test_rules_for_classes_nobody_names_are_dropped():
    css = ".btn{color:red}.carousel{top:0}.btn .carousel{top:1px}.btn,.carousel{left:0}"

    assert reduced(css, {"btn"}) == ".btn{color:red}.btn{left:0}"


def test_rules_on_elements_and_the_root_stay():
    css = ':root{--a:1}a:hover{top:0}[data-x="."]{top:1px}'

    assert reduced(css, set()) == css


def test_nested_rules_are_reduced_and_empty_ones_dropped():
    css = "@media print{.no{top:0}}@media (min-width:1px){.yes{top:0}.no{top:1px}}"

    assert reduced(css, {"yes"}) == "@media (min-width:1px){.yes{top:0}}"


def test_a_brace_in_a_string_closes_nothing():
    css = '.yes{background:url("data:x,}")}.no{top:0}'

    assert reduced(css, {"yes"}) == '.yes{background:url("data:x,}")}'


def test_keyframes_stay_whole_and_imports_go():
    css = '@charset "UTF-8";@keyframes spin{to{rotate:1turn}}'

    assert reduced(css, set()) == "@keyframes spin{to{rotate:1turn}}"


def test_what_is_chosen_is_told_in_the_colors_of_the_readers_system():
    [told] = re.findall(
        r"@media \(forced-colors: active\) \{(.+?)\n  \}", assets.stylesheet(), re.DOTALL
    )

    assert "a[aria-current]" in told and ".ready i" in told and "Highlight" in told


def test_the_stylesheet_keeps_what_we_use_and_not_the_rest():
    css = assets.stylesheet()

    assert ".form-control" in css
    assert ".carousel" not in css
    assert css.startswith("@layer tabler, tokens, base, parts, screens, print, contrast;")
    assert '[data-p="73"]{--p:73}' in css


def test_every_icon_a_template_names_exists_and_is_in_the_sprite():
    named = set()
    for path in assets.PACKAGE.glob("*/templates/**/*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))

    held = set(re.findall(r'<symbol id="([^"]+)"', assets.sprite()))

    assert {name for name in named if not assets.has_icon(name)} == set()
    assert named <= held


def test_no_template_or_script_of_ours_needs_inline_style_or_script():
    wrong = []
    for path in assets.PACKAGE.glob("*/templates/**/*.html"):
        text = re.sub(r"{[%{].*?[%}]}", "", path.read_text())
        if re.search(
            r"\sstyle=|<style|\shx-on|\son[a-z]+=|<script(?![^>]*(src=|application/json))", text
        ):
            wrong.append(path.relative_to(assets.PACKAGE).as_posix())

    assert wrong == []


# Forms without a line to type in, and one whose first button only tries.
ASKS_NO_LINE = {
    "people/duplicate.html",
    "visits/room_state.html",
    "workspace/patient/details.html",
    "workspace/setup/file.html",
    "coding/import_prices.html",
}


def test_enter_in_a_field_does_what_the_form_is_for():
    """A browser presses the first button that sends a form: never one that does another thing."""
    wrong = {}
    for path in assets.PACKAGE.glob("*/templates/**/*.html"):
        for form in re.findall(r"<form.*?(?:</form>|\Z)", path.read_text(), re.DOTALL):
            sending = [b for b in re.findall(r"<button[^>]*>", form) if 'type="button"' not in b]
            does_more = re.search(r'name="|formaction="', sending[0]) if sending[1:] else None
            if does_more and "btn-primary" not in sending[0]:
                wrong[str(path).partition("/templates/")[2]] = sending[0]
    assert wrong.keys() == ASKS_NO_LINE
