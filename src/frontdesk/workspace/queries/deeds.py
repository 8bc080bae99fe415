"""What an operation is called once it has been done: "Booked an appointment"."""

import re
from functools import cache

from frontdesk.core.operation import CATALOGUE

_SAID = {
    "billing.print_pay_link": "Put the address to pay on a statement",
    "billing.rule_on": "Did what the office's rules say of a claim",
    "coverage.appeal_authorization": "Appealed a refused authorization",
    "coverage.note_undelivered": "Put back an estimate whose message did not arrive",
    "coverage.send_good_faith": "Sent a good-faith estimate",
    "visits.say_how_it_began": "Said how it began: an illness or an accident",
    "billing.bring_in": "Brought in a payer's answer",
    "billing.note_mailbox": "Looked whether answers can be fetched",
    "reports.export_motion": "Handed out the open work as a file",
    "ledger.move_prepayment": "Moved what was paid ahead",
    "ledger.note_card_payout": "Noted card money at the bank",
    "ledger.take_payout_back": "Took back card money that was noted",
    "staff.sign_in": "Signed in",
    "staff.enter_practice": "Chose the practice to work in",
    "staff.miss_sign_in": "Tried a wrong password",
    "staff.sign_out": "Signed out",
    "staff.sign_off": "Was signed out after resting too long",
    "staff.open_work": "Left something to do",
    "staff.open_many": "Left several things to do",
    "staff.assign_work": "Gave something to do to somebody",
    "staff.close_work": "Did something that waited",
    "staff.dismiss_work": "Dismissed something that waited",
    "staff.settle_work": "Settled something that waited",
    "staff.snooze_work": "Put something off",
    "staff.reopen_work": "Put something back on the list",
    "staff.set_password": "Set a new password",
    "people.open_chart": "Opened a chart",
    "workspace.open_the_house": "Opened the practice",
}
_IRREGULAR = {
    "be": "was",
    "begin": "began",
    "break": "broke",
    "bring": "brought",
    "build": "built",
    "choose": "chose",
    "do": "did",
    "draw": "drew",
    "find": "found",
    "get": "got",
    "give": "gave",
    "go": "went",
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
_NO_VERBS = {"the", "no"}  # with which a summary may begin all the same


def deed(operation: str) -> str:
    """Return what was done, in words, from the operation's own summary."""
    if operation in _SAID:
        return _SAID[operation]
    known = CATALOGUE.get(operation)
    if known is None:  # an operation of an earlier version
        return operation.partition(".")[2].replace("_", " ").capitalize()
    sentence = re.split(r"[.:;](?: |$)| \(|, (?:so|for|as|because) ", known.summary)[0].strip()
    words = sentence.split()
    verbs = _verbs(len(CATALOGUE))
    for at, word in enumerate(words):
        follows = at > 0 and words[at - 1] in ("and", "or")  # "Add or change a room": two verbs
        if at == 0 or (follows and word.lower() in verbs):
            words[at] = past(word.lower())
    told = " ".join(words).replace("`", "")
    return told[:1].upper() + told[1:]


@cache
def _verbs(known: int) -> frozenset[str]:
    """Return the verbs with which operations begin; `known` tells when there are more."""
    begun = {each.summary.split(" ", 1)[0].lower() for each in CATALOGUE.values()}
    return frozenset(begun - _NO_VERBS)


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
