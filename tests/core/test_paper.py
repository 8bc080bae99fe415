"""A paper is set in a process of its own: nothing of it stays, and nothing of it is told."""

import subprocess
import sys
import traceback

import pytest

from frontdesk.core import paper

HELLO = "#let d = json(bytes(sys.inputs.data))\n#set document(title: d.name)\n= Hello #d.name"


@pytest.fixture
def template(tmp_path):
    def write(text):
        place = tmp_path / "hello.typ"
        place.write_text(text, "utf-8")
        return place

    return write


def test_a_template_and_what_it_is_told_become_a_pdf(template):
    made = paper.pdf(template(HELLO), {"name": "Zoë"})

    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/StructTreeRoot" not in paper.pdf(template(HELLO), {"name": "Zoë"}, tags=False)


def test_typst_is_never_loaded_into_the_office(template):
    asked = (
        "import sys; from pathlib import Path; from frontdesk.core.paper import pdf;"
        f"pdf(Path({str(template(HELLO))!r}), {{'name': 'Ann'}}); print('typst' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("wrong", ["#d.nothing", "#panic(d.name)", "#image(d.name)"])
def test_a_paper_that_cannot_be_set_tells_its_template_and_nobody(template, wrong):
    told = {"name": "-".join(("Ann", "Lee"))}
    with pytest.raises(paper.NotSet, match=r"hello\.typ could not be set") as raised:
        paper.pdf(template(HELLO + wrong), told)

    assert "Ann-Lee" not in "".join(traceback.format_exception(raised.value))


def test_a_paper_that_takes_for_ever_is_given_up(template, monkeypatch):
    monkeypatch.setattr(paper, "PATIENCE", 0.01)

    with pytest.raises(paper.NotSet):
        paper.pdf(template(HELLO), {"name": "Ann"})
