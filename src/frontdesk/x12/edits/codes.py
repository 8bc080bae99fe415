"""Lists of codes kept by others: what an edit asks of them, and the few that are everybody's."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import Protocol

# Systems an edit may ask about.
DIAGNOSIS, PROCEDURE, MODIFIER, PLACE = "diagnosis", "procedure", "modifier", "place"
ADJUSTMENT, REMARK, TAXONOMY, STATE = "adjustment", "remark", "taxonomy", "state"
COUNTRY, CURRENCY, FACILITY = "country", "currency", "facility"

Validity = tuple[date | None, date | None]

# CPT has five digits, or four and the letter of its part (A, F, M, T, U); HCPCS level II, and the
# codes a payer keeps for itself, a letter and four digits. Anesthesia has 00100 to 01999, and no
# section of CPT begins between that and 10000.
_PROCEDURE = re.compile(
    r"00[1-9]\d\d|01\d{3}|[1-9]\d{4}|\d{4}[AFMTU]|[A-Z]\d{4}",
)
# Codes that say nothing without words: "not otherwise classified", "unlisted procedure".
_NOT_CLASSIFIED = """
J3490 J3590 J7199 J7599 J7699 J7799 J7999 J8498 J8499 J8999 J9999 A4641 A4649 A9698 A9699 A9900
A9999 E0769 E1399 K0108 L0999 L1499 L2999 L3999 L5999 L7499 L8499 L8699 Q4050 Q4051 V2199 V2799
T1999 T2047 S9999
01999 15999 17999 19499 20999 21089 21299 21499 21899 22899 22999 23929 24999 25999 26989 27299
27599 27899 28899 29799 29999 30999 31299 31599 31899 32999 33999 36299 37501 37799 38129 38589
38999 39499 39599 40799 40899 41599 41899 42299 42699 42999 43289 43499 43659 43999 44238 44799
44899 44979 45399 45499 45999 46999 47379 47399 47579 47999 48999 49329 49659 49999 50549 50949
51999 53899 54699 55559 55899 58578 58579 58679 58999 59897 59898 59899 60659 60699 64999 66999
67299 67399 67599 67999 68399 68899 69399 69799 69949 69979 76496 76497 76498 76499 76999 77299
77399 77499 77799 78099 78199 78299 78399 78499 78599 78699 78799 78999 79999 81099 81479 81599
84999 85999 86849 86999 87999 88099 88199 88299 88399 88749 89240 89398 90399 90749 90899 90999
91299 92499 92700 93799 93998 94799 95199 95999 96379 96549 96999 97039 97139 97799 99199 99429
99499 99600
"""
_UNLISTED = frozenset(_NOT_CLASSIFIED.split())


class CodeSets(Protocol):
    """Whoever knows codes: a table, a database, a service."""

    def knows(self, system: str, code: str, on: date | None) -> bool | None:
        """Whether a code of this system was valid on a day; nothing where that is not known.

        Without a day, whether it ever was. Codes are written as they are sent, without dots.
        """


class CodeLists:
    """Code sets held in memory: for each system its codes, with the days of their validity.

    `CodeLists({"diagnosis": {"J069": (None, None)}, "remark": {"N130", "MA01"}})`. A system
    that is not given is not known, and what asks about it is not judged.
    """

    def __init__(self, systems: Mapping[str, Iterable[str] | Mapping[str, Validity]]) -> None:
        """Take over the lists, beside those that come with the engine."""
        self._systems: dict[str, Mapping[str, Validity]] = dict(_EVERYBODYS)
        for system, codes in systems.items():
            given = codes if isinstance(codes, Mapping) else dict.fromkeys(codes, (None, None))
            self._systems[system] = given

    def knows(self, system: str, code: str, on: date | None) -> bool | None:
        """Whether the code was valid on the day."""
        codes = self._systems.get(system)
        if codes is None:
            return None
        validity = codes.get(code)
        if validity is None:
            return False
        begins, ends = validity
        is_early = on is not None and begins is not None and on < begins
        is_late = on is not None and ends is not None and on > ends
        return not (is_early or is_late)


def is_procedure(code: str) -> bool:
    """Whether a code has the form of a HCPCS code."""
    return _PROCEDURE.fullmatch(code) is not None


def is_unlisted(code: str) -> bool:
    """Whether a procedure is one that says nothing without words (CMS, "NOC codes")."""
    return code in _UNLISTED


def state_of_postal_code(postal_code: str) -> frozenset[str]:
    """The states that a postal code may lie in; none where the first three digits are unused."""
    return _BY_PREFIX.get(postal_code[:3], frozenset())


# Places of service as CMS keeps them (public domain), with the day a new one began.
_LONG_KNOWN = (
    "01 03 04 05 06 07 08 09 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 31 32 33 34 41 42 49 "
    "50 51 52 53 54 55 56 57 60 61 62 65 71 72 81 99"
)
_PLACES: dict[str, Validity] = {
    **dict.fromkeys(_LONG_KNOWN.split(), (None, None)),
    "02": (date(2017, 1, 1), None),
    "10": (date(2022, 1, 1), None),
    "27": (date(2023, 10, 1), None),
    "58": (date(2020, 1, 1), None),
    "66": (date(2024, 8, 1), None),
}
# The first three digits of postal codes, by state (United States Postal Service).
_PREFIXES = """
AL 350-369; AK 995-999; AZ 850-865; AR 716-729 755; CA 900-961; CO 800-816; CT 060-069
DE 197-199; DC 200 202-205 569; FL 320-349; GA 300-319 398-399; HI 967-968; ID 832-838
IL 600-629; IN 460-479; IA 500-528; KS 660-679; KY 400-427; LA 700-714; ME 039-049
MD 206-219; MA 010-027 055; MI 480-499; MN 550-567; MS 386-397; MO 630-658; MT 590-599
NE 680-693; NV 889-898; NH 030-038; NJ 070-089; NM 870-884; NY 005 063 100-149
NC 270-289; ND 580-588; OH 430-459; OK 730-749; OR 970-979; PA 150-196; RI 028-029
SC 290-299; SD 570-577; TN 370-385; TX 733 750-799 885; UT 840-847; VT 050-059; VA 201 220-246
WA 980-994; WV 247-268; WI 530-549; WY 820-834; PR 006-007 009; VI 008; GU 969; AS 967
MP 969; FM 969; MH 969; PW 969; AA 340; AE 090-099; AP 962-966
"""


def _prefixes() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in _PREFIXES.replace("\n", ";").split(";"):
        state, *ranges = entry.split() or [""]
        for span in ranges:
            first, _, last = span.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found.setdefault(f"{number:03}", set()).add(state)
    return {prefix: frozenset(states) for prefix, states in found.items()}


_BY_PREFIX = _prefixes()
_STATES = {state for states in _BY_PREFIX.values() for state in states}
# ISO 4217: money in use since 005010 began (2009).
_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BYR BZD CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP
GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VED VEF VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMK ZMW ZWG ZWL
"""
# How a bill of an institution names where it was: the first two digits of its type (NUBC).
_BILL_TYPES = """
11 12 13 14 18 21 22 23 28 32 33 34 41 43 65 66 71 72 73 74 75 76 77 78 79 81 82 83 84 85 86 87 89
"""


def _countries() -> Iterable[str]:
    """ISO 3166, as it comes with the time zones."""
    text = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return (line[:2] for line in text.splitlines() if not line.startswith("#"))


_EVERYBODYS: dict[str, Mapping[str, Validity]] = {
    PLACE: _PLACES,
    STATE: dict.fromkeys(_STATES, (None, None)),
    COUNTRY: dict.fromkeys(_countries(), (None, None)),
    CURRENCY: dict.fromkeys(_CURRENCIES.split(), (None, None)),
    FACILITY: dict.fromkeys([*_PLACES, *_BILL_TYPES.split()], (None, None)),
}
USUAL = CodeLists({})
