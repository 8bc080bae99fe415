"""The office opens, answers, and closes whole; the doctor says what is wrong."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from frontdesk.cli import serving

READY_WITHIN = 60


@pytest.fixture
def environment(tmp_path):
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")},
        "FRONTDESK_VAR": str(tmp_path / "var"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer_of(port: int) -> dict:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                return json.loads(answer.read())
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("The office did not open.")


def children_of(pid: int) -> list[int]:
    """Every process below this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *children_of(child)]
    return found


def parts_of(pid: int) -> list[int]:
    """The processes of the office, once web server, worker and sandbox have all started."""
    until = time.monotonic() + READY_WITHIN
    while len(found := children_of(pid)) < 3 and time.monotonic() < until:
        time.sleep(0.2)
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_the_office_opens_answers_and_closes_whole(environment):
    port = free_port()
    neighbour = socket.create_server(("127.0.0.1", serving._grounds(port).payer))
    office = subprocess.Popen(
        [sys.executable, "-m", "frontdesk.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = answer_of(port)
        parts = parts_of(office.pid)
    finally:
        neighbour.close()
        office.send_signal(signal.SIGINT)
        said, _ = office.communicate(timeout=30)

    assert answer["status"] == "ok"
    assert len(parts) == 3
    assert office.returncode == 0
    assert f"Frontdesk is open at http://127.0.0.1:{port}" in said
    assert "The sandbox payer answers at port" in said, "its usual one was taken"
    assert "started again" not in said
    assert not [pid for pid in parts if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="the system must end them")
def test_the_parts_of_a_killed_office_end_and_leave_the_port(environment):
    part = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
    program = f"import time; from frontdesk.cli.serving import Part; Part('web', {part}).start()"
    office = subprocess.Popen(
        [sys.executable, "-c", f"{program}; time.sleep(60)"],
        env=environment,
        stdout=subprocess.PIPE,
    )
    with office:
        assert office.stdout.readline() == b"up\n"
        assert len(children_of(office.pid)) == 1

        office.kill()

        assert office.stdout.read() == b""  # read to its end: nobody holds the pipe any more


def test_the_sandbox_goes_to_the_next_port_when_its_own_is_taken(monkeypatch, capsys):
    taken = {8099, 8100}
    monkeypatch.setattr(
        serving, "_trouble_at", lambda host, port: OSError() if port in taken else None
    )
    assert serving._grounds(8000) == serving.Grounds(payer=8101, phones=8098)
    assert "payer answers at port 8101: 8099 is in use" in capsys.readouterr().out
    taken |= {8098, 8101}
    assert serving._grounds(8000) == serving.Grounds(payer=8102, phones=8103)
    assert serving._grounds(9000) == serving.Grounds(payer=9099, phones=9098)
    assert all(port <= serving.LAST_PORT for port in serving._grounds(65500))


def test_a_taken_port_is_said_in_words(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "frontdesk.cli", "serve", "--port", str(port)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert refused.returncode == 1
    assert f"Port {port} is in use" in refused.stderr


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "Port 8000 is kept for the administrator"),
        (errno.EADDRNOTAVAIL, "This machine has no address desk.example"),
    ],
)
def test_why_it_can_not_listen_there_is_said_in_words(number, words):
    assert serving._in_words(OSError(number, ""), "desk.example", 8000).startswith(words)


def test_the_doctor_names_what_is_wrong_and_what_to_do(environment):
    examined = subprocess.run(
        [sys.executable, "-m", "frontdesk.cli", "doctor", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    findings = {finding["what"]: finding for finding in json.loads(examined.stdout)}
    assert examined.returncode == 1
    assert findings["Python"]["is_well"]
    assert findings["Database"]["is_well"]
    assert not findings["Tables"]["is_well"]
    assert "frontdesk serve" in findings["Tables"]["remedy"]


def test_what_the_office_keeps_is_not_for_others_on_the_machine(environment):
    var = Path(environment["FRONTDESK_VAR"])
    command = [sys.executable, "-m", "frontdesk.cli", "doctor", "--json"]

    def said():
        examined = subprocess.run(
            command, env=environment, capture_output=True, check=False, umask=0o022
        )
        return {one["what"]: one["is_well"] for one in json.loads(examined.stdout)}

    assert said()["Charts"]
    assert not [one for one in (var, *var.rglob("*")) if one.stat().st_mode & 0o077]
    var.chmod(0o755)
    assert not said()["Charts"]
