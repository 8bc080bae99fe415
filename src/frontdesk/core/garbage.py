"""When Python looks for garbage that stands in circles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles after the work, not all through it; also a decorator.

    For work on some hundreds of records at once: they are all in use until it ends, and each
    search would walk everything the process ever loaded to learn that again. What stands in no
    circle is freed as always.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
