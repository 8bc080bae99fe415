"""When Python looks for garbage that stands in circles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (10_000, 10, 10)  # as gc.set_threshold: a page makes some thousands of things


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


def settle() -> None:
    """Never look again at what is here, and seldom at what comes: the process has what it needs.

    For one that answers people: a look at everything it has loaded stops all its answers for a
    tenth of a second, every few seconds when much is asked.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
