"""The X12 engine beside pyx12, x12sdk and oxedi, on the same files in the same run."""

import io
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import x12_files
from frontdesk import x12

CLAIMS = 1_000
MANY = 10_000
_MEBIBYTE = 1024
_STREAM = "import sys; from benchmarks.x12 import stream_peak; stream_peak(sys.argv[1])"
_PEAK = "import sys; from benchmarks.x12 import peak; peak(sys.argv[1])"


def measure() -> list[dict[str, Any]]:
    """Measure speed against the peers, memory, latency and writing."""
    claims = x12_files.claims(CLAIMS)
    professional = x12.write(x12_files.envelope(), claims)
    remittance = x12.write(x12_files.envelope(), list(x12_files.remittances(CLAIMS)))
    return [
        *_speed("837P", professional, pyx12_goal=40),
        *_speed("835", remittance, pyx12_goal=30),
        _oxedi(remittance),
        _latency(claims),
        _writing(claims),
        _linear(claims),
        *_memory(),
        _stream(),
    ]


def peak(path: str) -> None:
    """Judge a file and print the peak memory of this process in kibibytes."""
    x12.check(Path(path))
    status = Path("/proc/self/status").read_text()
    sys.stdout.write(status.split("VmHWM:")[1].split()[0])


def _speed(name: str, data: bytes, *, pyx12_goal: float) -> list[dict[str, Any]]:
    """Reading with SNIP 1 to 3, and with models, as multiples of pyx12 and x12sdk."""
    segments = data.count(b"~")
    checking = segments / _seconds(lambda: x12.check(data), times=5)
    reading = segments / _seconds(lambda: [t.bodies for t in x12.read(data)], times=5)
    editing = segments / _seconds(lambda: [t.bodies for t in x12.read(data, snip=5)], times=5)
    pyx12 = segments / _seconds(lambda: _pyx12(data))
    x12sdk = segments / _seconds(lambda: _x12sdk(data))
    note = f"{checking:,.0f} segments/s of CPU; {CLAIMS:,} claims"
    with_edits = f"{editing:,.0f} segments/s of CPU"
    with_models = f"{reading:,.0f} segments/s of CPU"
    return [
        _ratio(f"{name} read + SNIP 1-3", checking / pyx12, pyx12_goal, "pyx12 4.0", pyx12, note),
        _ratio(f"{name} read + SNIP 1-3", checking / x12sdk, 15, "x12sdk 2.2", x12sdk, note),
        _ratio(f"{name} with models", reading / pyx12, 15, "pyx12 4.0", pyx12, with_models),
        _ratio(
            f"{name} with models and SNIP 4-5", editing / pyx12, 15, "pyx12 4.0", pyx12, with_edits
        ),
    ]


def _ratio(
    name: str, value: float, goal: float, peer: str, peer_value: float, note: str
) -> dict[str, Any]:
    return {
        "name": f"{name}, times {peer.split()[0]}",
        "value": round(value, 1),
        "unit": "x",
        "better": "higher",
        "goal": goal,
        "met": value >= goal,
        "peer": peer,
        "peer_value": round(peer_value),
        "note": f"{note}; the peer's value is segments/s",
    }


def _oxedi(data: bytes) -> dict[str, Any]:
    """oxedi is written in Rust and reads the 835 only."""
    import oxedi

    def theirs() -> None:
        found = oxedi.parse(data)
        assert found.tables is not None
        assert found.diagnostics is not None

    ours = _seconds(lambda: x12.check(data), times=5)
    peer = _seconds(theirs, times=5)
    return _row(
        "835 read + balances, times slower than oxedi",
        ours / peer,
        "x",
        goal=5,
        peer="oxedi 0.6 (Rust)",
        peer_value=round(data.count(b"~") / peer),
        note="the peer's value is segments/s",
    )


def _latency(claims: list[x12.Claim]) -> dict[str, Any]:
    """One claim, as the screen waits for it."""
    data = x12.write(x12_files.envelope(), claims[:1])
    x12.check(data)
    ours = _seconds(lambda: [x12.check(data) for _ in range(200)]) / 200
    peer = _seconds(lambda: _pyx12(data), times=3)
    return _row(
        "one claim, read + SNIP 1-3, warm",
        ours * 1000,
        "ms",
        goal=1,
        peer="pyx12 4.0",
        peer_value=round(peer * 1000, 1),
    )


def _writing(claims: list[x12.Claim]) -> dict[str, Any]:
    """Claims to bytes, checked before they leave."""
    seconds = _seconds(lambda: x12.write(x12_files.envelope(), claims), times=5)
    return {
        **_row("837P written and checked", len(claims) / seconds, "claims/s", goal=5_000),
        "better": "higher",
        "met": len(claims) / seconds >= 5_000,
    }


def _linear(claims: list[x12.Claim]) -> dict[str, Any]:
    """What a claim costs among ten times as many, beside what it costs among few."""
    few = x12.write(x12_files.envelope(), claims[: CLAIMS // 10])
    many = x12.write(x12_files.envelope(), claims)
    dear = _seconds(lambda: x12.check(many), times=5) / CLAIMS
    cheap = _seconds(lambda: x12.check(few), times=20) / (CLAIMS // 10)
    return _row("cost of a claim, file ten times as long", dear / cheap, "x", goal=1.1)


def stream_peak(mebibytes: str) -> None:
    """Judge a stream that is made while it is read; print the peak memory in kibibytes."""
    report = x12.check(x12_files.Endless(int(mebibytes) * 1_000_000))
    assert report.valid, report.errors[:3]
    status = Path("/proc/self/status").read_text()
    sys.stdout.write(status.split("VmHWM:")[1].split()[0])


def _stream() -> dict[str, Any]:
    """Peak memory of a fresh process for a long stream; 1 GB with FRONTDESK_BENCH_FULL."""
    megabytes = 1_000 if os.environ.get("FRONTDESK_BENCH_FULL") else 50
    found = subprocess.run(
        [sys.executable, "-c", _STREAM, str(megabytes)], capture_output=True, check=True, text=True
    )
    name = f"peak memory, a stream of {megabytes:,} MB"
    return _row(name, int(found.stdout) / _MEBIBYTE, "MiB", goal=60)


def _memory() -> list[dict[str, Any]]:
    """Peak memory of a fresh process for 10,000 claims and for ten times as many."""
    rows = []
    data = x12.write(x12_files.envelope(), x12_files.claims(MANY))
    with tempfile.TemporaryDirectory() as folder:
        for times in (1, 10):
            path = Path(folder) / f"{times}.edi"
            with path.open("wb") as stream:
                for control in range(1, times + 1):
                    stream.write(data.replace(b"000000001", f"{control:09}".encode()))
            found = subprocess.run(
                [sys.executable, "-c", _PEAK, str(path)], capture_output=True, check=True, text=True
            )
            mebibytes = int(found.stdout) / _MEBIBYTE
            name = f"peak memory, 837P of {MANY * times:,} claims"
            rows.append(_row(name, mebibytes, "MiB", goal=60))
    return rows


def _row(
    name: str,
    value: float,
    unit: str,
    *,
    goal: float,
    peer: str | None = None,
    peer_value: float | None = None,
    note: str = "",
) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "better": "lower",
        "goal": goal,
        "met": value <= goal,
        "peer": peer,
        "peer_value": peer_value,
        "note": note,
    }


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    """The least CPU seconds of several runs; the first only warms up where there are several."""
    if times > 1:
        work()
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _pyx12(data: bytes) -> bool:
    import pyx12.params
    import pyx12.x12n_document

    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    return bool(
        pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(None),
            src_file=io.StringIO(data.decode("ascii")),
            fd_997=io.StringIO(),
            fd_html=None,
            fd_xmldoc=None,
            fd_json=None,
        )
    )


def _x12sdk(data: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from x12sdk.io import X12ModelReader

        with X12ModelReader(data.decode("ascii")) as reader:
            return sum(1 for _ in reader.models())
