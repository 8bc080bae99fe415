"""Work reads in the office's words: every kind that a room leaves has some."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import frontdesk
from frontdesk.workspace.queries.work_kinds import WORDS, kind_words

SOURCE = Path(frontdesk.__file__).parent
LEAVES_WORK = {"open_work", "WorkItem"}


def _said(value, module):
    """Return the kinds that an expression can say: a constant, a name for one, one of two."""
    if isinstance(value, ast.Constant):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return _said(value.body, module) | _said(value.orelse, module)
    if isinstance(value, ast.Name):
        named = getattr(module, value.id, None)
        return {named} if isinstance(named, str) else set()
    return set()  # made of a part that is a word of its own room; those are listed below


def _kinds_left():
    for file in SOURCE.rglob("*.py"):
        text = file.read_text()
        if "kind=" not in text or not any(call in text for call in LEAVES_WORK):
            continue
        name = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts)
        for call in ast.walk(ast.parse(text)):
            if not isinstance(call, ast.Call):
                continue
            if getattr(call.func, "id", getattr(call.func, "attr", "")) not in LEAVES_WORK:
                continue
            for given in call.keywords:
                if given.arg == "kind":
                    yield from _said(given.value, import_module(name.removesuffix(".__init__")))


def test_every_kind_of_work_that_a_room_leaves_has_words():
    left = set(_kinds_left())

    assert len(left) > 60  # the walk has seen the rooms
    assert sorted(left - set(WORDS)) == []


def test_no_two_kinds_share_their_words():
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("billing.write_off_asked", "Write-offs to approve"),
        ("coverage.authorization_late", "Authorizations overdue"),
        ("visits.follow_up_deferred", "Next visits to book"),
        ("visits.fit_braces_deferred", "Fit braces put off"),
        ("", "Other"),
    ],
)
def test_a_kind_is_read_in_the_offices_words(kind, words):
    assert kind_words(kind) == words
