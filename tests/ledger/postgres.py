"""A PostgreSQL of the tests' own: on loopback, in a folder of its own, as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNPRIVILEGED = ("postgres", "nobody")
"""Users the server may run as where the tests run as root, which PostgreSQL refuses."""


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, the newest of those installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    kept = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(kept, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def as_whom() -> dict[str, int]:
    """Arguments of `subprocess.run` that give the server its user."""
    if os.getuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid}
    return {}


@contextmanager
def server() -> Iterator[str]:
    """Start a server, yield the URL of an empty database, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="huanwei-pg-"))
    home, whom = binaries(), as_whom()
    assert home is not None
    if whom:
        os.chown(folder, whom["user"], whom["group"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        subprocess.run(
            [str(home / command[0]), *command[1:]], check=True, cwd=folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **whom,
        )  # fmt: skip

    try:
        run("initdb", "-D", str(data), "-U", "huanwei", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=40"
        run("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "-t", "60", "start")
        try:
            yield f"postgresql+psycopg://huanwei@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
