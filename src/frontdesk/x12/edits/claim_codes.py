"""Edits on the codes of professional claims (SNIP 5): form always, existence with code sets."""

import re
from collections.abc import Iterator
from datetime import date

from frontdesk.x12.edits.claim import about, diagnosis, procedure, service
from frontdesk.x12.edits.codes import (
    ADJUSTMENT,
    DIAGNOSIS,
    MODIFIER,
    PLACE,
    PROCEDURE,
    is_procedure,
)
from frontdesk.x12.edits.registry import Look, Spot, at, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_ICD10 = re.compile(r"[A-Z]\d[0-9AB][0-9A-Z]{0,4}")
_ICD9 = re.compile(r"(?:\d{3,5}|V\d{2,4}|E\d{3,4})")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_NDC = re.compile(r"(?!(\d)\1{10})\d{11}")  # eleven times the same digit stands for none
# Numbers, 1 to 306 in 2026 and a few more each year; letters and a number: A0 to A8, B1 to B23,
# D1 to D23, P1 to P33, W1 to W9, Y1 to Y3.
_CARC = re.compile(
    r"[1-9]\d?|[12]\d\d|3[0-4]\d|A[0-8]|[BD](?:[1-9]|1\d|2[0-3])|P(?:[1-9]|[12]\d|3[0-9])"
    r"|W[1-9]|Y[1-3]"
)
_ICD10_BEGAN = date(2015, 10, 1)


def _is_formless(text: str) -> bool:
    qualifier, code = diagnosis(text)
    return not (_ICD10 if qualifier.startswith("AB") else _ICD9).fullmatch(code)


def _is_old(text: str) -> bool:
    return not text.startswith("AB")


def _is_no_procedure(service: str) -> bool:
    parts = procedure(service)
    return parts[0] == "HC" and not is_procedure(parts[1])


def _is_modified(service: str) -> bool:
    return bool(procedure(service)[2])


@edit(
    "diagnosis-form",
    "the diagnosis is no ICD code",
    snip=5,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_formless, every=1),
)
def diagnosis_form(claim: Branch, look: Look) -> Iterator[Spot]:
    """No point, no words: A00 to Z99 with up to four more characters."""
    for segment, place, _, _ in about(claim, look).diagnoses:
        if _is_formless(segment[place]):
            yield claim, segment, f"HI{place:02}-2"


@edit(
    "diagnosis-unknown",
    "the diagnosis was not valid on the day of service",
    snip=5,
    set_id="837",
    loops="2300",
    needs=DIAGNOSIS,
)
def diagnosis_unknown(claim: Branch, look: Look) -> Iterator[Spot]:
    """By the code set in force when the service was given."""
    on = about(claim, look).served
    for segment, place, qualifier, code in about(claim, look).diagnoses:
        if qualifier.startswith("AB") and look.refuses(DIAGNOSIS, code, on):
            yield claim, segment, f"HI{place:02}-2"


@edit(
    "diagnosis-era",
    "the diagnosis is of a code set that did not hold on the day of service",
    snip=5,
    set_id="837",
    loops="2300",
)
def diagnosis_era(claim: Branch, look: Look) -> Iterator[Spot]:
    """ICD-10-CM since 1 October 2015, ICD-9-CM before."""
    on = about(claim, look).served
    if on is None:
        return
    for segment, place, qualifier, _ in look.diagnoses:
        if qualifier.startswith("AB") is (on < _ICD10_BEGAN):
            yield claim, segment, f"HI{place:02}-1"
            return


@edit(
    "diagnosis-mixed",
    "diagnoses of two code sets stand side by side",
    snip=5,
    set_id="837",
    loops="2300",
    segment="HI",
    only=where(1, _is_old, every=1),
)
def diagnosis_mixed(claim: Branch, look: Look) -> Iterator[Spot]:
    """All of ICD-10-CM or all of ICD-9-CM."""
    kinds: set[bool] = set()
    for segment, place, qualifier, _ in about(claim, look).diagnoses:
        kinds.add(qualifier.startswith("AB"))
        if len(kinds) > 1:
            yield claim, segment, f"HI{place:02}-1"
            return


@edit("place-unknown", "there is no such place of service", snip=5, set_id="837", loops="2300")
def place_unknown(claim: Branch, look: Look) -> Iterator[Spot]:
    """By the list of CMS, on the claim and where a line has its own."""
    code = about(claim, look).place
    if code and look.refuses(PLACE, code, look.served):
        yield claim, look.head, "CLM05-1"
    for asked in look.services.values():
        own = at(asked.segment, 5)
        if own and look.refuses(PLACE, own, look.served):
            yield asked.line, asked.segment, "SV105"


@edit(
    "procedure-form",
    "the procedure is no HCPCS code",
    snip=5,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_no_procedure),
)
def procedure_form(line: Branch, look: Look) -> Iterator[Spot]:
    """Five digits, four and a letter, or a letter and four."""
    yield line, first(line, "SV1"), "SV101-2"


@edit(
    "procedure-unknown",
    "the procedure was not valid on the day of service",
    snip=5,
    set_id="837",
    loops="2400",
    needs=PROCEDURE,
)
def procedure_unknown(line: Branch, look: Look) -> Iterator[Spot]:
    """By the code set in force when the service was given."""
    asked = service(line, look)
    if asked.parts[0] == "HC" and look.refuses(PROCEDURE, asked.code, asked.start):
        yield line, asked.segment, "SV101-2"


@edit(
    "modifier-form",
    "the modifier is none",
    snip=5,
    set_id="837",
    loops="2400",
    segment="SV1",
    only=where(1, _is_modified),
)
def modifier_form(line: Branch, look: Look) -> Iterator[Spot]:
    """Two letters or digits, each once; with a code set, one of it."""
    asked = service(line, look)
    seen: set[str] = set()
    for place, code in enumerate(asked.parts[2:6], start=3):
        if code and (
            not _MODIFIER.fullmatch(code)
            or code in seen
            or look.refuses(MODIFIER, code, asked.start)
        ):
            yield line, asked.segment, f"SV101-{place}"
        seen.add(code)


@edit(
    "drug-code-form",
    "the drug code has not eleven digits",
    snip=5,
    set_id="837",
    loops="2410",
    segment="LIN",
    only=one_of("N4", place=2),
)
def drug_code_form(drug: Branch, look: Look) -> Iterator[Spot]:
    """An NDC is written 5-4-2, without hyphens."""
    segment = first(drug, "LIN")
    if at(segment, 2) == "N4" and not _NDC.fullmatch(at(segment, 3)):
        yield drug, segment, "LIN03"


@edit(
    "adjustment-reason",
    "there is no such adjustment reason",
    snip=5,
    set_id="837",
    loops="2320 2430",
    segment="CAS",
)
def adjustment_reason(branch: Branch, look: Look) -> Iterator[Spot]:
    """A CARC within the numbers given out; with a code set, one of it."""
    yield from wrong_reasons(branch, look)


def wrong_reasons(branch: Branch, look: Look) -> Iterator[Spot]:
    """The CAS reasons of a loop that are none."""
    sound = look.sound_reasons
    for segment in each(branch, "CAS"):
        for number, code in enumerate(segment[2::3]):
            if not code or code in sound:
                continue
            if not _CARC.fullmatch(code) or look.refuses(ADJUSTMENT, code, look.made_on):
                yield branch, segment, f"CAS{2 + 3 * number:02}"
            else:
                sound.add(code)
