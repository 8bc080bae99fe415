"""Paper: what a Typst template makes of what it is told, as a PDF.

Each paper is set in a process of its own, which ends with it. Typst keeps what it has learned of
fonts and pages for as long as its process lives, some 60 MB after a long paper; a paper that it
could not set must not take the office down with it. A process costs about 25 ms.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PATIENCE = 600  # seconds for one paper; the longest, the schedules of all providers, takes a few
_SET = (
    "import json, sys, typst\n"
    "asked = json.load(sys.stdin.buffer)\n"
    "sys.stdout.buffer.write(typst.compile(**asked))\n"
)


class NotSet(RuntimeError):
    """A paper could not be set; it names the template, never what it was told."""


def pdf(template: Path, told: dict[str, Any], *, fonts: bool = True, tags: bool = True) -> bytes:
    """Return the PDF that a template makes of what it is told: its `sys.inputs.data`, as JSON.

    With `fonts` those of the machine may be used beside Typst's own. With `tags` a screen reader
    can follow it; tags of thousands of cells, on paper that is only for hands, take most of the
    memory. Raises NotSet.
    """
    asked = {
        "input": str(template),
        "format": "pdf",
        "sys_inputs": {"data": json.dumps(told, ensure_ascii=False)},
        "ignore_system_fonts": not fonts,
        "pdf_tags": tags,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            [sys.executable, "-P", "-c", _SET],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        # Typst's own words may quote what it was told, which no log may hold.
        raise NotSet(f"{template.name} could not be set.") from None
    return done.stdout
