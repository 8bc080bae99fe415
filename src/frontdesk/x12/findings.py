"""The defects that can be found: stable codes, plain words, and what a 999 calls them."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Kind:
    """One kind of defect: its SNIP type, its words, and its codes in a 999.

    `segment` is the IK304 code, `element` the IK403 code, `set` the IK502 code,
    `group` the AK905 code, `note` the TA105 code; empty where it has none. What `is_lenient`
    is told as a warning, and an error only where the caller is strict.
    """

    snip: int
    words: str
    segment: str = ""
    element: str = ""
    set: str = ""
    group: str = ""
    note: str = ""
    is_lenient: bool = False


KINDS: dict[str, Kind] = {
    "element-missing": Kind(1, "a required element is missing", "8", "1"),
    "element-dependent": Kind(1, "an element that another one asks for is missing", "8", "2"),
    "element-too-many": Kind(1, "there are more elements than the segment has", "8", "3"),
    "element-short": Kind(1, "the value is too short", "8", "4"),
    "element-long": Kind(1, "the value is too long", "8", "5"),
    "element-character": Kind(
        1, "the value holds a character it may not hold, or spaces at its end", "8", "6"
    ),
    "element-number": Kind(1, "the value is not a number of the allowed form", "8", "6"),
    "element-code": Kind(2, "the code is not one the guide allows here", "8", "7"),
    "element-date": Kind(1, "the value is not a date in the form announced", "8", "8"),
    "element-time": Kind(1, "the value is not a time of day", "8", "9"),
    "element-exclusive": Kind(1, "two elements are given that exclude each other", "8", "10"),
    "element-repeats": Kind(1, "the element repeats more often than it may", "8", "11"),
    "element-components": Kind(1, "there are more components than the element has", "8", "12"),
    "element-not-used": Kind(2, "the guide does not use this element here", "8", "I10"),
    "element-pattern": Kind(2, "the value does not have the form the guide asks for", "8", "I12"),
    "segment-trailing": Kind(1, "the segment ends with empty elements or components", "8"),
    "segment-malformed": Kind(1, "the segment does not have the form the guide gives it", "8"),
    "segment-indented": Kind(1, "there is white space before the segment", "8"),
    "segment-unknown": Kind(1, "no segment of this guide has this name", "1"),
    "segment-unexpected": Kind(
        2, "the segment does not belong here, or its qualifier fits nothing here", "2"
    ),
    "qualifier-unknown": Kind(2, "the qualifier is none the guide knows for this segment", "2"),
    "segment-missing": Kind(2, "a required segment is missing", "3"),
    "loop-missing": Kind(2, "a required loop is missing", "I7"),
    "loop-repeats": Kind(2, "the loop repeats more often than it may", "4"),
    "loop-bounds": Kind(2, "LS and LE do not enclose the loop between them", "8"),
    "segment-repeats": Kind(2, "the segment repeats more often than it may", "5"),
    "too-many-defects": Kind(1, "there are more defects than are listed", "8"),
    "body-unreadable": Kind(1, "the content could not be read into a model", "8"),
    "hierarchy-order": Kind(1, "the level numbers do not run 1, 2, 3, …", "8", "7"),
    "hierarchy-parent": Kind(1, "the level names a parent that is not open above it", "8", "7"),
    "hierarchy-child": Kind(2, "the level denies the levels that are below it", "8", "7"),
    "hierarchy-empty": Kind(
        2, "the level announces levels below it, but none come", "8", "7", is_lenient=True
    ),
    "line-order": Kind(2, "the line numbers do not run 1, 2, 3, …", "8", "7"),
    "st-version": Kind(1, "the transaction set names another guide than its group", "8", set="I6"),
    "se-missing": Kind(1, "the transaction set does not end: its SE is missing", set="2"),
    "se-control": Kind(1, "the control number at the end is not that of the start", set="3"),
    "se-count": Kind(1, "the count of segments is wrong", set="4"),
    "st-duplicate": Kind(1, "the transaction set control number was used before", set="23"),
    "guide-unknown": Kind(1, "no guide is held for this transaction set and version", set="1"),
    "ge-missing": Kind(1, "the functional group does not end: its GE is missing", group="3"),
    "ge-control": Kind(
        1, "the group control number at the end is not that of the start", group="4"
    ),
    "ge-count": Kind(1, "the count of transaction sets is wrong", group="5"),
    "gs-duplicate": Kind(1, "the group control number was used before", group="19"),
    "set-in-wrong-group": Kind(1, "the group's kind is not that of its sets", group="1"),
    "segment-outside": Kind(1, "a segment stands outside any transaction set", note="022"),
    "isa-missing": Kind(1, "there is no interchange header (ISA)", note="006"),
    "isa-form": Kind(1, "the interchange header does not have its fixed form", note="024"),
    "isa-duplicate": Kind(1, "the interchange control number was used before", note="025"),
    "iea-missing": Kind(1, "the interchange does not end: its IEA is missing", note="023"),
    "iea-control": Kind(1, "the control number at the end is not that of the start", note="001"),
    "iea-count": Kind(1, "the count of functional groups is wrong", note="021"),
    "junk": Kind(
        1, "something that is no interchange stands before, between or after them", note="022"
    ),
    "balance-claim-charge": Kind(3, "the claim's charge is not the sum of its lines", "8", "7"),
    "balance-line": Kind(3, "charge less adjustments is not what was paid, on this line", "8", "7"),
    "balance-claim": Kind(
        3, "charge less adjustments is not what was paid, on this claim", "8", "7"
    ),
    "balance-claim-lines": Kind(
        3, "the lines do not add up to what was paid for the claim", "8", "7"
    ),
    "balance-claim-charges": Kind(
        3, "the charges of the lines do not add up to the claim's", "8", "7"
    ),
    "balance-payment": Kind(
        3, "claims paid less provider adjustments is not the payment", "8", "7"
    ),
    "balance-patient": Kind(
        3, "patient responsibility is not the sum of the PR adjustments", "8", "7"
    ),
    "balance-other-payer": Kind(
        3, "what another payer paid and adjusted is not the charge", "8", "7"
    ),
    "balance-other-line": Kind(
        3, "what another payer paid and adjusted is not the line's charge", "8", "7"
    ),
    "reversal-sign": Kind(3, "a reversal must repeat the claim with the signs turned", "8", "7"),
    "payment-negative": Kind(3, "the payment amount must not be negative", "8", "7"),
    "acknowledged-count": Kind(
        3, "the count is not that of the transaction sets acknowledged", "8", "7"
    ),
    "acknowledged-status": Kind(
        3, "the verdict on the group is not that on its transaction sets", "8", "7"
    ),
    "ta1-note": Kind(
        3, "an interchange is taken in with an error, or refused without one", note="024"
    ),
    "review-undecided": Kind(
        4,
        "the answer holds neither a decision nor a reason why there is none",
        "I6",
        is_lenient=True,
    ),
    "npi-check-digit": Kind(
        5, "the National Provider Identifier fails its check digit", "8", "7", is_lenient=True
    ),
    "bank-check-digit": Kind(
        5, "the bank's routing number fails its check digit", "8", "7", is_lenient=True
    ),
    "original-reference": Kind(
        4, "a replacement or void must name the payer's claim number (REF*F8)", "I6"
    ),
    "diagnosis-pointer": Kind(4, "the line points at a diagnosis that is not there", "8", "7"),
    "payer-line-unknown": Kind(
        4, "the line was decided by a payer that the claim does not name", "8", "7"
    ),
}
