"""The office’s code sets as the X12 check asks them (SNIP 5): only codes in question are read."""

import re
from collections.abc import Collection, Iterable
from datetime import date

from frontdesk import x12
from frontdesk.coding.models import ChargeItem, Diagnosis, Modifier, Procedure

Days = tuple[date | None, date | None]
LEVEL_TWO = re.compile(r"[A-V]\d{4}")  # HCPCS codes that CMS keeps; CPT is the practice's own
_USUAL = x12.CodeLists({})


class KnownCodes:
    """What is known of some codes: those of a batch of claims, read in a few questions.

    Of a set that is not loaded nothing is known, and nothing is refused for it.
    """

    def __init__(
        self,
        diagnoses: Collection[str],
        procedures: Collection[str],
        modifiers: Collection[str],
    ) -> None:
        """Read what the code sets say of these; diagnoses are written with their point."""
        own = set(ChargeItem.objects.filter(code__in=procedures).values_list("code", flat=True))
        asked = {code for code in procedures if LEVEL_TWO.fullmatch(code)} - own
        found: dict[str, dict[str, list[Days]]] = {
            "diagnosis": _days(Diagnosis, diagnoses),
            "procedure": _days(Procedure, asked),
            "modifier": {
                code: [(None, None)]
                for code in Modifier.objects.filter(code__in=modifiers).values_list(
                    "code", flat=True
                )
            },
        }
        loaded = {
            "diagnosis": Diagnosis.objects,
            "procedure": Procedure.objects,
            "modifier": Modifier.objects,
        }
        self._found = {
            system: {code.replace(".", ""): days for code, days in codes.items()}
            for system, codes in found.items()
            if codes or loaded[system].exists()
        }
        self._asked = asked

    def knows(self, system: str, code: str, on: date | None) -> bool | None:
        """Whether the code was valid on the day; nothing where that is not known."""
        if system not in ("diagnosis", "procedure", "modifier"):
            return _USUAL.knows(system, code, on)
        codes = self._found.get(system)
        if codes is None or (system == "procedure" and code and code not in self._asked):
            return None
        return any(_counts(first, last, on) for first, last in codes.get(code, ()))


def _days(model: type[Diagnosis] | type[Procedure], codes: Iterable[str]) -> dict[str, list[Days]]:
    found: dict[str, list[Days]] = {}
    rows = model.objects.filter(code__in=set(codes))
    for code, first, last in rows.values_list("code", "valid_from", "valid_to"):
        found.setdefault(code, []).append((first, last))
    return found


def _counts(first: date | None, last: date | None, on: date | None) -> bool:
    if on is None:
        return True
    return (first is None or first <= on) and (last is None or on <= last)
