"""Processes take turns at SQLite's file: who waits is not overtaken by who comes again."""

import os
import signal
import subprocess
import sys
import time

import pytest

from frontdesk.core.database.turns import Turns

LATER = 60.0  # seconds: nobody waits so long here
GREEDY = """
import sys, time
from frontdesk.core.database.turns import Turns
mine = Turns(sys.argv[1])
for number in range(1_000_000):
    mine.take(time.monotonic() + 60)
    print(number, flush=True)
    time.sleep(0.02)
    mine.give_back()
"""


@pytest.fixture
def greedy(tmp_path):
    """Another process that writes, lets go and writes again at once; it says each of its turns."""
    command = [sys.executable, "-c", GREEDY, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_who_waits_is_next(tmp_path, greedy):
    mine = Turns(str(tmp_path / "file"))
    said = greedy.stdout
    for _ in range(5):
        last = int(said.readline())
        assert mine.take(time.monotonic() + LATER)
        os.set_blocking(said.fileno(), False)
        told = [int(one) for one in (said.read() or b"").split()]
        os.set_blocking(said.fileno(), True)
        mine.give_back()
        # It wrote when we came, and may have been at the gate before us; not once more.
        assert len(told) <= 2, (last, told)


def test_who_waits_too_long_is_told_and_leaves_the_gate(tmp_path, greedy):
    mine = Turns(str(tmp_path / "file"))
    greedy.stdout.readline()
    greedy.send_signal(signal.SIGSTOP)  # it stops within its turn, or before the next
    while mine.take(time.monotonic()):  # until it is caught within one
        mine.give_back()
        greedy.send_signal(signal.SIGCONT)
        greedy.stdout.readline()
        greedy.send_signal(signal.SIGSTOP)
    assert not mine.take(time.monotonic() + 0.01)

    greedy.kill()  # what it held is gone with it
    greedy.wait()
    assert mine.take(time.monotonic() + LATER)


def test_a_folder_nobody_may_write_is_for_sqlite_to_tell(tmp_path):
    nowhere = Turns(str(tmp_path / "gone" / "file"))

    assert nowhere.take(time.monotonic())
    nowhere.give_back()
