"""Load diagnoses, procedures, modifiers and places of service; run by set-up."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from frontdesk.coding import operations
from frontdesk.core.errors import Refused


class Command(BaseCommand):
    """`load_code_sets`, or with a CDC order file the yearly release."""

    help = "Load the code sets that came with the product, or a yearly ICD-10-CM release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be asked."""
        parser.add_argument("--order-file", type=Path, help="icd10cm-order-YYYY.txt from the CDC")
        parser.add_argument("--effective", type=date.fromisoformat, help="first day: 2026-10-01")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many rows of each."""
        if options["order_file"]:
            self._follow(options["order_file"], options["effective"])
            return
        for name, rows in operations.load_code_sets().items():
            self.stdout.write(f"{name}: {rows:,}")

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
