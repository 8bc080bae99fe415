"""Edits on addresses and currencies, the same in every transaction set."""

import re
from collections.abc import Iterator

from frontdesk.x12.edits.codes import COUNTRY, CURRENCY, STATE, state_of_postal_code
from frontdesk.x12.edits.registry import Look, Spot, at, each, edit
from frontdesk.x12.tree import Branch

_POSTAL = re.compile(r"\d{5}(?:\d{4})?")
_HOME = {"", "US", "USA"}
# The provinces and territories of Canada (Canada Post).
_PROVINCES = frozenset(
    {"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}
)


@edit("state-unknown", "there is no such state", snip=5, set_id="*", segment="N4", alone=True)
def state_unknown(branch: Branch, look: Look) -> Iterator[Spot]:
    """N402 is a state, territory or armed forces post of the United States, or a province."""
    for segment in each(branch, "N4"):
        state, country = at(segment, 2), at(segment, 4)
        is_away = country == "CA" and state not in _PROVINCES
        is_none = country in _HOME and look.refuses(STATE, state, look.made_on)
        if state and (is_away or is_none):
            yield branch, segment, "N402"


@edit(
    "postal-code-state",
    "the postal code does not lie in the state",
    snip=5,
    set_id="*",
    segment="N4",
    alone=True,
)
def postal_code_state(branch: Branch, look: Look) -> Iterator[Spot]:
    """The first three digits of N403 are used in the state of N402."""
    for segment in each(branch, "N4"):
        state, postal_code, country = at(segment, 2), at(segment, 3), at(segment, 4)
        if not state or not postal_code or country not in _HOME:
            continue
        is_known = bool(look.codes.knows(STATE, state, None))
        if is_known and state not in state_of_postal_code(postal_code):
            yield branch, segment, "N403"


@edit(
    "address-incomplete",
    "an address in the United States or Canada lacks its state or postal code",
    snip=4,
    set_id="*",
    segment="N4",
    alone=True,
)
def address_incomplete(branch: Branch, look: Look) -> Iterator[Spot]:
    """N402 and N403 where N404 is empty, US or CA: every guide asks for them there."""
    for segment in each(branch, "N4"):
        if at(segment, 4) in _HOME or at(segment, 4) == "CA":
            for place in (2, 3):
                if not at(segment, place):
                    yield branch, segment, f"N4{place:02}"
                    break


@edit("country-unknown", "there is no such country", snip=5, set_id="*", segment="N4", alone=True)
def country_unknown(branch: Branch, look: Look) -> Iterator[Spot]:
    """N404 is of ISO 3166, two letters."""
    for segment in each(branch, "N4"):
        country = at(segment, 4)
        if country not in _HOME and look.refuses(COUNTRY, country, None):
            yield branch, segment, "N404"


@edit("currency-unknown", "there is no such currency", snip=5, set_id="*", segment="CUR")
def currency_unknown(branch: Branch, look: Look) -> Iterator[Spot]:
    """CUR02 is of ISO 4217."""
    for segment in each(branch, "CUR"):
        if look.refuses(CURRENCY, at(segment, 2), None):
            yield branch, segment, "CUR02"


@edit("postal-code-form", "the postal code is none", snip=5, set_id="*", segment="N4", alone=True)
def postal_code_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """N403 has five or nine digits in the United States, without a sign between."""
    for segment in each(branch, "N4"):
        code = at(segment, 3)
        if code and at(segment, 4) in _HOME and not _POSTAL.fullmatch(code):
            yield branch, segment, "N403"
