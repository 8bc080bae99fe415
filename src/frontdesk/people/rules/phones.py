"""Phone numbers: kept as E.164 where they can be read, searched by their digits."""

import re

import phonenumbers

_LONGEST = 20
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|#)\s*\d+$", re.IGNORECASE)


def normal(text: str) -> str:
    """Return `+16145550147` for any way of writing it; what can't be read stays as typed."""
    typed = " ".join(text.split())
    if not typed or _EXTENSION.search(typed):
        return typed[:_LONGEST]
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return typed[:_LONGEST]
    if not phonenumbers.is_possible_number(number):
        return typed[:_LONGEST]
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_whole(text: str) -> bool:
    """Say whether somebody could be called at this number: it has as many digits as one has."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, "US"))
    except phonenumbers.NumberParseException:
        return False


def digits(text: str) -> str:
    """Return the digits people say: an American number without its leading 1."""
    said = re.sub(r"\D", "", text)
    return said[1:] if len(said) == 11 and said.startswith("1") else said
