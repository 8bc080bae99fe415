"""What the machine or a setting refuses is told in words; what is our fault stays a traceback."""

import errno

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from frontdesk.cli import audit, command, office
from frontdesk.config import env

FULL = OSError(errno.ENOSPC, "No space left on device", "/var/office/copy.part")


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (FULL, "/var/office/copy.part: No space left on device"),
        (OperationalError("database or disk is full"), "can't be used: database or disk is full"),
        (OperationalError("no such table: x"), "There is no office here yet"),
        (env.WrongSetting("FRONTDESK_X is not a whole number: y"), "FRONTDESK_X is not"),
    ],
)
def test_a_command_says_in_words_what_the_machine_refuses(monkeypatch, trouble, words):
    def verify(**_how):
        raise trouble

    monkeypatch.setattr(audit, "verify", verify)
    said = CliRunner().invoke(command.main, ["audit", "verify"])

    assert (said.exit_code, words in said.stderr) == (2, True)


def test_what_is_our_own_fault_is_not_hidden():
    assert office.trouble_in_words(KeyError("x")) == ""


@pytest.mark.parametrize("said", ["mysql://a/b", "nonsense", "postgresql://a:b@c:port/d"])
def test_a_wrong_address_of_the_database_is_told_without_its_password(tmp_path, said):
    with pytest.raises(env.WrongSetting, match="FRONTDESK_DATABASE_URL is not like") as told:
        env.database(said, tmp_path / "x", "")
    assert said not in str(told.value)


def test_a_number_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("FRONTDESK_WEB_THREADS", "many")

    with pytest.raises(env.WrongSetting, match="FRONTDESK_WEB_THREADS is not a whole number"):
        env.number("WEB_THREADS", 4)


@pytest.mark.parametrize(
    "words",
    ["day --days 0", "day --visits -3", "demo --patients 0", "serve --port 99999", "kpis --days 0"],
)
def test_a_number_out_of_range_is_refused_before_anything_is_done(words):
    refused = CliRunner().invoke(command.main, words.split())

    assert (refused.exit_code, "is not in the range" in refused.stderr) == (2, True)
