"""A line that breaks: it passes bytes on to a real server, and is cut after so many of them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread


@dataclass
class Line:
    """Where to connect, and how many bytes went each way."""

    port: int
    up: int = 0
    down: int = 0


@contextmanager
def line_to(port: int, *, most_up: int = 1 << 40, most_down: int = 1 << 40) -> Iterator[Line]:
    """Pass on to a port of this machine until more than so many bytes went up or down."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(door.getsockname()[1])
        most = {"up": most_up, "down": most_down}
        Thread(target=_serve, args=(door, port, line, most), daemon=True).start()
        yield line


def _serve(door: socket.socket, port: int, line: Line, most: dict[str, int]) -> None:
    with suppress(OSError):
        while True:
            near, _ = door.accept()
            Thread(target=_talk, args=(near, port, line, most), daemon=True).start()


def _talk(near: socket.socket, port: int, line: Line, most: dict[str, int]) -> None:
    with near, socket.create_connection(("127.0.0.1", port)) as far:
        back = Thread(target=_pass, args=(far, near, line, "down", most["down"]), daemon=True)
        back.start()
        _pass(near, far, line, "up", most["up"])
        back.join()


def _pass(source: socket.socket, target: socket.socket, line: Line, way: str, most: int) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            setattr(line, way, getattr(line, way) + len(some))
            if getattr(line, way) > most:
                break
            target.sendall(some)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
