"""What an operation is called once it has been done: "Booked an appointment"."""

from frontdesk.core.operation import CATALOGUE

_SAID = {
    "staff.sign_in": "Signed in",
    "staff.enter_practice": "Chose the practice to work in",
    "staff.miss_sign_in": "Tried a wrong password",
    "staff.sign_out": "Signed out",
    "staff.sign_off": "Was signed out after resting too long",
    "people.open_chart": "Opened a chart",
}
_IRREGULAR = {
    "be": "was",
    "begin": "began",
    "break": "broke",
    "bring": "brought",
    "choose": "chose",
    "do": "did",
    "draw": "drew",
    "find": "found",
    "get": "got",
    "give": "gave",
    "hold": "held",
    "keep": "kept",
    "leave": "left",
    "let": "let",
    "make": "made",
    "mean": "meant",
    "meet": "met",
    "pay": "paid",
    "put": "put",
    "read": "read",
    "reset": "reset",
    "say": "said",
    "see": "saw",
    "send": "sent",
    "set": "set",
    "show": "showed",
    "split": "split",
    "take": "took",
    "tell": "told",
    "undo": "undid",
    "withdraw": "withdrew",
    "write": "wrote",
}
_DOUBLED = {"plan", "stop", "drop", "map", "refer"}
_VOWELS = "aeiou"


def deed(operation: str) -> str:
    """Return what was done, in words, from the operation's own summary."""
    if operation in _SAID:
        return _SAID[operation]
    known = CATALOGUE.get(operation)
    if known is None:  # an operation of an earlier version
        return operation.partition(".")[2].replace("_", " ").capitalize()
    sentence = known.summary.partition(":")[0].partition(";")[0].rstrip(".")
    words = sentence.split()
    for at in (0, 2) if words[1:2] == ["or"] else (0,):  # "Add or change a room" has two verbs
        words[at] = past(words[at].lower())
    told = " ".join(words)
    return told[:1].upper() + told[1:]


def past(verb: str) -> str:
    """Return the past of an English verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed"


def deeds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every operation by room, in words, as choices of a filter."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(CATALOGUE):
        rooms.setdefault(name.partition(".")[0].title(), []).append((name, deed(name)))
    return list(rooms.items())
