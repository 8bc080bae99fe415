"""The guides as data, found by transaction set and version."""

from functools import cache
from importlib import import_module

from frontdesk.x12.schema.grammar import Guide, element_numbers

_MODULES = {
    "270": ("guide_270",),
    "271": ("guide_271",),
    "276": ("guide_276",),
    "277": ("guide_277ca", "guide_277"),
    "820": ("guide_820",),
    "834": ("guide_834",),
    "835": ("guide_835",),
    "837": ("guide_837p", "guide_837i"),
    "999": ("guide_999",),
}


@cache
def find(set_id: str, version: str) -> Guide | None:
    """The guide for this transaction set and version, or nothing where none is held."""
    for module in _MODULES.get(set_id, ()):
        guide: Guide = import_module(f"frontdesk.x12.schema.{module}").GUIDE
        if version in guide.accepts:
            return guide
    return None


def held(set_id: str) -> tuple[str, ...]:
    """The versions of this transaction set that can be read."""
    guides = (import_module(f"frontdesk.x12.schema.{m}").GUIDE for m in _MODULES.get(set_id, ()))
    return tuple(version for guide in guides for version in guide.accepts)


def group_of(set_id: str, otherwise: str) -> str:
    """The functional group a transaction set belongs to, where a guide for it is held."""
    for module in _MODULES.get(set_id, ()):
        guide: Guide = import_module(f"frontdesk.x12.schema.{module}").GUIDE
        return guide.group
    return otherwise


def data_element(segment: str, position: int) -> str:
    """The data element number at a place of a segment, or nothing for a composite."""
    numbers = element_numbers(segment)
    if not 0 < position <= len(numbers):
        return ""
    number = numbers[position - 1]
    return number if number.isdigit() else ""
