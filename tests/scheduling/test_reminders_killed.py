"""A worker that is killed while it reminds: nobody is forgotten, nobody is reminded twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VICTIM = "tests.scheduling.reminder_victim"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with an office's database, laid out by the victim itself."""
    var = tmp_path_factory.mktemp("var")
    return {**os.environ, "FRONTDESK_VAR": str(var), "FRONTDESK_DATABASE_URL": ""}


def run(office, *arguments):
    return subprocess.run(
        [sys.executable, "-m", VICTIM, *arguments],
        cwd=ROOT, env=office, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_killed_at_any_step_and_with_a_dead_mail_server_all_arrives_once(office):
    made = run(office, "make")
    assert made.returncode == 0, made.stderr
    for kill_at in ("1", "4", "9"):
        assert run(office, "work", kill_at).returncode == -9
    done = run(office, "work", "0")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["reminders"] == told["messages"] == 6
    assert sorted(told["ids"]) == sorted(set(told["ids"]))  # each mailbox shows one
    assert len(told["ids"]) == 6
    assert told["statuses"] == ["sent"]
