"""Load diagnoses, procedures, modifiers and places of service; run by set-up."""

from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frontdesk.coding import operations
from frontdesk.coding.exchange import FactorRow
from frontdesk.core.errors import Refused


class Command(BaseCommand):
    """`load_code_sets`, or with a CDC order file the yearly release."""

    help = "Load the code sets that came with the product, or a yearly ICD-10-CM release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be asked."""
        parser.add_argument("--order-file", type=Path, help="icd10cm-order-YYYY.txt from the CDC")
        parser.add_argument("--effective", type=date.fromisoformat, help="first day: 2026-10-01")
        parser.add_argument("--pairs", type=Path, help="a quarter's NCCI pairs (PTP), as text")
        parser.add_argument("--units", type=Path, help="a quarter's unit limits (MUE), as CSV")
        parser.add_argument("--values", type=Path, help="a year's relative values (PPRRVU CSV)")
        parser.add_argument("--localities", type=Path, help="the same year's GPCI file (CSV)")
        parser.add_argument("--factor", type=Decimal, help="the same year's conversion factor")
        parser.add_argument(
            "--cpt-licence", default="", help="the practice's AMA licence: these files name CPT"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many rows of each."""
        if options["order_file"]:
            self._follow(options["order_file"], options["effective"])
            return
        if options["pairs"] or options["units"] or options["values"]:
            self._follow_payment(options)
            return
        for name, rows in operations.load_code_sets().items():
            self.stdout.write(f"{name}: {rows:,}")

    def _follow_payment(self, options: dict[str, Any]) -> None:
        """Take in CMS's files of a quarter or a year; all of a file or nothing of it."""
        effective = options["effective"]
        if effective is None:
            raise CommandError("Say from which day: --effective YYYY-MM-DD")
        if not options["cpt_licence"].strip():
            raise CommandError(
                "These files name CPT codes, which the AMA licenses: --cpt-licence NUMBER"
            )
        try:
            for name in ("pairs", "units"):
                if options[name]:
                    with options[name].open(encoding="latin-1", newline="") as lines:
                        self._tell(name, getattr(operations, f"follow_{name}"), lines, effective)
            if options["values"]:
                self._follow_medicare(options, effective.year)
        except (OSError, Refused) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _tell(self, name: str, follow: Any, lines: Any, release: date) -> None:
        self.stdout.write(f"{name}: {follow(lines, release=release)}")

    def _follow_medicare(self, options: dict[str, Any], year: int) -> None:
        if not options["localities"]:
            raise CommandError("Give the year's localities too: --localities FILE")
        factor = options["factor"]
        said = FactorRow(date(year, 1, 1), date(year, 12, 31), factor) if factor else None
        with options["values"].open(encoding="latin-1", newline="") as lines:
            found = operations.follow_medicare(
                lines,
                options["localities"].read_text(encoding="latin-1"),
                year=year,
                factor=said,
            )
        self.stdout.write(f"values: {found[0]:,}, localities: {found[1]:,}")

    def _follow(self, path: Path, effective: date | None) -> None:
        if effective is None:
            raise CommandError("Say from which day: --effective YYYY-MM-DD")
        try:
            begun, ended = operations.follow_order_file(
                path.read_text(encoding="latin-1"), effective=effective
            )
        except (OSError, Refused) as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(f"{begun:,} codes begin on {effective}, {ended:,} ended before")
