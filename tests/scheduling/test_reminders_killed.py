"""A worker that is killed while it reminds: nobody is forgotten, and what left twice is one letter.

Counted is what a mail server took. Between its word and our note of it a letter is out and we do
not know: whoever dies there sends it again, under the same Message-ID, which a mailbox shows once.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

ROOT = Path(__file__).parents[2]
VICTIM = "tests.scheduling.reminder_victim"
# The operations that end, one after the other: six reminders; then for each message the taking,
# the address that ends e-mails, and the note that it is sent. While reminding, after a taking,
# and twice between the server's word and our note of it.
KILLS = ("1", "4", "6", "9", "6")


class Server:
    """What a real SMTP server took; the first letter to each address it puts off."""

    def __init__(self):
        self.letters, self.asked = [], Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.asked[address] += 1
        if self.asked[address] == 1:
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


@pytest.fixture(scope="module")
def post():
    server = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    running = Controller(server, hostname="127.0.0.1", port=server.port)
    running.start()
    yield server
    running.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory, post):
    """A folder with an office's database, laid out by the victim itself."""
    var = tmp_path_factory.mktemp("var")
    more = {"FRONTDESK_VAR": str(var), "FRONTDESK_DATABASE_URL": "", "PORT_OF_MAIL": str(post.port)}
    return {**os.environ, **more}


def run(office, *arguments):
    return subprocess.run(
        [sys.executable, "-m", VICTIM, *arguments],
        cwd=ROOT, env=office, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_killed_at_any_step_everybody_gets_one_letter(office, post):
    made = run(office, "make")
    assert made.returncode == 0, made.stderr
    out_and_unknown = 0
    for kill_at in KILLS:
        before = len(post.letters)
        assert run(office, "work", kill_at).returncode == -signal.SIGKILL
        out_and_unknown += len(post.letters) > before
    done = run(office, "work", "0")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["reminders"] == len(told["ids"]) == 6
    assert told["statuses"] == ["sent"]

    taken = Counter(letter["Message-ID"] for letter in post.letters)
    assert sorted(name[1:37] for name in taken) == sorted(told["ids"])  # nobody was forgotten
    assert out_and_unknown  # the worst moment was met
    assert max(taken.values()) <= 1 + out_and_unknown
    assert taken.total() <= 6 + out_and_unknown  # twice only where we died between word and note
    by_patient = Counter(letter["To"] for letter in post.letters)
    assert len(by_patient) == 6
    for letter in post.letters:  # the same letter under the same name, word for word but links
        same = [one for one in post.letters if one["Message-ID"] == letter["Message-ID"]]
        assert {(one["To"], one["Subject"], one.get_content()) for one in same} == {
            (letter["To"], letter["Subject"], letter.get_content())
        }
