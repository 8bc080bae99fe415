"""Judging a source without building anything from it."""

from collections import deque

from frontdesk.x12.edits.codes import CodeSets
from frontdesk.x12.models.message import Report
from frontdesk.x12.scan import GUIDES, Scanner
from frontdesk.x12.tokens import Source


def check(
    source: Source, *, strict: bool = False, snip: int = 3, codes: CodeSets | None = None
) -> Report:
    """Judge a source by its guides: SNIP 1 to 3, and some rules of 4 and 5.

    With `snip` 4 to 6 the edits up to that type are judged too, with the `codes` given. What
    nobody lets pass is an error, what may be true a warning; what needs a code set that is not
    given is not judged.

    The report names each defect with segment, loop and element, never with a value. With
    `strict`, deviations that are usually tolerated (a wrong check digit) count as errors.
    Memory does not grow with what the sets hold, only by the half kilobyte that the report keeps
    of each set. Only reading the source may raise `OSError`.
    """
    scanner = Scanner(source, strict=strict, edits=(snip, codes) if snip > GUIDES else None)
    deque(scanner.finished(), maxlen=0)
    return scanner.report
