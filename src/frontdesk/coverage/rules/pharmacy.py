"""What a card says for the pharmacy: RxBIN, RxPCN, RxGrp (NCPDP Pharmacy ID Card guide)."""

import re
from typing import NamedTuple

_BIN = re.compile(r"\d{6}|\d{8}")  # six digits; eight since the numbers ran short


class Pharmacy(NamedTuple):
    """The three as written on a card, in capitals and without spaces."""

    rx_bin: str = ""
    rx_pcn: str = ""
    rx_group: str = ""


def pharmacy(rx_bin: str = "", rx_pcn: str = "", rx_group: str = "") -> Pharmacy:
    """Return the three in the form in which they are kept."""
    return Pharmacy(*("".join(one.split()).upper() for one in (rx_bin, rx_pcn, rx_group)))


def is_bin(value: str) -> bool:
    """Say whether it is the number of a pharmacy plan; nothing is none, and right."""
    return not value or _BIN.fullmatch(value) is not None


def usable(given: Pharmacy) -> Pharmacy:
    """Leave out what can't be right: of another system we take what fits, and nothing else."""
    return Pharmacy(
        given.rx_bin if is_bin(given.rx_bin) else "",
        given.rx_pcn if len(given.rx_pcn) <= 20 else "",
        given.rx_group if len(given.rx_group) <= 20 else "",
    )
