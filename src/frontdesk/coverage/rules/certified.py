"""What else a reviewer certified (278 response): transport, oxygen, home care, teeth, in words.

Codes and their meanings are those of the 005010X217 guide: CL1, CR1, CR2, CR5, CR6, CRC, TOO.
What is not known here is shown as it came.
"""

from collections.abc import Callable, Sequence

Elements = Sequence[str]

_ADMISSION = {
    "1": "an emergency", "2": "urgent", "3": "elective", "4": "a newborn", "5": "trauma",
}  # fmt: skip
_RESIDENCE = {
    "2": "newly admitted", "3": "newly eligible", "4": "no longer eligible",
    "5": "still a resident", "6": "away in the hospital for a time", "7": "away for a time",
    "8": "moved to intermediate care",
}  # fmt: skip
_TRIP = {"I": "the first trip", "R": "the trip back", "T": "a transfer", "X": "a round trip"}
_TRIP_WHY = {
    "A": "to the nearest place that can care for it", "B": "to a preferred physician",
    "C": "to be near the family", "D": "to a specialist or special equipment",
    "E": "to rehabilitation",
}  # fmt: skip
_DISTANCE = {"DH": "miles", "DK": "kilometers"}
_WEIGHT = {"LB": "pounds", "KG": "kilograms"}
_SPAN = {"DA": "days", "MO": "months", "WK": "weeks", "YR": "years"}
_CONDITION = {
    "A": "acute", "C": "chronic", "D": "not acute", "E": "not life-threatening", "F": "routine",
    "G": "with symptoms", "M": "an acute phase of a chronic condition",
}  # fmt: skip
_EQUIPMENT = {
    "A": "a concentrator", "B": "liquid oxygen, stationary", "C": "gaseous oxygen, stationary",
    "D": "liquid oxygen, portable", "E": "gaseous oxygen, portable", "O": "other equipment",
}  # fmt: skip
_DELIVERY = {
    "A": "a nasal cannula", "B": "a conserving device", "C": "a pulsed conserving device",
    "D": "a reservoir", "E": "a transtracheal catheter",
}  # fmt: skip
_TESTED = {
    "E": "while exercising", "N": "without special conditions", "O": "on oxygen",
    "R": "at rest on room air", "S": "asleep", "W": "while walking",
}  # fmt: skip
_PROGNOSIS = {
    "1": "poor", "2": "guarded", "3": "fair", "4": "good", "5": "very good", "6": "excellent",
    "7": "less than six months to live", "8": "terminal",
}  # fmt: skip
_CERTIFIED = {"I": "first", "R": "renewal", "S": "revised", "N": "no longer needed"}
_LIVES = {
    "A": "in acute care", "B": "in a boarding home", "C": "in hospice",
    "D": "in intermediate care", "E": "in long-term care", "G": "in a nursing home",
    "H": "in sub-acute care", "M": "in rehabilitation", "O": "with outpatient care", "P": "at home",
    "R": "in residential treatment", "S": "in skilled nursing", "T": "in a rest home",
}  # fmt: skip
_ABOUT = {
    "07": "Ambulance", "08": "Chiropractic care", "09": "Durable equipment",
    "11": "Oxygen therapy", "75": "What the patient can’t do", "76": "What the patient may do",
    "77": "State of mind",
}  # fmt: skip
_CONDITIONS = {
    "01": "admitted to a hospital", "02": "confined to bed before", "03": "confined to bed after",
    "04": "moved by stretcher", "05": "unconscious or in shock", "06": "an emergency",
    "07": "restrained", "08": "visible bleeding", "09": "medically necessary",
    "12": "confined to bed or chair",
}  # fmt: skip
_SURFACES = {
    "B": "buccal", "D": "distal", "F": "facial", "I": "incisal", "L": "lingual", "M": "mesial",
    "O": "occlusal",
}  # fmt: skip


def certified(elements: Elements) -> str:
    """Return a segment in words; empty where nothing is known of it."""
    say = _SAID.get(elements[0]) if elements else None
    return say(_At(elements)) if say else ""


class _At:
    """The elements of a segment by their numbers; what is not there is empty."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements

    def __call__(self, place: int, words: dict[str, str] | None = None) -> str:
        held = self.elements[place] if place < len(self.elements) else ""
        return words.get(held, held) if words else held


def _joined(head: str, *parts: str) -> str:
    said = [part for part in parts if part]
    return f"{head}: {', '.join(said)}" if said else head


def _with(text: str, template: str) -> str:
    return template.format(text) if text else ""


def _admission(at: _At) -> str:
    return _joined(
        "Admission", at(1, _ADMISSION), _with(at(2), "source {}"), _with(at(3), "status {}"),
        at(4, _RESIDENCE),
    )  # fmt: skip


def _transport(at: _At) -> str:
    return _joined(
        "Transport", at(3, _TRIP), at(4, _TRIP_WHY),
        _with(at(6), "{} " + at(5, _DISTANCE)).strip(),
        _with(at(2), "weight {} " + at(1, _WEIGHT)).strip(),
        _with(at(9), "purpose: {}"), _with(at(10), "stretcher: {}"),
    )  # fmt: skip


def _spine(at: _At) -> str:
    number = _with(at(1), "treatment {}") + _with(at(2), " of {}")
    levels = " to ".join(part for part in (at(3), at(4)) if part)
    return _joined(
        "Chiropractic care", number.strip(), _with(levels, "level {}"),
        _with(at(6), "over {} " + at(5, _SPAN)).strip(), _with(at(7), "{} a month"),
        at(8, _CONDITION), "with complications" if at(9) == "Y" else "", at(10), at(11),
    )  # fmt: skip


def _oxygen(at: _At) -> str:
    return _joined(
        "Oxygen", at(3, _EQUIPMENT), at(4, _EQUIPMENT), _with(at(6), "{} liters a minute"),
        _with(at(7), "{} times a day"), _with(at(8), "{} hours each"),
        _with(at(17, _DELIVERY), "by {}"), _with(at(16), "portable {} liters a minute"),
        _with(at(10), "arterial blood gas {}"), _with(at(11), "saturation {} %"),
        _with(at(12, _TESTED), "measured {}"), at(5), at(9),
    )  # fmt: skip


def _home(at: _At) -> str:
    return _joined(
        "Home care", _with(at(8, _CERTIFIED), "{} certification"), _with(_day(at(2)), "begins {}"),
        _with(_span(at(4)), "certified {}"), _with(at(1, _PROGNOSIS), "prognosis {}"),
        _with(at(17, _LIVES), "the patient is {}"),
    )  # fmt: skip


def _conditions(at: _At) -> str:
    holds = "" if at(2) != "N" else "not so:"
    codes = " ".join(
        part
        for part in (holds, ", ".join(at(n, _CONDITIONS) for n in range(3, 8) if at(n)))
        if part
    )
    return _joined(at(1, _ABOUT), codes)


def _tooth(at: _At) -> str:
    surfaces = [_SURFACES.get(one, one) for one in at(3).split(":") if one]
    return _joined(f"Tooth {at(2)}", *surfaces)


def _day(raw: str) -> str:
    is_day = len(raw) == len("20260131") and raw.isdecimal()
    return f"{raw[4:6]}/{raw[6:]}/{raw[:4]}" if is_day else raw


def _span(raw: str) -> str:
    return " to ".join(_day(part) for part in raw.split("-")) if raw else ""


_SAID: dict[str, Callable[[_At], str]] = {
    "CL1": _admission,
    "CR1": _transport,
    "CR2": _spine,
    "CR5": _oxygen,
    "CR6": _home,
    "CRC": _conditions,
    "TOO": _tooth,
}
