"""Other people's validators, asked for a second opinion."""

import contextlib
import io
import logging
from random import SystemRandom

import pyx12.params
import pyx12.x12n_document
from hypothesis import Phase, given, seed, settings
from x12sdk.io import X12ModelReader

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12.samples import envelope

TOGETHER = 100  # messages in an interchange


def pyx12_accepts(data):
    """Whether pyx12 finds nothing wrong."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    return bool(
        pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(None),
            src_file=io.StringIO(data.decode("ascii")),
            fd_997=io.StringIO(),
            fd_html=None,
            fd_xmldoc=None,
            fd_json=io.StringIO(),
        )
    )


def pyx12_complaints(data):
    """What pyx12 says, for the message of a failing test."""
    told = io.StringIO()
    with contextlib.suppress(Exception):
        pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(None),
            src_file=io.StringIO(data.decode("ascii")),
            fd_997=told,
            fd_html=None,
            fd_xmldoc=None,
            fd_json=io.StringIO(),
        )
    return told.getvalue()


def x12sdk_accepts(data):
    """Whether x12sdk reads every transaction set into its models."""
    with X12ModelReader(data.decode("ascii")) as reader:
        return sum(1 for _ in reader.models()) == data.count(b"~ST*") > 0


def accepts_what_is_made(accepts, bodies, messages):
    """Fail with the simplest made-up message that an oracle refuses, as Hypothesis tells it.

    `bodies` is a strategy for the bodies of one message. A second opinion takes long to start:
    so many messages travel in one interchange, and only where that is refused is each asked about
    alone, in the same order, and made simpler. Returns how many bodies were accepted.
    """
    order, made = SystemRandom().randrange(2**32), []
    many = settings(some.single, max_examples=messages)

    @seed(order)
    @many
    @given(bodies)
    def gather(bodies):
        made.append(bodies)

    @seed(order)
    @settings(many, phases=(Phase.generate, Phase.shrink))
    @given(bodies)
    def each_alone(bodies):
        assert accepts(x12.write(envelope(), bodies))

    gather()
    for start in range(0, len(made), TOGETHER):
        together = [body for bodies in made[start : start + TOGETHER] for body in bodies]
        if _refused(accepts, x12.write(envelope(), together)):
            each_alone()
            raise AssertionError(f"Accepted each alone, not together: {together}")
    return sum(map(len, made))


def _refused(accepts, data):
    try:
        return not accepts(data)
    except Exception:  # some oracles refuse by an error of theirs, told when each is asked alone
        return True
