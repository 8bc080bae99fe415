"""Other people's validators, asked for a second opinion."""

import contextlib
import io
import logging

import pyx12.params
import pyx12.x12n_document
from x12sdk.io import X12ModelReader


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
        return sum(1 for _ in reader.models()) > 0
