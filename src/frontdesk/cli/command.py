"""The commands and what they take. Each is imported when it is called: help must be quick."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from frontdesk.cli import office

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
SOME = click.IntRange(min=1)
FEWEST_PATIENTS = 100  # a demo of fewer could not fill its day


class Commands(click.Group):
    """The commands; what the machine refuses is told in words, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Exception as trouble:
            if words := office.trouble_in_words(trouble):
                office.complain(words)
                sys.exit(2)
            raise


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name=None, version="0.1.0", prog_name="frontdesk")
def main() -> None:
    """Run a medical office: its screens, its jobs, its files."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    envvar="PORT",
    help="Port to listen on.",
)
@click.option("--demo", is_flag=True, help="Make the demo practice when there is none.")
def serve(host: str, port: int, demo: bool) -> None:
    """Open the office: web server, job worker and, outside production, the sandbox payer."""
    from frontdesk.cli import serving

    sys.exit(serving.serve(host=host, port=port, demo=demo))


@main.command()
@click.option(
    "--patients",
    type=click.IntRange(min=FEWEST_PATIENTS),
    default=1500,
    show_default=True,
    help="How many patients to make up.",
)
@click.option(
    "--appointments",
    type=click.IntRange(min=0),
    default=0,
    help="How many appointments; 0: two usual years.",
)
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same practice.")
def demo(patients: int, appointments: int, seed: int) -> None:
    """Make a demo practice: two sites, five providers, two years behind it, a busy today."""
    office.open_django()
    from frontdesk.cli import preparing
    from frontdesk.demo import making

    preparing.prepare(demo=False)
    sys.exit(making.make(patients=patients, appointments=appointments, seed=seed))


@main.command()
@click.option("--visits", type=SOME, default=40, show_default=True, help="Visits in a day.")
@click.option("--days", type=SOME, default=1, show_default=True, help="Working days in a row.")
@click.option("--folder", type=PATH, help="Keep the office here, and go on where it was left.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last; today.")
@click.option("--sketch", is_flag=True, help="Days far apart, on which what is rare happens often.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a program.")
def day(
    visits: int, days: int, folder: Path | None, until: datetime | None, sketch: bool, as_json: bool
) -> None:
    """Live a simulated day, or many, from the phone to the paid bill, on a database of its own."""
    from frontdesk.cli import day as simulated

    if days == 1 and folder is None:
        sys.exit(simulated.run(visits=visits, as_json=as_json))
    last = until.date() if until else None
    asked = simulated.Asked(days, visits, last, is_sketch=sketch, as_json=as_json)
    sys.exit(simulated.run_many(asked, folder))


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Run the sandbox payer and clearinghouse, for training and tests."""
    from frontdesk.sandbox.__main__ import main as program

    sys.exit(program(list(arguments)))


@main.group()
def x12() -> None:
    """Check, read and acknowledge X12 files."""


@x12.command()
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each file.")
@click.option(
    "--snip", type=click.IntRange(3, 6), default=6, help="Judge up to this SNIP type: 3 to 6."
)
def check(files: tuple[Path, ...], as_json: bool, snip: int) -> None:
    """Check files: 0 all valid, 1 one is not, 2 one can't be read."""
    from frontdesk.cli import x12 as files_of

    sys.exit(files_of.check_files(list(files), as_json, sys.stdout, snip=snip))


@x12.command()
@click.argument("file", type=PATH)
def json(file: Path) -> None:
    """Print what a file says, as JSON."""
    from frontdesk.cli import x12 as files_of

    sys.exit(files_of.print_json(file, sys.stdout))


@x12.command()
@click.argument("file", type=PATH)
def ack(file: Path) -> None:
    """Print the TA1 and 999 that answer a file."""
    from frontdesk.cli import x12 as files_of

    sys.exit(files_of.print_acknowledgement(file, sys.stdout))


@main.group(name="import")
def import_() -> None:
    """Bring in patients, a practice, or FHIR resources."""


_PRACTICE = click.option("--practice", default="", help="Its name, when there are several.")
_DRY = click.option("--dry-run", is_flag=True, help="Try it and say what would happen.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report for a program.")


@import_.command()
@click.argument("file", type=FILE)
@click.option("--map", "mapping", multiple=True, help="COLUMN=FIELD, where the header misleads.")
@_PRACTICE
@_DRY
@_JSON
def patients(file: Path, mapping: tuple[str, ...], **how: Any) -> None:
    """Bring in patients from a CSV file: all of the good rows, and a report of the others."""
    office.open_prepared()
    from frontdesk.cli import imports

    sys.exit(imports.patients(file, list(mapping), **how))


@import_.command()
@click.argument("path", type=PATH)
@_PRACTICE
@_DRY
@_JSON
def fhir(path: Path, **how: Any) -> None:
    """Bring in FHIR R4: patients, coverage, appointments, encounters (file, folder, ndjson)."""
    office.open_prepared()
    from frontdesk.cli import imports

    sys.exit(imports.fhir(path, **how))


@import_.command()
@click.argument("path", type=PATH)
@_DRY
@_JSON
def practice(path: Path, dry_run: bool, as_json: bool) -> None:
    """Set up a practice from a JSON file or a folder of CSV files."""
    office.open_prepared()
    from frontdesk.cli import practice_file

    sys.exit(practice_file.bring_in(path, dry_run=dry_run, as_json=as_json, out=sys.stdout))


@import_.command(name="practice-data")
@click.argument("folder", type=PATH)
@_PRACTICE
@_DRY
@_JSON
def practice_data(folder: Path, **how: Any) -> None:
    """Bring in another system's export: patients, coverages, appointments as CSV files."""
    office.open_prepared()
    from frontdesk.cli import imports

    sys.exit(imports.practice_data(folder, **how))


@main.command()
@click.argument("file", type=FILE, required=False)
def backup(file: Path | None) -> None:
    """Copy the whole office, while it is open, into one file."""
    office.open_django()
    from frontdesk.cli import copies

    sys.exit(copies.backup(file))


@main.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace what is there without asking.")
def restore(file: Path, yes: bool) -> None:
    """Put a backup in the place of this office (which must be closed)."""
    office.open_django()
    from frontdesk.cli import copies

    sys.exit(copies.restore(file, may_replace=yes))


@main.group()
def audit() -> None:
    """Look after the record of who did what."""


@audit.command()
@click.option("--practice", default="", help="Only this practice, by its name.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a program.")
def verify(practice: str, as_json: bool) -> None:
    """Walk every chain; name each entry that was edited, removed or inserted."""
    office.open_django()
    from frontdesk.cli import audit as chains

    sys.exit(chains.verify(practice=practice, as_json=as_json, out=sys.stdout))


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--practice", default="", help="Its name, when there are several.")
def books(file: Path | None, practice: str) -> None:
    """Write the books as a beancount file, for any accountant's tools."""
    office.open_django()
    from frontdesk.cli import books as ledger

    practice_id = office.practice_named(practice)
    if file is None:
        ledger.export(sys.stdout, practice_id=practice_id)
        return
    with file.open("w", encoding="utf-8") as out:
        lines = ledger.export(out, practice_id=practice_id)
    office.say(f"Wrote {lines} lines to {file}.")


@main.command()
@click.option("--practice", default="", help="Its name, when there are several.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else the newest.")
@click.option("--days", type=SOME, default=90, show_default=True, help="Over how many days.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a program.")
def kpis(practice: str, until: datetime | None, days: int, as_json: bool) -> None:
    """Print the figures of the money: days in A/R, denials, net collection and the others."""
    office.open_django()
    from frontdesk.cli import kpis as figures

    practice_id = office.practice_named(practice)
    last = until.date() if until else None
    sys.exit(figures.show(practice_id, last=last, days=days, as_json=as_json, out=sys.stdout))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a program.")
def doctor(as_json: bool) -> None:
    """Say what is missing or wrong on this machine, in plain words."""
    from frontdesk.cli import doctor as examination

    sys.exit(examination.examine(as_json=as_json))


@main.command(hidden=True)
@click.option("--demo", is_flag=True)
def prepare(demo: bool) -> None:
    """Bring the database and the browser's files up to date before the doors open."""
    office.open_django()
    from frontdesk.cli import preparing

    sys.exit(preparing.prepare(demo=demo))
