"""What is installed: locks that hold all that is declared, by version and hash, from no index."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer.main

from api.commands.app import app

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [name for names in PROJECT["optional-dependencies"].values() for name in names]
LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-dev.lock": [*PROJECT["dependencies"], *EXTRAS],
}


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package; several where they differ by Python."""
    found: dict[str, set[str]] = {}
    text = (ROOT / lock).read_text(encoding="utf-8")
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def declared(requirement: str) -> str:
    """Name of a requirement, as locks write it."""
    return re.split(r"[<>=!~;\[ ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_all_that_is_declared(lock: str):
    missing = {declared(name) for name in LOCKS[lock]} - pins(lock).keys()
    assert not missing, "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_its_hashes_and_no_address(lock: str):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    bare = [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
    assert not bare, "run `make lock`: lines are not added by hand"
    assert "://" not in text
    assert "index" not in text


def test_users_and_developers_have_the_same_versions():
    users, developers = pins("requirements.lock"), pins("requirements-dev.lock")
    assert all(developers[name] == versions for name, versions in users.items())
    assert not users.keys() & {"pytest", "matplotlib", "pyvrp", "distributed", "mypy"}


ROOMS = ("models", "solver", "scenarios", "api", "benchmarks")
UNIX_ONLY = {
    "curses",
    "fcntl",
    "grp",
    "posix",
    "pty",
    "pwd",
    "resource",
    "syslog",
    "termios",
    "tty",
}
"""Modules of the standard library that Windows has not."""


def test_no_file_needs_unix_to_be_imported():
    needs = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {name.split(".")[0] for name in names_of(node)} & UNIX_ONLY
    }
    assert not needs


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Modules that a line imports."""
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


@pytest.mark.parametrize("file", ["Containerfile", "huanwei.service"])
def test_an_office_starts_the_server_with_options_it_has(file: str):
    text = (ROOT / "deploy" / file).read_text(encoding="utf-8")
    started = (
        text[text.index("huanwei serve") :] if file != "Containerfile" else text.split("CMD")[1]
    )
    serve = typer.main.get_command(app).commands["serve"]
    known = {option for one in serve.params for option in one.opts}
    asked = set(re.findall(r"--[a-z-]+", started.splitlines()[0]))
    assert asked
    assert asked <= known
