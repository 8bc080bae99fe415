"""Set up a practice from a file, on the command line."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.exchange import PracticeFile, read_path
from frontdesk.practice.models import Practice
from frontdesk.staff.roles import EVERY_PERMISSION
from frontdesk.workspace.operations.practice_file import Report
from frontdesk.workspace.queries import practice_file


def bring_in(path: Path, *, dry_run: bool, as_json: bool, out: TextIO) -> int:
    """Bring the file or folder in, or say what that would do.

    Returns 0 when all of it fits, 1 when a row does not (then nothing is kept), 2 when the file
    can't be read or the practice is not clear.
    """
    try:
        file = read_path(path)
        by = _actor(file)
        with practice_scope(by.practice_id):
            take = practice_file.tried if dry_run else practice_file.kept
            report = take(file, by=by)
    except (Refused, OSError) as trouble:
        out.write(f"{trouble}\n")
        return 2
    if as_json:
        out.write(json.dumps({**asdict(report), "kept": _is_kept(report, dry_run)}) + "\n")
    else:
        _tell(report, dry_run, out)
    return 1 if report.problems else 0


def _actor(file: PracticeFile) -> Actor:
    """Return the importer, in the practice the file names; the only one needs no name."""
    rows = file.rows("practice")
    name = rows[0].text("name") if rows else ""
    known = list(Practice.objects.order_by("pk"))
    named = [each for each in known if each.name.lower() == name.lower()]
    if named or (len(known) == 1 and not name):
        practice_id = (named or known)[0].pk
    elif name:
        practice_id = new_key()
    else:
        raise Refused("Say in the table practice which practice this is.")
    return Actor(name="Practice file", practice_id=practice_id, permissions=EVERY_PERMISSION)


def _is_kept(report: Report, dry_run: bool) -> bool:
    return not report.problems and not dry_run


def _tell(report: Report, dry_run: bool, out: TextIO) -> None:
    verb = "would be" if dry_run else "were"
    for table in {**report.new, **report.changed}:
        new, changed = report.new.get(table, 0), report.changed.get(table, 0)
        out.write(f"{table:14} {new:5} new {changed:5} known\n")
    out.writelines(f"  {problem.where}: {problem.says}\n" for problem in report.problems)
    if report.problems:
        out.write(f"{len(report.problems)} rows are wrong; nothing was kept.\n")
    else:
        out.write(f"All rows {verb} brought in.\n")
