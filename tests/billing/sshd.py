"""A real OpenSSH server for the suite: one account, one folder, keys made for the occasion."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
PRIVILEGES = Path("/run/sshd")  # the server does not start without it


@dataclass
class Server:
    """Where it listens, its key, ours, and the process that serves."""

    port: int
    host_key: str
    key_file: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """As the office's settings want it."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}"


def a_key(path: Path) -> str:
    """Make a pair of keys; return the public one."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.write_bytes(key.export_private_key())
    path.chmod(0o600)
    return key.export_public_key().decode().strip()


@contextmanager
def running(folder: Path, port: int = 0, *, denied: str = "") -> Iterator[Server]:
    """Start the server in a folder; in the end whoever is connected is cut off.

    `denied` names requests of the protocol that it does not know, "posix-rename" say.
    """
    assert SSHD
    if os.getuid() == 0:
        PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(exist_ok=True)
    known = folder / "host"
    host_key = (folder / "host.pub").read_text() if known.exists() else a_key(known)
    (folder / "host.pub").write_text(host_key)
    if not (folder / "mine").exists():
        (folder / "allowed").write_text(a_key(folder / "mine") + "\n")
    port = port or _free_port()
    (folder / "sshd.conf").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {known}\nPidFile none\nStrictModes no\n"
        f"AuthorizedKeysFile {folder / 'allowed'}\nPasswordAuthentication no\nUsePAM no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        f"Subsystem sftp internal-sftp{f' -P {denied}' if denied else ''}\n"
    )
    with (folder / "sshd.log").open("ab") as log:
        process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(folder / "sshd.conf")], stderr=log, start_new_session=True
        )
    try:
        _wait_for(port)
        yield Server(port, host_key, folder / "mine", process)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("The SSH server did not start.")
