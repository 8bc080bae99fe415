"""Modules that are loaded when they are first used: the running office must stay small.

    if TYPE_CHECKING:
        import httpx
    else:
        httpx = Later("httpx")

For libraries of some megabytes that most processes never call. The standard library's LazyLoader
is not safe among threads before Python 3.12; the import system's own lock is.
"""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module until something of it is asked for, and after."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)

    def __repr__(self) -> str:
        return f"<{self._name}, loaded when used>"
