"""Which control numbers were met, in little memory: most sources count them one by one."""

MOST_SPANS = 64  # so many are looked through for every number; what comes then is kept singly
MOST_DIGITS = 18  # of what is counted; a control number has four to nine


class Numbers:
    """Control numbers met in one scope. Those in a row are one span, whatever their number."""

    __slots__ = ("_next", "_single", "_spans")

    def __init__(self) -> None:
        """None was met yet."""
        self._spans: list[tuple[int, int, int]] = []  # digits, first, last
        self._single: set[str] = set()
        self._next: str | None = None

    def take(self, control: str) -> bool:
        """Note a control number as written ("0001" is not "1"); whether it is new."""
        if self._has(control):
            return False
        if control == self._next:
            digits, first, last = self._spans.pop()
            self._spans.append((digits, first, last + 1))
        elif _counts(control) and len(self._spans) < MOST_SPANS:
            self._drop_short()
            number = int(control)
            self._spans.append((len(control), number, number))
        else:
            self._single.add(control)
            return True
        digits, _first, last = self._spans[-1]
        following = f"{last + 1:0{digits}}"
        self._next = following if len(following) == digits else None
        return True

    def _has(self, control: str) -> bool:
        if control in self._single:
            return True
        if not _counts(control):
            return False
        size, number = len(control), int(control)
        return any(digits == size and low <= number <= high for digits, low, high in self._spans)

    def _drop_short(self) -> None:
        """Keep the last span singly where nothing came to continue it."""
        if self._spans and self._spans[-1][1] == self._spans[-1][2]:
            digits, only, _last = self._spans.pop()
            self._single.add(f"{only:0{digits}}")


def _counts(control: str) -> bool:
    return control.isdecimal() and control.isascii() and len(control) <= MOST_DIGITS
