"""The program: its world, its faults, its memory, and where it refuses to run."""

import json
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest

from frontdesk import x12
from frontdesk.sandbox.faults import BadFault, Faults, read_header
from frontdesk.sandbox.grounds import NotHere
from frontdesk.sandbox.server import Sandbox
from frontdesk.sandbox.world import BadWorld, World
from frontdesk.x12 import connectivity as core
from tests.sandbox.office import batch, claim, envelope, files, inquiry, post, running

PAYER = {"id": "P1", "name": "Payer One"}
PLAN = {"id": "PL1", "payer": "P1", "name": "Plan One", "services": {"98": {"copay": "10"}}}
MEMBER = {"id": "M1", "plan": "PL1", "last": "Roe", "first": "Jo", "born": "1990-01-01"}


def question():
    return x12.write(envelope(), [inquiry()])


def test_the_world_is_merged_and_kept(tmp_path):
    with running(tmp_path) as server:
        told = {"payers": [PAYER], "plans": [PLAN], "members": [MEMBER]}
        assert httpx.put(f"{server.url}/world", json=told).status_code == 200
        before = httpx.get(f"{server.url}/world").json()

    with running(tmp_path) as server:
        after = httpx.get(f"{server.url}/world").json()

    assert after == before
    assert len(after["payers"]) == 10
    assert [m["last"] for m in after["members"] if m["plan"] == "PL1"] == ["Roe"]


def test_a_world_told_otherwise_between_two_starts_is_read_anew(tmp_path):
    told = {"payers": [PAYER], "plans": [PLAN], "members": [MEMBER]}
    (tmp_path / "world.json").write_text(json.dumps(told))
    with running(tmp_path) as server:
        assert [one.last for one in server.desk.world.members_with(MEMBER["id"])] == ["Roe"]

    (tmp_path / "world.json").write_text(json.dumps({**told, "members": []}))

    with running(tmp_path) as server:
        assert server.desk.world.members_with(MEMBER["id"]) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"plans": [PLAN]}, "plan PL1: there is no payer P1"),
        ({"members": [MEMBER]}, "member M1: there is no plan PL1"),
        ({"payers": [{"id": "P1"}]}, "payers[0] has no name"),
        ({"payers": [{**PAYER, "color": 1}]}, "payers[0] has an unknown field: color"),
        ({"payers": [{**PAYER, "allowed_ratio": "much"}]}, "payers[0].allowed_ratio"),
        ({"payers": {}}, "payers is not a list"),
        ({"payers": [1]}, "payers[0] is not an object"),
        (
            {"payers": [PAYER], "plans": [{**PLAN, "services": {"98": {"copy": "1"}}}]},
            "plans[0].services.98 has an unknown field: copy",
        ),
    ],
)
def test_a_bad_world_is_refused_by_place_and_changes_nothing(told, words):
    world = World()

    with pytest.raises(BadWorld) as refused:
        world.merge(told)

    assert words in str(refused.value)
    assert world.as_json()["payers"] == []


def test_a_bad_world_is_refused_over_the_wire(sandbox):
    answer = httpx.put(f"{sandbox.url}/world", json={"plans": [PLAN]})

    assert answer.status_code == 400
    assert answer.json() == {"error": "plan PL1: there is no payer P1"}


def test_faults_happen_as_often_as_asked(sandbox):
    httpx.put(f"{sandbox.url}/faults", json={"down": 2})

    codes = []
    for _ in range(3):
        body, kind = core.build_request(
            core.CoreRequest(
                payload_type=core.ELIGIBILITY_REQUEST,
                mode="RealTime",
                payload_id="1",
                at=sandbox.desk.clock(),
                user="demo-office",
                password="sandbox",
                sender="OFFICE1",
                receiver="FDSANDBOX",
                payload=question(),
            )
        )
        answer = httpx.post(f"{sandbox.url}/core", content=body, headers={"Content-Type": kind})
        codes.append(answer.status_code)

    assert codes == [503, 503, 200]
    assert httpx.get(f"{sandbox.url}/faults").json() == {}


def test_a_header_spoils_one_message(sandbox):
    spoiled = post(
        sandbox, core.ELIGIBILITY_REQUEST, question(), headers={"X-Sandbox-Fault": "truncated"}
    )
    whole = post(sandbox, core.ELIGIBILITY_REQUEST, question())

    assert b"IEA" not in spoiled.payload
    assert b"IEA" in whole.payload


def test_an_answer_can_be_cut_slow_twice_refused_or_anothers(sandbox):
    def spoil(fault):
        return post(
            sandbox, core.ELIGIBILITY_REQUEST, question(), headers={"X-Sandbox-Fault": fault}
        )

    with pytest.raises(httpx.RemoteProtocolError):
        spoil("cut")
    started = time.monotonic()
    spoil("slow=0.3")
    assert time.monotonic() - started >= 0.3
    assert spoil("twice").payload.count(b"ISA*") == 2
    assert b"IK5*R" in spoil("rejected").payload
    assert b"TRACE1" not in spoil("mismatched").payload
    assert b"AAA*" in spoil("unavailable").payload


def test_a_file_can_come_twice_and_a_batch_be_refused(sandbox):
    sandbox.faults.set({"rejected": 1})
    post(sandbox, core.CLAIMS_REQUEST, batch(claim("ONE")))
    assert b"IK5*R" in files(sandbox, "999")[0]
    assert files(sandbox, "277CA") == []

    post(sandbox, core.CLAIMS_REQUEST, batch(claim("TWO")))
    sandbox.faults.set({"twice": 1, "plb": 1})
    first, second = files(sandbox, "835")
    assert first == second
    assert b"PLB*" in first


def test_faults_are_checked():
    with pytest.raises(BadFault):
        Faults({"nonsense": 1})
    with pytest.raises(BadFault):
        Faults({"down": -1})
    with pytest.raises(BadFault):
        read_header("slow=much")
    assert read_header("slow=30, twice") == {"slow": 30, "twice": 1}


def test_what_was_paid_is_remembered_after_a_restart(tmp_path):
    with running(tmp_path) as server:
        post(server, core.CLAIMS_REQUEST, batch(claim("ONE")))

    with running(tmp_path) as server:
        post(server, core.CLAIMS_REQUEST, batch(claim("TWO")))
        told = b"".join(files(server, "835"))

    assert b"CLP*ONE*1" in told
    assert b"CAS*CO*18*150" in told


def test_pages_say_that_it_is_a_sandbox(sandbox):
    page = httpx.get(sandbox.url)

    assert "Sandbox: training and tests" in page.text
    assert httpx.get(f"{sandbox.url}/health").json() == {"status": "ok", "sandbox": True}
    assert httpx.get(f"{sandbox.url}/mailbox").status_code == 401
    assert httpx.get(f"{sandbox.url}/elsewhere").status_code == 404


def test_it_never_starts_in_production(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_PRODUCTION", "1")

    with pytest.raises(NotHere):
        Sandbox(0, tmp_path)


def test_the_program_runs_by_itself_and_stops_when_told(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = tmp_path / "world.json"
    world.write_text(json.dumps({"payers": [PAYER]}))
    command = [sys.executable, "-m", "frontdesk.sandbox", "--port", str(port)]
    command += ["--state", str(tmp_path / "state"), "--world", str(world)]

    production = subprocess.run(
        command, env={**os.environ, "FRONTDESK_PRODUCTION": "1"}, capture_output=True, check=False
    )
    assert production.returncode == 2
    assert b"never starts in production" in production.stderr

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("Sandbox: training and tests")
        assert len(httpx.get(f"http://127.0.0.1:{port}/world").json()["payers"]) == 1
        process.terminate()
