"""Decisions on plain values about codes, prices and payment edits."""

from frontdesk.coding.rules.codes import (
    is_procedure_code,
    looks_like_diagnosis,
    stems,
    with_point,
)

__all__ = [
    "is_procedure_code",
    "looks_like_diagnosis",
    "stems",
    "with_point",
]
