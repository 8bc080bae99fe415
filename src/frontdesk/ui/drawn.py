"""Parts of pages that were drawn, kept by all that they say: what says the same is the same."""

from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString


class Drawn:
    """As many drawn parts as are worth their memory; when there are more, all are forgotten."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held: dict[Hashable, SafeString] = {}

    def get(self, key: Hashable, draw: Callable[[], str]) -> SafeString:
        """Return the part that says what the key holds, or draw it."""
        found = self.held.get(key)
        if found is None:
            if len(self.held) >= self.most:
                self.held.clear()
            found = self.held[key] = SafeString(draw())
        return found
