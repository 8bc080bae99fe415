"""Edits on the services of answers and reviews (SNIP 5); those of claims are with the claims."""

import re
from collections.abc import Iterator
from datetime import date

from frontdesk.x12.edits.claim import procedure
from frontdesk.x12.edits.codes import MODIFIER, PROCEDURE, is_procedure
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, where
from frontdesk.x12.tree import Branch

_MODIFIER = re.compile(r"[0-9A-Z]{2}")


def _is_no_procedure(text: str) -> bool:
    kind, _, code = text.partition(":")
    return kind == "HC" and not is_procedure(code.partition(":")[0])


def _is_modified(text: str) -> bool:
    return any(procedure(text)[2:6])


def _given_on(branch: Branch, look: Look) -> date | None:
    """The day of a service, or the day of the message."""
    remitted, asked = first(branch, "DTM", "472", "150"), first(branch, "DTP", "472")
    return day(at(remitted, 2)) or day(at(asked, 3)[:8]) or look.made_on


@edit(
    "service-form",
    "the procedure is no HCPCS code",
    snip=5,
    set_id="*",
    segment="SVC",
    only=where(1, _is_no_procedure),
)
def service_form(line: Branch, look: Look) -> Iterator[Spot]:
    """SVC01-2 after HC."""
    for segment in each(line, "SVC"):
        if _is_no_procedure(at(segment, 1)):
            yield line, segment, "SVC01-2"


@edit(
    "service-unknown",
    "the procedure was not valid on the day of service",
    snip=5,
    set_id="*",
    loops="2110 2210D 2210E 2220D 2220E",
    segment="SVC",
    needs=PROCEDURE,
)
def service_unknown(line: Branch, look: Look) -> Iterator[Spot]:
    """By the code set in force when the service was given."""
    for segment in each(line, "SVC"):
        kind, code = procedure(at(segment, 1))[:2]
        if kind == "HC" and look.refuses(PROCEDURE, code, _given_on(line, look)):
            yield line, segment, "SVC01-2"


@edit(
    "service-modifier",
    "the modifier is none",
    snip=5,
    set_id="*",
    loops="2110 2210D 2210E 2220D 2220E",
    segment="SVC",
    only=where(1, _is_modified),
)
def service_modifier(line: Branch, look: Look) -> Iterator[Spot]:
    """Two letters or digits; with a code set, one of it."""
    for segment in each(line, "SVC"):
        parts = procedure(at(segment, 1))
        yield from _wrong_modifiers(line, segment, parts, look)


@edit(
    "review-service",
    "the procedure asked for is none",
    snip=5,
    set_id="278",
    loops="2000F",
    segment="SV1",
)
def review_service(line: Branch, look: Look) -> Iterator[Spot]:
    """SV101-2 after HC: its form, and with a code set one of it; modifiers likewise."""
    segment = first(line, "SV1") or []
    parts = procedure(at(segment, 1))
    on = _given_on(line, look)
    if parts[0] != "HC":
        return
    if not is_procedure(parts[1]) or look.refuses(PROCEDURE, parts[1], on):
        yield line, segment, "SV101-2"
    yield from _wrong_modifiers(line, segment, parts, look)


def _wrong_modifiers(
    line: Branch, segment: list[str], parts: tuple[str, ...], look: Look
) -> Iterator[Spot]:
    """The modifiers of a service that are none."""
    on = _given_on(line, look)
    for place, code in enumerate(parts[2:6], start=3):
        if code and (not _MODIFIER.fullmatch(code) or look.refuses(MODIFIER, code, on)):
            yield line, segment, f"{segment[0]}01-{place}"
