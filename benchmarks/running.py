"""The whole office running: start to ready, memory, and sixteen people at once."""

import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, ROOT, office

CLIENTS, EACH = 16, 15
PAUSE = (0.5, 1.5)  # seconds between what one person presses: faster than anybody works
READS = ["/", "/schedule/", "/people/", "/inbox/", "/search/?q=smi"]


def measure() -> list[dict[str, Any]]:
    """Start the office on each database and use it."""
    rows = []
    for engine in ENGINES:
        with opened(engine) as (address, told):
            _catch_up(told["pid"])
            memory = _memory(told["pid"])
            reads, writes = _load(address)
            peak = _peak(told)
        rows += [
            row(f"start to ready, {engine}", told["seconds"], "s", goal=5.0,
                note="a second start, nothing to prepare"),
            row(f"memory of the whole office, {engine}", memory, "MB", goal=300,
                note="web server, job worker, sandbox and supervisor; proportional set size"),
            row(f"memory at the peak of its seldom jobs, {engine}", peak, "MB", goal=300,
                note="after use, each of them once over the whole practice"),
            row(f"{CLIENTS} clients: p95 of reads, {engine}", _p95(reads), "ms", goal=100,
                note=f"{len(reads)} requests; each person pauses {PAUSE[0]} to {PAUSE[1]} s"),
            row(f"{CLIENTS} clients: p95 of writes, {engine}", _p95(writes), "ms", goal=150,
                note=f"{len(writes)} tasks added to the work list"),
        ]  # fmt: skip
    return rows


@contextmanager
def opened(engine: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Open the big office as its user would; give its address and how long it took."""
    with office(engine) as environment:
        port = _free_port()
        command = [sys.executable, "-m", "frontdesk.cli", "serve", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        address = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, cwd=ROOT, **quiet)
        try:
            _wait(address)
            seconds = time.monotonic() - started
            time.sleep(4)
            yield address, {"seconds": seconds, "pid": process.pid, "environment": environment}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _catch_up(pid: int) -> None:
    """Wait until the office has done what fell due while it was closed: five quiet seconds."""
    for _ in range(60):
        before = _seconds(pid)
        time.sleep(5)
        if _seconds(pid) - before < 0.5:
            return
    raise RuntimeError("The office has not caught up in five minutes.")


def _seconds(pid: int) -> float:
    """Return the processor time of the process and all below it."""
    ticks = 0
    for one in [pid, *_below(pid)]:
        with suppress(OSError):
            told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait(address: str) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("The office did not open.")


def _memory(pid: int) -> float:
    """Return the proportional set size of the process and all below it, in MB."""
    total = 0
    for one in [pid, *_below(pid)]:
        try:
            told = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)
        total += int(found[1]) if found else 0
    return total / 1024


def _peak(told: dict[str, Any]) -> float:
    """Return the most memory the office takes while its worker does every seldom job once."""
    most = 0.0
    command = [sys.executable, "-m", "benchmarks.seldom"]
    asking = subprocess.Popen(command, env=told["environment"], cwd=ROOT)
    while asking.poll() is None:
        most = max(most, _memory(told["pid"]))
        time.sleep(0.25)
    assert asking.returncode == 0
    return most


def _below(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *_below(child)]
    return found


def _load(address: str) -> tuple[list[float], list[float]]:
    reads: list[float] = []
    writes: list[float] = []
    signed_in = [_client(address) for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=_use, args=(client, number, reads, writes))
        for number, client in enumerate(signed_in)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reads, writes


def _client(address: str) -> httpx.Client:
    from frontdesk.demo.logins import PASSWORD

    client = httpx.Client(base_url=address, timeout=30, follow_redirects=False)
    page = client.get("/account/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    answer = client.post(
        "/account/login/",
        data={"login": "grace@demo.example", "password": PASSWORD, "csrfmiddlewaretoken": token[1]},
    )
    assert answer.status_code == 302, answer.status_code
    return client


def _use(client: httpx.Client, number: int, reads: list[float], writes: list[float]) -> None:
    chance = random.Random(number)
    for turn in range(EACH):
        time.sleep(chance.uniform(*PAUSE))
        start = time.perf_counter()
        answer = client.get(chance.choice(READS))
        reads.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (answer.url, answer.status_code)
        if turn % 4 == 0:
            writes.append(_write(client, f"Measured {number} {turn}"))


def _write(client: httpx.Client, title: str) -> float:
    token = client.cookies["csrftoken"]
    start = time.perf_counter()
    answer = client.post(
        "/inbox/new/", data={"title": title, "pool": "receptionist"},
        headers={"X-CSRFToken": token, "HX-Request": "true"},
    )  # fmt: skip
    spent = (time.perf_counter() - start) * 1000
    assert answer.status_code < 400, answer.status_code
    return spent


def _p95(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1]


if __name__ == "__main__":
    print(json.dumps(measure()))
