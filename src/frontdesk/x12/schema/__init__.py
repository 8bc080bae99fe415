"""The guides as data, found by transaction set and version."""

from functools import cache
from importlib import import_module

from frontdesk.x12.schema.grammar import Guide, element_numbers

_MODULES = {
    "270": ("guide_270",),
    "271": ("guide_271",),
    "276": ("guide_276",),
    "277": ("guide_277ca", "guide_277"),
    "278": ("guide_278_request", "guide_278_response"),
    "820": ("guide_820",),
    "834": ("guide_834",),
    "835": ("guide_835",),
    "837": ("guide_837p", "guide_837i"),
    "999": ("guide_999",),
}
_BY_PURPOSE = frozenset({"278"})


@cache
def find(set_id: str, version: str, purpose: str = "") -> Guide | None:
    """The guide for this transaction set and version, or nothing where none is held.

    `purpose` (BHT02) chooses between the request and the response of one version; one that
    is neither's is judged by the first.
    """
    fitting = [guide for guide in guides(set_id) if version in guide.accepts]
    for guide in fitting:
        if purpose in guide.purposes:
            return guide
    return fitting[0] if fitting else None


def guides(set_id: str) -> tuple[Guide, ...]:
    """Every guide that is held for this transaction set."""
    modules = _MODULES.get(set_id, ())
    return tuple(import_module(f"frontdesk.x12.schema.{module}").GUIDE for module in modules)


def every_guide() -> tuple[Guide, ...]:
    """Every guide that is held, by transaction set."""
    return tuple(guide for set_id in _MODULES for guide in guides(set_id))


def held(set_id: str) -> tuple[str, ...]:
    """The versions of this transaction set that can be read."""
    found = (version for guide in guides(set_id) for version in guide.accepts)
    return tuple(dict.fromkeys(found))


def has_purposes(set_id: str) -> bool:
    """Whether only the segment after the ST tells which guide of this set is meant."""
    return set_id in _BY_PURPOSE


def group_of(set_id: str, otherwise: str) -> str:
    """The functional group a transaction set belongs to, where a guide for it is held."""
    return next((guide.group for guide in guides(set_id)), otherwise)


def data_element(segment: str, position: int) -> str:
    """The data element number at a place of a segment, or nothing for a composite."""
    numbers = element_numbers(segment)
    if not 0 < position <= len(numbers):
        return ""
    number = numbers[position - 1]
    return number if number.isdigit() else ""
